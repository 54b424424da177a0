"""What a tablature shows: numbers on strings, struck together, with their slurs and grace notes.

Frets count semitones above the open string. Lines count from 0, the highest string. Where a track
does not say its strings, `kuy_strings` finds them for two strings a fourth apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sirtak.analysis.bars import bar_starts
from sirtak.analysis.kuy_strings import assigned, attacks, grace_notes, open_strings
from sirtak.analysis.kuy_strokes import HAMMER, PULL, strokes_of
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, Notes, Track
from sirtak.theory.tuning import FRETS

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MARKS = {PULL: "p", HAMMER: "h"}


@dataclass(frozen=True)
class Sign:
    """A number on a string: what stands before it (p, h, grace notes in brackets) and when it ends."""

    fret: int
    end: int
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.mark}{self.fret}"


@dataclass(frozen=True)
class Event:
    """What is struck together: onset in ticks, down (1 down, 0 up, -1 unknown), signs by line."""

    onset: int
    down: int
    signs: dict[int, Sign] = field(default_factory=dict)


def pitch_name(pitch: int) -> str:
    """Return a pitch with its octave; 60 is C4.

    >>> pitch_name(55), pitch_name(50)
    ('G3', 'D3')
    """
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"


def lines_of(track: Track) -> tuple[int, ...]:
    """Return the open strings of a track's tablature, the highest first."""
    if len(track.strings) > 1:
        return track.strings
    bass, melody = open_strings(track)
    return melody, bass


def events_of(arrangement: Arrangement, track: Track) -> list[Event]:
    """Return the events of a track; SirtakError, with the bar, where no hand could play it.

    >>> notes = Notes.of([0, 20, 480], 400, [50, 57, 59], string=[2, 1, 1])
    >>> piece = Arrangement((Track("dombra", notes, strings=(55, 50)),), length=3840)
    >>> [(event.down, event.signs[0].fret) for event in events_of(piece, piece["dombra"])]
    [(1, 2), (-1, 4)]
    """
    if track.drums:
        raise _no_part(track, "is a drum track, and drums have no strings")
    lines = lines_of(track)
    if len(lines) > 2:
        if not np.all((track.notes.string > 0) & (track.notes.string <= len(lines))):
            raise _no_part(track, "does not say on which string every note is played")
        notes = track.notes
        _check(arrangement, track, notes, lines)
        return [_event(notes[a:b], lines, {}) for a, b in attacks(notes)]
    strings = (lines[1], lines[0])
    grace = grace_notes(track.notes)
    notes = assigned(track.notes[~grace], strings)
    _check(arrangement, track, notes, lines)
    found = strokes_of(notes, strings)
    before = _graces(track.notes[grace], notes, lines[0])
    events = []
    for (first, last), kind, down in zip(
        attacks(notes), found.kind.tolist(), found.down.tolist(), strict=True
    ):
        struck = notes[first:last]
        marks = {note[5] - 1: _MARKS.get(kind, "") for note in struck}
        marks[0] = before.get(first if struck.string[0] == 1 else last - 1, "") + marks.get(0, "")
        events.append(_event(struck, lines, marks, down))
    return events


def _event(struck: Notes, lines: tuple[int, ...], marks: dict[int, str], down: int | None = None) -> Event:
    signs = {
        string - 1: Sign(pitch - lines[string - 1], onset + duration, marks.get(string - 1, ""))
        for onset, duration, pitch, _, _, string in struck
    }
    if down is None:
        first, last = (
            int(struck.onset[struck.string == line][0]) for line in (min(signs) + 1, max(signs) + 1)
        )
        down = -1 if first == last else int(last < first)
    return Event(int(struck.onset[0]), down, signs)


def _graces(grace: Notes, notes: Notes, melody: int) -> dict[int, str]:
    """Return the grace notes as text by the index of the melody-string note that they lean on."""
    tune = np.flatnonzero(notes.string == 1)
    found: dict[int, str] = {}
    for onset, _, pitch, *_ in grace:
        after = int(np.searchsorted(notes.onset[tune], onset, side="right"))
        if after < len(tune):
            found[int(tune[after])] = found.get(int(tune[after]), "") + f"({pitch - melody})"
    return found


def _check(arrangement: Arrangement, track: Track, notes: Notes, lines: tuple[int, ...]) -> None:
    """Raise SirtakError for what cannot be fingered on these strings."""
    starts = bar_starts(arrangement)

    def bar(tick: int) -> int:
        return max(1, int(np.searchsorted(starts, tick, side="right")))

    for place in np.flatnonzero((notes.pitch < lines[-1]) | (notes.pitch > lines[0] + FRETS))[:1].tolist():
        pitch, where = int(notes.pitch[place]), f"in bar {bar(int(notes.onset[place]))}"
        name = f"plays {pitch_name(pitch)} (MIDI {pitch}) {where}"
        if pitch < lines[-1]:
            raise _no_part(track, f"{name}, below the bass string ({pitch_name(lines[-1])}, {lines[-1]})")
        raise _no_part(track, f"{name}, above fret {FRETS} of the melody string ({pitch_name(lines[0])})")
    for first, last in attacks(notes):
        where = f"in bar {bar(int(notes.onset[first]))}"
        if last - first > len(lines):
            raise _no_part(
                track, f"has {last - first} notes at once {where}, more than the {len(lines)} strings"
            )
        if 0 in notes.string[first:last]:
            raise _no_part(track, f"has two notes {where} that lie on one string")
        open_pitch = np.array(lines)[notes.string[first:last].astype(np.int64) - 1]
        if not np.all(
            (notes.pitch[first:last] >= open_pitch) & (notes.pitch[first:last] <= open_pitch + FRETS)
        ):
            raise _no_part(track, f"has a note {where} that is off the frets of its string")


def _no_part(track: Track, why: str) -> SirtakError:
    return SirtakError(
        f"track '{track.title}' {why}: it cannot be a dombra part", hint="name another track with --track"
    )
