"""A figure: a bar or two of küy, beat cells with a melody fret for each stroke."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.types import cell_lengths

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure: beat cells, and the melody fret of each of their strokes."""

    cells: tuple[str, ...]
    frets: Ints

    @property
    def lengths(self) -> Ints:
        """Sixteenths from each stroke to the next."""
        return columns(self.cells)[0]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which strokes do not begin a beat."""
        return columns(self.cells)[1]

    def moved(self, landing: Ints) -> Figure:
        """Return the figure with every fret where it lands."""
        return replace(self, frets=landing[self.frets])


@cache
def columns(cells: tuple[str, ...]) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the sixteenths from each stroke of beat cells to the next, and which do not begin a beat."""
    lengths = np.array([step for cell in cells for step in cell_lengths(cell)])
    inside = np.array([place > 0 for cell in cells for place in range(len(cell_lengths(cell)))])
    return lengths, inside
