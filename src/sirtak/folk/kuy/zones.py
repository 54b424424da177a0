"""The zones of the tökpe küy by melody fret; borders are disputed among scholars (kazakh.md 3.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# First melody fret of each zone.
ZONES = (("bas", 0), ("orta", 6), ("kishi saga", 12), ("ulken saga", 17))


def zone(fret: float) -> str:
    """Return the zone of a melody fret.

    >>> zone(0), zone(7), zone(14), zone(19)
    ('bas', 'orta', 'kishi saga', 'ulken saga')
    """
    return next((name for name, first in reversed(ZONES) if fret >= first), "bas")


def zone_of(frets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the zone (0 bas to 3 great sağa) of melody frets.

    >>> zone_of(np.array([0, 5, 6, 14, 19])).tolist()
    [0, 0, 1, 2, 3]
    """
    return np.searchsorted([first for _, first in ZONES[1:]], frets, side="right")
