"""Sketches: many drafts of every figure, drawn from what follows what in the measured küy.

A figure's rhythm is a chain of beat cells; its melody a walk over frets by the measured moves
(kazakh.md 2.4), inside the figure's register. `choose` then keeps the drafts that together have
the proportions of the type.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.measured import MOVES
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.types import KuyType, cell_lengths
from sirtak.theory.tuning import FRETS

DRAFTS = 56
UNDER = 0.3  # odds of a lower neighbour from the note above it, so that enough drafts have one; ours
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Where a type says nothing of a beat: the pooled cells of four küy, and Kelinshek's (kazakh.md 4.2).
POOLED = {
    4: {"2-2": 65.3, "4": 14.8, "1-1-2": 8.3, "2-1-1": 6.0, "1-3": 2.7, "1-1-1-1": 2.4},
    6: {"4-2": 65.4, "2-2-2": 25.5, "6": 9.2},
}
# After these the next beat is an even pair (100 %, 96 % after the snap: kazakh.md 4.2).
ANSWERED = frozenset({"1-1-2", "2-1-1", "1-1-1-1", "1-3"})


@dataclass(frozen=True)
class Sketch:
    """What is asked of a figure: register (frets), first and last fret (-1: any), and whose rhythm it has."""

    name: str
    low: int
    high: int
    first: int
    last: int
    rhythm: str
    homing: float = 0.0
    open: bool = False
    fixed: bool = False

    def frets(self, scale: Scale) -> list[int]:
        """Return the frets of a scale that the figure may use; `open` adds the open string."""
        return [fret for fret in scale.frets if self.low <= fret <= self.high or (self.open and not fret)]


def sketches(kind: KuyType, scale: Scale, draws: list[float]) -> dict[str, Sketch]:
    """Return what is asked of every figure of a type, from eight draws.

    The refrain lives on the home fret, the theme starts on or about it, and the second half of a
    pair has the rhythm of the first: one motif, not two.
    """
    home = scale.nearest(kind.home)
    above = scale.stepped(home, 1 + int(draws[0] * 2))
    start = (home, above, scale.stepped(home, 2))[int(draws[1] * 3)]
    second = (scale.stepped(start, 1), scale.stepped(start, -1), start)[int(draws[2] * 3)]
    third = (above, scale.stepped(above, 1), scale.stepped(start, 2))[int(draws[3] * 3)]
    # The plateau of the great sağa: fret 17 in Adai, 19 in Balbyrauyn (kazakh.md 3.1).
    top = scale.nearest(17 if home else 19) if kind.file.ulken else scale.nearest((14, 16)[int(draws[4] * 2)])
    way = scale.nearest((9, 7, 10)[int(draws[5] * 3)])
    # Registers: the refrain lies on frets 0 to 3 in minor and 0 to 7 in major, the theme within a fifth.
    low, high, narrow = 0, 7, 5 if home else 7
    rows = [
        Sketch("R0", low, narrow, home, -1, "R0", 2.0, fixed=True),
        Sketch("R1", low, narrow, (home, above)[int(draws[6] * 2)], home, "R1", 2.0),
        Sketch("R2", low, narrow, home, home, "R1", 2.0),
        Sketch("T0", low, high, start, -1, "T0"),
        Sketch("T1", low, high, second, -1, "T0"),
        Sketch("T2", low, high, third, -1, "T2"),
        Sketch("T3", low, high, second, home, "T3"),
        Sketch("H0", low, 12, way, -1, "H0"),
        Sketch("H1", low, 9, scale.stepped(way, -2), -1, "H0"),
        Sketch("H2", low, 7, scale.stepped(home, 2), home, "H2"),
        Sketch("L", low, 12, home, scale.nearest(7), "L"),
        Sketch("S0", 12, FRETS, top, -1, "S0", 0, True, True),
        Sketch("S1", 12, FRETS, scale.nearest(16), -1, "S0", 0, True),
        Sketch("S2", 10, FRETS, scale.nearest(17), scale.nearest(12), "S2", 0, True),
    ]
    return {row.name: row for row in rows}


def cell_table(kind: KuyType, size: int) -> dict[str, float]:
    """Return the shares of the cells that fill a beat of `size` sixteenths."""
    own = {cell: share for cell, share in kind.cells.items() if sum(cell_lengths(cell)) == size}
    return own or POOLED[size]


def draft_cells(kind: KuyType, beats: tuple[int, ...], draws: Floats, *, ends: bool) -> list[tuple[str, ...]]:
    """Return chains of cells for a figure, one a row of draws (drafts, beats).

    `ends` asks for a last beat that needs no answer.
    """
    return [_chain(kind, beats, row, ends) for row in draws.tolist()]


def _chain(kind: KuyType, beats: tuple[int, ...], draws: list[float], ends: bool) -> tuple[str, ...]:
    chain: list[str] = []
    for place, (size, draw) in enumerate(zip(beats, draws, strict=True)):
        before = chain[-1] if chain else ""
        final = place == len(beats) - 1 and ends
        table = _next_cells(kind, before, size, final)
        chain.append(_pick(table, draw))
    return tuple(chain)


@cache
def _next_cells(kind: KuyType, before: str, size: int, final: bool) -> tuple[tuple[str, float], ...]:
    shares = cell_table(kind, size)
    # The files tell what follows for all küy in a meter: cells that the type has not stay out.
    after = {cell: share for cell, share in kind.follows.get(before, {}).items() if cell in shares}
    if before in ANSWERED and not after and "2-2" in shares:
        after = {"2-2": 100.0}
    table = after or shares
    if final:
        table = {cell: share for cell, share in table.items() if cell not in ANSWERED} or table
    total, below, steps = sum(table.values()), 0.0, []
    for cell, share in table.items():
        below += share / total
        steps.append((cell, below))
    return tuple(steps)


def _pick(table: tuple[tuple[str, float], ...], draw: float) -> str:
    return next((cell for cell, below in table if draw < below), table[-1][0])


@cache
def moves(scale: Scale, row: Sketch, home: int) -> Floats:
    """Return the cumulative odds of the next different fret, shape (20, 20), inside a register.

    The measured moves where there are any, with a tenth of steps and skips of the scale, so that
    frets which the counted küy do not have (other modes) can be left as well.
    """
    inside = row.frets(scale)
    table = np.zeros((FRETS + 1, FRETS + 1))
    for fret in range(FRETS + 1):
        odds = np.zeros(FRETS + 1)
        for other, share in MOVES.get(fret, {}).items():
            odds[other] = share
        known = odds[inside].sum()
        for other in inside:
            away = abs(scale.frets.index(other) - scale.frets.index(scale.nearest(fret)))
            odds[other] += (0.1 * known + 1) * {1: 0.35, 2: 0.12, 3: 0.04}.get(away, 0.01)
        odds[home] *= 1 + row.homing
        odds[fret] = 0
        mask = np.zeros(FRETS + 1)
        mask[inside] = 1
        table[fret] = odds * mask
        if not table[fret].any():
            table[fret, inside[0]] = 1
    for fret in scale.under:
        if fret + 1 in inside:
            table[fret] = np.arange(FRETS + 1) == fret + 1
            table[fret + 1, fret] = UNDER * table[fret + 1].sum()
    total: Floats = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)
    return total


def draft_melodies(
    rows: list[Sketch], scale: Scale, home: int, inside: list[NDArray[np.bool_]], draws: Floats, stay: float
) -> list[Ints]:
    """Return melody frets for each figure, shape (drafts, strokes): walks from its first fret.

    `inside[f]` marks the strokes that do not begin a beat: there the note is repeated more often.
    `draws` has shape (figures, drafts, longest, 2); `stay` is the share of repeats wanted.
    """
    longest = max(len(item) for item in inside)
    table = np.stack([moves(scale, row, home) for row in rows])
    odds = np.full((len(rows), longest), stay)
    for number, item in enumerate(inside):
        odds[number, : len(item)] = np.where(item, min(0.9, stay * 1.25), stay * 0.75)
    figure = np.arange(len(rows))[:, None]
    now = np.repeat([[row.first] for row in rows], draws.shape[1], axis=1)
    walk = np.empty((len(rows), draws.shape[1], longest), np.int64)
    walk[:, :, 0] = now
    for place in range(1, longest):
        moved = np.sum(table[figure, now] <= draws[:, :, place, 1, None], axis=2)
        now = np.where(draws[:, :, place, 0] < odds[:, place, None], now, moved)
        walk[:, :, place] = now
    return [walk[number, :, : len(item)] for number, item in enumerate(inside)]
