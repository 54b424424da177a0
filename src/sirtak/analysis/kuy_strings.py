"""Which of two strings each note is played on, where a file does not say.

A MIDI file has pitches only. Read as a dombra part, every attack has one or two readings: the
higher note on the melody string or, with the roles inverted, on the bass string. The cheapest way
through all of them is taken: bass frets by how often they go with a melody fret (kazakh.md 2.2),
short ways for the hand, no note on a string that still sounds. The costs are ours.
Strings are given as open strings (bass, melody) in MIDI numbers.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fretboard import BASS_FRETS, playable
from sirtak.notes import PPQ, Notes, Track
from sirtak.notes.skyline import TOGETHER
from sirtak.theory.tuning import FRETS

MELODY, BASS = 1, 2
INTERVALS = (5, 7, 4, 3, 2, 0, 12)  # between the strings: on, teris, qalys, shalys, tel and the octave
GRACE = PPQ // 8  # ticks: the longest grace note
AT_ONCE = GRACE + 40  # ticks from a grace note to its stroke, at the most
CUT = 3.0  # what it costs to strike a string that sounds on
NEIGHBOUR = 5  # semitones between a grace note and its note, where strings are not known


class Reading(NamedTuple):
    """One way to play an attack: frets (-1 is silent), and the string of each of its notes."""

    melody: int
    bass: int
    way: tuple[int, ...]


def open_strings(track: Track) -> tuple[int, int]:
    """Return the open strings (bass, melody): the track's own, or the usual tuning that fits its notes.

    The lowest note is taken for the open bass string, and the melody string is a fourth higher unless
    another tuning leaves fewer notes off the frets (kazakh.md 2.1).

    >>> open_strings(Track("dombra", Notes.of(0, 9, [52, 60])))
    (52, 57)
    >>> open_strings(Track("dombra", Notes.of([0, 0, 480], 9, [48, 55, 74])))
    (48, 55)
    """
    if len(track.strings) == 2:
        return track.strings[1], track.strings[0]
    notes = track.notes
    if not len(notes):
        return 50, 55
    on_bass = notes.pitch[notes.string == BASS]
    bass = int(on_bass.min()) if len(on_bass) else int(notes.pitch.min())
    tunings = [(bass, bass + interval) for interval in INTERVALS]
    return min(tunings, key=lambda strings: _misfits(notes, strings))


def _misfits(notes: Notes, strings: tuple[int, int]) -> int:
    """Return how many notes lie off the frets, or in pairs below the melody string."""
    bass, melody = strings
    pitch, string = notes.pitch.astype(np.int64), notes.string
    off = (pitch < bass) | (pitch > melody + FRETS)
    off |= ((string == MELODY) & (pitch < melody)) | ((string == BASS) & (pitch > bass + FRETS))
    together = np.diff(notes.onset) < TOGETHER
    pairs = together & (np.maximum(pitch[:-1], pitch[1:]) < melody) & (string[1:] == 0)
    return int(off.sum() + pairs.sum())


def grace_notes(notes: Notes) -> NDArray[np.bool_]:
    """Return which notes are graces: alone, at most 1/8 of a quarter long, a stroke at once behind.

    A note is alone where every other note nearby begins nearer to that stroke. Where strings are
    known both are on the melody string, elsewhere both are at most five semitones apart.

    >>> grace_notes(Notes.of([0, 100, 124], [90, 300, 300], [58, 50, 57])).tolist()
    [True, False, False]
    """
    found = np.zeros(len(notes), bool)
    onset, end = notes.onset.tolist(), notes.end.tolist()
    pitch, string = notes.pitch.tolist(), notes.string.tolist()
    for place in np.flatnonzero((notes.duration <= GRACE) & (notes.string != BASS)).tolist():
        main = _main_note(place, onset, end, pitch, string)
        if main < 0 or notes.duration[main] <= notes.duration[place]:
            continue
        near = range(max(0, place - 3), min(len(onset), place + 5))
        others = [at for at in near if at not in (place, main)]
        found[place] = all(
            abs(onset[at] - onset[main]) < abs(onset[at] - onset[place])
            for at in others
            if abs(onset[at] - onset[place]) < TOGETHER
        )
    return found


def _main_note(place: int, onset: list[int], end: list[int], pitch: list[int], string: list[int]) -> int:
    """Return the note that a grace would belong to, -1 for none."""
    for at in range(place + 1, min(len(onset), place + 5)):
        away = onset[at] - onset[place]
        if away > AT_ONCE:
            break
        if away < 30 or end[place] > onset[at] + 30:
            continue
        if string[place] == string[at] and (
            string[at] == MELODY or 0 < abs(pitch[at] - pitch[place]) <= NEIGHBOUR
        ):
            return at
    return -1


def attacks(notes: Notes) -> list[tuple[int, int]]:
    """Return first and last-but-one index of what is struck together, no string twice.

    >>> attacks(Notes.of([0, 20, 480], 9, [50, 57, 57]))
    [(0, 2), (2, 3)]
    """
    found: list[tuple[int, int]] = []
    first, before, used = 0, 0, set[int]()
    for place, (onset, string) in enumerate(zip(notes.onset.tolist(), notes.string.tolist(), strict=True)):
        if place and (onset - before >= TOGETHER or string in used):
            found.append((first, place))
            first, used = place, set()
        if string:
            used.add(string)
        before = onset
    return [*found, (first, len(notes))] if len(notes) else []


def assigned(notes: Notes, strings: tuple[int, int]) -> Notes:
    """Return the notes with a string each; those that no string can hold keep 0.

    Notes that all know their string are returned as they are.

    >>> assigned(Notes.of([0, 0], 9, [52, 57]), (50, 55)).string.tolist()
    [2, 1]
    """
    if not len(notes) or bool(np.all((notes.string > 0) & (notes.string <= BASS))):
        return notes
    bare = notes.but(string=0)
    spans = attacks(bare)
    onset, end, pitch = bare.onset.tolist(), bare.end.tolist(), bare.pitch.tolist()
    table = [_readings(tuple(pitch[first:last]), strings) for first, last in spans]
    ways = _cheapest(table, [(onset[first], end[first:last]) for first, last in spans])
    string = np.zeros(len(bare), np.int64)
    for (first, last), way in zip(spans, ways, strict=True):
        string[first:last] = way.way
    return bare.but(string=string)


@lru_cache(4096)
def _readings(pitch: tuple[int, ...], strings: tuple[int, int]) -> list[Reading]:
    """Return the ways to play an attack; the last resort is that no string holds it."""
    bass, melody = strings
    found: list[Reading] = []
    if len(pitch) == 1:
        if 0 <= pitch[0] - melody <= FRETS:
            found.append(Reading(pitch[0] - melody, -1, (MELODY,)))
        if 0 <= pitch[0] - bass <= FRETS:
            found.append(Reading(-1, pitch[0] - bass, (BASS,)))
    else:
        # Of more than two notes the outer ones are read; the others have no string.
        low, high = pitch.index(min(pitch)), len(pitch) - 1 - pitch[::-1].index(max(pitch))
        for upper, lower in ((high, low), (low, high)):
            on_melody, on_bass = pitch[upper] - melody, pitch[lower] - bass
            if 0 <= on_melody <= FRETS and 0 <= on_bass <= FRETS:
                way = [0] * len(pitch)
                way[upper], way[lower] = MELODY, BASS
                found.append(Reading(on_melody, on_bass, tuple(way)))
    return found or [Reading(-1, -1, (0,) * len(pitch))]


def _cheapest(table: list[list[Reading]], times: list[tuple[int, list[int]]]) -> list[Reading]:
    """Return one reading an attack: the cheapest way through all of them (Viterbi)."""
    cost = [_own_cost(way) for way in table[0]]
    back: list[list[int]] = []
    for number in range(1, len(table)):
        before, costs, origins = table[number - 1], [], []
        onset, ends = times[number][0], times[number - 1][1]
        for way in table[number]:
            options = [
                cost[at] + _way(other, way) + (CUT if _cuts_off(other, ends, way, onset) else 0.0)
                for at, other in enumerate(before)
            ]
            origin = min(range(len(options)), key=options.__getitem__)
            origins.append(origin)
            costs.append(options[origin] + _own_cost(way))
        cost = costs
        back.append(origins)
    place = min(range(len(cost)), key=cost.__getitem__)
    ways = [table[-1][place]]
    for number in range(len(back) - 1, -1, -1):
        place = back[number][place]
        ways.append(table[number][place])
    return ways[::-1]


@cache
def _own_cost(reading: Reading) -> float:
    melody, bass, _ = reading
    if melody < 0:
        return 1.8 if bass >= 0 else 9.0
    if bass < 0:
        return 0.3
    odds = BASS_FRETS.get(melody, {}).get(bass, 0)
    return -math.log((odds + 0.5) / 100) + (0 if playable(melody, bass) else 8.0)


def _way(before: Reading, after: Reading) -> float:
    """Return what moving stopped fingers costs; open strings need none."""
    cost = 0.15 * abs(before.melody - after.melody) if before.melody > 0 and after.melody > 0 else 0.0
    return cost + (0.15 * abs(before.bass - after.bass) if before.bass > 0 and after.bass > 0 else 0.0)


def _cuts_off(before: Reading, ends: list[int], after: Reading, onset: int) -> bool:
    """Return whether a lone note would cut off one that sounds on while it begins."""
    if len(after.way) > 1:
        return False
    held = [end for end, string in zip(ends, before.way, strict=True) if string == after.way[0]]
    return bool(held) and max(held) > onset + 40
