"""Corrupted copies of a piece, each with one relation destroyed, and how far a copy falls behind.

`transposed`: one track in another key; harmony and tune no longer agree. `shifted`: every track
late by its own time; parts and beat no longer meet. `shuffled`: the bars in another order; phrases
and form are gone. What is not destroyed stays as it was: velocities, rhythms, ranges.

If the copy scores as well as the piece, the relation was never there (craft.md 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from sirtak.analysis.bars import STEP, Frame
from sirtak.notes import Arrangement, Notes, Track

Values = Mapping[str, float | None]


def transposed(piece: Arrangement, draws: Generator) -> Arrangement:
    """Return the piece with one of its pitched tracks moved by 1 to 11 semitones, up or down.

    A track is drawn as often as it has notes, so it is one that is heard.
    """
    pitched = [track for track in piece if not track.drums]
    heard = np.cumsum([len(track.notes) for track in pitched])
    chosen = pitched[int(np.searchsorted(heard, draws.random() * heard[-1], side="right"))]
    move = 1 + int(draws.random() * 11)
    if draws.random() < 0.5:
        move -= 12
    low, high = int(chosen.notes.pitch.min()), int(chosen.notes.pitch.max())
    if low + move < 0 or high + move > 127:
        move -= 12 if move > 0 else -12
    moved = replace(chosen, notes=chosen.notes.but(pitch=lambda n: n.pitch.astype(int) + move))
    return replace(piece, tracks=tuple(moved if track is chosen else track for track in piece))


def shifted(piece: Arrangement, draws: Generator) -> Arrangement:
    """Return the piece with each track late by 1 to 31 sixteenths of its own; the end comes round."""
    return replace(
        piece, tracks=tuple(_rolled(track, piece.length, 1 + int(draws.random() * 31)) for track in piece)
    )


def _rolled(track: Track, length: int, steps: int) -> Track:
    """Return a track late by some steps; what falls over the end sounds at the beginning."""
    notes = track.notes
    onset = (notes.onset.astype(np.int64) + steps * STEP) % length
    duration = np.minimum(notes.duration, length - onset)
    return replace(
        track, notes=Notes.of(onset, duration, notes.pitch, notes.velocity, notes.cents, notes.string)
    )


def shuffled(piece: Arrangement, draws: Generator) -> Arrangement:
    """Return the piece with its bars in another order, the same in every track.

    Only bars of the commonest length change places, so that the meters stay.
    """
    starts = Frame.of(piece).starts
    spans = np.diff(starts)
    common = np.flatnonzero(spans == np.bincount(spans).argmax())
    order = np.arange(len(spans))
    order[common] = common[np.argsort(draws.random(len(common)))]
    goes_to = np.empty(len(order), np.int64)
    goes_to[order] = np.arange(len(order))
    return replace(piece, tracks=tuple(_reordered(track, starts, goes_to, piece.length) for track in piece))


def _reordered(track: Track, starts: np.ndarray, goes_to: np.ndarray, length: int) -> Track:
    """Return a track whose bars stand elsewhere; a note goes with the bar that it is heard in."""
    notes = track.notes
    bar = np.clip(np.searchsorted(starts, notes.onset + 90, side="right") - 1, 0, len(goes_to) - 1)
    onset = np.maximum(0, notes.onset - starts[bar] + starts[goes_to[bar]])
    duration = np.minimum(notes.duration, length - onset)
    return replace(
        track, notes=Notes.of(onset, duration, notes.pitch, notes.velocity, notes.cents, notes.string)
    )


COPIES: dict[str, Callable[[Arrangement, Generator], Arrangement]] = {
    "transposed": transposed,
    "shifted": shifted,
    "shuffled": shuffled,
}

# A measure, and how much of it is one step: from the edge of the human band to where one should aim.
STEPS = {
    "cross_semitones": -0.08,
    "top7_pitch_classes": 0.10,
    "recurrence": 0.05,
    "agogic_accent": 0.22,
    "drum_metre": 0.21,
    "drum_consistency": 0.34,
    "motif_gain": 0.19,
    "density_contrast": 0.28,
    "hyper_metre": 0.05,
}


def standing(values: Values) -> float:
    """Return one figure for a piece, only good for holding it against its own copies; higher is better.

    The sum of the measures that say more with more of them (or with less: semitones), in steps.
    Shares that are best in the middle of their band, such as leaps, have no direction and are left out.
    """
    return sum(value / step for name, step in STEPS.items() if (value := values[name]) is not None)


def parts_that_agree(piece: Arrangement) -> int:
    """Return how many tracks a relation can hold between: pitched ones, and the drums as one."""
    return sum(not track.drums for track in piece) + any(track.drums for track in piece)


def applies(kind: str, piece: Arrangement) -> bool:
    """Return whether a piece has what a copy destroys: two pitched tracks to clash, two of any to part."""
    if kind == "transposed":
        return sum(not track.drums for track in piece) > 1
    return kind == "shuffled" or parts_that_agree(piece) > 1
