"""The top voice of a part: what is heard as its tune where it plays more than one note at once."""

from __future__ import annotations

import numpy as np

from sirtak.notes.table import Notes

TOGETHER = 70  # ticks: notes that begin this close are one attack (a strum, a human chord)


def skyline(notes: Notes) -> Notes:
    """Return the highest note of each attack, in time order.

    >>> skyline(Notes.of([0, 10, 960], 480, [60, 67, 64])).pitch.tolist()
    [67, 64]
    """
    if not len(notes):
        return notes
    starts = np.flatnonzero(np.diff(notes.onset.astype(np.int64), prepend=-(2**31)) >= TOGETHER)
    attack = np.zeros(len(notes), np.int64)
    attack[starts] = 1
    attack = np.cumsum(attack) - 1
    order = np.lexsort((-notes.pitch.astype(int), attack))
    first = np.ones(len(order), bool)
    first[1:] = np.diff(attack[order]) != 0
    return notes[np.sort(order[first])]
