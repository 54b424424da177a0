"""Measures of the whole: what sounds together, how full it gets, and what comes back.

Shares and similarities are 0 to 1. None stands for too little to judge. Definitions and bands:
craft.md 1; where the table leaves a similarity open, the docstring here says which it is.
"""

from __future__ import annotations

import numpy as np

from sirtak.analysis.bars import STEP, Floats, Frame
from sirtak.notes import Arrangement, Notes

FEWEST_BARS = 16
WINDOW = 4  # bars
FEWEST_WINDOWS = 8  # of fewer, the 10th and the 90th percentile are the extremes themselves


def pitch_class_mass(arrangement: Arrangement, kept: int = 7) -> float | None:
    """Return the share of sounding time that the seven commonest pitch classes have.

    >>> from sirtak.notes import Track
    >>> scale = Notes.of(range(0, 7680, 960), 960, [60, 62, 64, 65, 67, 69, 71, 61])
    >>> pitch_class_mass(Arrangement((Track("t", scale),), length=7680))
    0.875
    """
    notes = Notes.merge(*(track.notes for track in arrangement if not track.drums))
    if not len(notes):
        return None
    weight = np.bincount(notes.pitch % 12, notes.duration.astype(float), minlength=12)
    return float(np.sort(weight)[-kept:].sum() / weight.sum())


def cross_semitones(arrangement: Arrangement) -> float | None:
    """Return the share, among pairs of notes of two tracks that sound together, of pairs a
    semitone apart in any octave; pairs weigh as many sixteenths as they last.

    >>> from sirtak.notes import Track
    >>> tracks = [Track(name, Notes.of(0, 3840, pitch)) for name, pitch in zip("abc", (60, 67, 73))]
    >>> round(cross_semitones(Arrangement(tuple(tracks), length=3840)), 3)
    0.333
    """
    slots = arrangement.length // STEP + 2
    together, alone_all, alone_near = np.zeros((slots, 12), np.int32), 0, 0
    for track in arrangement:
        if track.drums or not len(track.notes):
            continue
        sounding = _sounding(track.notes, slots)
        together += sounding
        alone_all += _pairs(sounding)
        alone_near += _neighbours(sounding)
    pairs = _pairs(together) - alone_all
    return (_neighbours(together) - alone_near) / pairs if pairs else None


def _sounding(notes: Notes, slots: int) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Return how many notes of each pitch class sound in each slot."""
    begin = np.minimum((notes.onset + STEP // 2) // STEP, slots - 2)
    end = np.minimum(np.maximum((notes.end + STEP // 2) // STEP, begin + 1), slots - 1)
    change = np.zeros((slots, 12), np.int32)
    np.add.at(change, (begin, notes.pitch % 12), 1)
    np.add.at(change, (end, notes.pitch % 12), -1)
    return np.cumsum(change, axis=0, dtype=np.int32)


def _pairs(sounding: np.ndarray[tuple[int, int], np.dtype[np.int32]]) -> int:
    total = sounding.sum(axis=1, dtype=np.int64)
    return int((total * (total - 1)).sum()) // 2


def _neighbours(sounding: np.ndarray[tuple[int, int], np.dtype[np.int32]]) -> int:
    return int((sounding.astype(np.int64) * np.roll(sounding, 1, axis=1)).sum())


def density_contrast(arrangement: Arrangement, frame: Frame) -> float | None:
    """Return (p90 - p10) / p90 of the onsets in windows of four bars, all tracks together.

    >>> from sirtak.notes import Track
    >>> line = Notes.of([*range(0, 61440, 960), *range(61440, 122880, 240)], 60, 60)
    >>> piece = Arrangement((Track("t", line),), length=122880)
    >>> density_contrast(piece, Frame.of(piece))
    0.75
    """
    if len(frame) < FEWEST_WINDOWS * WINDOW:
        return None
    whole = len(frame) // WINDOW * WINDOW
    onsets = np.zeros(len(frame))
    for track in arrangement:
        np.add.at(onsets, frame.places(track.notes)[0], 1)
    low, high = np.percentile(onsets[:whole].reshape(-1, WINDOW).sum(axis=1), [10, 90])
    return float((high - low) / high) if high else None


def bar_states(arrangement: Arrangement, frame: Frame) -> Floats:
    """Return a row a bar: for every track the steps on which it plays (0 or 1)."""
    table = np.zeros((len(frame), len(arrangement.tracks), frame.steps))
    for number, track in enumerate(arrangement):
        bar, step = frame.places(track.notes)
        table[bar, number, step] = 1
    return table.reshape(len(frame), -1)


def similarities(states: Floats) -> Floats:
    """Return the cosine similarity of every two bars; a silent bar is like another silent bar.

    >>> similarities(np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]])).round(3).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    length = np.linalg.norm(states, axis=1)
    unit = states / np.where(length, length, 1)[:, None]
    table: Floats = unit @ unit.T
    silent = length == 0
    table[np.ix_(silent, silent)] = 1
    return table


def recurrence(similar: Floats) -> float | None:
    """Return the mean similarity of a bar to its most similar earlier bar, given similarities.

    >>> recurrence(np.ones((16, 16)))
    1.0
    """
    if len(similar) < FEWEST_BARS:
        return None
    earlier = np.where(np.tri(len(similar), k=-1, dtype=bool), similar, -1.0)
    return float(earlier[1:].max(axis=1).mean())


def distinct_bars(states: Floats) -> float | None:
    """Return the share of different bars, by which tracks play on which steps.

    >>> distinct_bars(np.eye(16)), distinct_bars(np.ones((16, 4)))
    (1.0, 0.0625)
    """
    if len(states) < FEWEST_BARS:
        return None
    return len({row.tobytes() for row in states.astype(bool)}) / len(states)


def hyper_metre(similar: Floats) -> float | None:
    """Return the mean similarity of bars 4, 8 and 16 apart less that of bars an odd number apart.

    Odd lags are 1 to 15, each lag weighs the same; lags that fewer than four pairs of bars have
    are left out.

    >>> every_fourth = similarities(np.tile(np.eye(4), (8, 1)))
    >>> hyper_metre(every_fourth)
    1.0
    """
    if len(similar) < FEWEST_BARS:
        return None

    def mean(lags: range | tuple[int, ...]) -> float:
        return float(np.mean([np.diagonal(similar, lag).mean() for lag in lags if lag + 4 <= len(similar)]))

    return mean((4, 8, 16)) - mean(range(1, 16, 2))
