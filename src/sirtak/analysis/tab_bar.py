"""One bar of tablature: numbers on their steps, dashes for what rings, strokes above and beats below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sirtak.analysis.kuy_bars import CLOSE, LOOSE
from sirtak.analysis.tab_events import Event
from sirtak.notes import PPQ

GRIDS = (240, 160, 120, 80, 60)  # ticks: 1/16, triplet sixteenths, 1/32 and finer
RING_ON = 60  # ticks that may lie between a note's end and the next without a gap being drawn

Ints = NDArray[np.int64]
Rings = tuple[Ints, Ints]


@dataclass(frozen=True)
class Drawn:
    """A bar as rows of characters: strokes, one a string, beats; `cuts` are columns of its beats."""

    number: int
    marker: str
    rows: tuple[str, ...]
    cuts: tuple[int, ...]
    closed: bool = True

    @property
    def width(self) -> int:
        """Columns, without bar lines."""
        return len(self.rows[0])


def grid_of(offsets: Sequence[int]) -> int:
    """Return the grid (ticks) that the onsets of a bar lie on, each on a step of its own.

    >>> grid_of([0, 250, 470]), grid_of([0, 320, 640]), grid_of([0, 120, 480])
    (240, 160, 120)
    """
    if not offsets:
        return GRIDS[0]

    def off(grid: int) -> int:
        return max(abs(tick - round(tick / grid) * grid) for tick in offsets)

    apart = [grid for grid in GRIDS if len({round(tick / grid) for tick in offsets}) == len(offsets)]
    if 240 in apart and off(240) <= LOOSE:
        return 240
    close = [grid for grid in apart if off(grid) <= CLOSE]
    # Of grids on which all onsets lie the coarsest, unless a finer one is much nearer (1/32 to triplets).
    if close:
        return min(close, key=lambda grid: (off(grid) > 15, GRIDS.index(grid)))
    return apart[0] if apart else GRIDS[-1]


def rings_of(events: Sequence[Event], line: int) -> Rings:
    """Return the onsets and the ends of what sounds on a line."""
    some = [(event.onset, event.signs[line].end) for event in events if line in event.signs]
    table = np.array(some, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def draw_bar(
    number: int,
    marker: str,
    events: list[Event],
    span: tuple[int, int],
    starts: list[int],
    rings: list[Rings],
    ascii: bool,
) -> Drawn:
    """Return a bar (its ticks are `span`, its beats begin at `starts` from there) with all its rows."""
    offsets = [max(0, event.onset - span[0]) for event in events]
    silent = not events and not any(_sounding(ring, span[0]) for ring in rings)
    grid = PPQ if silent else grid_of(offsets)
    places: list[int] = []
    for tick in offsets:  # what falls together even on the finest grid goes one step on
        places.append(max(round(tick / grid), places[-1] + 1 if places else 0))
    size = _step_width(events, places, len(rings))
    struck = list(zip(events, places, strict=True))
    marks = [(len(sign.mark), at) for event, at in struck for sign in event.signs.values()]
    lead = max([0, *(room - at * size for room, at in marks)])
    columns = lead + max(-(-(span[1] - span[0]) // grid), places[-1] + 1 if places else 0) * size
    time = span[0] + (np.arange(columns) - lead + 0.5) / size * grid
    rows = []
    for line, (begun, ended) in enumerate(rings):
        row = _ringing(time, begun, ended)
        for sign, at in ((event.signs[line], at) for event, at in struck if line in event.signs):
            column = lead + at * size
            row[column - len(sign.mark) : column + len(str(sign.fret))] = str(sign)
        rows.append("".join(row))
    arrows = {
        lead + at * size: ("UD" if ascii else "V⊓")[event.down] for event, at in struck if event.down >= 0
    }
    strokes = "".join(arrows.get(column, " ") for column in range(columns))
    cuts = tuple(lead + tick * size // grid for tick in starts)
    halves = range(0, span[1] - span[0], PPQ // 2) if grid < PPQ // 2 else ()
    ruler = _ruler(columns, [lead + tick * size // grid for tick in halves], cuts)
    return Drawn(number, marker, (strokes, *rows, ruler), cuts)


def _ruler(columns: int, halves: Sequence[int], beats: Sequence[int]) -> str:
    """Return the numbers of the beats, with a point on every eighth between them."""
    row = [" "] * columns
    for column in halves:
        row[column] = "."
    for beat, column in enumerate(beats, 1):
        row[column : column + len(str(beat))] = str(beat)
    return "".join(row)[:columns]


def _sounding(ring: Rings, tick: int) -> bool:
    """Return whether a line still sounds well behind a tick."""
    last = int(np.searchsorted(ring[0], tick)) - 1
    return last >= 0 and int(ring[1][last]) > tick + RING_ON


def _ringing(time: NDArray[np.float64], begun: Ints, ended: Ints) -> list[str]:
    if not len(begun):
        return [" "] * len(time)
    at = np.searchsorted(begun, time, side="right") - 1
    sounding = (at >= 0) & (ended[at] + RING_ON > time)
    return ["-" if on else " " for on in sounding.tolist()]


def _step_width(events: list[Event], places: list[int], lines: int) -> int:
    """Return the columns of a step: 2, or as many as keep the numbers of every string apart."""
    size = 2
    for line in range(lines):
        signs = [
            (at, event.signs[line]) for event, at in zip(events, places, strict=True) if line in event.signs
        ]
        for (a, left), (b, right) in pairwise(signs):
            room = len(str(left.fret)) + len(right.mark) + (not right.mark)
            size = max(size, -(-room // (b - a)))
        if signs:
            size = max(size, len(str(signs[-1][1].fret)))
    return size
