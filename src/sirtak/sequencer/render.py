"""Performing grids: conditions, chance, time, touch and strokes, in this order.

1. Which hits (`stage`): every step of every row, its condition, its chance, density.
2. When: swing, groove, uneven pulses, micro-timing, a player's drift. What would come before the
   first bar comes on it, what would come after the last is left out.
3. How loud: the step's velocity or its level's by voice and step, the accent lane, groove, hand.
4. Strokes: ratchets and flams played out, choke groups, no two at once on one key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes
from sirtak.rhythm.step import LANE, NUDGE_TICKS
from sirtak.rng import Dice
from sirtak.sequencer.groove import grooved
from sirtak.sequencer.hits import Hits
from sirtak.sequencer.locks import locks
from sirtak.sequencer.pulses import row_map, step_map
from sirtak.sequencer.stage import Feel, Layer, Stage
from sirtak.sequencer.strokes import HIT_TICKS, Strokes, apart, choked, damped, expanded
from sirtak.sequencer.swing import swung
from sirtak.sequencer.touch import drift, family, loudness, velocity_curve
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars, Meter, among

LANE_ADDS = 20  # what the accent lane adds to every velocity on its steps (craft.md 3.4)


@dataclass(frozen=True, eq=False)
class Performance:
    """What was played: all notes, and the controllers of each voice that has parameter locks."""

    notes: Notes
    locks: Mapping[str, Controls] = field(default_factory=dict)

    @property
    def controls(self) -> Controls:
        """All controllers."""
        found = Controls.empty()
        for item in self.locks.values():
            found |= item
        return found


def perform(
    layers: Sequence[Layer],
    bars: Bars,
    kit: Kit,
    feel: Feel,
    *,
    dice: Dice | None = None,
    fills: NDArray[np.bool_] | None = None,
    stops: Sequence[tuple[int, int]] = (),
) -> Performance:
    """Return what grids sound over bars, each where its mask lets it; no note leaves the bars.

    Layers have one step size; a voice has the same draws in all of them, so a change of scene
    changes the steps and not the player. `fills` says of each bar whether the fill flag is on; from
    each of `stops` to its end nothing sounds.
    Without `dice` everything sounds as it is written: no chance, no density, no hand.
    """
    if not layers:
        return Performance(Notes.empty())
    stage = Stage(layers, bars, dice, fills)
    chosen = stage.thinned(stage.hits(), feel.density)
    lane, heard = stage.lane[chosen.row], ~stage.muted[chosen.row]
    accents = np.unique(chosen.tick[lane & heard])
    chosen = chosen[~lane]
    if not len(chosen):
        return Performance(Notes.empty())
    strokes = damped(choked(_played(stage, kit, feel, chosen, accents)), stops)
    strokes = strokes[~strokes.muted & (strokes.onset < bars.ticks)]
    controls = locks(stage.rows, stage.table.steps, strokes.row, strokes.slot, strokes.onset, bars.ticks)
    strokes = apart(strokes)
    held = np.maximum(np.minimum(strokes.duration, bars.ticks - strokes.onset), 1)
    loud = np.minimum(np.maximum(np.rint(strokes.loud), 1), 127)
    return Performance(Notes.of(strokes.onset, held, strokes.key, loud), controls)


def _played(stage: Stage, kit: Kit, feel: Feel, chosen: Hits, accents: NDArray[np.int64]) -> Strokes:
    """Return the strokes of hits."""
    table, bar = stage.table, stage.bar(chosen)
    late, loud = _hand(stage, feel, chosen)
    loud = loud + _written_loud(stage, chosen) * feel.level + LANE_ADDS * among(chosen.tick, accents)
    onset = _swung(stage, feel, chosen)
    if feel.groove is not None:
        voices = [row.voice for row in stage.rows]
        random = stage.drawn(chosen, "groove", 1)[:, 0] if stage.draws and feel.groove.random else None
        onset, weighed = grooved(feel.groove, feel.amount, stage.bars, onset, bar, chosen.row, voices, random)
        loud = loud + weighed
    onset, begin, end = (
        _limped(stage, feel, ticks, chosen.row) for ticks in (onset, chosen.tick, chosen.end)
    )
    moved = np.rint(table.nudge[chosen.slot] * NUDGE_TICKS + late).astype(np.int64)
    onset = np.maximum(onset + moved, 0)
    span = np.maximum(end - begin, 1)
    strokes = Strokes(
        onset,
        np.where(table.tied[chosen.slot], span, np.minimum(span, HIT_TICKS)),
        loud,
        chosen.tick,
        np.array([0 if row.voice == LANE else kit.note(row.voice) for row in stage.rows])[chosen.row],
        _groups(stage, kit)[chosen.row],
        stage.muted[chosen.row],
        chosen.row,
        chosen.slot,
    )
    return expanded(strokes, span, table.steps, feel.level)


def _hand(stage: Stage, feel: Feel, chosen: Hits) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many ticks late a player's hand is at each hit, and how much louder."""
    if stage.draws is None or feel.human == 0:
        return np.zeros(len(chosen)), np.zeros(len(chosen))
    address, bar, table = stage.address[chosen.row], stage.bar(chosen), stage.draws.table("", 3)
    moved = drift([voice for voice, *_ in stage.draws.addresses], table[:, :, 1], feel.human)
    unsteady = (table[address, bar, 2, chosen.lane] - 0.5) * (np.sqrt(12) * 4 * feel.human)
    return moved[address, bar, chosen.lane] * (feel.bpm * 960 / 60000), unsteady


