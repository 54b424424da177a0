"""The events of a dombra part: strokes, pull-offs, hammer-ons and grace notes.

Notes that begin together (within 70 ticks, a strum) on different strings are one stroke. Frets
count semitones above the open strings, -1 is a silent string. What is no stroke (kazakh.md 2.2):

grace      a lone melody-string note of at most 1/8 of a quarter with a stroke at once behind it
pull-off   a lone bass-string note, on a lower fret and softer than that of the stroke before it, while
           that stroke's note on the melody string sounds
hammer-on  a lone melody-string note slurred up by four frets at the most, softer

A down stroke meets the bass string first, an up stroke the melody string.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.analysis.kuy_strings import BASS, MELODY, assigned, attacks, grace_notes
from sirtak.folk.fretboard import playable
from sirtak.notes import Notes
from sirtak.theory.tuning import FRETS

STROKE, HAMMER, PULL, GRACE = range(4)
SOFTER = 0.85  # a slurred note has at most this share of the velocity before it; about 60 % is usual
SLUR = 40  # ticks that may lie between a note and the hammer-on that follows it
REACH = 4  # frets

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Strokes:
    """Columns of one length, in time order.

    Onset and duration in ticks; melody and bass fret (-1: silent); kind (STROKE, HAMMER, PULL,
    GRACE); down (1 down, 0 up, -1 unknown); playable (1 where one hand can stop it).
    """

    onset: Ints
    duration: Ints
    melody: Ints
    bass: Ints
    kind: Ints
    down: Ints
    playable: Ints

    def chosen(self, mask: NDArray[Any]) -> Strokes:
        """Return the events where the mask is true."""
        return Strokes(*(getattr(self, item.name)[mask] for item in fields(self)))

    @property
    def events(self) -> Strokes:
        """What counts in the rhythm: everything but grace notes."""
        return self.chosen(self.kind != GRACE)

    @property
    def tune(self) -> Strokes:
        """The notes of the melody string, without grace notes."""
        return self.chosen((self.melody >= 0) & (self.kind != GRACE))

    @property
    def both(self) -> Strokes:
        """The strokes that sound both strings."""
        return self.chosen((self.melody >= 0) & (self.bass >= 0))


def strokes_of(notes: Notes, strings: tuple[int, int]) -> Strokes:
    """Return the events of a dombra part on open strings (bass, melody; MIDI numbers).

    >>> strokes_of(Notes.of([0, 20, 480], 400, [50, 57, 59]), (50, 55)).melody.tolist()
    [2, 4]
    """
    grace = grace_notes(notes)
    rows: list[tuple[int, ...]] = [
        (onset, duration, pitch - strings[1], -1, GRACE, -1, int(0 <= pitch - strings[1] <= FRETS))
        for onset, duration, pitch, *_ in notes[grace]
    ]
    rows += _events(assigned(notes[~grace], strings), strings)
    table = np.array(sorted(rows, key=lambda row: row[0]), np.int64).reshape(-1, 7)
    return Strokes(*table.T)


@dataclass
class _Hand:
    """What a string did last: in which attack, its end, fret and velocity."""

    attack: int = -1
    end: int = 0
    fret: int = -1
    velocity: int = 0


def _events(notes: Notes, strings: tuple[int, int]) -> list[tuple[int, ...]]:
    table = list(notes)
    hands = {MELODY: _Hand(), BASS: _Hand()}
    rows: list[tuple[int, ...]] = []
    for number, (first, last) in enumerate(attacks(notes)):
        struck = {note[5]: note for note in table[first:last]}
        held = 0 not in struck and last - first == len(struck)
        if not struck.keys() & {MELODY, BASS}:  # off every string: the highest note is the tune's
            struck[MELODY] = max(table[first:last], key=lambda note: note[2])
        melody, bass = struck.get(MELODY), struck.get(BASS)
        frets = (melody[2] - strings[1] if melody else -1, bass[2] - strings[0] if bass else -1)
        onset = table[first][0]
        rows.append(
            (
                onset,
                max(note[0] + note[1] for note in table[first:last]) - onset,
                max(frets[0], -1),
                max(frets[1], -1),
                _kind(melody, bass, frets, hands),
                -1 if melody is None or bass is None or melody[0] == bass[0] else int(bass[0] < melody[0]),
                int(held and _fits(melody, bass, frets)),
            )
        )
        for string, note, fret in ((MELODY, melody, frets[0]), (BASS, bass, frets[1])):
            if note:
                hands[string] = _Hand(number, note[0] + note[1], fret, note[3])
        if melody and bass and melody[2] == bass[2]:
            # A file cannot tell which note of a unison ends first: the tune is the one that rings on.
            hands[MELODY].end = max(hands[MELODY].end, bass[0] + bass[1])
    return rows


def _fits(melody: Any, bass: Any, frets: tuple[int, int]) -> bool:
    inside = all(note is None or 0 <= fret <= FRETS for note, fret in zip((melody, bass), frets, strict=True))
    return inside and (melody is None or bass is None or playable(*frets))


def _kind(melody: Any, bass: Any, frets: tuple[int, int], hands: dict[int, _Hand]) -> int:
    tune, drone = hands[MELODY], hands[BASS]
    if melody is None and bass is not None:
        slurred = tune.end > bass[0] and tune.attack == drone.attack and -1 < frets[1] < drone.fret
        return PULL if slurred and bass[3] <= SOFTER * drone.velocity else STROKE
    if bass is None and melody is not None:
        slurred = tune.end >= melody[0] - SLUR and -1 < tune.fret < frets[0] <= tune.fret + REACH
        return HAMMER if slurred and melody[3] <= SOFTER * tune.velocity else STROKE
    return STROKE
