"""The dombra's fretboard: which bass fret goes with which melody fret, and what one hand can stop.

Frets count semitones above the open string, 0 to 19. The table is measured: percent of strokes
in five küy (2,230 strokes, kazakh.md 2.2). Where a melody fret was never observed, the rule that
the table follows stands in: dyads of a fifth, fourth, third or sixth, or the open bass string.
The thumb stops the bass string and the fingers the melody string (kazakh.md 2.2).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.theory.neck import STRETCH, Neck
from sirtak.theory.tuning import FRETS

BASS_FRETS: dict[int, dict[int, int]] = {
    0: {0: 51, 5: 42, 10: 7},
    2: {0: 74, 2: 13, 5: 6, 3: 6},
    3: {5: 47, 3: 27, 0: 25},
    4: {5: 92, 4: 4, 2: 4},
    5: {5: 51, 7: 49, 3: 1},
    7: {7: 45, 5: 43, 0: 6, 4: 5, 9: 1},
    9: {7: 70, 10: 18, 0: 7, 9: 6},
    10: {7: 42, 8: 20, 10: 15, 0: 11, 9: 6},
    11: {0: 76, 9: 24},
    12: {10: 44, 0: 35, 12: 11, 9: 9, 14: 1},
    14: {0: 71, 12: 14, 10: 7, 14: 4, 9: 3},
    16: {0: 96, 14: 3, 12: 1},
    17: {0: 69, 14: 11, 16: 9, 12: 5, 17: 5},
    19: {0: 32, 16: 23, 17: 23, 14: 16, 19: 6},
}

_RULE = {7: 32, 5: 23, 4: 7, 8: 7, 3: 6}


def playable(melody: int, bass: int, neck: Neck | None = None) -> bool:
    """Return whether one hand can stop both frets (an open string needs no finger).

    A neck adds that both frets must be there, and says how far thumb and fingers stretch.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.neck import load_neck
    >>> neck = load_neck(Library(), "bokey")
    >>> playable(7, 5, neck), playable(7, 1, neck), playable(6, 5, neck)
    (True, False, False)
    """
    if neck is not None and not neck.has([melody, bass]).all():
        return False
    return melody == 0 or bass == 0 or abs(melody - bass) <= (neck.stretch if neck else STRETCH)


@cache
def bass_odds(interval: int, tonic: int, scale: frozenset[int]) -> NDArray[np.float64]:
    """Return the cumulative odds of bass frets, shape (20 melody frets, 20 bass frets).

    `interval` is that between the open strings, `tonic` the semitones from the open bass string
    up to the final, `scale` the semitones of the mode. A bass fret outside the mode, or
    sounding the very pitch of the melody string, is never chosen; the open string always may be.
    """
    odds = np.zeros((FRETS + 1, FRETS + 1))
    for melody in range(FRETS + 1):
        rule = {melody + interval - dyad: share for dyad, share in _RULE.items()}
        table = BASS_FRETS.get(melody) if interval == 5 else None
        for bass, share in (table or rule).items():
            fits = (bass - tonic) % 12 in scale and bass != melody + interval
            if 0 <= bass <= FRETS and fits and playable(melody, bass):
                odds[melody, bass] = share
        if not odds[melody].any():
            odds[melody, 0] = 1
    total: NDArray[np.float64] = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    return total
