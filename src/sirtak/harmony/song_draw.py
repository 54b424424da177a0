"""Drawing paths through a chain of states: the one sampler of a song's rhythm and its tune.

A path has one state a note (a slot of the line, or a degree). `node` says how welcome each state
is at each note, `move` how welcome each step from state to state is. Paths are drawn exactly in
proportion to the product of both, so a line that must end somewhere walks there by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = TypeVar("Key")

NEVER = 1e-12  # what must not be weighs next to nothing, so that there is always a path


def draw_paths(node: Floats, move: Floats, draws: Floats) -> Ints:
    """Return paths of shape (drafts, notes) for node (notes, states) and draws (drafts, notes).

    `move` has shape (notes - 1, states, states): from each note to the next.

    >>> node = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> draw_paths(node, np.ones((2, 2, 2)), np.array([[0.5, 0.2, 0.5], [0.5, 0.8, 0.5]])).tolist()
    [[0, 0, 1], [0, 1, 1]]
    """
    ahead = [np.ones(node.shape[1])]
    for note in range(len(node) - 1, 0, -1):
        message = move[note - 1] @ (node[note] * ahead[-1])
        ahead.append(message / max(float(message.max()), 1e-300))
    ahead.reverse()
    paths = np.empty(draws.shape, np.int64)
    paths[:, 0] = _choose(np.broadcast_to(node[0] * ahead[0], (len(draws), node.shape[1])), draws[:, 0])
    for note in range(1, len(node)):
        weights = move[note - 1][paths[:, note - 1]] * (node[note] * ahead[note])
        paths[:, note] = _choose(weights, draws[:, note])
    return paths


def _choose(weights: Floats, draws: Floats) -> Ints:
    """Return one state a row, by its weight."""
    summed = np.cumsum(weights, axis=1)
    place = np.sum(draws[:, None] * summed[:, -1:] >= summed, axis=1)
    chosen: Ints = np.minimum(place, weights.shape[1] - 1)
    return chosen


def pick(shares: Mapping[Key, float], draw: float) -> Key:
    """Return the key in whose share a draw in [0, 1) falls.

    >>> pick({"tonic": 60, "fifth": 40}, 0.61)
    'fifth'
    """
    left = draw * sum(shares.values())
    for key, share in shares.items():
        left -= share
        if left < 0:
            return key
    return next(key for key, share in reversed(list(shares.items())) if share > 0)
