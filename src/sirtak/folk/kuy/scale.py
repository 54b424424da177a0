"""The melody string in a mode: which frets belong to it, and where a figure lands when it is moved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from sirtak.theory.mode import Mode
from sirtak.theory.neck import Neck
from sirtak.theory.tuning import FRETS
from sirtak.theory.variable import Variable


@dataclass(frozen=True)
class Scale:
    """The frets of the melody string that belong to a mode, rising.

    `open_degree` is the open string in semitones above the tonic.
    """

    frets: tuple[int, ...]
    open_degree: int

    @cached_property
    def array(self) -> NDArray[np.int64]:
        """The frets as an array."""
        return np.array(self.frets)

    def nearest(self, fret: int) -> int:
        """Return the fret of the scale nearest to any; of two, the higher one.

        >>> Scale((0, 2, 3, 5, 7), 5).nearest(4)
        5
        """
        return min(self.frets, key=lambda item: (abs(item - fret), -item))

    def stepped(self, fret: int, steps: int) -> int:
        """Return the fret `steps` of the scale away, or the last one on that side."""
        place = self.frets.index(self.nearest(fret)) + steps
        return self.frets[min(max(place, 0), len(self.frets) - 1)]

    def lifted(self, semitones: int) -> NDArray[np.int64]:
        """Return where each fret 0 to 19 lands when it is moved up within the scale."""
        return _lifted(self, semitones)


@cache
def _lifted(scale: Scale, semitones: int) -> NDArray[np.int64]:
    return np.array([scale.nearest(min(fret + semitones, FRETS)) for fret in range(FRETS + 1)])


def scale_of(mode: Mode, melody: int, tonic: int, neck: Neck | None = None) -> Scale:
    """Return the scale of a mode on a melody string tuned to `melody` (MIDI), for a tonic's pitch class.

    With a neck, on the frets that it has.

    Variable degrees take the form that their rule gives a note by itself: the natural sixth in the
    high zone, the flat one below, and no lower neighbour (which is the bass string's, kazakh.md 1.4).

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> scale_of(load_mode(Library(), "aeolian-dorian"), 55, 2).frets
    (0, 2, 3, 5, 7, 9, 10, 12, 14, 16, 17, 19)
    """
    scale = _scale(mode.cents, mode.variable, (melody - tonic) % 12)
    if neck is None:
        return scale
    return Scale(tuple(fret for fret in scale.frets if bool(neck.has(fret))), scale.open_degree)


@cache
def _scale(cents: tuple[float, ...], variable: tuple[Variable, ...], open_degree: int) -> Scale:
    mode = Mode("", cents, variable=variable)
    found = {int(mode.pitches([degree], -open_degree)[0]) for degree in range(3 * len(cents))}
    frets = tuple(sorted(fret for fret in found if 0 <= fret <= FRETS))
    return Scale(frets, open_degree)
