"""Motifs: the three to seven notes that a piece is made of, and what may be done to them.

A motif knows no meter. Its notes stand in sixteenths of a cell (0 to 15; `cells` says what a cell
is) and in degrees above its first note; `fit` lays it on the slots of any meter's cell. Laid out,
it has a priority for each slot (0 always sounds; a slot sounds when its priority is below the
density), so more density only ever adds notes: those of the motif first, then notes between them.
What may be done to a motif: craft.md 4, rule 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from sirtak.harmony.cells import Grid

SIZE = 16  # sixteenths of a cell


@dataclass(frozen=True, eq=False)
class Motif:
    """Notes as (sixteenth, degree above the first note), and draws for what density adds.

    `extra` holds 32 draws: whether a slot between the notes sounds, and where it moves.
    """

    notes: tuple[tuple[int, int], ...]
    extra: tuple[float, ...]

    @property
    def degrees(self) -> tuple[int, ...]:
        """The degrees of its notes, in order."""
        return tuple(degree for _, degree in self.notes)

    @property
    def times(self) -> tuple[int, ...]:
        """The sixteenths at which its notes begin."""
        return tuple(time for time, _ in self.notes)

    def inverted(self) -> Motif:
        """Return the motif turned over about its first note.

        >>> Motif(((0, 0), (4, 2), (8, 1)), (0.5,) * 32).inverted().degrees
        (0, -2, -1)
        """
        return replace(self, notes=tuple((time, -degree) for time, degree in self.notes))

    def fragment(self, step: int) -> Motif:
        """Return the head of the motif twice, the second time `step` degrees away.

        >>> Motif(((0, 0), (4, 1), (8, 2)), (0.5,) * 32).fragment(-1).notes
        ((0, 0), (4, 1), (8, -1), (12, 0))
        """
        head = tuple(note for note in self.notes if note[0] < SIZE // 2)
        return replace(self, notes=head + tuple((time + SIZE // 2, degree + step) for time, degree in head))

    def in_rhythm(self, other: Motif) -> Motif:
        """Return these pitches in another motif's rhythm; the shorter of the two says how many notes."""
        return replace(self, notes=tuple(zip(other.times, self.degrees, strict=False)), extra=other.extra)

    def halves(self) -> tuple[Motif, Motif]:
        """Return the motif at half speed, over two cells.

        >>> [half.notes for half in Motif(((0, 0), (6, 1), (8, 2)), (0.5,) * 32).halves()]
        [((0, 0), (12, 1)), ((0, 2),)]
        """
        slow = [(2 * time, degree) for time, degree in self.notes]
        first = tuple(note for note in slow if note[0] < SIZE)
        second = tuple((time - SIZE, degree) for time, degree in slow if time >= SIZE)
        return replace(self, notes=first), replace(self, notes=second or ((0, first[-1][1]),))


@dataclass(frozen=True, eq=False)
class Laid:
    """A motif on the slots of a cell: priority and degree of each; `core` are its own notes' slots."""

    priority: tuple[float, ...]
    degree: tuple[int, ...]
    core: tuple[int, ...]

    @property
    def first(self) -> int:
        """The degree on which it begins."""
        return self.degree[self.core[0]]

    @property
    def last(self) -> int:
        """The degree on which it leaves."""
        return self.degree[self.core[-1]]

    @cached_property
    def top(self) -> int:
        """Its highest degree."""
        return max([self.degree[slot] for slot in self.core])

    @property
    def bottom(self) -> int:
        """Its lowest degree."""
        return min([self.degree[slot] for slot in self.core])

    @cached_property
    def peak(self) -> int:
        """The slot of its highest note, the first of equals."""
        return next(slot for slot in self.core if self.degree[slot] == self.top)

    def moved(self, degrees: int) -> Laid:
        """Return it so many degrees higher."""
        if not degrees:
            return self
        return Laid(self.priority, tuple([item + degrees for item in self.degree]), self.core)

    def under(self, top: int) -> Laid:
        """Return it with no note above a degree."""
        if self.top <= top and max(self.degree) <= top:
            return self
        return replace(self, degree=tuple([min(item, top) for item in self.degree]))

    def within(self, low: int, high: int) -> Laid:
        """Return it moved as little as needed to stay between two degrees, below `high` if both fail."""
        moved = self.moved(max(0, low - self.bottom))
        return moved.moved(min(0, high - moved.top))


