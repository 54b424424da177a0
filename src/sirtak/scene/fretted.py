"""Strokes on a fretted instrument of two strings, as a score gives them to a player.

Ticks count from the section's start; frets are semitones above the open string, -1 where a
string is not struck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
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

    def chosen(self, mask: NDArray[Any] | slice) -> Fretted:
        """Return the strokes where the mask is true (or in the order of an index, or of a slice)."""
        return replace(self, **{name: getattr(self, name)[mask] for name in COLUMNS})

    @cached_property
    def rows(self) -> NDArray[np.float64]:
        """The columns as the rows of one table: how strokes are joined in one go."""
        return np.array([getattr(self, name) for name in COLUMNS], np.float64)

    def then(self, others: Sequence[Fretted], starts: Sequence[int]) -> Fretted:
        """Return these strokes and others, each from its tick on; ornaments are as in these."""
        parts = [self, *others]
        table = np.concatenate([part.rows for part in parts], axis=1)
        table[0] += np.repeat(starts, [len(part) for part in parts])
        onset, melody, bass = table[:3].astype(np.int64)
        down, inside, refrain = table[[3, 5, 6]].astype(bool)
        return replace(
            self,
            onset=onset,
            melody=melody,
            bass=bass,
            down=down,
            level=table[4],
            inside=inside,
            refrain=refrain,
        )
