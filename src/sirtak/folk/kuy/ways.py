"""Ways between the zones: rising lines that lead up, and the cascade that leads home.

The cascade is the one of the printed küy (kazakh.md 3.3): a turn of x, x-1, x-2, x-1 in steps of the
scale with x held, and the next turn a step lower. That a rising line goes up evenly is ours.
"""

from __future__ import annotations

import numpy as np

from sirtak.folk.kuy.figure import Figure
from sirtak.folk.kuy.rhythms import ANSWERED, cell_table
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.types import KuyType, cell_lengths

LANDING = 9  # melody fret near which a cascade ends; the way home takes over there


def rise(scale: Scale, cells: tuple[str, ...], low: int, high: int) -> Figure:
    """Return a figure that climbs from one fret to another, as evenly as the scale allows.

    >>> rise(Scale((0, 2, 3, 5, 7), 5), ("2-2", "2-2"), 2, 7).frets.tolist()
    [2, 3, 5, 7]
    """
    strokes = sum(len(cell_lengths(cell)) for cell in cells)
    first, last = (scale.frets.index(scale.nearest(fret)) for fret in (low, high))
    steps = np.rint(np.linspace(first, last, strokes)).astype(int)
    return Figure(cells, np.array([scale.frets[step] for step in steps.tolist()], np.int64))


def cascade(kind: KuyType, scale: Scale, beats: tuple[int, ...], place: int, count: int) -> Figure:
    """Return one of the `count` figures of a cascade: two turns, or one where its beats are odd.

    >>> from sirtak.library import Library
    >>> from sirtak.folk.kuy.types import load_kuy_type
    >>> kind = load_kuy_type(Library(), "balbyrauyn")
    >>> scale = Scale((0, 2, 4, 5, 7, 9, 10, 12, 14, 16, 17, 19), 0)
    >>> cascade(kind, scale, (4, 4, 4, 4), 0, 3).frets.tolist()
    [17, 16, 14, 16, 17, 17, 16, 14, 12, 14, 16, 16]
    """
    size = 2 if len(beats) % 2 == 0 else len(beats)
    units = [beats[start : start + size] for start in range(0, len(beats), size)]
    end = scale.frets.index(scale.nearest(LANDING))
    top = min(end + count * len(units) - 1, len(scale.frets) - 1)
    cells: list[str] = []
    frets: list[int] = []
    for number, unit in enumerate(units):
        step = max(end, top - place * len(units) - number)
        # A quick beat is answered by an even one, and none stands last (kazakh.md 4.2).
        quick = [beat % 2 == 0 and beat < len(unit) - 1 for beat in range(len(unit))]
        turn = [_turn_cell(kind, size, fast) for size, fast in zip(unit, quick, strict=True)]
        strokes = sum(len(cell_lengths(cell)) for cell in turn)
        # The fewer strokes, the less of the turn.
        shape = ([0, -1, -2, -1] + [0] * strokes)[:strokes] if strokes > 4 else [0, -1, -2, -1][:strokes]
        cells += turn
        frets += [scale.frets[max(0, step + item)] for item in shape]
    return Figure(tuple(cells), np.array(frets, np.int64))


def _turn_cell(kind: KuyType, size: int, quick: bool) -> str:
    table = cell_table(kind, size)
    if quick:
        runs = [cell for cell in table if cell in ANSWERED and cell != "1-3"]
        fast = [cell for cell in runs if cell == "1-1-1-1"] or runs
        if fast:
            return fast[0]
    return max(table, key=lambda cell: (len(cell_lengths(cell)) == 2, table[cell]))
