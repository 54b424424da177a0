"""Sketches: many drafts of every figure, drawn from what follows what in the measured küy.

A melody is a walk over frets by the measured moves (kazakh.md 2.4), inside the figure's register.
Of the drafts the küy keeps those that together have the proportions of the type.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.form import figure_bars
from sirtak.folk.kuy.layout import LONG_OPENING
from sirtak.folk.kuy.measured import MOVES
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.types import KuyType
from sirtak.theory.tuning import FRETS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sketch:
    """What is asked of a figure: register (frets), first and last fret (-1: any), whose rhythm it has.

    `homing` is how much likelier a walk comes to `centre` (-1: the home fret), `open` adds the open
    string to the register, `turns` is how often it should move, `falls` that it should come down.
    It keeps its first `kept` strokes, which are those of the figure `head` where one is named.
    """

    name: str
    low: int
    high: int
    first: int
    last: int
    rhythm: str
    homing: float = 0.0
    centre: int = -1
    open: bool = False
    kept: int = 0
    turns: int = 3
    falls: bool = False
    head: str = ""

    def frets(self, scale: Scale) -> list[int]:
        """Return the frets of a scale that the figure may use; `open` adds the open string."""
        return [fret for fret in scale.frets if self.low <= fret <= self.high or (self.open and not fret)]


def sketches(kind: KuyType, scale: Scale, draws: list[float]) -> dict[str, Sketch]:
    """Return what is asked of every figure of a type, from eight draws.

    The refrain lives on the home fret: its first bar ends open, its last comes home. Where a küy has no
    room for the theme in its opening, the theme begins as the refrain does, so that what climbs has
    been heard before; the second bar of a pair has the rhythm of the first.
    """
    home = scale.nearest(kind.home)
    above = scale.stepped(home, 1 + int(draws[0] * 2))
    new = theme_is_heard_low(kind)
    start = (home, above, scale.stepped(home, 2))[int(draws[1] * 3)] if new else home
    second = scale.stepped(start, (1, -1, 0 if new else 2)[int(draws[2] * 3)])
    third = min(scale.stepped(start, (2, 3, 2)[int(draws[3] * 3)]), 7)
    # The plateau of the great sağa: fret 17 in Adai, 19 in Balbyrauyn (kazakh.md 3.1).
    top = scale.nearest(17 if home else 19) if kind.file.ulken else scale.nearest((14, 16)[int(draws[4] * 2)])
    way = scale.nearest((10, 9, 12)[int(draws[5] * 3)])
    # Registers: the refrain of Adai lies on frets 0 to 3, the others' on 0 to 7 (kazakh.md 3.1 and 3.2).
    song = kind.file.manner == "song"
    low, high, narrow = 0, 7, 5 if home and not song else 7
    least = 2 if song or home else 3
    peak = 16 if kind.file.ulken else 12
    rows = [
        Sketch("R0", low, narrow, home, above, "R0", 2.0, kept=1, turns=least),
        Sketch("R1", low, narrow, (home, above)[int(draws[6] * 2)], -1, "R1", 2.0, turns=least),
        Sketch("R2", low, narrow, home, home, "R1", 2.0, turns=least),
        Sketch("T0", low, high, start, -1, "T0" if new else "R0", kept=1, head="" if new else "R0"),
        Sketch("T1", low, high, second, -1, "T0"),
        Sketch("T2", low, high, third, -1, "T2"),
        Sketch("T3", low, high, second, home, "T3"),
        Sketch("H0", low, 12, way, -1, "H0", falls=True),
        Sketch("H1", low, 9, scale.stepped(way, -2), -1, "H0", falls=True),
        Sketch("H2", low, 7, scale.stepped(home, 2), home, "H2", falls=True),
        Sketch("S0", peak, FRETS, top, -1, "S0", 1.0, top, open=True, kept=1),
        Sketch("S1", 12, FRETS, scale.nearest(16), -1, "S0", 1.0, top, open=True),
        Sketch("S2", 10, FRETS, scale.nearest(17), scale.nearest(12), "S2", open=True, falls=True),
    ]
    return {row.name: row for row in rows}


def theme_is_heard_low(kind: KuyType) -> bool:
    """Return whether the opening has room for the theme before it climbs."""
    return sum(kind.file.opening) / 2 / figure_bars(kind) >= LONG_OPENING


@cache
def moves(scale: Scale, register: tuple[int, ...], towards: int, homing: float) -> Floats:
    """Return the cumulative odds of the next different fret, shape (20, 20), inside a register of frets.

    The measured moves where there are any, with a tenth of steps and skips of the scale, so that
    frets which the counted küy do not have (other modes) can be left as well. `homing` is how much
    likelier the fret `towards` is.
    """
    inside = list(register)
    table = np.zeros((FRETS + 1, FRETS + 1))
    for fret in range(FRETS + 1):
        odds = np.zeros(FRETS + 1)
        for other, share in MOVES.get(fret, {}).items():
            odds[other] = share
        known = odds[inside].sum()
        for other in inside:
            away = abs(scale.frets.index(other) - scale.frets.index(scale.nearest(fret)))
            odds[other] += (0.1 * known + 1) * {1: 0.35, 2: 0.12, 3: 0.04}.get(away, 0.01)
        odds[towards] *= 1 + homing
        odds[fret] = 0
        mask = np.zeros(FRETS + 1)
        mask[inside] = 1
        table[fret] = odds * mask
        if not table[fret].any():
            table[fret, inside[0]] = 1
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
    table = np.stack(
        [
            moves(scale, tuple(row.frets(scale)), row.centre if row.centre >= 0 else home, row.homing)
            for row in rows
        ]
    )
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
