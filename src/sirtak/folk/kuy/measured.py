"""What was counted in five küy in print (2,230 strokes), and what follows from it.

Percent; frets are semitones above the open string (kazakh.md 2.2 and 2.4, tag P). The shares of
the open bass string by zone are not printed there: `drone_by_zone` derives them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fretboard import BASS_FRETS
from sirtak.folk.kuy.types import KuyType
from sirtak.theory.tuning import FRETS

# The next different melody fret, by melody fret.
MOVES: dict[int, dict[int, float]] = {
    0: {2: 59, 5: 10, 7: 7, 4: 6, 12: 6, 17: 4, 9: 3},
    2: {0: 31, 4: 22, 3: 19, 7: 12, 5: 7, 10: 5, 14: 2},
    3: {2: 57, 0: 28, 5: 15},
    4: {0: 34, 2: 24, 5: 22, 7: 20},
    5: {7: 49, 2: 20, 4: 19, 3: 6, 9: 5, 10: 1},
    7: {9: 32, 5: 23, 4: 15, 2: 13, 3: 8, 10: 4, 0: 3},
    9: {7: 33, 10: 30, 5: 25, 11: 6, 12: 3, 0: 3, 14: 1},
    10: {9: 49, 12: 29, 14: 11, 7: 11},
    11: {12: 75, 9: 25},
    12: {14: 41, 10: 25, 9: 16, 0: 7, 11: 5, 4: 5},
    14: {16: 42, 12: 38, 10: 14, 11: 3, 0: 1, 7: 1},
    16: {14: 50, 17: 37, 0: 8, 19: 3, 12: 2},
    17: {16: 96, 14: 4},
    19: {16: 50, 14: 25, 17: 25},
}

INTERVALS: dict[int, float] = {
    2: 27.2, -2: 21.0, -1: 10.6, 1: 10.3, -3: 7.6, -4: 7.4, 3: 3.5, 5: 3.1, -5: 1.8, 4: 1.8,
    7: 0.9, 12: 0.8, 8: 0.6, -7: 0.5, -12: 0.5, -16: 0.5,
}  # fmt: skip
REPEATS = 51.0
STEPS = 69.0

# First melody fret of each zone; borders are disputed among scholars (kazakh.md 3.1).
ZONES = (("bas", 0), ("orta", 6), ("kishi saga", 12), ("ulken saga", 17))


@cache
def visits() -> dict[int, float]:
    """Return how often each melody fret is come to, in percent: where the moves lead in the long run.

    >>> max(visits(), key=visits().get)
    2
    """
    frets = sorted(MOVES)
    chain = np.array([[MOVES[a].get(b, 0) for b in frets] for a in frets], float)
    chain /= chain.sum(axis=1, keepdims=True)
    share = np.full(len(frets), 1 / len(frets))
    for _ in range(500):
        share = share @ chain
    return {fret: round(100 * float(item), 2) for fret, item in zip(frets, share, strict=True)}


def zone_of(fret: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Return the number of the zone (0 bas to 3 great sağa) of melody frets.

    >>> zone_of(np.array([0, 5, 6, 14, 19])).tolist()
    [0, 0, 1, 2, 3]
    """
    return np.searchsorted([first for _, first in ZONES[1:]], fret, side="right")


@cache
def drone_by_zone(kind: KuyType, interval: int, open_degree: int) -> tuple[float, float, float, float]:
    """Return the share of the open bass string in each zone for a type, in percent.

    Derived: the measured share of the open string for each melody fret, weighted by how long the
    type's tonality stays on the fret (its degree weights, divided between the octaves as the
    measured moves visit them), and where the type's own share is known, shifted alike in all
    zones (in log odds) until the whole agrees with it. `open_degree` is the open melody string
    in semitones above the tonic, `interval` that between the strings: the fret table is that of
    strings a fourth apart, and other tunings take the type's share for every zone.
    """
    if interval != 5:
        alike = kind.file.drone if kind.file.drone is not None else 50.0
        return (alike, alike, alike, alike)
    weight, opened = np.zeros(FRETS + 1), np.zeros(FRETS + 1)
    together: dict[int, float] = {}
    for fret, visit in visits().items():
        together[(fret + open_degree) % 12] = together.get((fret + open_degree) % 12, 0) + visit
    for fret, visit in visits().items():
        degree = (fret + open_degree) % 12
        weight[fret] = kind.degrees.get(degree, 0) * visit / together[degree]
        opened[fret] = BASS_FRETS[fret].get(0, 0) / sum(BASS_FRETS[fret].values())
    zones = zone_of(np.arange(FRETS + 1))
    mass = np.array([weight[zones == zone].sum() for zone in range(len(ZONES))])
    share = np.array([(weight * opened)[zones == zone].sum() for zone in range(len(ZONES))])
    share /= np.maximum(mass, 1e-9)
    if kind.file.drone is not None:
        share = _shifted(share, mass / mass.sum(), kind.file.drone / 100)
    a, b, c, d = (round(100 * float(item), 1) for item in share)
    return a, b, c, d


def _shifted(share: NDArray[np.float64], mass: NDArray[np.float64], wanted: float) -> NDArray[np.float64]:
    """Return shares moved alike in log odds until their weighted mean is `wanted`."""
    odds = np.log(np.clip(share, 0.01, 0.99) / (1 - np.clip(share, 0.01, 0.99)))
    low, high = -9.0, 9.0
    for _ in range(40):
        middle = (low + high) / 2
        moved = 1 / (1 + np.exp(-(odds + middle)))
        low, high = (middle, high) if float((moved * mass).sum()) < wanted else (low, middle)
    shifted: NDArray[np.float64] = 1 / (1 + np.exp(-(odds + low)))
    return shifted
