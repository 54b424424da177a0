"""How a jetigen is tuned: five notes of the mode, string by string.

Pitches are MIDI numbers, 43 to 79 ([G], kazakh.md 5). The pentatonic types are those of kazakh.md
1.4 (do [S]; so and la [G]); which of them a mode gets is ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.theory.mode import Mode

LOW, HIGH = 43, 79
PRESS = 2  # semitones that a string rises when it is pressed behind its bridge, at most

_LA, _DO, _SO = (0, 3, 5, 7, 10), (0, 2, 4, 7, 9), (0, 2, 5, 7, 9)


def pentatonic(mode: Mode) -> tuple[int, ...]:
    """Return the five semitones above the final that the strings are tuned to.

    The first of la-, do- and so-pentatonic that the mode has whole (do first where it has a major
    third); failing that, the degree nearest to each note of the first. A mode of five degrees or
    fewer is taken as it is.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> pentatonic(load_mode(Library(), "dorian")), pentatonic(load_mode(Library(), "ionian"))
    ((0, 3, 5, 7, 10), (0, 2, 4, 7, 9))
    """
    if len(mode) <= 5:
        return tuple(sorted({item % 12 for item in mode.semitones}))
    types = (_LA, _SO) if mode.minor else (_DO, _SO)
    for kind in types:
        if set(kind) <= set(mode.semitones):
            return kind
    return tuple(sorted({mode.semitones[mode.nearest_degree(item)] % 12 for item in types[0]}))


def tuned_strings(mode: Mode, tonic: int, count: int) -> NDArray[np.int64]:
    """Return the open strings, lowest first: `count` of them, or as many as lie between 43 and 79.

    Seven strings begin on the final nearest to 50; more begin where all of them fit.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> tuned_strings(load_mode(Library(), "aeolian"), 2, 7).tolist()
    [50, 53, 55, 57, 60, 62, 65]
    """
    classes = [(tonic + item) % 12 for item in pentatonic(mode)]
    pitches = np.array([pitch for pitch in range(LOW, HIGH + 1) if pitch % 12 in classes], np.int64)
    finals = np.flatnonzero(pitches % 12 == tonic)
    room = max(0, len(pitches) - count)
    # As near to the seven strings' own place as leaves room above.
    start = min(
        (int(place) for place in finals if place <= room), key=lambda p: abs(int(pitches[p]) - 50), default=0
    )
    return pitches[start : start + count]
