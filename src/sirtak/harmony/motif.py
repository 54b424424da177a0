"""Motifs: the few notes that a piece is made of, and what may be done to them.

A motif fills one bar. Its rhythm is a priority for each slot (0 always sounds; a slot sounds
when its priority is below the density), so more density only ever adds notes. Its pitches are
one structural degree for each group of the bar, and a degree for every slot between them.
Figures: contours 40 % arched and 25 % falling, moves mostly by step (craft.md 2.1 and 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from sirtak.theory.meter import Meter

# Directions of a contour, read at the place of each move in the bar (0 to 1).
SHAPES = {
    "arch": (1, 1, -1, -1),
    "fall": (-1, -1, -1, 1),
    "rise": (1, -1, 1, 1),
    "wave": (-1, 1, 1, -1),
}
_SHAPE_ODDS = (("arch", 0.42), ("fall", 0.67), ("rise", 0.85), ("wave", 1.0))


@dataclass(frozen=True)
class Motif:
    """One bar of tune: `priority` and `degree` for each slot, degrees relative to the first."""

    priority: tuple[float, ...]
    degree: tuple[int, ...]
    slot: int

    @property
    def last(self) -> int:
        """The degree on which the motif leaves."""
        return self.degree[-1]

    @property
    def top(self) -> int:
        """Its highest degree."""
        return max(self.degree)

    def moved(self, degrees: int) -> Motif:
        """Return the motif in sequence, `degrees` higher."""
        return (
            Motif(self.priority, tuple([item + degrees for item in self.degree]), self.slot)
            if degrees
            else self
        )

    def inverted(self) -> Motif:
        """Return the motif turned over about its first note."""
        first = self.degree[0]
        return replace(self, degree=tuple(2 * first - item for item in self.degree))

    def with_rhythm(self, other: Motif) -> Motif:
        """Return these pitches in another motif's rhythm (of the same bar)."""
        return replace(self, priority=other.priority)

    def fragment(self, step: int) -> Motif:
        """Return the head of the motif twice, the second time `step` degrees away."""
        half = (len(self.degree) + 1) // 2
        head, rest = self.degree[:half], len(self.degree) - half
        return replace(
            self,
            degree=head + tuple(item + step for item in head[:rest]),
            priority=self.priority[:half] + self.priority[:rest],
        )

    def leading_to(self, target: int, from_above: bool) -> Motif:
        """Return the motif with its last two slots stepping towards `target`."""
        side = 1 if from_above else -1
        tail = (target + 2 * side, target + side)
        keep = max(1, len(self.degree) - 2)
        # What comes before must be near enough to walk on from: within a fourth of the tail.
        gap = self.degree[keep - 1] - tail[0]
        near = self.moved(min(0, 3 - gap) if gap > 0 else max(0, -3 - gap))
        return replace(self, degree=near.degree[:keep] + tail[2 + keep - len(self.degree) :])

    def within(self, low: int, high: int) -> Motif:
        """Return the motif moved as little as needed to stay between two degrees."""
        moved = self.moved(min(0, high - self.top))
        return moved.moved(max(0, low - min(moved.degree)))


@cache
def bar_slots(meter: Meter, slot: int) -> tuple[tuple[int, float], ...]:
    """Return (group, weight) for each slot of a bar: weight 1 bar line, .7 group, .4 beat, .15 other."""
    starts = meter.group_ticks.tolist()
    slots = []
    for tick in range(0, meter.ticks, slot):
        group = sum(start <= tick for start in starts) - 1
        if tick == 0:
            weight = 1.0
        elif tick in starts:
            weight = 0.7
        else:
            weight = 0.4 if tick % meter.beat == 0 else 0.15
        slots.append((group, weight))
    return tuple(slots)


