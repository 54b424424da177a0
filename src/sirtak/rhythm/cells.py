"""Chains of rhythm cells: which beat follows which, by the shares counted in küy.

A cell is a rhythm file of one beat or a few (a quarter, or a dotted quarter in 6/8) whose
`follows_in` says, by meter, what comes next. Counted were 2/4, 4/4 and 6/8 (kazakh.md 4.2); other
bars of quarters are given the shares of 2/4, which is ours. Beats count from 0 at a bar line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError, did_you_mean
from sirtak.library import Library
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.rhythm import Rhythm, load_rhythm
from sirtak.rhythm.step import Row, Step
from sirtak.rng import Dice
from sirtak.theory.meter import Meter, format_meters

QUARTER, DOTTED = 960, 1440


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a meter: rhythms by name, and how likely each is at first and after each other.

    `start` and `follows` are shares of 1; `bars` are the beats of the bars, in turn, and `beats`
    the beats of each cell.
    """

    rhythms: Mapping[str, Rhythm]
    start: Mapping[str, float]
    follows: Mapping[str, Mapping[str, float]]
    beats: Mapping[str, int]
    bars: tuple[int, ...]

    def draws(self, dice: Dice, lane: str, count: int) -> NDArray[np.float64]:
        """Return one draw for each beat of `count` bars, addressed by bar and beat."""
        rows = dice.rows(lane, count, max(self.bars))
        sizes = np.resize(self.bars, count)
        return rows[np.arange(rows.shape[1]) < sizes[:, None]]

    def grid(self, names: Sequence[str]) -> Grid:
        """Return a chain as one row of strokes, each cell stroked as it is after the one before.

        >>> from sirtak.rhythm import format_grid
        >>> from sirtak.theory.meter import parse_meters
        >>> format_grid(load_cells(Library(), parse_meters("2/4")).grid(["c112", "c22", "c22"]))
        'stroke  Dud-u-u-D-u-'
        """
        finest = lcm(*(self.rhythms[name].grid.steps_per_beat for name in names))
        steps: list[Step] = []
        size, before = 0, ""
        for name in names:
            rhythm = self.rhythms[name]
            row, factor = rhythm.row_after(before), finest // rhythm.grid.steps_per_beat
            steps += [
                Step(size + step.index * factor, step.level, step.length * factor, step.stroke)
                for step in row.steps
            ]
            size, before = size + row.size * factor, name
        return Grid((Row("stroke", size, tuple(steps)),), finest)


