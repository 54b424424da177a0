"""One voice at a time: what flutes, zithers and bows have in common beside the dombra.

Ticks count from the section's start, 960 to the quarter. Everything here keeps three promises: no
note begins before the section or ends after it, no pitch sounds twice at once, and a pitch bend is
back in the centre before its note ends (0 is the centre, ±8192 are two semitones, export/smf.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Line, Scene
from sirtak.theory.mode import Mode

Ints = NDArray[np.int64]

SEMITONE = 4096  # of pitch bend, at a range of two semitones
REACH = 2  # semitones that a bend can reach
_STEPS = 12  # bends in one slide: fine enough to be heard as one


def by_hand(scene: Scene, dice: Dice, ticks: NDArray[Any], ms: float) -> Ints:
    """Return rising ticks as a hand plays them: still rising, and never outside the section."""
    if not len(ticks):
        return np.empty(0, np.int64)
    moved = np.clip(scene.touch(dice, ticks, ms), 0, max(0, scene.bars.ticks - 60))
    order = np.arange(len(moved))
    rising: Ints = np.maximum.accumulate(moved - order) + order
    return rising


def one_at_a_time(
    scene: Scene, onset: NDArray[Any], duration: NDArray[Any], pitch: NDArray[Any], velocity: NDArray[Any]
) -> Notes:
    """Return notes of one voice: each ends where the next begins, and by the section's end.

    Of notes that begin together the last one given sounds.
    """
    if not len(onset):
        return Notes.empty()
    order = np.argsort(onset, kind="stable")
    start = np.asarray(onset, np.int64)[order]
    following = np.append(start[1:], scene.bars.ticks)
    room = following - start
    kept = room > 0
    length = np.minimum(np.asarray(duration, np.int64)[order], room)
    columns = (start, length, np.asarray(pitch)[order], np.asarray(velocity)[order])
    return Notes.of(*(column[kept] for column in columns))


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


def slides(notes: Notes, interval: NDArray[Any], ticks: NDArray[Any]) -> Controls:
    """Return bends that begin `interval` semitones off at each note's onset and reach it in `ticks`.

    Intervals beyond ±2 begin at ±2. Nothing is written where the interval is 0. A slide takes at
    most three quarters of its note, so the bend is at rest before the note is over.

    >>> bends = slides(Notes.of([0], [960], [62]), np.array([-1]), np.array([240]))
    >>> bends.table["value"][[0, -1]].tolist(), int(bends.table["tick"][-1])
    ([-4096, 0], 240)
    """
    moving = np.asarray(interval) != 0
    if not moving.any():
        return Controls.empty()
    onset = notes.onset[moving].astype(np.int64)
    length = np.minimum(np.asarray(ticks)[moving], notes.duration[moving].astype(np.int64) * 3 // 4)
    start = np.clip(np.asarray(interval)[moving], -REACH, REACH) * SEMITONE
    share = np.arange(_STEPS + 1) / _STEPS
    eased = (1 + np.cos(np.pi * share)) / 2  # slow away, slow to arrive
    values = np.clip(np.rint(start[:, None] * eased).astype(np.int64), -8192, 8191)
    when = onset[:, None] + np.rint(length[:, None] * share).astype(np.int64)
    return Controls.bend(when.reshape(-1), values.reshape(-1))
