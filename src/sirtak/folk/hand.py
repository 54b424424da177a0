"""What one hand can play on two strings, judged note by note, and where movable frets bend it.

Times are ticks, frets semitones above the open string. String 1 is the melody string (fingers),
string 2 the bass string (thumb). A string sounds one note: the next note on it ends the one before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sirtak.errors import SirtakError
from sirtak.notes import Notes
from sirtak.theory.neck import MOST, Neck
from sirtak.theory.tuning import Tuning

MELODY, BASS = 1, 2
STROKE = 60  # ticks in which one stroke passes into the next: 31 ms at 120 BPM, a slow strum

REASONS = (
    "there is no such string",
    "more than two notes at once",
    "more than one note at once on a string",
    "off the frets",
    "the neck has no such fret",
    "the stretch is too wide",
)
Ints = NDArray[np.int64]
Rows = tuple[int, Ints, Ints]  # a reason's number, the notes that have it, the other note or -1


class Fault(NamedTuple):
    """One thing that no hand can play.

    `note` and `other` are rows of the note table; `other` is -1 where one note is enough.

    >>> str(Fault(1920, "the stretch is too wide", 4, 3, 12, 2))
    'tick 1920: the stretch is too wide (fret 12 on the melody string, fret 2 on the bass string)'
    """

    onset: int
    reason: str
    note: int
    other: int
    melody: int
    bass: int

    def __str__(self) -> str:
        frets = [f"fret {self.melody} on the melody string"] if self.melody != NONE else []
        frets += [f"fret {self.bass} on the bass string"] if self.bass != NONE else []
        return f"tick {self.onset}: {self.reason}" + (f" ({', '.join(frets)})" if frets else "")


NONE = -999  # no fret: the string is not part of the fault


def strings_of(notes: Notes, tuning: Tuning, slack: int = STROKE) -> Ints:
    """Return the string of each note, filled in where the table does not know it (0).

    Such a note is the bass string's where it lies below the open melody string; of two notes of
    one stroke that could both be the melody string's, the lower one is the bass string's.

    >>> strings_of(Notes.of(0, 240, [52, 57]), Tuning("on", 50, 55)).tolist()
    [2, 1]
    """
    string = notes.string.astype(np.int64)
    unknown = string == 0
    if not unknown.any():
        return string
    string = np.where(unknown, np.where(notes.pitch < tuning.melody, BASS, MELODY), string)
    pitch, onset = notes.pitch.astype(np.int64), notes.onset.astype(np.int64)
    pair = (np.diff(onset) <= slack) & (string[:-1] == MELODY) & (string[1:] == MELODY)
    first_lower = pitch[:-1] <= pitch[1:]
    # The lower note moves to the bass string, and the higher one only where the lower is settled.
    first = pair & unknown[:-1] & (first_lower | ~unknown[1:])
    second = pair & unknown[1:] & ~first
    string[:-1][first] = BASS
    string[1:][second] = BASS
    return string


def frets_of(notes: Notes, tuning: Tuning, strings: Ints) -> Ints:
    """Return the fret of each note on its string; below 0 the string cannot reach so low."""
    opened = np.where(strings == MELODY, tuning.melody, tuning.bass)
    return notes.pitch.astype(np.int64) - opened


def unplayable(notes: Notes, tuning: Tuning, neck: Neck, slack: int = STROKE) -> list[Fault]:
    """Return everything in a table that one hand on two strings cannot play, by onset.

    Two stopped notes are held together where they begin in one stroke (`slack` ticks) or ring
    together for longer than that; thumb and fingers must then be no more than the neck's stretch
    apart. What is less is one stroke passing into the next. Sorts only: 100,000 notes take some
    20 ms.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.neck import load_neck
    >>> neck = load_neck(Library(), "chromatic")
    >>> notes = Notes.of([0, 0, 960, 960], 480, [52, 57, 52, 67], string=[2, 1, 2, 1])
    >>> for fault in unplayable(notes, Tuning("on", 50, 55), neck):
    ...     print(fault)
    tick 960: the stretch is too wide (fret 12 on the melody string, fret 2 on the bass string)
    """
    if not len(notes):
        return []
    onset, end = notes.onset.astype(np.int64), notes.end.astype(np.int64)
    strings = strings_of(notes, tuning, slack)
    frets = frets_of(notes, tuning, strings)
    known = strings <= BASS
    off = known & ((frets < 0) | (frets > neck.last))
    rows: list[Rows] = [
        _alone(0, ~known),
        _alone(1, _sounding(onset, end) > 2),
        *_taken(onset, end, strings),
        _alone(3, off),
        _alone(4, known & ~off & ~neck.has(frets)),
        _stretched(onset, _damped(onset, end, strings), strings, np.where(off, 0, frets), neck, slack),
    ]
    return _faults(rows, onset, strings, frets)


def playable_share(notes: Notes, tuning: Tuning, neck: Neck, slack: int = STROKE) -> float:
    """Return the share of strokes (0 to 1) in which nothing is unplayable; 1 for an empty table.

    A stroke is what begins within `slack` ticks of the note before it.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.neck import load_neck
    >>> playable_share(Notes.of([0, 960], 480, [57, 40]), Tuning("on", 50, 55), load_neck(Library(), "bokey"))
    0.5
    """
    if not len(notes):
        return 1.0
    stroke = np.cumsum(np.diff(notes.onset.astype(np.int64), prepend=notes.onset[0]) > slack)
    bad = {int(stroke[fault.note]) for fault in unplayable(notes, tuning, neck, slack)}
    return 1 - len(bad) / (int(stroke[-1]) + 1)


def bent(notes: Notes, tuning: Tuning, neck: Neck, draws: ArrayLike) -> Notes:
    """Return the notes with the cents of the neck's movable frets, where it states any.

    `draws` are numbers from 0 to 1, one a note in the order of the table (or one for all): they
    place the stop within the neck's offset, either way. Notes on other frets are left alone.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.neck import load_neck
    >>> notes = Notes.of([0, 1], 480, [57, 58], string=1)
    >>> bent(notes, Tuning("on", 50, 55), load_neck(Library(), "bokey"), 0.5).cents.tolist()
    [0, 45]
    """
    drawn = np.asarray(draws, float)
    if drawn.shape not in ((), (len(notes),)):
        raise SirtakError(f"bent: {drawn.size} draws for {len(notes)} notes")
    if drawn.size and not bool(np.all((drawn >= 0) & (drawn <= 1))):
        raise SirtakError("bent: the draws must lie from 0 to 1")
    if not len(notes) or not neck.cents:
        return notes
    strings = strings_of(notes, tuning)
    frets = frets_of(notes, tuning, strings)
    moved = (strings <= BASS) & np.isin(frets, list(neck.cents))
    cents = np.rint(neck.deviations[np.clip(frets, 0, MOST)] + (2 * drawn - 1) * neck.offset)
    return notes.but(cents=np.where(moved, cents, notes.cents).astype(np.int64))


def _alone(reason: int, where: NDArray[np.bool_]) -> Rows:
    found = np.flatnonzero(where)
    return reason, found, np.full(len(found), -1)


def _sounding(onset: Ints, end: Ints) -> Ints:
    """Return how many notes sound at each onset, those that begin there included."""
    begun = np.searchsorted(onset, onset, side="right")
    return begun - np.searchsorted(np.sort(end), onset, side="right")


def _taken(onset: Ints, end: Ints, strings: Ints) -> list[Rows]:
    """Return the notes that begin on a string while another one sounds on it, with that one."""
    rows = []
    for string in (MELODY, BASS):
        here = np.flatnonzero(strings == string)
        latest = np.maximum.accumulate(end[here]) if len(here) else end[here]
        longest = np.maximum.accumulate(np.where(end[here] == latest, np.arange(len(here)), 0))
        clash = latest[:-1] > onset[here][1:]
        rows.append((2, here[1:][clash], here[longest[:-1][clash]]))
    return rows


def _damped(onset: Ints, end: Ints, strings: Ints) -> Ints:
    """Return where each note really ends: at the latest where the next one on its string begins."""
    damped = end.copy()
    for string in (MELODY, BASS):
        here = np.flatnonzero(strings == string)
        damped[here[:-1]] = np.minimum(end[here[:-1]], onset[here[1:]])
    return damped


def let_go(notes: Notes, tuning: Tuning, neck: Neck, slack: int = STROKE) -> Notes:
    """Return the notes, each ending at the latest where the hand must leave it for one too far away.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.neck import load_neck
    >>> notes = Notes.of([0, 480], 960, [52, 67], string=[2, 1])  # fret 2 below, then fret 12 above
    >>> let_go(notes, Tuning("on", 50, 55), load_neck(Library(), "chromatic")).duration.tolist()
    [480, 960]
    """
    if not len(notes):
        return notes
    onset, end = notes.onset.astype(np.int64), notes.end.astype(np.int64)
    strings = strings_of(notes, tuning, slack)
    frets = frets_of(notes, tuning, strings)
    _, later, earlier = _stretched(onset, _damped(onset, end, strings), strings, frets, neck, slack)
    if not len(later):
        return notes
    np.minimum.at(end, earlier, onset[later])
    return notes.but(duration=np.maximum(end - onset, 1))


def _stretched(onset: Ints, end: Ints, strings: Ints, frets: Ints, neck: Neck, slack: int) -> Rows:
    """Return the pairs of stopped notes that are held together and lie too far apart."""
    fingers = np.flatnonzero((strings == MELODY) & (frets > 0))
    thumb = np.flatnonzero((strings == BASS) & (frets > 0))
    # On each string the notes follow one another, so those that meet a note are neighbours.
    low = np.searchsorted(end[thumb], onset[fingers], side="right")
    high = np.searchsorted(onset[thumb], end[fingers], side="left")
    count = np.maximum(high - low, 0)
    first = np.repeat(fingers, count)
    place = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    second = thumb[place]
    together = np.minimum(end[first], end[second]) - np.maximum(onset[first], onset[second])
    struck = np.abs(onset[first] - onset[second]) <= slack
    held = (together > 0) & (struck | (together > slack))
    wide = held & (np.abs(frets[first] - frets[second]) > neck.stretch)
    first, second = first[wide], second[wide]
    later = onset[first] >= onset[second]
    return 5, np.where(later, first, second), np.where(later, second, first)


def _faults(rows: list[Rows], onset: Ints, strings: Ints, frets: Ints) -> list[Fault]:
    reason = np.concatenate([np.full(len(notes), number) for number, notes, _ in rows])
    note = np.concatenate([notes for _, notes, _ in rows])
    other = np.concatenate([others for _, _, others in rows])
    order = np.lexsort((other, reason, note))
    reason, note, other = reason[order], note[order], other[order]
    # The other note is named by its fret only where it is the other string's.
    paired = (other >= 0) & (strings[note] != strings[other])
    melody, bass = (
        np.where(strings[note] == string, frets[note], np.where(paired, frets[other], NONE))
        for string in (MELODY, BASS)
    )
    nameless = strings[note] > BASS
    melody[nameless] = NONE
    bass[nameless] = NONE
    columns = (onset[note], reason, note, other, melody, bass)
    return [
        Fault(tick, REASONS[number], *rest)
        for tick, number, *rest in zip(*(column.tolist() for column in columns), strict=True)
    ]
