"""How a chord listens to the tune: which tones weigh in its time, and what rubs against them.

A tune is heard as twelve shares, one for each semitone above the final: what sounds on a bar line
counts whole, on a group's start .7, elsewhere .25, each by its time. A rub is a tone a semitone from
one of the tune. The costs are ours; the chords that may stand in are those of craft.md 4, rule 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.scene.line import Line
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

Floats = NDArray[np.float64]
Tones = tuple[int, ...]  # the semitones of a mode

# What rubs against a drone on the final wherever it is held (craft.md 4, rule 6).
AGAINST_DRONE = (1, 11)
# Roots that the music uses, by semitone above the final, and how little each is liked.
_MINOR = {0: 0.0, 10: 0.0, 8: 0.0, 7: 0.1, 3: 0.1, 5: 0.15}
_MAJOR = {0: 0.0, 5: 0.0, 7: 0.1, 10: 0.05, 9: 0.1}
_WEIGHT_OFF = 0.25


def sung_in(mode: Mode, bars: Bars, line: Line, edges: Sequence[int]) -> Floats:
    """Return the share of the tune's weight that each of the 12 semitones has between two edges.

    `edges` are rising ticks; the shares have a row for each span from one to the next, all 0 where
    the tune rests.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.meter import parse_meters
    >>> from sirtak.theory.mode import load_mode
    >>> line = Line.of([(0, 1920, 0, 1.0), (2400, 480, 2, 0.4)])
    >>> bars = Bars(parse_meters("4/4"), 1)
    >>> sung_in(load_mode(Library(), "aeolian"), bars, line, [0, 3840])[0, [0, 3]].round(2).tolist()
    [0.94, 0.06]
    """
    ticks = np.asarray(edges)
    first = np.maximum(line.onset, ticks[:-1, None])
    last = np.minimum(line.end, ticks[1:, None])
    span, note = (last > first).nonzero()
    first, last = first[span, note], last[span, note]
    weight = np.where(_holds(bars.group_starts, first, last), 0.7, _WEIGHT_OFF)
    weight = np.where(_holds(bars.starts, first, last), 1.0, weight) * (last - first)
    tones = np.asarray(mode.semitones)[line.degree[note] % len(mode)] % 12
    count = len(edges) - 1
    shares = np.bincount(12 * span + tones, weight, 12 * count).reshape(count, 12)
    summed: Floats = shares / np.maximum(shares.sum(axis=1), 1.0)[:, None]
    return summed


def _holds(table: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which spans [first, last) hold a tick of a sorted table."""
    held: NDArray[np.bool_] = table.searchsorted(last) > table.searchsorted(first)
    return held


def rubs(tone: int, sung: Floats) -> float:
    """Return the share of the tune's weight that lies a semitone from a tone."""
    return float(sung[(tone + 1) % 12] + sung[(tone - 1) % 12])


def above(tones: Tones, root: int, semitones: int) -> int | None:
    """Return the degree that lies so many semitones (0 to 11) above a root; None where there is none.

    >>> above((0, 2, 3, 5, 7, 8, 10), 5, 7), above((0, 2, 3, 5, 7, 8, 10), 1, 7)
    (9, None)
    """
    size = len(tones)
    tone = (tones[root % size] + semitones) % 12
    return root + (tones.index(tone) - root) % size if tone in tones else None


def usual_roots(mode: Mode) -> dict[int, float]:
    """Return the degrees that may stand in for a written root, with how little each is liked.

    A minor mode has i, bVII, bVI, v, III and IV, liked best where it is major (dorian); a major one
    I, IV, V, bVII and vi. Each needs a perfect fifth, and none holds what rubs against the drone.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> list(usual_roots(load_mode(Library(), "dorian")))
    [0, 6, 4, 2, 3]
    """
    return _usual(mode.semitones, mode.minor)


@lru_cache(maxsize=256)
def _usual(tones: Tones, minor: bool) -> dict[int, float]:
    roots = {}
    for semitone, dislike in (_MINOR if minor else _MAJOR).items():
        fifth = (semitone + 7) % 12
        if semitone in tones and fifth in tones and fifth not in AGAINST_DRONE:
            dorian = semitone == 5 and 9 in tones
            roots[tones.index(semitone)] = 0.0 if dorian else dislike
    return roots


@lru_cache(maxsize=256)
def bearing(tones: Tones) -> tuple[Floats, Floats]:
    """Return how badly each degree bears a tune as a root: costs (degrees, 12) by tone, and of itself.

    Rubs against root and fifth cost 1.5, what they contain gains .5; a tune on the major seventh is
    sweet and costs .85. A root without a perfect fifth, or against the drone, costs more of itself.
    """
    table, own = np.zeros((len(tones), 12)), np.zeros(len(tones))
    for degree, root in enumerate(tones):
        chord = [root % 12, (root + 7) % 12] if (root + 7) % 12 in tones else [root % 12]
        for tone in chord:
            table[degree, [(tone + 1) % 12, (tone - 1) % 12]] += 1.5
            table[degree, tone] -= 0.5
        table[degree, (root - 1) % 12] -= 0.65
        own[degree] = 0.25 * sum(tone in AGAINST_DRONE for tone in chord) + 0.3 * (len(chord) == 1)
    return table, own


def heard_root(mode: Mode, roots: Sequence[int], number: int, sung: Floats, listen: float) -> int:
    """Return the root of chord `number` of a progression, repeated in turn, when the harmony listens.

    `listen` 0 keeps what is written, 1 takes the root that bears the tune best; in between the other
    must be better by more than 1.5 · (1 - listen): at .3, where over half of the tune's weight lies a
    semitone above the root or the fifth. What the progression has already is liked less, and least
    what stands beside this chord, so that the harmony moves.
    """
    size, count = len(mode), len(roots)
    written = roots[number % count]
    table, own = bearing(mode.semitones)
    costs = (table @ sung + own).tolist()
    # No root costs less than -.5, so most chords need no second look.
    if not listen or not sung.any() or costs[written % size] + 0.5 <= 1.5 * (1 - listen):
        return written
    beside = {roots[(number - 1) % count] % size, roots[(number + 1) % count] % size}
    there = {root % size for root in roots}
    others = {
        degree: costs[degree] + dislike + 0.1 * (degree in beside) + 0.08 * (degree in there)
        for degree, dislike in usual_roots(mode).items()
        if degree != written % size
    }
    best = min(others, key=lambda degree: others[degree], default=written)
    gain = costs[written % size] - others.get(best, np.inf)
    return best if gain > 1.5 * (1 - listen) else written
