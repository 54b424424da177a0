"""Which part carries the tune, judged from the notes alone.

The figures are ours: a lead is heard through much of the piece, lies where voices lie, moves
mostly by step over several pitches, and is not mostly chords, held notes or one repeated note.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sirtak.notes import Notes, Track

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


def lead_score(notes: Notes, bar: int, bars: int) -> float:
    """Return how much a part sounds like the lead, 0 to about 1."""
    line = skyline(notes)
    if len(line) < 4:
        return 0.0
    pitch = line.pitch.astype(int)
    moves = np.abs(np.diff(pitch))
    moving = moves[moves > 0]
    if not len(moving):
        return 0.0
    heard = len(np.unique(line.onset // bar)) / max(bars, 1)
    steps = float(np.mean(moving <= 4))
    variety = min(len(np.unique(pitch)), 8) / 8
    restless = min(1.0, 2 * len(moving) / len(moves))
    register = float(np.exp(-(((float(np.median(pitch)) - 67) / 15) ** 2)))
    held = float(np.exp(-max(0.0, float(np.median(line.duration)) / 960 - 1.5)))
    single = len(line) / len(notes)
    return heard * steps**2 * variety * restless * register * held * (0.4 + 0.6 * single)


def find_lead(tracks: Iterable[Track], bar: int = 3840) -> str:
    """Return the name of the track that carries the tune, '' where no track can.

    `bar` is a typical bar in ticks.
    """
    melodic = [track for track in tracks if not track.drums and len(track.notes)]
    if not melodic:
        return ""
    bars = max(int(track.notes.end.max()) for track in melodic) // bar + 1
    scores = [(lead_score(track.notes, bar, bars), -number) for number, track in enumerate(melodic)]
    best = max(scores)
    return melodic[-best[1]].name if best[0] > 0 else ""
