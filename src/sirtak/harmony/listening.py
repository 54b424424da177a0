"""How a chord listens to the tune: which degrees weigh in its time, and what rubs against them.

Weights are shares of the tune's time from a chord's start to its end; what sounds on a bar line
counts whole, on a group's start .7, elsewhere .25. Semitones count from the final of the mode. A
rub is a tone a semitone from one of the tune. The costs are ours; the chords that may stand in are
those of craft.md 4, rule 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sirtak.scene.line import Line
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

Sung = Mapping[int, float]

# What rubs against a drone on the final wherever it is held (craft.md 4, rule 6).
AGAINST_DRONE = (1, 11)
# Roots that the music uses, by semitone above the final, and how little each is liked.
_MINOR = {0: 0.0, 10: 0.0, 8: 0.0, 7: 0.1, 3: 0.1, 5: 0.15}
_MAJOR = {0: 0.0, 5: 0.0, 7: 0.1, 10: 0.05, 9: 0.1}
_WEIGHT_OFF = 0.25


def sung_in(mode: Mode, bars: Bars, line: Line, start: int, end: int) -> Sung:
    """Return the share of the tune's weight that each semitone has in [start, end).

    >>> from sirtak.library import Library
    >>> from sirtak.theory.meter import parse_meters
    >>> from sirtak.theory.mode import load_mode
    >>> line = Line.of([(0, 1920, 0, 1.0), (2400, 480, 2, 0.4)])
    >>> bars = Bars(parse_meters("4/4"), 1)
    >>> {k: round(v, 2) for k, v in sung_in(load_mode(Library(), "aeolian"), bars, line, 0, 3840).items()}
    {0: 0.94, 3: 0.06}
    """
    first, last = np.maximum(line.onset, start), np.minimum(line.end, end)
    sounds = last > first
    first, last, degree = first[sounds], last[sounds], line.degree[sounds]
    weight = np.where(_holds(bars.group_starts, first, last), 0.7, _WEIGHT_OFF)
    weight = np.where(_holds(bars.starts, first, last), 1.0, weight) * (last - first)
    tones = np.asarray(mode.semitones)[degree % len(mode)] % 12
    shares = np.bincount(tones, weight, 12)
    total = float(shares.sum())
    return {tone: share / total for tone, share in enumerate(shares.tolist()) if share}


def _holds(table: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which spans [first, last) hold a tick of a sorted table."""
    held: NDArray[np.bool_] = np.searchsorted(table, last) > np.searchsorted(table, first)
    return held


def rubs(mode: Mode, degree: int, sung: Sung) -> float:
    """Return the share of the tune's time that lies a semitone from a degree."""
    tone = mode.semitones[degree % len(mode)]
    return sum(share for note, share in sung.items() if (tone - note) % 12 in (1, 11))


def fifth_of(mode: Mode, root: int) -> int | None:
    """Return the degree a fifth above a root (root at least); None where it is not perfect.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> fifth_of(load_mode(Library(), "aeolian"), 0), fifth_of(load_mode(Library(), "aeolian"), 1)
    (4, None)
    """
    return above(mode, root, 7)


def above(mode: Mode, root: int, semitones: int) -> int | None:
    """Return the degree that lies so many semitones (0 to 11) above a root; None where there is none."""
    size = len(mode)
    tone = (mode.semitones[root % size] + semitones) % 12
    degree = mode.nearest_degree(tone)
    return root + (degree - root) % size if mode.semitones[degree] % 12 == tone else None


def usual_roots(mode: Mode) -> Iterator[tuple[int, float]]:
    """Yield the degrees that may stand in for a written root, with how little each is liked.

    A minor mode has i, bVII, bVI, v, III and IV, liked best where it is major (dorian); a major one
    I, IV, V, bVII and vi. Each needs a perfect fifth, and none holds what rubs against the drone.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> [degree for degree, _ in usual_roots(load_mode(Library(), "dorian"))]
    [0, 6, 4, 2, 3]
    """
    for semitone, dislike in (_MINOR if mode.minor else _MAJOR).items():
        degree = mode.nearest_degree(semitone)
        fifth = fifth_of(mode, degree)
        if mode.semitones[degree] % 12 != semitone or fifth is None:
            continue
        if mode.semitones[fifth % len(mode)] % 12 in AGAINST_DRONE:
            continue
        dorian = semitone == 5 and 9 in mode.semitones
        yield degree, 0.0 if dorian else dislike


def root_cost(mode: Mode, root: int, sung: Sung) -> float:
    """Return how badly a root bears the tune: rubs against its root and fifth, less what it contains.

    0 is a chord that the tune neither meets nor rubs; a root with a tritone for its fifth, or on
    what rubs against the drone, costs more.
    """
    fifth = fifth_of(mode, root)
    tones = [root] if fifth is None else [root, fifth]
    own = {mode.semitones[tone % len(mode)] % 12 for tone in tones}
    # A tune on the major seventh is sweet, one a semitone above the root or the fifth is not.
    rubbing = sum(rubs(mode, tone, sung) for tone in tones)
    rubbing -= 0.65 * sung.get((mode.semitones[root % len(mode)] - 1) % 12, 0.0)
    drone = 0.25 * sum(tone in AGAINST_DRONE for tone in own)
    return 1.5 * rubbing - 0.5 * sum(sung.get(tone, 0.0) for tone in own) + drone + 0.3 * (fifth is None)


def heard_root(mode: Mode, roots: Sequence[int], number: int, sung: Sung, listen: float) -> int:
    """Return the root of chord `number` of a progression, repeated in turn, when the harmony listens.

    `listen` 0 keeps what is written, 1 takes the root that bears the tune best; in between the other
    must be better by more than 1.5 · (1 - listen): at .3, where over half of the tune's weight lies a
    semitone above the root or the fifth. What the progression has already is liked less,
    and least what stands beside this chord, so that the harmony moves.
    """
    size, count = len(mode), len(roots)
    written = roots[number % count]
    if not listen or not sung:
        return written
    beside = {roots[(number - 1) % count] % size, roots[(number + 1) % count] % size}
    there = {root % size for root in roots}
    costs = {
        degree: root_cost(mode, degree, sung) + dislike + 0.1 * (degree in beside) + 0.08 * (degree in there)
        for degree, dislike in usual_roots(mode)
        if degree != written % size
    }
    if not costs:
        return written
    best = min(costs, key=lambda degree: costs[degree])
    gain = root_cost(mode, written, sung) - costs[best]
    return best if gain > 1.5 * (1 - listen) else written
