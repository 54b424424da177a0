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


def divergence(ours: Floats, theirs: Floats) -> Floats:
    """Return the Jensen-Shannon divergence (base 2) of rows of counts from one row of shares.

    >>> divergence(np.array([[1.0, 1.0], [2.0, 0.0]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.0, 0.311]
    """
    p = ours / np.maximum(ours.sum(axis=-1, keepdims=True), 1e-9)
    q = theirs / theirs.sum()
    found: Floats = _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2
    return found


def _entropy(p: Floats) -> Floats:
    found: Floats = -np.sum(p * np.log2(np.maximum(p, 1e-12)), axis=-1)
    return found


def choose(
    counts: list[Floats], fixed: Floats, cost: Callable[[Floats], Floats], taste: list[Floats] | None = None
) -> list[int]:
    """Return the number of the draft taken for each figure, where drafts do not touch each other.

    `counts[f]` has shape (drafts, bins), `fixed` are counts that are there anyway, `cost` is what
    rows of summed counts cost, `taste[f]` what each draft costs by itself.

    >>> rows = [np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [0.0, 2.0]])]
    >>> choose(rows, np.zeros(2), lambda row: divergence(row, np.array([1.0, 1.0])))
    [1, 0]
    """
    own = taste or [np.zeros(len(rows)) for rows in counts]
    taken = [int(np.argmin(item)) for item in own]
    total = fixed + sum(rows[number] for rows, number in zip(counts, taken, strict=True))
    for _ in range(ROUNDS):
        before = list(taken)
        for figure, rows in enumerate(counts):
            rest = total - rows[taken[figure]]
            taken[figure] = int(np.argmin(cost(rest + rows) + own[figure]))
            total = rest + rows[taken[figure]]
        if taken == before:
            break
    return taken
