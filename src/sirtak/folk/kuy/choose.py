"""Choosing among drafts: those that together have the proportions counted in the models.

Every draft of a figure makes the whole küy's counts a little different; one figure after the other
takes the draft that brings the whole nearest to the measured shares.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ROUNDS = 4


TINY = 1e-12


def divergence_from(wanted: Floats, parts: Floats | None = None) -> Callable[[Floats], Floats]:
    """Return the function that gives the Jensen-Shannon divergence (base 2) of rows of counts from shares.

    `parts`, shape (bins, tables), marks the bins of several tables laid side by side: the function
    then gives a column for each.

    >>> divergence_from(np.array([0.5, 0.5]))(np.array([[1.0, 1.0], [2.0, 0.0]])).round(3).tolist()
    [0.0, 0.311]
    """
    marks = np.ones((len(wanted), 1)) if parts is None else parts
    table = marks.argmax(axis=1)
    shares = wanted / (wanted @ marks)[table] + TINY
    known = shares * np.log(shares) / 2
    into = marks / np.log(2)

    def divergence(rows: Floats) -> Floats:
        # A küy spends its time here: natural logarithms and no clipping are what is fastest.
        p = rows / (rows @ marks)[:, table] + TINY
        mean = (p + shares) * 0.5
        found: Floats = (p * np.log(p) * 0.5 + known - mean * np.log(mean)) @ into
        return found if parts is not None else found[:, 0]

    return divergence


def choose(
    counts: list[Floats],
    fixed: Floats,
    cost: Callable[[Floats], Floats],
    taste: list[Floats] | None = None,
    rounds: int = ROUNDS,
) -> list[int]:
    """Return the number of the draft taken for each figure, where drafts do not touch each other.

    `counts[f]` has shape (drafts, bins), `fixed` are counts that are there anyway, `cost` is what
    rows of summed counts cost, `taste[f]` what each draft costs by itself, `rounds` how often at
    the most every figure is looked at.

    >>> rows = [np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [0.0, 2.0]])]
    >>> choose(rows, np.zeros(2), divergence_from(np.array([1.0, 1.0])))
    [1, 0]
    """
    own = taste or [np.zeros(len(rows)) for rows in counts]
    taken = [int(np.argmin(item)) for item in own]
    total = fixed + sum(rows[number] for rows, number in zip(counts, taken, strict=True))
    for _ in range(rounds):
        before = list(taken)
        for figure, rows in enumerate(counts):
            rest = total - rows[taken[figure]]
            taken[figure] = int(np.argmin(cost(rest + rows) + own[figure]))
            total = rest + rows[taken[figure]]
        if taken == before:
            break
    return taken
