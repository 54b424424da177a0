"""Strokes: a rhythm's grid laid over a section, with the hand's directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.scene import Scene


@dataclass(frozen=True, eq=False)
class Strokes:
    """Columns of one length: onset in ticks, down (True) or up, level 0 to 1 (accent 1)."""

    onset: NDArray[np.int64]
    down: NDArray[np.bool_]
    level: NDArray[np.float64]

    def chosen(self, mask: NDArray[Any]) -> Strokes:
        """Return the strokes where the mask is true."""
        return Strokes(self.onset[mask], self.down[mask], self.level[mask])