def rhythm(meter: Meter, slot: int, draws: list[float]) -> tuple[float, ...]:
    """Return a priority for each slot of the bar from one draw a slot.

    The bar line always sounds, group starts nearly always (at least 85 % in the additive meters
    that were counted, craft.md 2.2), what lies between the beats least.
    """
    bands = {1.0: (0.0, 0.0), 0.7: (0.05, 0.45), 0.4: (0.2, 0.8), 0.15: (0.3, 1.0)}
    chosen = []
    for (_, weight), draw in zip(bar_slots(meter, slot), draws, strict=False):
        low, high = bands[weight]
        chosen.append(low + (high - low) * draw)
    return tuple(chosen)


def contour(meter: Meter, draws: list[float], leaps: float) -> list[int]:
    """Return one structural degree for each group, the first 0."""
    shape = SHAPES[next(name for name, odds in _SHAPE_ODDS if draws[0] <= odds)]
    groups = len(meter.groups)
    degrees = [0]
    for move in range(1, groups):
        direction = shape[min(3, (move - 1) * 4 // max(1, groups - 1))]
        size_draw, turn_draw = draws[2 * move % len(draws)], draws[(2 * move + 1) % len(draws)]
        size = 0 if size_draw < 0.14 else 1 if size_draw < 0.86 - leaps else 2 if size_draw < 0.97 else 3
        # A leap is taken upwards, and what follows it steps back.
        if size > 1:
            direction = 1
        elif turn_draw < 0.12:
            direction = -direction
        degrees.append(degrees[-1] + size * direction)
    return degrees


def fill(meter: Meter, slot: int, structure: list[int], draws: list[float]) -> tuple[int, ...]:
    """Return a degree for each slot: structure on the groups, steps and neighbours between."""
    slots = bar_slots(meter, slot)
    starts = [index for index, (_, weight) in enumerate(slots) if weight >= 0.7] + [len(slots)]
    degrees: list[int] = []
    for group, (start, end) in enumerate(pairwise(starts)):
        here = structure[group]
        there = structure[group + 1] if group + 1 < len(structure) else here
        degrees.append(here)
        for place in range(1, end - start):
            share = place / (end - start)
            between = here + round((there - here) * share)
            if here == there:
                # A note that is held turns round its upper or lower neighbour, or stays.
                draw = draws[(start + place) % len(draws)]
                between = here + (1 if draw < 0.35 else -1 if draw < 0.5 else 0)
            degrees.append(between)
    return tuple(degrees)


def make_motif(meter: Meter, slot: int, draws: list[float], leaps: float) -> Motif:
    """Return the best of eight motifs from 8 · 48 draws: one that moves, but not far.

    >>> from sirtak.theory.meter import parse_meters
    >>> motif = make_motif(parse_meters("4/4")[0], 480, [0.5] * 384, 0.1)
    >>> len(motif.degree), motif.priority[0]
    (8, 0.0)
    """
    best, best_score = None, -99.0
    for start in range(0, 8 * 48, 48):
        own = draws[start : start + 48]
        structure = contour(meter, own[:12], leaps)
        degree = fill(meter, slot, structure, own[12:28])
        priority = rhythm(meter, slot, own[28:48] + own[:12])
        motif = Motif(priority, degree, slot)
        score = _worth(motif)
        if score > best_score:
            best, best_score = motif, score
    assert best is not None
    return best


def _worth(motif: Motif) -> float:
    """Return how well a motif can be remembered: some motion, few repeats, a mixed rhythm."""
    degrees = motif.degree
    span = max(degrees) - min(degrees)
    sounding = [index for index, item in enumerate(motif.priority) if item < 0.5]
    gaps = {b - a for a, b in pairwise([*sounding, len(degrees)])}
    distinct = len({degrees[index] for index in sounding})
    return (
        -abs(span - 3.5)
        + min(distinct, 4)
        + min(len(gaps), 3)
        - abs(len(sounding) - 4.5) * 0.5
        - abs(degrees[-1] - degrees[0]) * 0.2
    )