@lru_cache(maxsize=2048)
def fit(motif: Motif, grid: Grid) -> Laid:
    """Return a motif on the slots of a cell.

    Notes keep their order and their long and short as nearly as the slots allow; strong ones go to
    strong slots. Where there are fewer slots than notes, weak notes are left out.

    >>> from sirtak.harmony.cells import cells_of
    >>> from sirtak.theory.meter import parse_meters
    >>> motif = Motif(((0, 0), (4, 1), (8, 2), (12, 1)), (0.9,) * 32)
    >>> fit(motif, cells_of(parse_meters("7/8 (3+2+2)"), 480)[0].grid).core
    (0, 2, 3, 5)
    """
    notes = list(motif.notes)
    while len(notes) > len(grid):
        notes.remove(max(notes[1:], key=lambda note: (_weakness(note[0]), note[0])))
    core = _slots([time for time, _ in notes], grid)
    priority, degree = [2.0] * len(grid), [0] * len(grid)
    for (time, height), slot in zip(notes, core, strict=True):
        priority[slot], degree[slot] = (0.0 if slot == 0 else _weakness(time)), height
    _fill(motif, grid, core, priority, degree)
    return Laid(tuple(priority), tuple(degree), tuple(core))


def _weakness(time: int) -> float:
    """Return the priority of a motif's note: below the default density, the strongest first."""
    if time % 8 == 0:
        return 0.14 if time else 0.0
    return 0.24 if time % 4 == 0 else 0.36 if time % 2 == 0 else 0.46


def _slots(times: Sequence[int], grid: Grid) -> list[int]:
    """Return rising slots for the notes: the cheapest path through distance and mismatched weight."""
    wanted = [time * grid.length / SIZE for time in times]
    spots = {tick: slot for slot, tick in enumerate(grid.tick)}
    if grid.length == 3840 and all(tick in spots for tick in wanted):
        return [spots[int(tick)] for tick in wanted]
    unit = grid.length / len(grid)
    best: list[tuple[float, list[int]]] = [(0.0, [])]  # for each last slot, the cheapest way there
    for number, (time, tick) in enumerate(zip(times, wanted, strict=True)):
        left = len(times) - number - 1
        ways: list[tuple[float, list[int]]] = []
        for slot in range(number, len(grid) - left):
            before = [way for way in best if not way[1] or way[1][-1] < slot]
            cost, path = min(before, key=lambda way: way[0])
            strong = grid.weight[slot] >= 0.7
            cost += abs(grid.tick[slot] - tick) / unit + (0.6 if (time % 4 == 0) != strong else 0.0)
            cost += 0.8 if time % 8 == 0 and not strong else 0.0
            ways.append((cost + (9.0 if (time == 0) != (slot == 0) else 0.0), [*path, slot]))
        best = ways
    return min(best, key=lambda way: way[0])[1]


def _fill(motif: Motif, grid: Grid, core: Sequence[int], priority: list[float], degree: list[int]) -> None:
    """Give the slots between a motif's notes their priority and degree: passing notes and neighbours."""
    highest = max(degree[slot] for slot in core)
    own = set(core)
    bands = {1.0: (0.5, 0.25), 0.7: (0.52, 0.38), 0.4: (0.58, 0.42), 0.15: (0.64, 0.42)}
    for slot in range(len(grid)):
        if slot in own:
            continue
        before = max((item for item in core if item < slot), default=core[0])
        after = min((item for item in core if item > slot), default=before)
        low, span = bands[grid.weight[slot]]
        at = grid.tick[slot] * SIZE // grid.length
        priority[slot] = low + span * motif.extra[at]
        gap = degree[after] - degree[before]
        turn = motif.extra[16 + at]
        if abs(gap) > 1:
            moved = round(gap * (slot - before) / (after - before))
        else:
            moved = 0 if turn < 0.4 else 1 if turn < 0.55 else -1
        degree[slot] = min(degree[before] + moved, highest)
