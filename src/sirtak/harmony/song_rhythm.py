"""The syllables of a line laid on the beats of its bars.

A line takes whole bars: the number whose length is nearest to what its form wants and that has
room for one slot a syllable and a held last note. Feet begin on groups and beats where they can,
the last syllable of a foot is the one that lengthens, and the last of the line is held
(kazakh.md 4.3; note values: craft.md 2.1). Ticks count from the line's start, 960 to the quarter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from math import gcd

import numpy as np

from sirtak.harmony.song import quarters
from sirtak.harmony.song_draw import NEVER, Floats, Ints, draw_paths
from sirtak.notes import PPQ
from sirtak.theory.meter import Meter

Meters = tuple[Meter, ...]

# How welcome a syllable is on a bar line, a group, a beat and elsewhere: the first of a foot, another.
_FOOT = {1.0: 6.0, 0.7: 4.0, 0.4: 2.0, 0.15: 0.1}
_INSIDE = {1.0: 1.6, 0.7: 1.3, 0.4: 1.1, 0.15: 0.8}
FINEST = 60  # ticks
RARE = 0.3  # percent: a note value that the form does not name


@lru_cache(maxsize=1024)
def line_bars(meters: Meters, first: int, beats: float, syllables: int, hold: int, slot: int) -> int:
    """Return how many bars a line takes that begins in bar `first` of the cycle of meters.

    Where whole cycles come near to what the line wants, all its lines take the same bars.

    >>> from sirtak.theory.meter import parse_meters
    >>> line_bars(parse_meters("4/4"), 0, 8, 11, 3, 480), line_bars(parse_meters("7/8"), 0, 8, 11, 3, 480)
    (2, 2)
    """
    need, want = (syllables - 1 + hold) * slot, beats * PPQ
    cycle = sum(meter.ticks for meter in meters)
    if len(meters) > 1 and first == 0 and cycle <= 1.6 * want:
        times = max(-(-need // cycle), round(want / cycle), 1)
        return times * len(meters)
    length, count, best = 0, 0, (float("inf"), 0)
    while length < max(need, want):
        length += meters[(first + count) % len(meters)].ticks
        count += 1
        if length >= need:
            best = min(best, (abs(length - want), count))
    return best[1]


@lru_cache(maxsize=256)
def grid(bars: Meters, slot: int) -> tuple[int, Floats]:
    """Return the ticks of a step and the weight of each step of a line: 1 bar line, .7 group, .4 beat.

    Where the bars are no whole number of slots the steps are finer than a slot.
    """
    lengths = [length for meter in bars for length in (meter.ticks, meter.beat)]
    step = gcd(slot, *lengths)
    if step < FINEST:  # a unit such as a ninth of a bar: on the beat's own grid, no shorter than the unit
        step = gcd(PPQ // 8, *lengths)
    weights = []
    for meter in bars:
        groups = set(meter.group_ticks.tolist())
        for tick in range(0, meter.ticks, step):
            weight = 0.7 if tick in groups else 0.4 if tick % meter.beat == 0 else 0.15
            weights.append(1.0 if tick == 0 else weight)
    table = np.array(weights)
    table.flags.writeable = False
    return step, table


@lru_cache(maxsize=256)
def _values(durations: tuple[tuple[str, float], ...], step: int, slot: int, steps: int) -> Floats:
    """Return the share of each length in steps; those under a slot are out."""
    table = {float(quarters(key) * PPQ): share for key, share in durations}
    return np.array(
        [
            NEVER
            if length < slot
            # A line has to fit its bars, which favours what is short: half of that is taken back.
            else max(table.get(length, 0.0) * min(1, 2 * length / PPQ), RARE * min(1, 2 * PPQ / length))
            for length in range(0, steps * step, step)
        ]
    )


def line_rhythm(
    bars: Meters,
    feet: Sequence[int],
    durations: Mapping[str, float],
    hold: int,
    slot: int,
    draws: Floats,
    head: Sequence[int] = (),
) -> Ints:
    """Return the onset of each syllable, then the end of the line, in ticks.

    The best of as many drafts as there are rows of draws (one number a syllable); `head` are the
    onsets of the first syllables where they are known.

    >>> from sirtak.theory.meter import parse_meters
    >>> bars, draws = parse_meters("4/4") * 2, np.full((1, 11), 0.4)
    >>> line_rhythm(bars, (4, 3, 4), {"1/2": 60, "1": 40}, 3, 480, draws).tolist()[0]
    0
    """
    step, weights = grid(bars, slot)
    steps, count = len(weights), sum(feet)
    if count == 1:
        return np.array([0, steps * step])
    values = _values(tuple(durations.items()), step, slot, steps)
    node, last = _nodes(weights, feet, max(0, steps - hold * slot // step))
    if hold > 2:  # a held note wants more room than it must have
        node[count - 1] *= np.where(np.arange(steps) * step > steps * step - hold * PPQ // 2, 0.05, 1.0)
    for syllable, tick in enumerate(head):
        node[syllable] = np.where(np.arange(steps) * step == tick, 1.0, NEVER)
    move = _moves(values, steps, count, last)
    onsets = draw_paths(node, move, draws[:, :count]) * step
    # There is always this one: syllables as even as the line allows.
    even = np.arange(count)[None, :] * max(1, steps * step // (count - 1 + hold) // slot) * slot
    drafts = np.concatenate([onsets, even])
    ends = np.full((len(drafts), 1), steps * step)
    lengths = np.diff(np.concatenate([drafts, ends], axis=1), axis=1)
    best = int(np.argmax(_worth(drafts, lengths, weights[drafts // step], feet, slot, hold)))
    return np.append(drafts[best], steps * step)


def _nodes(weights: Floats, feet: Sequence[int], limit: int) -> tuple[Floats, Ints]:
    """Return how welcome each step is to each syllable, and which syllables end a foot."""
    starts = [0, *accumulate(feet)][:-1]
    count = sum(feet)
    inside, foot = (np.vectorize(table.get)(weights).astype(float) for table in (_INSIDE, _FOOT))
    node = np.tile(inside, (count, 1))
    node[starts] = foot
    node[count - 1] = foot**1.5  # the last note is held, and so begins on a beat
    node[0, 1:] = NEVER
    node[:, limit + 1 :] *= NEVER
    return node, np.array([start + size - 1 for start, size in zip(starts, feet, strict=True)])


def _moves(values: Floats, steps: int, count: int, last: Ints) -> Floats:
    gap = np.arange(steps)[None, :] - np.arange(steps)[:, None]
    plain = np.where(gap > 0, values[np.clip(gap, 0, steps - 1)], NEVER)
    median = float(np.sum(values > RARE)) and float(np.average(np.arange(steps), weights=values))
    longer = np.where(gap > median, 3.0, np.where(gap < 0.7 * median, 0.4, 1.0))
    move = np.repeat(plain[None], max(count - 1, 0), axis=0)
    move[last[:-1]] *= longer
    move[[item for item in range(count - 1) if item not in last]] *= np.where(gap > 1.6 * median, 0.5, 1.0)
    return move


def _worth(onsets: Ints, lengths: Ints, weight: Floats, feet: Sequence[int], slot: int, hold: int) -> Floats:
    """Return how well each draft can be sung."""
    starts = [0, *accumulate(feet)][:-1]
    median = np.median(lengths, axis=1)
    room = lengths[:, -1]
    # A held last note of twice the others and a breath behind it, where the form holds at all.
    wanted = np.maximum(min(hold, 2.5) * median, hold * PPQ / 2 if hold > 2 else 0)
    short = np.maximum(0, wanted - room) / PPQ
    # A line that is not held runs on into the next, syllable by syllable.
    most = np.full(len(room), 3.0 * PPQ) if hold > 1 else median * 1.5
    long = np.maximum(0, room - most) / PPQ * (1 if hold > 1 else 4)
    weak = np.sum(weight[:, [*starts, -1]] < 0.4, axis=1)
    # A note that begins beside the beat and lasts over it limps; once is a colour.
    limping = np.sum((weight[:, :-1] < 0.4) & (lengths[:, :-1] > slot), axis=1)
    inner = np.sort(lengths[:, :-1], axis=1)
    outdone = (inner[:, -1] >= room) & (hold > 1)
    variety = 1 + np.sum(np.diff(inner, axis=1) > 0, axis=1)
    crowded = np.any(lengths < slot, axis=1)
    worth: Floats = (
        -4 * short
        - 0.6 * long
        - 1.5 * weak
        - 1.5 * outdone
        - 1.0 * limping
        + 0.4 * np.minimum(variety, 3)
        - 50 * crowded
        - 50 * (room < min(hold, 2) * median)
    )
    return worth
