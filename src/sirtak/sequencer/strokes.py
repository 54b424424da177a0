"""From hits to strokes: ratchets, flams, what chokes what, and no overlap on one key.

Ticks are 960 to the quarter. A hit's length is that of the steps it lasts where it is tied, and
`HIT_TICKS` at the most where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.step import NUDGE_TICKS, Ratchet, Step
from sirtak.sequencer.hits import StepTable
from sirtak.theory.meter import WHOLE

HIT_TICKS = 120
SOFTEST = (1 << 12) - 1
GRACE = 0.6  # the velocity of a flam's grace note over its hit's, where the step does not say

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Strokes:
    """Columns of one length: onset and duration in ticks, velocity (any number), key, group, muted, and
    which row and which step each comes from.

    `written` is where the grid has it, before swing and touch: what decides who chokes whom in a
    `group` (-1 for none). What is muted chokes and is not heard. None where no stroke has a group,
    or where none is muted.
    """

    onset: Ints
    duration: Ints
    loud: NDArray[np.float64]
    written: Ints
    key: Ints
    group: Ints | None
    muted: NDArray[np.bool_] | None
    row: Ints
    slot: Ints

    def __getitem__(self, chosen: NDArray[Any]) -> Strokes:
        columns = (getattr(self, name) for name in COLUMNS)
        kept: list[Any] = [None if column is None else column[chosen] for column in columns]
        return Strokes(*kept)


COLUMNS = tuple(item.name for item in fields(Strokes))


def joined(parts: list[Strokes]) -> Strokes:
    """Return all strokes, which have the same columns, in one table."""
    columns = ([getattr(part, name) for part in parts] for name in COLUMNS)
    whole: list[Any] = [None if column[0] is None else np.concatenate(column) for column in columns]
    return Strokes(*whole)


def expanded(strokes: Strokes, span: Ints, table: StepTable, level: float = 1.0) -> Strokes:
    """Return strokes with the ratchets and flams of their steps played out.

    `span` says how many ticks the steps of each last; `level` scales what a step says of velocities.
    """
    if not table.several:
        return strokes
    parts, plain = [], np.ones(len(span), bool)
    for number in table.several:
        step = table.steps[number]
        at = np.flatnonzero(strokes.slot == number)
        if not len(at):
            continue
        some = strokes[at]
        if step.flam:
            parts.append(_grace(some, step, level))
        if step.ratchet is not None:
            parts.append(_ratcheted(some, step.ratchet, span[at] / step.length, step.length, level))
            plain[at] = False
    return joined([strokes[plain], *parts]) if parts else strokes


def _grace(some: Strokes, step: Step, level: float) -> Strokes:
    """Return grace notes just before strokes; none where there is no time before them."""
    early = round(step.flam * NUDGE_TICKS)
    said = np.full(len(some.onset), step.flam_velocity * level)
    loud = said if step.flam_velocity else some.loud * GRACE
    onset = some.onset - early
    grace = replace(some, onset=onset, duration=np.full(len(onset), early), loud=loud)
    return grace[onset >= 0]


def _ratcheted(
    some: Strokes, ratchet: Ratchet, step_ticks: NDArray[np.float64], length: int, level: float
) -> Strokes:
    """Return every stroke as many: at onset + k · rate while that is less than the length.

    Velocity changes by ramp · k / (n - 1) (craft.md 3.4).
    """
    whole = step_ticks * (ratchet.span or length)
    if ratchet.rate is None:
        rate, counts = whole / ratchet.count, np.full(len(whole), ratchet.count)
    else:
        rate = np.full(len(whole), float(ratchet.rate * WHOLE))
        counts = np.maximum(np.ceil(whole / rate - 1e-9), 1).astype(np.int64)
    stroke = np.repeat(np.arange(len(whole)), counts)
    k = np.arange(len(stroke)) - np.repeat(np.cumsum(counts) - counts, counts)
    each = rate[stroke]
    ramp = level * ratchet.ramp * k / np.maximum(counts[stroke] - 1, 1)
    begin, end = np.rint(k * each).astype(np.int64), np.rint((k + ratchet.gate) * each).astype(np.int64)
    many = some[stroke]
    return replace(
        many,
        onset=many.onset + begin,
        duration=np.maximum(end - begin, 1),
        loud=many.loud + ramp,
        written=many.written + begin,
    )


def choked(strokes: Strokes) -> Strokes:
    """Return strokes that end where a later one of their group begins.

    What is written on one and the same tick sounds together.
    """
    group = strokes.group
    if group is None:
        return strokes
    duration = strokes.duration.copy()
    for number in range(int(group.max(initial=-1)) + 1):
        at = np.flatnonzero(group == number)
        times, first = np.unique(strokes.written[at], return_inverse=True)
        begins = np.full(len(times) + 1, np.iinfo(np.int64).max)
        np.minimum.at(begins, first, strokes.onset[at])
        # A hand may play the later of two hits a little early: one tick is left at least.
        room = begins[first + 1] - strokes.onset[at]
        duration[at] = np.maximum(np.minimum(duration[at], room), 1)
    return replace(strokes, duration=duration)


def damped(strokes: Strokes, stops: Sequence[tuple[int, int]]) -> Strokes:
    """Return strokes without those in silences (ticks from, to), and ended where one begins."""
    for start, end in stops:
        strokes = strokes[(strokes.onset < start) | (strokes.onset >= end)]
        room = np.where(strokes.onset < start, start - strokes.onset, strokes.duration)
        strokes = replace(strokes, duration=np.minimum(strokes.duration, room))
    return strokes


def apart(strokes: Strokes) -> Strokes:
    """Return strokes by key and time, without overlap on a key: each ends where the next begins.

    Of strokes on one key at one tick the loudest is kept.
    """
    # One integer for all three: sorting columns one after another takes three times as long.
    softness = SOFTEST - np.minimum(np.maximum(np.rint(strokes.loud * 8), 0), SOFTEST).astype(np.int64)
    place = strokes.key << 36 | strokes.onset
    order = (place << 12 | softness).argsort(kind="stable")
    place = place[order]
    first = np.ones(len(place), bool)
    first[1:] = place[1:] != place[:-1]
    if not first.all():
        order, place = order[first], place[first]
    kept = strokes[order]
    room = place[1:] - place[:-1]  # the next key is further off than any stroke is long
    kept.duration[:-1] = np.minimum(kept.duration[:-1], room)
    return kept
