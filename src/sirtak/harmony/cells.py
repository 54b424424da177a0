"""Cells: the stretches of about four beats that a motif fills, whatever the meter.

A bar of three to six quarters is a cell. Shorter bars are taken together (two of 5/8, two of 2/4,
a cycle 2/4+3/4), longer ones are divided between their groups, so that two cells make a phrase of
six to ten beats in every meter (craft.md 4, rule 3). Ticks are 960 to the quarter; a slot is a
place in the cell at which a note may begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from sirtak.theory.meter import Bars, Meter

SHORT = 2640  # ticks, 2.75 quarters: a bar below this is joined to the next
LONG = 6240  # ticks, 6.5 quarters: a bar above this is divided

Group = tuple[int, int, int, float]  # bar of the cell, tick in that bar, length, weight


@dataclass(frozen=True, eq=False)
class Grid:
    """The slots of one kind of cell: where they lie, and how strong they are.

    `place` is (bar of the cell, tick in that bar), `tick` the same from the cell's start, `weight`
    1 on a bar line, .7 on a group, .4 on a beat, .15 elsewhere; `half` is the slot of a held last
    note: the group nearest to the middle.
    """

    place: tuple[tuple[int, int], ...]
    tick: tuple[int, ...]
    weight: tuple[float, ...]
    length: int
    half: int

    def __len__(self) -> int:
        return len(self.tick)


@dataclass(frozen=True)
class Cell:
    """A cell in a section: its first bar (of the theme's, not the section's) and its slots."""

    bar: int
    grid: Grid


@lru_cache(maxsize=512)
def cells_of(meters: tuple[Meter, ...], slot: int) -> tuple[Cell, ...]:
    """Return the cells of a section's bars; the last one may be shorter than the others.

    >>> from sirtak.theory.meter import parse_meters
    >>> [len(cells_of(parse_meters(text) * 4, 480)) for text in ("4/4", "5/8", "2/4+3/4", "8/4")]
    [4, 2, 4, 8]
    """
    cells: list[Cell] = []
    for first, bars in _joined(meters):
        for groups in _divided(bars):
            lead = groups[0][0]
            own = tuple((bar - lead, tick, length, weight) for bar, tick, length, weight in groups)
            cells.append(Cell(first + lead, _grid(own, slot, bars[lead].beat)))
    return tuple(cells)


def _joined(meters: tuple[Meter, ...]) -> list[tuple[int, tuple[Meter, ...]]]:
    """Return (first bar, bars) of cells, a power of two of equal bars."""
    found: list[tuple[int, tuple[Meter, ...]]] = []
    bar = 0
    while bar < len(meters):
        size = 1
        while sum(meter.ticks for meter in meters[bar : bar + size]) < SHORT and bar + size < len(meters):
            size += size if len(set(meters)) == 1 else 1
        found.append((bar, tuple(meters[bar : bar + size])))
        bar += size
    return found


@cache
def _divided(bars: tuple[Meter, ...]) -> tuple[tuple[Group, ...], ...]:
    """Return the groups of a cell, or of the several cells that a long bar makes."""
    groups = [
        (bar, int(tick), int(size) * meter.beat, 1.0 if tick == 0 else 0.7)
        for bar, meter in enumerate(bars)
        for tick, size in zip(meter.group_ticks.tolist(), meter.groups, strict=True)
    ]
    total = sum(group[2] for group in groups)
    count = 1 if total <= LONG else round(total / 3840)
    parts: list[list[Group]] = [[] for _ in range(count)]
    passed = 0
    for group in groups:
        parts[min(count - 1, passed * count // total)].append(group)
        passed += group[2]
    return tuple(tuple(part) for part in parts if part)


@cache
def _grid(groups: tuple[Group, ...], slot: int, beat: int) -> Grid:
    place: list[tuple[int, int]] = []
    ticks, weights, passed = [], [], 0
    starts = []
    for bar, tick, length, weight in groups:
        starts.append((len(place), passed))
        for inside in range(0, length, slot):
            place.append((bar, tick + inside))
            ticks.append(passed + inside)
            weights.append(weight if inside == 0 else 0.4 if inside % beat == 0 else 0.15)
        passed += length
    near = min(starts, key=lambda start: (abs(2 * start[1] - passed), start[1]))[0]
    return Grid(tuple(place), tuple(ticks), tuple(weights), passed, near or len(place) // 2)


def theme_cells(bars: Bars, pace: int, slot: int) -> tuple[Cell, ...]:
    """Return the cells of a theme that plays at 1/pace of its speed over a section's bars.

    A bar of the theme takes `pace` bars of the section, in the meter of the first.
    """
    count = -(-bars.count // pace)
    return cells_of(tuple(bars.meter(number * pace) for number in range(count)), slot)
