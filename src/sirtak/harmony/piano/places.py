"""Where a pianist's hands fall: steps in the groups of the bar, and the tones of each chord.

Ticks count from the section's start; pitches are MIDI numbers. A cell is what one figure of the
hand fills: a group of the meter, or two beats where the groups are single quarters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.scene import Scene
from sirtak.scene.line import Chord
from sirtak.theory.meter import Bars, Meter

Ints = NDArray[np.int64]
_DEEP = 41
TENTH = 16  # semitones between thumb and little finger, at most


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of a section in columns: ticks, the step in its cell, the cell in its bar, the bar."""

    tick: Ints
    step: Ints
    cell: Ints
    bar: Ints


@cache
def cells(meter: Meter) -> tuple[tuple[int, int, int], ...]:
    """Return (tick, step, cell) of every step in a bar: eighths, or the beat where it is shorter.

    >>> from sirtak.theory.meter import parse_meters
    >>> [(tick // 480, step) for tick, step, _ in cells(parse_meters("7/8 (3+2+2)")[0])]
    [(0, 0), (1, 1), (2, 2), (3, 0), (4, 1), (5, 0), (6, 1)]
    >>> [(tick // 480, step) for tick, step, _ in cells(parse_meters("4/4")[0])]
    [(0, 0), (1, 1), (2, 2), (3, 3), (4, 0), (5, 1), (6, 2), (7, 3)]
    """
    unit = min(meter.beat, 480)
    groups = list(meter.groups)
    if set(groups) == {1}:
        pairs, odd = divmod(len(groups), 2)
        groups = [2] * pairs or [1]
        groups[0] += 1 if odd and pairs else 0
    rows, tick = [], 0
    for number, beats in enumerate(groups):
        for step in range(beats * meter.beat // unit):
            rows.append((tick, step, number))
            tick += unit
    return tuple(rows)


def steps_of(bars: Bars) -> Steps:
    """Return the steps of all bars."""
    rows = [
        (start + tick, step, cell, bar)
        for bar, start in enumerate(bars.starts.tolist())
        for tick, step, cell in cells(bars.meter(bar))
    ]
    return Steps(*np.array(rows, np.int64).T)


def pitches_of(scene: Scene, chord: Chord) -> list[int]:
    """Return a chord's tones as pitches from the tonic up, the root first."""
    second = np.zeros(len(chord.tones), bool)
    pitches: list[int] = scene.mode.pitches(list(chord.tones), scene.tonic, second=second).tolist()
    return pitches


def low_tones(scene: Scene, floor: int, below: Ints | None = None, reach: int = 3) -> Ints:
    """Return (chords, 3): root, a tone over it and one beyond the octave, a tenth from the root at most.

    Roots lie from `floor` to a seventh above it; `below` says for each chord which pitch its highest
    tone must stay under, and moves the chord down by octaves (never under MIDI 24); `reach` 2 means
    that the third tone is not played.
    """
    rows = []
    for number, chord in enumerate(scene.chords):
        first, *others = pitches_of(scene, chord)
        root = floor + (first - floor) % 12
        above = [(pitch - first) % 12 for pitch in others] or [12]
        middle = next((item for item in above if item >= 5), 12)
        colour = above[-1]
        top = 12 if colour == middle or colour + 12 > TENTH else colour + 12
        if middle == 5:  # a stack of fourths stays one
            top = max(colour, 10)
        if below is not None:
            while root + (middle if reach == 2 else top) >= int(below[number]) and root >= 36:
                root -= 12
        if root < _DEEP and (below is None or root + 12 < int(below[number])):
            middle, top = 12, max(top, 12)  # so low an octave is clear where a fifth is mud
        rows.append((root, root + middle, root + top))
    return np.array(rows, np.int64)


def heard(scene: Scene, bars: Bars) -> Iterator[Ints]:
    """Yield the rhythm of the theme's first bar for each meter of the cycle: ticks from the bar line."""
    onset = scene.theme.onset
    for bar in range(min(len(bars.meters), bars.count)):
        start = int(bars.starts[bar])
        inside = (onset >= start) & (onset < start + int(bars.lengths[bar]))
        yield onset[inside] - start
