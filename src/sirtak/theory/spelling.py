"""Spelling: the note names of a mode from a tonic's name upwards.

A degree's letter comes from its place in a seven-step scale, so D aeolian has Bb, G phrygian Ab
and E ionian F#, C#, G# and D#; both forms of a variable degree share a letter. Names are ASCII:
`b` and `#`, doubled where a letter needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sirtak.theory.mode import STEP_OF_SEMITONE, Mode
from sirtak.theory.pitch import LETTERS, parse_tonic

_ORDER = "CDEFGAB"
# The usual name of a tonic where the one asked for would need double accidentals.
_OTHER = {"C#": "Db", "Db": "C#", "D#": "Eb", "Eb": "D#", "F#": "Gb", "Gb": "F#", "G#": "Ab", "Ab": "G#",
          "A#": "Bb", "Bb": "A#", "E#": "F", "Fb": "E", "B#": "C", "Cb": "B"}  # fmt: skip


def canonical(tonic: str) -> str:
    """Return a tonic's name with a capital letter and an ASCII accidental; SpecError for none.

    >>> canonical("bb"), canonical("F♯")
    ('Bb', 'F#')
    """
    parse_tonic(tonic)
    name = tonic.strip()
    return name[0].upper() + name[1:].replace("♯", "#").replace("♭", "b")


def spell(tonic: str, semitone: int, step: int) -> str:
    """Return the name of a note `semitone` above a tonic whose letter is `step` letters above.

    >>> spell("D", 8, 5), spell("D", 9, 5), spell("Gb", 3, 2)
    ('Bb', 'B', 'Bbb')
    """
    letter = _ORDER[(_ORDER.index(tonic[0]) + step) % 7]
    off = (parse_tonic(tonic) + semitone - LETTERS[letter] + 6) % 12 - 6
    return letter + ("#" * off if off > 0 else "b" * -off)


def steps_of(semitones: Iterable[int], sharp_fourth: bool = False) -> list[int]:
    """Return the letters above the tonic of semitones above it: a third for 3 and 4, and so on."""
    return [3 if item % 12 == 6 and sharp_fourth else STEP_OF_SEMITONE[item % 12] for item in semitones]


def tonic_for(mode: Mode, tonic: str) -> str:
    """Return a tonic's name, or its other name where that spells the mode with fewer accidentals.

    Only a name that would need a double accidental is changed.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> tonic_for(load_mode(Library(), "aeolian"), "Db"), tonic_for(load_mode(Library(), "ionian"), "Db")
    ('C#', 'Db')
    """
    name = canonical(tonic)

    def doubled(root: str) -> int:
        return sum(len(item) > 2 for item in _names(mode, root, mode.semitones))

    other = _OTHER.get(name, name)
    return other if doubled(other) < doubled(name) else name


def _names(mode: Mode, tonic: str, semitones: Sequence[int]) -> list[str]:
    classes = {item % 12 for item in mode.semitones}
    steps = steps_of(semitones, sharp_fourth=7 in classes and 5 not in classes)
    return [spell(tonic, item, step) for item, step in zip(semitones, steps, strict=True)]


def note_names(mode: Mode, tonic: str, semitones: Iterable[int] | None = None) -> list[str]:
    """Return the names of a mode's degrees (or of given semitones above the tonic).

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> " ".join(note_names(load_mode(Library(), "aeolian"), "D"))
    'D E F G A Bb C'
    >>> " ".join(note_names(load_mode(Library(), "phrygian-variable-2"), "g"))
    'G Ab Bb C D Eb F'
    """
    wanted = mode.semitones if semitones is None else list(semitones)
    return _names(mode, tonic_for(mode, tonic), wanted)
