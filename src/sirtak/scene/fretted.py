"""Strokes on a fretted instrument of two strings, as a score gives them to a player.

Ticks count from the section's start; frets are semitones above the open string, -1 where a
string is not struck.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.theory.tuning import Tuning

Ints = NDArray[np.int64]
COLUMNS = ("onset", "melody", "bass", "down", "level", "inside", "refrain")


@dataclass(frozen=True, eq=False)
class Fretted:
    """Columns of one length, in playing order.

    `level` is 0 to 1 (accent), `down` the direction of the stroke, `inside` marks strokes within a
    beat, `refrain` those of the refrain. `grace`, `pull_off` and `hammer_on` are the odds of these
    ornaments where the hand allows one, `tuning` the strings that the frets are meant for.
    """

    onset: Ints
    melody: Ints
    bass: Ints
    down: NDArray[np.bool_]
    level: NDArray[np.float64]
    inside: NDArray[np.bool_]
    refrain: NDArray[np.bool_]
    grace: float = 0.0
    pull_off: float = 0.0
    hammer_on: float = 0.0
    tuning: Tuning | None = None

    def __len__(self) -> int:
        return len(self.onset)

    def chosen(self, mask: NDArray[Any]) -> Fretted:
        """Return the strokes where the mask is true (or in the order of an index)."""
        return replace(self, **{name: getattr(self, name)[mask] for name in COLUMNS})
