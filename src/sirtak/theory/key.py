"""The key signature that serves a mode best: MIDI and notation know sharps, flats and minor only."""

from __future__ import annotations

from sirtak.theory.mode import Mode

_MAJOR = frozenset({0, 2, 4, 5, 7, 9, 11})


def nearest_signature(tonic: int, mode: Mode, flats: bool = False) -> tuple[int, bool]:
    """Return (sharps, minor) for a tonic's pitch class (0 is C); flats are negative.

    The signature that shares most degrees with the mode wins, then the one of the tonic's own
    major or minor key, then the one with fewest accidentals; of six sharps and six flats,
    `flats` decides.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> nearest_signature(2, load_mode(Library(), "dorian"))
    (0, True)
    """
    used = {(tonic + item) % 12 for item in mode.semitones}
    home = (tonic + 3) % 12 if mode.minor else tonic

    def rank(sharps: int) -> tuple[int, bool, int, bool]:
        root = sharps * 7 % 12
        scale = {(root + item) % 12 for item in _MAJOR}
        return (-len(used & scale), root != home, abs(sharps), (sharps < 0) != flats)

    return min(range(-6, 7), key=rank), mode.minor
