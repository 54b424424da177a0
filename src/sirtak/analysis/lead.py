"""Which part carries the tune, judged from the notes alone.

Alone, a lead is heard through much of the piece, lies where voices lie, moves mostly by step over
several pitches, comes back to its motifs without being one bar over and over, and is not mostly
chords, held notes or one repeated note. Among the others, it is on top for half of its time or
more, and struck no softer. The weights are ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from sirtak.analysis.bars import EARLY, STEP
from sirtak.analysis.motif import interval_gain
from sirtak.notes import Notes, Track
from sirtak.notes.skyline import skyline

SLOTS = 8192  # the most places in time at which parts are held against each other
HEARD = 1000  # notes of a line from which its motifs are judged
TELLING = 60  # intervals from which a gain is beyond chance; a tune may be short of its human band there


def lead_score(notes: Notes, bar: int, bars: int) -> float:
    """Return how much a part, heard alone, sounds like a lead: 0 to about 1.

    `bar` is a bar in ticks, `bars` the length of the piece.

    >>> tune = [69, 67, 65, 64, 65, 67, 69, 70]
    >>> lead_score(Notes.of(range(0, 7680, 960), 900, tune), 3840, 2) > 0.3
    True
    >>> lead_score(Notes.of(range(0, 7680, 960), 900, 60), 3840, 2)
    0.0
    """
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
    register = float(np.exp(-(((float(np.median(pitch)) - 70) / 17) ** 2)))
    held = float(np.exp(-max(0.0, float(np.median(line.duration)) / 960 - 1.5)))
    single = len(line) / len(notes)
    return heard * steps**2 * variety * restless * register * held * (0.4 + 0.6 * single) * _motifs(line, bar)


def _motifs(line: Notes, bar: int) -> float:
    """Return 1 for a line that lives on its motifs, half for one without, a third for a loop."""
    pitch = line.pitch[:HEARD].astype(np.int64)
    alive = 0.75
    if len(pitch) > TELLING and np.ptp(pitch):
        alive = 0.5 + min(max(interval_gain(pitch[1:] - pitch[:-1], shuffles=6), 0.0), 0.3) / 0.6
    bars: dict[int, list[tuple[int, int]]] = {}
    step = (line.onset.astype(np.int64) + EARLY) // STEP
    for place, pitch in zip(step.tolist(), line.pitch.tolist(), strict=True):
        bars.setdefault(place * STEP // bar, []).append((place * STEP % bar, pitch))
    # A hook of four bars may come again and again; a bar that is every bar is accompaniment.
    share = max(Counter(map(tuple, bars.values())).values()) / len(bars)
    looped = max(0.0, share - 0.25) / 0.75 if len(bars) >= 8 else 0.0
    return alive * (1 - looped * 2 / 3)


def top_shares(parts: Sequence[Notes]) -> list[float]:
    """Return, for each part, the share of its sounding time in which no other part is higher.

    >>> high, low = Notes.of(0, 960, 72), Notes.of(0, 1920, 60)
    >>> top_shares([high, low])
    [1.0, 0.5]
    """
    end = max((int(part.end.max()) for part in parts if len(part)), default=1)
    slot = max(240, -(-end // SLOTS))
    highest = np.full((len(parts), -(-end // slot) + 1), -1, np.int16)
    for row, part in zip(highest, parts, strict=True):
        begin = part.onset // slot
        count = np.maximum(1, -(-part.end // slot) - begin).astype(np.int64)
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        np.maximum.at(row, np.repeat(begin, count) + within, np.repeat(part.pitch, count).astype(np.int16))
    top = highest.max(axis=0, initial=-1)
    sounding = highest >= 0
    shares = (sounding & (highest == top)).sum(axis=1) / np.maximum(1, sounding.sum(axis=1))
    return [float(share) for share in shares]


def find_lead(tracks: Iterable[Track], bar: int = 3840) -> str:
    """Return the name of the track that carries the tune, '' where no track can.

    `bar` is a typical bar in ticks. Of equals, the first leads.

    >>> tune = Notes.of(range(0, 7680, 960), 900, [69, 67, 65, 64, 65, 67, 69, 70])
    >>> find_lead([Track("bass", tune.but(pitch=38)), Track("flute", tune)])
    'flute'
    """
    melodic = [track for track in tracks if not track.drums and len(track.notes)]
    if not melodic:
        return ""
    bars = max(int(track.notes.end.max()) for track in melodic) // bar + 1
    loudest = max(float(track.notes.velocity.mean()) for track in melodic)
    scores = [
        lead_score(track.notes, bar, bars)
        * (0.4 + 0.6 * min(1.0, 2 * top))
        * (0.8 + 0.2 * float(track.notes.velocity.mean()) / loudest)
        for track, top in zip(melodic, top_shares([track.notes for track in melodic]), strict=True)
    ]
    best = max(range(len(scores)), key=lambda number: (scores[number], -number))
    return melodic[best].name if scores[best] > 0 else ""
