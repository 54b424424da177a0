"""Measures of a line: how it repeats, moves, spans and breathes.

A line is monophonic (take `skyline` of a part). Shares are 0 to 1, pitches MIDI numbers. None
stands for a line too short, or too plain, to be judged. Definitions and bands: craft.md 1.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from sirtak.analysis.bars import Frame
from sirtak.notes import PPQ, Notes

FEWEST = 16  # notes, below which a share says nothing
FEWEST_BARS = 8


def pitch_autocorrelation(line: Notes) -> float | None:
    """Return the correlation of each pitch with the next, -1 to 1.

    >>> round(pitch_autocorrelation(Notes.of(range(20), 1, range(60, 80))), 3)
    1.0
    """
    pitch = line.pitch.astype(float)
    if len(pitch) < FEWEST or np.ptp(pitch[:-1]) == 0 or np.ptp(pitch[1:]) == 0:
        return None
    return float(np.corrcoef(pitch[:-1], pitch[1:])[0, 1])


def leap_share(line: Notes) -> float | None:
    """Return the share of moves of a fourth (5 semitones) or more; repeated notes are moves.

    >>> leap_share(Notes.of(range(17), 1, [60, 65, 64, 62] * 4 + [60]))
    0.25
    """
    moves = _moves(line)
    return None if moves is None else float(np.mean(moves >= 5))


def awkward_share(line: Notes) -> float | None:
    """Return the share of moves by a tritone or a seventh: 6, 10 or 11 semitones.

    >>> awkward_share(Notes.of(range(17), 1, [60, 66, 65, 64] * 4 + [60]))
    0.25
    """
    moves = _moves(line)
    return None if moves is None else float(np.mean(np.isin(moves, (6, 10, 11))))


def _moves(line: Notes) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    """Return the sizes of the moves in semitones, None for too few."""
    return np.abs(np.diff(line.pitch.astype(np.int64))) if len(line) >= FEWEST else None


def pitch_range(line: Notes) -> float | None:
    """Return the semitones between the 5th and the 95th percentile of the pitches.

    >>> pitch_range(Notes.of(range(101), 1, range(101)))
    90.0
    """
    if len(line) < FEWEST:
        return None
    low, high = np.percentile(line.pitch, [5, 95])
    return float(high - low)


def agogic_accent(line: Notes, frame: Frame) -> float | None:
    """Return the mean log2 duration of the notes on a beat less that of the others, in octaves.

    None where fewer than four notes lie on either side.

    >>> from sirtak.notes import Arrangement
    >>> frame = Frame.of(Arrangement((), length=3840 * 8))
    >>> round(agogic_accent(Notes.of(range(0, 3840 * 4, 480), [400, 200] * 16, 60), frame), 3)
    1.0
    """
    if len(line) < FEWEST:
        return None
    on = frame.on_beat(line)
    if min(int(on.sum()), int((~on).sum())) < 4:
        return None
    length = np.log2(line.duration / PPQ)
    return float(length[on].mean() - length[~on].mean())


def commonest_bar(line: Notes, frame: Frame) -> float | None:
    """Return the share of the commonest bar among the bars in which the line has a note.

    Bars are the same where the same pitches begin on the same steps.

    >>> from sirtak.notes import Arrangement
    >>> frame = Frame.of(Arrangement((), length=3840 * 8))
    >>> commonest_bar(Notes.of(range(0, 3840 * 8, 3840), 900, [60] * 6 + [62, 64]), frame)
    0.75
    """
    bars: dict[int, list[tuple[int, int]]] = {}
    bar, step = frame.places(line)
    for number, place, pitch in zip(bar.tolist(), step.tolist(), line.pitch.tolist(), strict=True):
        bars.setdefault(number, []).append((place, pitch))
    if len(bars) < FEWEST_BARS:
        return None
    return max(Counter(map(tuple, bars.values())).values()) / len(bars)
