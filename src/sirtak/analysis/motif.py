"""How much a line lives on its motifs: repetition of its intervals beyond chance.

A line is a column of pitches in time order. The gain is 1 - c / s: c counts the phrases of the
Lempel-Ziv parse (1976) of the intervals, s is the mean count over shuffles of the same intervals.
0 means no more repetition than chance, 1 would be nothing but repetition; below 0 is possible.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sirtak.rng import stream

SHUFFLES = 24
# Intervals. Of 300 lines of independent random moves, the best in a hundred gains .16 at 24
# intervals, .13 at 48, .10 at 60: only from there on does the human band (.11 up) exclude chance.
# Human tunes need more to show that they repeat: of 60 to 79 intervals 86 in a hundred lie inside,
# of 80 or more 96 (tools/gauge_figures.py counts the tunes that music21 ships).
FEWEST = 80
LONGEST = 4000  # intervals: a longer line is judged by its beginning, so that no file takes long


def lz76(text: str) -> int:
    """Return the number of phrases in the parse of Lempel and Ziv (IEEE Trans. IT 22(1), 1976).

    Each phrase is the shortest piece that has not occurred before; the copy may overlap it, and
    the last phrase counts even where it has occurred.

    >>> lz76("0001101001000101"), lz76("aaaaaaaa"), lz76("")  # 0·001·10·100·1000·101
    (6, 2, 0)
    """
    phrases, start, size = 0, 0, len(text)
    while start < size:
        length, source = 1, 0
        while start + length <= size:
            # The first place of a longer copy cannot lie before that of a shorter one.
            source = text.find(text[start : start + length], source, start + length - 1)
            if source < 0:
                break
            length += 1
        phrases += 1
        start += length
    return phrases


def motif_gain(pitches: Sequence[int] | NDArray[np.integer], shuffles: int = SHUFFLES) -> float | None:
    """Return the motif gain of a line of MIDI pitches, None for fewer than 81 notes or one pitch.

    The same line always has the same gain: its shuffles have names of their own. Measure and
    bands: craft.md 1.

    >>> motif_gain([60, 62, 64, 62]) is None
    True
    >>> motif_gain([60, 62, 64, 65] * 30) > 0.7
    True
    """
    pitch = np.asarray(pitches, np.int64)
    moves = (pitch[1:] - pitch[:-1])[:LONGEST]
    return interval_gain(moves, shuffles) if len(moves) >= FEWEST and moves.any() else None


def interval_gain(moves: NDArray[np.int64], shuffles: int = SHUFFLES) -> float:
    """Return the gain of intervals in semitones, however few: a short line gains little or by luck.

    >>> round(interval_gain(np.tile([2, 2, -4], 10)), 1)
    0.6
    """
    letters = np.unique(moves, return_inverse=True)[1].astype(np.uint8)
    orders = np.argsort(stream(0, "analysis", "motif").random((shuffles, len(moves))), axis=1)
    shuffled = [lz76(letters[order].tobytes().decode("latin-1")) for order in orders]
    return 1 - lz76(letters.tobytes().decode("latin-1")) / float(np.mean(shuffled))
