"""Bars and beats of a küy: beat cells, and bars as things that can be compared.

A cell is written in sixteenths from event to event up to the end of its beat: `2-1-1`. Beats are
quarters, dotted quarters in 6/8, and the groups of 5/8 (3+2) and 7/8. Onsets may be 60 ticks early.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sirtak.analysis.bars import Frame
from sirtak.notes import PPQ, Arrangement, Notes
from sirtak.theory.meter import default_groups

SIXTEENTH = PPQ // 4
EARLY = 60  # ticks that a hand may be early
LOOSE = 75  # ticks off the sixteenths, from which a beat is held against finer grids
CLOSE = 40  # ticks off a finer grid, at the most

Groups = Mapping[tuple[int, int], tuple[int, ...]]
Bar = tuple[tuple[int, int], ...]
Ints = NDArray[np.int64]

# Seven eighths in print are 4+3 (Köroğly, kazakh.md 4.2); of the others the accents decide.
_SEVENS = ((2, 2, 3), (3, 2, 2), (2, 3, 2))
_FIXED: dict[tuple[int, int], tuple[int, ...]] = {(5, 8): (3, 2), (7, 8): _SEVENS[0]}


@dataclass(frozen=True, eq=False)
class Beats:
    """Bar lines (the last one included), the first tick of every beat, and the bar of each beat."""

    bars: Ints
    starts: Ints
    bar: Ints

    @classmethod
    def of(cls, arrangement: Arrangement, groups: Groups | None = None) -> Beats:
        """Return the beats of a piece, bar by bar; SirtakError where it has too many bars to measure.

        >>> from sirtak.notes import MeterChange
        >>> five = Arrangement((), length=4800, meters=(MeterChange(0, 5, 8),))
        >>> Beats.of(five).starts.tolist()
        [0, 1440, 2400, 3840]
        """
        bars = Frame.of(arrangement).starts
        meters = arrangement.meters
        chosen = np.searchsorted([item.tick for item in meters], bars[:-1], side="right") - 1
        shapes = [beat_ticks(item.numerator, item.denominator, groups) for item in meters]
        starts, bar = [], []
        for number, (start, end, at) in enumerate(
            zip(bars[:-1].tolist(), bars[1:].tolist(), chosen.tolist(), strict=True)
        ):
            for tick in shapes[max(0, at)]:
                if start + tick < end:
                    starts.append(start + tick)
                    bar.append(number)
        return cls(bars, np.array(starts, np.int64), np.array(bar, np.int64))

    def bar_of(self, ticks: Ints) -> Ints:
        """Return the number of the bar (from 0) of each tick."""
        found = np.searchsorted(self.bars, ticks + EARLY, side="right") - 1
        return np.clip(found, 0, max(0, len(self.bars) - 2))


def beat_ticks(numerator: int, denominator: int, groups: Groups | None = None) -> tuple[int, ...]:
    """Return the ticks of a bar at which its beats begin; groups of halves are counted in quarters.

    >>> beat_ticks(7, 8), beat_ticks(7, 8, {(7, 8): (3, 2, 2)}), beat_ticks(2, 2)
    ((0, 960, 1920), (0, 1440, 2400), (0, 960, 1920, 2880))
    """
    if denominator < 4:
        return tuple(range(0, PPQ * 4 * numerator // denominator, PPQ))
    given = (groups or {}).get((numerator, denominator)) or _FIXED.get((numerator, denominator))
    sizes = given or default_groups(numerator, denominator)
    return tuple(int(place) * 4 * PPQ // denominator for place in np.cumsum([0, *sizes[:-1]]))


def heard_groups(arrangement: Arrangement, notes: Notes, groups: Groups | None = None) -> Groups:
    """Return the groups of a piece's meters: as given, and those of 7/8 by where the accents fall.

    A grouping other than 2+2+3 must be louder at its starts by two steps of velocity.
    """
    known = dict(groups or {})
    sevens = any((item.numerator, item.denominator) == (7, 8) for item in arrangement.meters)
    if (7, 8) in known or not sevens:
        return known
    best, loudest = _SEVENS[0], 0.0
    for number, sizes in enumerate(_SEVENS):
        starts = Beats.of(arrangement, {**known, (7, 8): sizes}).starts
        after = np.clip(np.searchsorted(starts, notes.onset + EARLY, side="right") - 1, 0, None)
        accent = notes.velocity[np.abs(notes.onset - starts[after]) <= EARLY]
        level = float(accent.mean()) if len(accent) else 0.0
        if level > loudest + (2 if number else 0):
            best, loudest = sizes, level
    return {**known, (7, 8): best}


def cells_of(onset: Ints, beats: Beats) -> list[tuple[str, int]]:
    """Return (cell, number of the beat) for each beat that begins with an event.

    >>> cells_of(np.array([0, 480, 960, 1200, 1440]), Beats.of(Arrangement((), length=3840)))
    [('2-2', 0), ('1-1-2', 1)]
    """
    if not len(beats.starts):
        return []
    number = np.clip(np.searchsorted(beats.starts, onset + EARLY, side="right") - 1, 0, None)
    ends = np.append(beats.starts[1:], beats.bars[-1])
    sizes = (ends - beats.starts).tolist()
    places: dict[int, list[int]] = {}
    for beat, tick in zip(number.tolist(), (onset - beats.starts[number]).tolist(), strict=True):
        places.setdefault(beat, []).append(tick)
    cells = []
    for beat, ticks in sorted(places.items()):
        if ticks[0] <= EARLY:  # a beat that begins with a rest or a tie is no cell
            cells.append((cell_text(ticks, sizes[beat]), beat))
    return cells


def cell_text(ticks: Sequence[int], size: int) -> str:
    """Return the cell of a beat of `size` ticks: on sixteenths, or where they do not fit on finer grids.

    >>> cell_text([0, 250, 470], 960), cell_text([0, 120, 480, 600], 960), cell_text([0, 320, 640], 960)
    ('1-1-2', '0.5-1.5-0.5-1.5', '1.33-1.33-1.33')
    """
    step = SIXTEENTH
    if max(abs(tick - round(tick / step) * step) for tick in ticks) > LOOSE:
        finer = [
            grid
            for grid in (PPQ // 6, PPQ // 8)
            if all(abs(tick - round(tick / grid) * grid) <= CLOSE for tick in ticks)
        ]
        step = min(
            finer, key=lambda grid: sum(abs(tick - round(tick / grid) * grid) for tick in ticks), default=step
        )
    places = sorted({max(0, round(tick / step)) for tick in ticks} | {0})
    bounds = [place * step / SIXTEENTH for place in places if place * step < size] + [size / SIXTEENTH]
    return "-".join(f"{round(b - a, 2):g}" for a, b in pairwise(bounds))


def tune_bars(onset: Ints, fret: Ints, beats: Beats) -> list[Bar]:
    """Return every bar of the piece as (32nd in the bar, melody fret) of its notes; () is silent."""
    number = beats.bar_of(onset)
    slot = np.rint((onset - beats.bars[number]) / (PPQ // 8)).astype(np.int64)
    found: list[list[tuple[int, int]]] = [[] for _ in range(max(0, len(beats.bars) - 1))]
    for bar, place, note in zip(number.tolist(), slot.tolist(), fret.tolist(), strict=True):
        found[bar].append((max(0, place), note))
    return [tuple(bar) for bar in found]


def common_bars(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Return the share (0 to 1) of a's bars, each time they occur, that b has too; silence is no bar.

    >>> common_bars(["x", "x", "y", ()], ["x", "z"])
    0.6666666666666666
    """
    heard = set(b)
    bars = [bar for bar in a if bar != ()]
    return sum(bar in heard for bar in bars) / len(bars) if bars else 0.0
