"""Tunes and chords before they are anybody's notes: degrees of the mode over ticks.

Ticks count from the section's start, 960 to the quarter. Degree 0 is the mode's final in the
player's own register; players choose the octave.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Line:
    """A one-voice tune: four columns of one length, in playing order.

    `accent` is 0 to 1: how much weight a note has (1 on the first beat of a phrase). `lift` says
    by how many degrees the section has moved the tune, so that a player can climb with it.
    """

    onset: Ints
    duration: Ints
    degree: Ints
    accent: NDArray[np.float64]
    lift: int = 0

    @classmethod
    def of(cls, rows: list[tuple[int, int, int, float]], lift: int = 0) -> Line:
        """Return the line of (onset, duration, degree, accent) rows."""
        if not rows:
            return cls.empty()
        onset, duration, degree, accent = zip(*rows, strict=True)
        return cls(np.array(onset), np.array(duration), np.array(degree), np.array(accent, float), lift)

    @classmethod
    def empty(cls) -> Line:
        """Return the line without notes."""
        none: Ints = np.empty(0, np.int64)
        return cls(none, none, none, np.empty(0))

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def end(self) -> Ints:
        """Ticks at which the notes end."""
        return self.onset + self.duration

    def at(self, ticks: NDArray[Any]) -> Ints:
        """Return the index of the note sounding or last heard at each tick (0 before the first)."""
        return np.maximum(np.searchsorted(self.onset, ticks, side="right") - 1, 0)


@dataclass(frozen=True)
class Chord:
    """One harmony: its root and its tones, as degrees of the mode.

    `wide` asks for voices a fourth or more apart, as stacks of fourths and fifths have them.
    """

    onset: int
    duration: int
    root: int
    tones: tuple[int, ...]
    wide: bool = False


@dataclass(frozen=True)
class Chords:
    """The harmonies of a section, without gaps.

    >>> chords = Chords((Chord(0, 960, 0, (0, 4)), Chord(960, 960, 5, (5, 9))))
    >>> chords.roots_at(np.array([0, 959, 960])).tolist()
    [0, 0, 5]
    """

    items: tuple[Chord, ...]

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def onsets(self) -> Ints:
        """Ticks at which the harmonies begin."""
        return np.array([item.onset for item in self.items], np.int64)

    def index_at(self, ticks: NDArray[Any]) -> Ints:
        """Return the number of the harmony at each tick."""
        return np.searchsorted(self.onsets[1:], ticks, side="right")

    def roots_at(self, ticks: NDArray[Any]) -> Ints:
        """Return the root degree at each tick."""
        return np.array([item.root for item in self.items], np.int64)[self.index_at(ticks)]
