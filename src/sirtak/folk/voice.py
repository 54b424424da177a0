"""One voice at a time: what flutes, zithers and bows have in common beside the dombra.

Ticks count from the section's start, 960 to the quarter. What is shared with the machine's players
(one note at a time, the hand, slides) is in scene/mono.py and keeps its promises here too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.scene import Line
from sirtak.scene.mono import by_hand, one_at_a_time, slides
from sirtak.theory.mode import Mode

Ints = NDArray[np.int64]

__all__ = ["Ints", "breathing", "by_hand", "let_ring", "neighbour", "one_at_a_time", "phrases", "slides"]


def let_ring(notes: Notes, end: int) -> Notes:
    """Return notes of many strings: each string sounds until it is played again, or until `end`.

    >>> notes = Notes.of([0, 480, 480], [960, 960, 960], [62, 62, 69])
    >>> let_ring(notes, 1200).duration.tolist()
    [480, 720, 720]
    """
    if not len(notes):
        return notes
    table = notes.table
    # Pitch, onset and softness as one integer, which sorts faster than columns do.
    place = (table["pitch"].astype(np.int64) << 40) + table["onset"]
    order = ((place << 7) + (127 - table["velocity"])).argsort(kind="stable")
    place = place[order]
    first = np.ones(len(order), bool)
    first[1:] = place[1:] != place[:-1]
    order = order[first]
    onset, pitch = table["onset"][order].astype(np.int64), table["pitch"][order]
    limit = np.full(len(order), end, np.int64)
    again = pitch[1:] == pitch[:-1]
    limit[:-1][again] = onset[1:][again]
    length = np.minimum(table["duration"][order], limit - onset)
    chosen = length > 0
    return Notes.of(onset[chosen], length[chosen], pitch[chosen], table["velocity"][order][chosen])


def breathing(line: Line, longest: int, rest: int) -> Ints:
    """Return the durations of a tune for somebody who must breathe.

    After at most `longest` ticks without a gap of `rest` the note that is sounding ends early by
    `rest`, or by half where it is short. A note longer than the breath ends with the breath.
    """
    duration = line.duration.astype(np.int64).copy()
    since = 0
    for place, (onset, end) in enumerate(zip(line.onset.tolist(), line.end.tolist(), strict=True)):
        if place and onset - int(line.onset[place - 1] + duration[place - 1]) >= rest:
            since = onset
        if place == 0:
            since = onset
        following = int(line.onset[place + 1]) if place + 1 < len(line) else end
        coming = int(line.end[place + 1]) if place + 1 < len(line) else end
        length = min(end - onset, longest)
        # Whoever sees that the next note will not fit takes the breath before it.
        if coming - since > longest and following - (onset + length) < rest:
            length = max(following - onset - rest, length // 2)
        duration[place] = length
    return duration


def phrases(notes: Notes, rest: int) -> list[tuple[int, int]]:
    """Return (first tick, last tick) of what is played in one breath, apart by gaps of `rest`.

    >>> phrases(Notes.of([0, 480, 1920], [480, 480, 480], 69), 240)
    [(0, 960), (1920, 2400)]
    """
    spans: list[tuple[int, int]] = []
    for onset, end in zip(notes.onset.tolist(), notes.end.tolist(), strict=True):
        if spans and onset - spans[-1][1] < rest:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((onset, end))
    return spans


def neighbour(mode: Mode, degree: NDArray[Any]) -> Ints:
    """Return the semitones from each degree up to the next one of the mode.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> neighbour(load_mode(Library(), "aeolian"), np.array([0, 1])).tolist()
    [2, 1]
    """
    plain = np.zeros(len(degree), bool)
    up: Ints = mode.pitches(np.asarray(degree) + 1, 0, plain) - mode.pitches(degree, 0, plain)
    return up
