"""One note at a time: what winds, bows, basses and synth leads have in common.

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
from sirtak.scene.scene import Scene

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
