"""The ladder on which a song is sung: the degrees it may use, and how welcome each move is.

States number the degrees from the lowest that is used; heights are semitones above the final.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sirtak.harmony.song import MOVES, Song
from sirtak.harmony.song_draw import NEVER, Floats, Ints
from sirtak.theory.mode import Mode

# The scale step (1 to 7) of each semitone above the final, and the kind of move of each size.
STEP = (1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7)
KIND = (
    "repeat",
    "step",
    "step",
    "third",
    "third",
    "fourth",
    "",
    "fifth",
    "larger",
    "larger",
    "",
    "",
    "larger",
)
KINDS = MOVES
LEAP = 5  # semitones: a fourth and more
USUAL_LEAPS = 0.12  # the knob `leaps` where it leaves the form's own shares as they are
# Lines end low, so what falls is met too often and what rises too seldom: found by trial.
LEAN = {
    "repeat": (0.65, 0.65),
    "step": (1.0, 1.6),
    "third": (0.9, 0.9),
    "fourth": (1.1, 2.2),
    "fifth": (1.1, 2.2),
    "larger": (1.1, 2.2),
}


@dataclass(frozen=True, eq=False)
class Ladder:
    """Degrees `low` to `high` of a mode, with the form's shares laid over them.

    >>> from sirtak.harmony.song import load_song
    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> ladder = Ladder(load_song(Library(), "qara-oleng"), load_mode(Library(), "ionian"), -3, 9, 0.12)
    >>> ladder.heights.tolist()
    [-5, -3, -1, 0, 2, 4, 5, 7, 9, 11, 12, 14, 16]
    """

    song: Song
    mode: Mode
    low: int
    high: int
    leaps: float

    @cached_property
    def heights(self) -> Ints:
        """Semitones of each state above the final."""
        return np.array([height(self.mode, degree) for degree in range(self.low, self.high + 1)])

    @cached_property
    def steps(self) -> Ints:
        """The scale step of each state, 1 to 7."""
        return np.array(STEP)[self.heights % 12]

    @cached_property
    def weights(self) -> Floats:
        """Share of each state's degree, the same in every octave."""
        table = {int(key): share for key, share in self.song.degrees.items()}
        shares = np.array([table.get(step, 0.0) for step in self.steps.tolist()])
        weights: Floats = np.maximum(shares, 0.5)
        return weights

    @cached_property
    def move(self) -> Floats:
        """How welcome each move from state to state is; tritones and sevenths never are."""
        gap = self.heights[None, :] - self.heights[:, None]
        shares = np.full(25, NEVER)
        for size, kind in enumerate(KIND):
            both = self.song.moves.get(kind, [0.0]) if kind else [0.0]
            scale = self.leaps / USUAL_LEAPS if kind not in ("repeat", "step", "") else 1.0
            # Of the large moves a sixth is as good as an octave: each has a third of the share.
            scale /= 3 if kind == "larger" else 1
            fall, rise = LEAN.get(kind, (1.0, 1.0))
            shares[12 - size] = max(both[0] * scale * fall, NEVER)
            shares[12 + size] = max(both[-1] * scale * rise, NEVER)
        welcome: Floats = np.where(np.abs(gap) <= 12, shares[np.clip(gap, -12, 12) + 12], NEVER)
        return welcome

    def state(self, semitones: float) -> int:
        """Return the state nearest to a height."""
        return int(np.argmin(np.abs(self.heights - semitones)))

    def states_of(self, step: int, near: float) -> int:
        """Return the state of a scale step (or the nearest there is) nearest to a height."""
        off = np.abs(self.steps - step) % 7
        return int(np.argmin(np.minimum(off, 7 - off) * 100 + np.abs(self.heights - near)))

    def around(self, degree: int) -> int:
        """Return the state of a degree counted from 1, the final; 8 is its octave, 0 the step below."""
        return self.states_of((degree - 1) % 7 + 1, 12 * ((degree - 1) // 7) + 5.0)


def height(mode: Mode, degree: int) -> int:
    """Return the semitones of a degree above the mode's final.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> height(load_mode(Library(), "dorian"), 9)
    15
    """
    size = len(mode)
    return mode.semitones[degree % size] + 12 * (degree // size) - mode.semitones[mode.final]


def nearest(mode: Mode, semitones: int) -> int:
    """Return the degree nearest to a height above the final.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> nearest(load_mode(Library(), "do-pentatonic"), -5)
    -2
    """
    size = len(mode)
    around = range(-2 * size, 3 * size + 1)
    return min(around, key=lambda degree: (abs(height(mode, degree) - semitones), degree))


def kinds(moves: Ints) -> Ints:
    """Return the kind of each move as a number in KINDS; -1 for tritones, sevenths and beyond the octave.

    >>> kinds(np.array([0, -2, 5, 6, 14])).tolist()
    [0, 1, 3, -1, -1]
    """
    table = np.array([KINDS.index(kind) if kind else -1 for kind in KIND] + [-1])
    return table[np.minimum(np.abs(moves), 13)]


def contour(first: float, middle: float, last: float) -> str:
    """Return the contour of a line from its first height, the mean of those between, and its last.

    `level` is a line of which one half moves by less than half a semitone.

    >>> contour(0, 5, 0), contour(12, 6, 0), contour(7, 7.2, 5)
    ('convex', 'descending', 'level')
    """
    up, down = middle - first, last - middle
    if min(abs(up), abs(down)) < 0.5:
        return "level"
    if up > 0:
        return "convex" if down < 0 else "ascending"
    return "concave" if down > 0 else "descending"


def shares_of(table: Mapping[str, Sequence[float]]) -> Floats:
    """Return a form's shares of moves as parts of 1 in the order of KINDS."""
    sums = np.array([float(sum(table.get(kind, [0.0]))) for kind in KINDS])
    parts: Floats = sums / sums.sum()
    return parts
