"""Cadences: how a phrase comes to its goal.

A cadence cell is the head of a motif, moved to where its last note lies a step from the goal, then
the goal, held (craft.md 4, rules 3 and 5). Degrees count from the mode's degree 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sirtak.harmony.cells import Grid
from sirtak.harmony.motif import Laid
from sirtak.theory.mode import Mode

NEVER = 2.0  # a priority that no density reaches


def held(grid: Grid, goal: int) -> Laid:
    """Return a cell that holds one note."""
    return Laid((0.0,) + (NEVER,) * (len(grid) - 1), (goal,) * len(grid), (0,))


def below(mode: Mode, goal: int) -> bool:
    """Return whether a goal may be reached from the degree below: by a whole tone or more.

    A leading note would make the cadence a foreign one (craft.md 4, rule 5).
    """
    size, semitones = len(mode), mode.semitones
    under = semitones[(goal - 1) % size] - (12 if goal % size == 0 else 0)
    return semitones[goal % size] - under > 1


@dataclass(frozen=True)
class Aim:
    """Where a cadence goes: the goal, held from slot `half` on, and the degrees to stay between.

    `side` is where the last note before the goal lies by preference, counted from it.
    """

    goal: int
    half: int
    side: int
    within: tuple[int, int]


def cadence(grid: Grid, heads: Sequence[Laid], last: int, aim: Aim, mode: Mode) -> Laid:
    """Return a cadence cell: the head of a motif, a step from the goal, then the goal held.

    Of the heads, and a walk in the first one's rhythm, the one is taken that follows best on the
    note before. A step from below is one only where it is a whole tone.
    """
    goal, (low, high) = aim.goal, aim.within
    sides = [(0.6, 1), (1.8, 2), (1.8, 0), (1.0, -1)][: 4 if below(mode, goal) else 3]
    best, chosen, moved = 3.2, heads[0], 0
    for number, head in enumerate(heads):
        degrees = [head.degree[slot] for slot in head.core if slot < aim.half]
        if not degrees or best <= 0.35 * number:
            continue
        first, top, bottom = degrees[0], max(degrees), min(degrees)
        for price, side in sides:
            level = goal + side - degrees[-1]
            cost = (0.0 if side == aim.side else price) + 0.35 * number + _join(first + level - last)
            cost += 2 * max(0, top + level - high) + 1.5 * max(0, low - bottom - level)
            if cost < best:
                best, chosen, moved = cost, head, level
    if best == 3.2:
        return _walk(grid, heads[0], last, aim, mode)
    core = [slot for slot in chosen.core if slot < aim.half]
    return _closing(grid, chosen.moved(moved), core, aim)


def _walk(grid: Grid, head: Laid, last: int, aim: Aim, mode: Mode) -> Laid:
    """Return a cadence cell that walks to the goal in a motif's rhythm."""
    core = [slot for slot in head.core if slot < aim.half]
    side = 1 if last >= aim.goal or not below(mode, aim.goal) else -1
    degree = list(head.degree)
    for number, slot in enumerate(core, 1):
        degree[slot] = last + round((aim.goal + side - last) * number / len(core))
    return _closing(grid, replace(head, degree=tuple(degree)), core, aim)


def _join(gap: int) -> float:
    """Return the price of a move between cells: a step is best, a leap is dear, downwards more so."""
    size = abs(gap)
    return (0.5, 0.0, 0.4, 1.4)[size] + (0.3 if gap < -1 else 0.0) if size < 4 else size - 1.5


def _closing(grid: Grid, laid: Laid, core: Sequence[int], aim: Aim) -> Laid:
    """Return a cell with these core slots, the goal held from its half on, and nothing behind."""
    priority, degree = list(laid.priority), list(laid.degree)
    before, ahead = core[0] if core else -1, 0
    for slot in range(min(aim.half, len(grid))):
        if ahead < len(core) and slot == core[ahead]:
            before, ahead = slot, ahead + 1
            continue
        after = core[ahead] if ahead < len(core) else -1
        left = degree[before] if before >= 0 else aim.goal
        right = degree[after] if after >= 0 else aim.goal
        degree[slot] = left + (right - left) // 2 if abs(right - left) > 1 else left
    for slot in range(aim.half, len(grid)):
        priority[slot], degree[slot] = (0.0 if slot == aim.half else NEVER), aim.goal
    own = (*core, aim.half) if aim.half < len(grid) else tuple(core)
    return Laid(tuple(priority), tuple(degree), own)


def leading(laid: Laid, goal: int, mode: Mode) -> Laid:
    """Return a motif whose last note lies a step from the goal, its last but one near that."""
    side = 1 if laid.last >= goal or not below(mode, goal) else -1
    degree = list(laid.degree)
    if abs(laid.last - goal) not in (1, 2) or (laid.last < goal and not below(mode, goal)):
        degree[laid.core[-1]] = goal + side
        if len(laid.core) > 2 and abs(degree[laid.core[-2]] - goal - side) > 2:
            degree[laid.core[-2]] = goal + 2 * side
    for slot in range(laid.core[-1] + 1, len(degree)):
        degree[slot] = degree[laid.core[-1]]
    return replace(laid, degree=tuple(degree))