def load_cells(library: Library, meters: tuple[Meter, ...], style: str = "", first: str = "") -> Cells:
    """Return the cells that are reached in a meter from a first one (c22, or c42 in 6/8).

    With a `style` (the keys of `weight_in`: adai, balbyrauyn, song-like) only its cells are left,
    and the shares of what follows are fitted to its shares of beats. Raises SpecError for a meter
    of no counted cells and for a style that no cell names.

    >>> from sirtak.theory.meter import parse_meters
    >>> cells = load_cells(Library(), parse_meters("4/4"))
    >>> cells.follows["c22"]["c112"], cells.follows["c112"]
    (0.21, {'c22': 1.0})
    """
    counted, unit = _counted_in(meters)
    rhythms = _reached(library, counted, unit, first or ("c42" if unit == DOTTED else "c22"))
    weights = {name: rhythm.weight or 0.0 for name, rhythm in rhythms.items()}
    if not any(weights.values()):  # own cells need not have been counted
        weights = dict.fromkeys(weights, 1.0)
    if style:
        known = {key for rhythm in rhythms.values() for key in rhythm.weight_in}
        weights = {name: rhythm.weight_in.get(style, 0.0) for name, rhythm in rhythms.items()}
        weights = {name: weight for name, weight in weights.items() if weight}
        if not weights:
            raise SpecError(
                f"no cell of {format_meters(meters)} was counted in the style '{style}'",
                hint=did_you_mean(style, known) or "leave the style out",
            )
    table = {name: _shares(rhythms[name].follows_in.get(counted, {}), weights) for name in weights}
    return Cells(
        rhythms={name: rhythms[name] for name in weights},
        start=_shares(weights, weights),
        follows=_fitted(table, weights) if style else table,
        beats={name: rhythms[name].ticks // unit for name in weights},
        bars=tuple(meter.ticks // unit for meter in meters),
    )


def _counted_in(meters: tuple[Meter, ...]) -> tuple[str, int]:
    """Return the meter whose shares are taken, and the beat in ticks."""
    if all(meter.beat >= QUARTER for meter in meters):
        return ("4/4" if {meter.ticks for meter in meters} == {4 * QUARTER} else "2/4"), QUARTER
    if all(meter.denominator == 8 and set(meter.groups) == {3} for meter in meters):
        return "6/8", DOTTED
    raise SpecError(
        f"no cells were counted in {format_meters(meters)}",
        hint="in bars of quarters and of dotted quarters they were; name a rhythm instead",
    )


def _reached(library: Library, meter: str, unit: int, first: str) -> dict[str, Rhythm]:
    """Return the cells that a first one leads to."""
    found: dict[str, Rhythm] = {}
    waiting = [first]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = load_rhythm(library, name)
            if found[name].ticks % unit:
                message = (
                    f"meter: the cell '{name}' lasts {found[name].meter_text}, not whole beats of {meter}"
                )
                raise library.document("rhythm", name).error(("meter",), message, "a cell fills whole beats")
            waiting += found[name].follows_in.get(meter, {})
    return found


def _shares(shares: Mapping[str, float], among: Mapping[str, float]) -> dict[str, float]:
    """Return the shares of the names among others, as shares of 1; those of `among` where none is."""
    kept = {name: share for name, share in shares.items() if name in among and share}
    kept = kept or {name: share for name, share in among.items() if share}
    total = sum(kept.values())
    return {name: share / total for name, share in kept.items()}


def _fitted(
    table: Mapping[str, Mapping[str, float]], weights: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """Return what follows what, as near to `table` as it can be while cells keep their weights.

    Pairs of cells are scaled by rows and columns in turn until each cell comes as often as it is
    left (iterative proportional fitting); a pair that was never counted stays out.
    """
    names = list(weights)
    target = np.array(list(weights.values()))
    pairs = np.array([[table[a].get(b, 0.0) for b in names] for a in names]) * target[:, None]
    for _ in range(500):
        pairs *= target / np.maximum(pairs.sum(axis=0), 1e-12)
        pairs *= (target / np.maximum(pairs.sum(axis=1), 1e-12))[:, None]
        if np.abs(pairs.sum(axis=0) - target).max() < 1e-4:  # hundredths of a percent
            break
    odds = pairs / pairs.sum(axis=1, keepdims=True)
    return {
        a: {b: float(odds[i, j]) for j, b in enumerate(names) if odds[i, j] > 1e-9}
        for i, a in enumerate(names)
    }


def chain(
    cells: Cells, beats: int, draws: Sequence[float] | NDArray[np.float64], before: str = ""
) -> tuple[str, ...]:
    """Return the names of cells that fill `beats` beats from a bar line on.

    A cell takes the draw (0 to 1) of the beat that it begins on, and crosses no bar line; `before`
    is the cell that came before. More beats leave the cells before them as they were, but for a
    long one at the very end.

    >>> from sirtak.theory.meter import parse_meters
    >>> chain(load_cells(Library(), parse_meters("2/4")), 4, [0.5, 0.8, 0.3, 0.9])
    ('c22', 'c211', 'c22', 'c1111')
    """
    if len(draws) < beats:
        raise SpecError(f"{beats} beats take as many draws, and there are {len(draws)}")
    names: list[str] = []
    lines = np.cumsum(np.resize(cells.bars, beats))
    beat = 0
    while beat < beats:
        room = min(int(lines[np.searchsorted(lines, beat, side="right")]), beats) - beat
        before = _drawn(cells, before, room, float(draws[beat]))
        names.append(before)
        beat += cells.beats[before]
    return tuple(names)


def _drawn(cells: Cells, before: str, room: int, draw: float) -> str:
    """Return the cell of a draw among those that follow and have room, or else of all that have."""
    small = {name: share for name, share in cells.start.items() if cells.beats[name] <= room}
    follow = cells.follows.get(before, cells.start)
    odds = {name: share for name, share in follow.items() if cells.beats[name] <= room} or small
    if not odds:
        raise SpecError(f"no cell is short enough for {room} beat{'s' if room > 1 else ''}")
    edges = np.cumsum(list(odds.values()))
    return list(odds)[min(int(np.searchsorted(edges, draw * edges[-1], side="right")), len(odds) - 1)]
