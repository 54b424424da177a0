"""Can two hands play it? A pianist's reach, counted over everything that fingers hold.

Ticks are 960 to the quarter, pitches MIDI numbers. A hand holds five notes and spans a tenth (16
semitones) at most, and hands do not cross: the notes held at a moment are split into a lower and an
upper hand. What the pedal holds no finger has to: such a note is let go after an eighth of a
quarter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes

FINGERS, TENTH = 5, 16
SLACK = 60  # ticks by which neighbours may overlap, as in legato, or in two strokes of one moment
_HOLD = 120


def unplayable(notes: Notes, controls: Controls | None = None) -> list[tuple[int, tuple[int, ...]]]:
    """Return the moments that two hands cannot play: (tick, pitches held), in order of time.

    >>> unplayable(Notes.of([0, 0, 0, 0], 960, [40, 56, 60, 76]))
    []
    >>> unplayable(Notes.of([0, 0, 0], 960, [40, 58, 76]))
    [(0, (40, 58, 76))]
    """
    onset = notes.onset.astype(np.int64)
    free = _let_go(notes, controls or Controls.empty())
    pitch = notes.pitch
    faults = []
    for tick in np.unique(onset).tolist():
        held = tuple(np.unique(pitch[(onset <= tick) & (free > tick)]).tolist())
        if not in_two_hands(held):
            faults.append((tick, held))
    return faults


def in_two_hands(pitches: tuple[int, ...]) -> bool:
    """Return whether a lower and an upper hand hold these pitches (rising) between them.

    >>> in_two_hands((40, 47, 56, 60, 67, 76)), in_two_hands((40, 57, 74))
    (True, False)
    """
    return any(_in_one(pitches[:cut]) and _in_one(pitches[cut:]) for cut in range(len(pitches) + 1))


def _in_one(pitches: tuple[int, ...]) -> bool:
    return len(pitches) <= FINGERS and (not pitches or pitches[-1] - pitches[0] <= TENTH)


def _let_go(notes: Notes, controls: Controls) -> NDArray[np.int64]:
    """Return the tick at which each note's finger is free."""
    onset = notes.onset.astype(np.int64)
    end = np.maximum(notes.end.astype(np.int64) - SLACK, onset + 1)
    table = controls.table[(controls.table["kind"] == 0) & (controls.table["number"] == 64)]
    if not len(table):
        return end
    tick, down = table["tick"].astype(np.int64), table["value"] >= 64
    last = np.searchsorted(tick, end, side="right") - 1
    held = (last >= 0) & down[np.maximum(last, 0)]
    return np.where(held, np.minimum(end, np.maximum(onset + _HOLD, tick[np.maximum(last, 0)])), end)
