"""Grooves out of played drums: how late and how loud each slot of a bar is, in the mean.

Offsets are ticks late (960 to the quarter), velocities moved so that those of the slots played
have a mean of 64. What a hand played only now and then says nothing of a hand: a voice with fewer
than eight hits counts in `all` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SirtakError
from sirtak.listen.drums import Drums, Ints
from sirtak.rhythm.groove import ALL, BASES, MOST_SLOTS, NEUTRAL, Groove

FEWEST = 8  # hits from which a voice has a row of its own
_BETWEEN = 0.375  # of a slot: a hit farther off lies between two slots rather than on one

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Slots:
    """What one voice (or all) played: hits, mean ticks late and mean velocity of each slot.

    `spread` is the standard deviation of hits around their slot's mean, in ticks; `weight` are the
    velocities moved to a mean of 64. Slots without hits have 0 ticks, velocity 0 and weight 64.
    """

    hits: Ints
    late: Floats
    velocity: Floats
    weight: Floats
    spread: float


@dataclass(frozen=True, eq=False)
class TakenGroove:
    """A groove, the hits that it was taken from, and what each of its rows rests on."""

    groove: Groove
    drums: Drums
    slots: Mapping[str, Slots]
    remarks: tuple[str, ...]


def take_groove(
    drums: Drums, *, name: str, source: str, title: str = "", base: str = "1/16", length: int = 1
) -> TakenGroove:
    """Return the groove of played drums in slots of `base`, over `length` bars.

    Raises SirtakError where no whole number of slots fills the bars, or too many do.

    >>> from sirtak.theory.meter import Meter
    >>> hits = np.array([[0, 36, 90, 60], [495, 36, 110, 60]] * 4).T
    >>> drums = Drums(*hits, Meter(1, 4, (1,)), 1, 1, 120.0, {36: "kick"})
    >>> found = take_groove(drums, name="a", source="b", base="1/8").groove
    >>> found.offsets["kick"], found.velocities["kick"]
    ((0.0, 15.0), (54.0, 74.0))
    """
    count = _slot_count(drums, base, length)
    place = np.rint(drums.onset / BASES[base]).astype(np.int64)
    late = drums.onset - place * BASES[base]
    every = _slots(place % count, late, drums.velocity, count)
    rows = {ALL: every}
    rare = []
    for key, voice in drums.voices.items():
        mine = drums.key == key
        if int(mine.sum()) < FEWEST:
            rare.append(voice)
        else:
            rows[voice] = _slots(place[mine] % count, late[mine], drums.velocity[mine], count)
    offsets = {voice: _filled(item, item.late, every, every.late) for voice, item in rows.items()}
    velocities = {voice: _filled(item, item.weight, every, every.weight) for voice, item in rows.items()}
    remarks = [*drums.remarks, *_remarks(late, BASES[base], rows, rare)]
    return TakenGroove(
        Groove(
            name=name,
            base=base,
            offsets=offsets,
            velocities={voice: tuple(_within(value) for value in row) for voice, row in velocities.items()},
            velocity=100.0,
            title=title or name,
            about=f"{len(drums)} hits in {drums.span}",
            source=source,
            tag="U",
        ),
        drums,
        rows,
        tuple(remarks),
    )


def _slot_count(drums: Drums, base: str, length: int) -> int:
    ticks = length * drums.meter.ticks
    if ticks % BASES[base]:
        fitting = [item for item, slot in BASES.items() if ticks % slot == 0]
        bars = f"{length} bar{'s' * (length > 1)} of {drums.meter}"
        hint = f"--base {' or '.join(fitting)}" if fitting else "--base 1/32"
        raise SirtakError(f"--base {base}: no whole number of slots fills {bars}", hint=hint)
    count = ticks // BASES[base]
    if count > MOST_SLOTS:
        most = max(1, MOST_SLOTS * BASES[base] // drums.meter.ticks)
        message = f"--length {length}: {count} slots of {base} are more than {MOST_SLOTS}"
        raise SirtakError(message, hint=f"--length {most}, or a longer --base")
    return int(count)


def _slots(slot: Ints, late: Ints, velocity: Ints, count: int) -> Slots:
    """Return what some hits say of each slot."""
    hits = np.bincount(slot, minlength=count)
    some = np.maximum(hits, 1)
    mean = np.bincount(slot, late, count) / some
    loud = np.bincount(slot, velocity, count) / some
    weight = np.where(hits > 0, loud + NEUTRAL - loud[hits > 0].mean(), NEUTRAL)
    return Slots(hits, mean, loud, weight, float(np.sqrt(np.mean((late - mean[slot]) ** 2))))


def _filled(own: Slots, values: Floats, every: Slots, others: Floats) -> tuple[float, ...]:
    """Return a row to a tenth, with the value of all where the voice has no hits."""
    # Adding nothing turns -0.0 into 0.0, which is how people write it.
    return tuple((np.round(np.where(own.hits > 0, values, others), 1) + 0.0).tolist())


def _within(value: float) -> float:
    """Return a velocity that a groove can hold; `_remarks` says where it is not what was played."""
    return min(max(value, 1.0), 127.0)


def _remarks(late: Ints, slot: int, rows: Mapping[str, Slots], rare: list[str]) -> list[str]:
    found = []
    if rare:
        found.append(f"fewer than {FEWEST} hits, counted in all alone: {', '.join(rare)}")
    between = int((np.abs(late) > _BETWEEN * slot).sum())
    if between:
        found.append(f"{between} hits lie between two slots rather than on one; a finer --base may suit them")
    beyond = [voice for voice, item in rows.items() if item.weight.min() < 1 or item.weight.max() > 127]
    if beyond:
        found.append(f"louder or softer than a groove can say (1 to 127), and cut there: {', '.join(beyond)}")
    return found
