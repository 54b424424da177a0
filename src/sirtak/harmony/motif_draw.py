"""Drawing motifs: a rhythm of two halves and a contour, the best of a few drafts.

Times are sixteenths of a cell, degrees count from the motif's first note. Moves go mostly by step,
leaps upwards and are filled by falling steps, contours are 40 % arched and 25 % falling (craft.md
2.1 and 4). Rhythm figures and the choice among drafts are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sirtak.harmony.motif import SIZE, Motif

DRAFTS = 12
WIDTH = 40  # draws a draft

# Halves of a rhythm in sixteenths and their weight: how a motif begins, and how it comes to rest.
HEADS = (
    ((4, 4), 1.0),
    ((4, 2, 2), 3.0),
    ((2, 2, 4), 3.0),
    ((6, 2), 1.6),
    ((2, 4, 2), 1.0),
    ((2, 2, 2, 2), 1.2),
)
TAILS = (((4, 4), 2.0), ((2, 2, 4), 3.0), ((6, 2), 1.2), ((8,), 2.0), ((4, 2, 2), 1.2), ((2, 4, 2), 0.6))
# What sixteenths make of them: the gallop and its turn, and the dotted beat.
SHORTER = {
    (4, 2, 2): (4, 2, 1, 1),
    (2, 2, 4): (2, 1, 1, 4),
    (6, 2): (3, 1, 4),
    (2, 2, 2, 2): (2, 1, 1, 4),
    (2, 4, 2): (1, 1, 4, 2),
}
# The way of each move of a shape, for motifs of any length: an arch turns half way.
SHAPES = (("arch", 0.40), ("fall", 0.64), ("rise", 0.80), ("turn", 1.0))
WAYS = {"fall": (-1,) * 8, "rise": (1,) * 8, "turn": (1, -1) * 4}


def draw_motif(draws: Sequence[float], leaps: float, unit: int, avoid: Motif | None = None) -> Motif:
    """Return the best of 12 drafts from 12 · 40 draws: a shape that moves, but not far.

    `avoid` is a motif that it should not resemble in rhythm.

    >>> motif = draw_motif([0.3] * 480, 0.1, 8)
    >>> 3 <= len(motif.notes) <= 7, motif.notes[0]
    (True, (0, 0))
    """
    drafts = []
    for start in range(0, DRAFTS * WIDTH, WIDTH):
        own = draws[start : start + WIDTH]
        times = _rhythm(own[0], own[1], own[2], unit)
        notes = tuple(zip(times, _contour(len(times), own[3], own[4:12], own[12:20], leaps), strict=True))
        drafts.append((_worth(notes, avoid) + 1.2 * own[20], notes))
    best = max(drafts, key=lambda draft: draft[0])[1]
    tail = draws[DRAFTS * WIDTH - 32 : DRAFTS * WIDTH]
    return Motif(best, tuple(tail))


def _rhythm(head: float, tail: float, short: float, unit: int) -> list[int]:
    """Return the sixteenths at which notes begin: a head and a tail, in shorter values with unit 16."""
    halves = [_pick(HEADS, head), _pick(TAILS, tail)]
    if unit == 16:
        if short < 0.7:
            halves[0] = SHORTER.get(halves[0], halves[0])
        if 0.5 < short < 0.85:
            halves[1] = SHORTER.get(halves[1], halves[1])
    times, tick = [], 0
    for length in (*halves[0], *halves[1]):
        times.append(tick)
        tick += length
    return times[:7]


def _pick(table: Sequence[tuple[tuple[int, ...], float]], draw: float) -> tuple[int, ...]:
    left = draw * sum([weight for _, weight in table])
    for item, weight in table:
        left -= weight
        if left < 0:
            return item
    return table[-1][0]


def _contour(
    count: int, shape: float, sizes: Sequence[float], turns: Sequence[float], leaps: float
) -> list[int]:
    """Return the degrees of a motif: a shape walked by steps, with a leap or a repeat here and there."""
    kind = next(name for name, odds in SHAPES if shape < odds)
    degrees, owed = [0], 0
    shares = _shares(leaps)
    for move in range(count - 1):
        way = WAYS[kind][move] if kind in WAYS else 1 if move / max(1, count - 2) < 0.5 else -1
        size = _size(sizes[move], shares)
        if owed and turns[move] < 0.8:  # what leapt up comes back by step
            way, size = -owed, min(size, 1) or 1
        elif turns[move] < 0.13:
            way = -way
        owed = 0
        if size > 1:
            way = 1 if turns[move] < 0.75 else way
            owed = way if way > 0 else 0
        degrees.append(degrees[-1] + way * size)
    return degrees


def _shares(leaps: float) -> Sequence[tuple[int, float]]:
    """Return the sizes of moves and their shares: `leaps` is about the share of thirds and larger."""
    return ((0, 0.2), (1, 0.8 - 1.3 * leaps), (2, 0.95 * leaps), (3, 0.25 * leaps), (4, 0.1 * leaps))


def _size(draw: float, shares: Sequence[tuple[int, float]]) -> int:
    """Return the size of a move in degrees."""
    left = draw
    for size, share in shares:
        left -= share
        if left < 0:
            return size
    return 1


def _worth(notes: Sequence[tuple[int, int]], avoid: Motif | None) -> float:
    """Return how well a motif can be remembered: one thing that stands out, few that are the same."""
    degrees = [degree for _, degree in notes]
    times = [time for time, _ in notes]
    moves = [b - a for a, b in pairwise(degrees)]
    span = max(degrees) - min(degrees)
    lengths = {b - a for a, b in pairwise([*times, SIZE])}
    marks = len([move for move in moves if not 0 < abs(move) < 2])
    score = -abs(span - 3) + 0.9 * min(len(lengths), 2) + 0.2 * len(lengths) - abs(len(notes) - 5) * 0.5
    score -= 0.9 * abs(marks - 1) + 1.5 * any(a == b == 0 for a, b in pairwise(moves))
    score -= 0.6 * max(0, max(map(abs, moves)) - 3) + 0.4 * (len(set(degrees)) < 3)
    if avoid is not None:
        same = len(set(times) & set(avoid.times)) / max(len(times), len(avoid.times))
        score -= 2 * same + (1.5 if tuple(degrees) == avoid.degrees else 0)
    return score
