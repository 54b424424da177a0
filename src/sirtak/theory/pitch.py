"""Pitch names: tonics as pitch classes (0 is C), MIDI numbers as note names (60 is C4)."""

from __future__ import annotations

import re

from sirtak.errors import SpecError

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
USUAL_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

_TONIC = re.compile(r"([A-Ga-g])([#♯b♭]?)")


def parse_tonic(name: str) -> int:
    """Return the pitch class of a tonic's name; SpecError where it is none.

    >>> parse_tonic("D"), parse_tonic("Bb"), parse_tonic("f#")
    (2, 10, 6)
    """
    found = _TONIC.fullmatch(name.strip())
    if not found:
        hint = "write C, C#, Db, D, … B"
        if name.strip()[:1] in "Hh" and name.strip():
            hint = "the German H is B here, and the German B is Bb"
        raise SpecError(f"tonic '{name}' is not a note name", hint=hint)
    return (LETTERS[found[1].upper()] + ACCIDENTALS[found[2]]) % 12


def note_name(pitch: int, flats: bool = True) -> str:
    """Return the scientific name of a MIDI number: 60 is C4.

    >>> note_name(50), note_name(70), note_name(70, flats=False)
    ('D3', 'Bb4', 'A#4')
    """
    return (FLAT_NAMES if flats else SHARP_NAMES)[pitch % 12] + str(pitch // 12 - 1)


def usual_name(pitch: int) -> str:
    """Return the name of a MIDI number with the accidentals that are met most: Eb, F#, Ab, Bb, C#.

    >>> usual_name(54), usual_name(58)
    ('F#3', 'Bb3')
    """
    return USUAL_NAMES[pitch % 12] + str(pitch // 12 - 1)


def near(pitch_class: int, centre: int) -> int:
    """Return the MIDI number of a pitch class that lies nearest to `centre`, at most 5 above it.

    >>> near(2, 60), near(7, 60)
    (62, 55)
    """
    return centre + (pitch_class - centre + 6) % 12 - 6