def _written_loud(stage: Stage, chosen: Hits) -> NDArray[np.float64]:
    """Return velocities as written: a step's own, or its level's by voice and place in the bar."""
    table, meters = stage.table, stage.bars.meters
    bar, place = stage.bar(chosen) % len(meters), stage.steps.place[chosen.step]
    curve = _curves(tuple(row.voice for row in stage.rows), meters, stage.steps.width)
    exact, level = table.velocity[chosen.slot], table.level[chosen.slot]
    hats = np.array([family(row.voice) == "hat" for row in stage.rows])[chosen.row]
    loud = loudness(level, curve[chosen.row, bar, place], hats=hats)
    return np.where(exact > 0, exact, loud)


def _swung(stage: Stage, feel: Feel, chosen: Hits) -> NDArray[np.int64]:
    """Return ticks with each row's swing, counted from the bar lines."""
    percents = np.array([feel.swing if row.swing is None else row.swing for row in stage.rows])
    meters, size = stage.bars.meters, stage.steps_per_beat
    still = _triplets(meters, Fraction(size))
    for number, row in enumerate(stage.rows):
        if still if row.usual else _triplets(meters, size * row.speed):
            percents[number] = 50
    if bool((percents == 50).all()):
        return chosen.tick
    start = stage.bars.starts[stage.bar(chosen)]
    return start + swung(chosen.tick - start, percents[chosen.row])


def _triplets(meters: tuple[Meter, ...], steps_per_beat: Fraction) -> bool:
    """Return whether steps fall between the sixteenths: such a row has nothing for swing to move."""
    lengths = {meter.beat / steps_per_beat for meter in meters}
    return any(length % 240 and 240 % length for length in lengths)


def _limped(stage: Stage, feel: Feel, ticks: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ticks in the uneven pulses of their rows, and those of the whole beat on top."""
    bars, size = _reaching(stage.bars, ticks), stage.steps_per_beat
    for number, item in enumerate(stage.rows):
        if item.pulses is not None:
            ticks = np.where(row == number, row_map(item.pulses, bars, size, item.speed)(ticks), ticks)
    return ticks if feel.pulses is None else step_map(feel.pulses, bars, size)(ticks)


def _reaching(bars: Bars, ticks: NDArray[np.int64]) -> Bars:
    """Return as many bars as ticks reach into: what rings on behind the last limps like before it."""
    over = int(ticks.max(initial=0)) - bars.ticks
    return bars if over <= 0 else Bars(bars.meters, bars.count + -(-over // int(bars.lengths.min())))


def _groups(stage: Stage, kit: Kit) -> NDArray[np.int64]:
    """Return the choke group of each row as a number; -1 for none."""
    names = [row.choke or kit.choke_group(row.voice) for row in stage.rows]
    known = sorted({name for name in names if name})
    return np.array([known.index(name) if name else -1 for name in names])


@lru_cache(maxsize=256)
def _curves(voices: tuple[str, ...], meters: tuple[Meter, ...], width: int) -> NDArray[np.float64]:
    """Return a velocity factor for each voice, kind of bar and step."""
    table = np.ones((len(voices), len(meters), width))
    longest = max(meter.numerator for meter in meters)
    for row, voice in enumerate(voices):
        for number, meter in enumerate(meters):
            steps = width * meter.numerator // longest
            table[row, number, :steps] = velocity_curve(voice, meter, steps)
    return table
