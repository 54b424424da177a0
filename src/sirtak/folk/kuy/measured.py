"""What was counted in five küy in print (2,230 strokes), and what follows from it.

Percent; frets are semitones above the open string (kazakh.md 2.2 and 2.4, tag P). The shares of
the open bass string by zone are not printed there: `drone_by_zone` derives them.
"""

from __future__ import annotations

from functools import cache

from sirtak.folk.fretboard import BASS_FRETS
from sirtak.folk.kuy.derive import fret_weights, opened_by_zone, stationary
from sirtak.folk.kuy.types import KuyType
from sirtak.folk.kuy.zones import ZONES

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

# How often a note is struck before the next different one; 5 is five times and more.
REPEAT_RUNS: dict[int, float] = {1: 64.5, 2: 18.6, 3: 9.4, 4: 3.8, 5: 3.7}
FUSED = 55.0  # fourths and fifths; Kelinshek has 43 of its own


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
    weights = fret_weights(stationary(MOVES), kind.degrees, open_degree)
    found = opened_by_zone(BASS_FRETS, weights, kind.file.drone)
    a, b, c, d = (found.get(name, 0.0) for name, _ in ZONES)
    return a, b, c, d
