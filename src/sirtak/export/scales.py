"""Modes as music21 scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sirtak.theory.mode import Mode


def to_music21_scale(mode: Mode, tonic: str = "D") -> Any:
    """Return a music21 ConcreteScale with the mode's notes from a tonic's name upwards.

    Degrees between the semitones keep their cents as microtones; second forms of variable
    degrees are left out, since a music21 scale has one form of each degree. Raises SpecError
    for what is no tonic.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> scale = to_music21_scale(load_mode(Library(), "dorian"), "D")
    >>> [pitch.name for pitch in scale.getPitches("D4", "D5")]
    ['D', 'E', 'F', 'G', 'A', 'B', 'C', 'D']
    """
    from music21 import pitch as m21pitch
    from music21 import scale

    from sirtak.theory.pitch import near, parse_tonic

    base = near(parse_tonic(tonic), 60)
    pitches: list[Any] = []
    for cents in (*mode.cents, 1200.0):
        semitone = round(cents / 100)
        made = m21pitch.Pitch()
        made.midi = base + semitone
        if cents != semitone * 100:
            made.microtone = cents - semitone * 100
        pitches.append(made)
    return scale.ConcreteScale(tonic=pitches[0], pitches=pitches)
