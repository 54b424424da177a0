"""Rhythms of a küy: chains of beat cells, chosen so that all together have the type's shares.

What follows what is as counted (kazakh.md 4.2); a chain that a figure may have ends in a beat that
needs no answer. Cells are written in sixteenths from stroke to stroke.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.choose import choose, divergence_from
from sirtak.folk.kuy.types import KuyType, cell_lengths
from sirtak.rng import Dice, stream

Floats = NDArray[np.float64]
Chain = tuple[str, ...]
CHAINS = 400  # draws from which the chains of a type come: the likely ones are all among them
STARTS = 3
WHIM = 0.25  # how far the dice may go against the shares, so that two seeds differ

# Where a type says nothing of a beat: the pooled cells of four küy, and Kelinshek's (kazakh.md 4.2).
POOLED = {
    4: {"2-2": 65.3, "4": 14.8, "1-1-2": 8.3, "2-1-1": 6.0, "1-3": 2.7, "1-1-1-1": 2.4},
    6: {"4-2": 65.4, "2-2-2": 25.5, "6": 9.2},
}
# After these the next beat is an even pair (100 %, 96 % after the snap: kazakh.md 4.2).
ANSWERED = frozenset({"1-1-2", "2-1-1", "1-1-1-1", "1-3"})


def choose_rhythms(
    kind: KuyType, beats: tuple[int, ...], weight: Mapping[str, int], there: Mapping[str, int], dice: Dice
) -> dict[str, Chain]:
    """Return a chain of cells for each rhythm.

    `weight` says how often each rhythm sounds, `there` which cells sound anyway.

    >>> from sirtak.library import Library
    >>> from sirtak.folk.kuy.types import load_kuy_type
    >>> kind = load_kuy_type(Library(), "kelinshek")
    >>> sorted(choose_rhythms(kind, (6, 6), {"R0": 8, "T0": 6}, {}, Dice(1, "kuy")))
    ['R0', 'T0']
    """
    names = sorted(weight)
    found, table, target = chains(kind, beats)
    order = cell_order(kind, beats)
    draws = np.clip(dice.stream("cells").random((STARTS, len(names), len(found))), 1e-9, 1 - 1e-9)
    counts = [table * weight[name] for name in names]
    rest = np.array([float(there.get(cell, 0)) for cell in order])

    divergence = divergence_from(target)

    def missed(rows: Floats) -> Floats:
        return divergence(rows) / 0.001

    def cost(number: int) -> float:
        taken = zip(counts, tries[number], strict=True)
        return float(missed(np.array([rest + sum(rows[draft] for rows, draft in taken)]))[0])

    # Rhythms that sound often come in large steps, so that one way to the shares may end short of them.
    tries = [choose(counts, rest, missed, list(WHIM * np.log(-np.log(draw)))) for draw in draws]
    best = tries[min(range(STARTS), key=cost)]
    return {name: found[number] for name, number in zip(names, best, strict=True)}


def cell_order(kind: KuyType, beats: tuple[int, ...]) -> list[str]:
    """Return the cells that the beats of a figure may have."""
    return [cell for size in sorted(set(beats)) for cell in cell_table(kind, size)]


@cache
def chains(kind: KuyType, beats: tuple[int, ...]) -> tuple[list[Chain], Floats, Floats]:
    """Return the chains a figure of a type may have, each one's cells counted, and the shares wanted."""
    draws = stream(0, "kuy", "chains").random((CHAINS, len(beats))).tolist()
    found = sorted({_chain(kind, beats, row) for row in draws})
    order = cell_order(kind, beats)
    table = np.array([[float(chain.count(cell)) for cell in order] for chain in found])
    shares = {cell: share for size in sorted(set(beats)) for cell, share in cell_table(kind, size).items()}
    return found, table, np.array([shares[cell] for cell in order])


def _chain(kind: KuyType, beats: tuple[int, ...], draws: list[float]) -> Chain:
    chain: list[str] = []
    for place, (size, draw) in enumerate(zip(beats, draws, strict=True)):
        table = _next_cells(kind, chain[-1] if chain else "", size, place == len(beats) - 1)
        chain.append(next((cell for cell, below in table if draw < below), table[-1][0]))
    return tuple(chain)


def cell_table(kind: KuyType, size: int) -> dict[str, float]:
    """Return the shares of the cells that fill a beat of `size` sixteenths."""
    own = {cell: share for cell, share in kind.cells.items() if sum(cell_lengths(cell)) == size}
    return own or POOLED[size]


@cache
def _next_cells(kind: KuyType, before: str, size: int, final: bool) -> tuple[tuple[str, float], ...]:
    shares = cell_table(kind, size)
    # The files tell what follows for all küy in a meter: cells that the type has not stay out.
    after = {cell: share for cell, share in kind.follows.get(before, {}).items() if cell in shares}
    if before in ANSWERED and not after and "2-2" in shares:
        after = {"2-2": 100.0}
    table = after or shares
    if final:
        table = {cell: share for cell, share in table.items() if cell not in ANSWERED} or table
    total, below, steps = sum(table.values()), 0.0, []
    for cell, share in table.items():
        below += share / total
        steps.append((cell, below))
    return tuple(steps)
