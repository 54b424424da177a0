"""Fingering: which bass fret goes with each melody note, as the shortest path of one hand.

A note of the tune stands on a melody fret; the thumb stops the bass string or leaves it open. Each
pair of frets costs the more, the rarer it is in the measured küy (kazakh.md 2.2, `-log` of the
share); going from pair to pair costs what the hand has to do: nothing where it slides as one
(parallel fourths and fifths), little where the thumb stays or lifts, more the further it goes. How
dear the ways are against the shares is ours. Frets count semitones above the open string.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fretboard import BASS_FRETS, bass_odds
from sirtak.theory.neck import STRETCH, Neck
from sirtak.theory.tuning import FRETS

Floats = NDArray[np.float64]

SLIDE, HOLD, LIFT, LAND, LEAVE, FAR = 0.0, 0.1, 0.15, 0.3, 0.35, 0.08
PLAIN = (3, 4, 5, 7, 8, 9, 12)  # dyads that a hand may take though the table has not the pair
RARE = 0.4  # percent: a pair that was never counted, where it is one hand's and in the mode


@dataclass(frozen=True, eq=False)
class Reach:
    """What one hand can stop in a mode: for each melody fret its bass frets, and what they cost.

    `frets` and `cost` have shape (20, choices); where a melody fret has fewer choices, the rest
    cost infinity. `ways[n, j, m, i]` says what it costs to get to choice j at n from choice i at m.
    """

    interval: int
    frets: NDArray[np.int64]
    cost: NDArray[np.float32]
    ways: NDArray[np.float32]

    def dyad(self, melody: NDArray[np.int64], bass: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return melody string minus bass string in semitones."""
        return melody - bass + self.interval


@cache
def reach_of(interval: int, tonic: int, scale: frozenset[int], neck: Neck | None = None) -> Reach:
    """Return the pairs of frets for strings `interval` semitones apart.

    `tonic` is the final in semitones above the open bass string, `scale` the semitones of the mode;
    `neck` leaves out frets that it does not have and ways too wide for it (left out: 19 frets).

    >>> reach = reach_of(5, 0, frozenset({0, 2, 3, 5, 7, 8, 10}))
    >>> reach.frets[2, :4].tolist(), round(float(reach.cost[2, 0]), 2)
    ([0, 2, 3, 5], 0.29)
    """
    fret = np.arange(FRETS + 1)
    share = np.zeros((FRETS + 1, FRETS + 1))
    if interval == 5:
        for melody, table in BASS_FRETS.items():
            total = sum(table.values())
            for bass, counted in table.items():
                share[melody, bass] = 100 * counted / total
    else:  # no other tuning was counted: the rule that the table follows
        share = 100 * np.diff(bass_odds(interval, tonic, scale), axis=1, prepend=0)
    dyad = fret[:, None] - fret + interval
    share[(share == 0) & np.isin(dyad, PLAIN)] = RARE
    share[:, 0] = np.maximum(share[:, 0], RARE)
    in_mode = np.array([fret == 0 or (fret - tonic) % 12 in scale for fret in range(FRETS + 1)])
    if neck is not None:
        in_mode &= neck.has(fret)
    stretch = STRETCH if neck is None else neck.stretch
    near = (fret[:, None] == 0) | (fret == 0) | (np.abs(fret[:, None] - fret) <= stretch)
    share = np.where(in_mode & near, share, 0)
    some = share > 0
    width = int(some.sum(axis=1).max())
    frets = np.argsort(~some, axis=1, kind="stable")[:, :width]
    kept = np.take_along_axis(share, frets, axis=1)
    cost = np.where(kept > 0, -np.log(np.maximum(kept, 1e-9) / 100), np.inf).astype(np.float32)
    ways = np.ascontiguousarray(_ways(frets).transpose(2, 3, 0, 1), np.float32)
    return Reach(interval, np.where(kept > 0, frets, 0), cost, ways)


def _ways(frets: NDArray[np.int64]) -> Floats:
    """Return what the hand has to do between all pairs of frets, shape (20, choices, 20, choices)."""
    melody = np.arange(len(frets))
    slides = melody[None, :] - melody[:, None]
    moved = frets[None, None, :, :] - frets[:, :, None, None]
    cost = np.where(moved == 0, HOLD, LEAVE + FAR * np.abs(moved))
    cost = np.where(moved == slides[:, None, :, None], SLIDE, cost)
    stopped, lands = frets[:, :, None, None] > 0, frets[None, None, :, :] > 0
    cost = np.where(stopped & ~lands, LIFT, cost)
    found: Floats = np.where(stopped, cost, np.where(lands, LAND, SLIDE))
    return found


def finger(
    reach: Reach, melody: NDArray[np.int64], bias: NDArray[np.floating[Any]] | float = 0.0
) -> NDArray[np.int64]:
    """Return the bass fret of each note on the cheapest path.

    `melody` has shape (..., notes): every row is a path of its own. `bias` is added to what the
    choices cost, shape (..., notes, choices); the two broadcast, so one tune may have many paths.
    Where ways cost the same the lower fret is taken.

    >>> reach = reach_of(5, 0, frozenset({0, 2, 3, 5, 7, 8, 10}))
    >>> finger(reach, np.array([2, 5, 7, 5, 2])).tolist()
    [0, 5, 7, 5, 0]
    """
    notes = melody.shape[-1]
    own = reach.cost[melody] + bias
    if not notes:
        return melody
    batch, choices = own.shape[:-2], own.shape[-1]
    # Notes first, then choices, then all paths: numpy is fast along the last axis.
    total = np.ascontiguousarray(np.moveaxis(own, (-2, -1), (0, 1)))
    ways = np.moveaxis(reach.ways[melody[..., 1:], :, melody[..., :-1], :], (-3, -1, -2), (0, 1, 2))
    missing = (1,) * (len(batch) - melody.ndim + 1)
    ways = np.ascontiguousarray(ways).reshape(notes - 1, choices, choices, *missing, *melody.shape[:-1])
    sums = np.empty((choices, choices, *batch), own.dtype)
    rows = list(total)
    for way, before, after in zip(ways, rows, rows[1:], strict=False):
        np.add(before[:, None], way, out=sums)
        np.add(after, np.minimum.reduce(sums, axis=0), out=after)
    chosen = np.empty((notes, *batch), np.int64)
    chosen[-1] = total[-1].argmin(axis=0)
    if not batch:  # a single path: all ways back at once
        came = (total[:-1, :, None] + ways).argmin(axis=1).tolist()
        at = int(chosen[-1])
        chosen[:-1] = [at := back[at] for back in reversed(came)][::-1]
        return reach.frets[melody, chosen]
    every = np.indices(batch, sparse=True)
    ways = np.broadcast_to(ways, (notes - 1, choices, choices, *batch))
    for place in range(notes - 1, 0, -1):
        way = ways[place - 1][(slice(None), chosen[place], *every)]
        chosen[place - 1] = (total[place - 1] + way).argmin(axis=0)
    return reach.frets[melody, np.moveaxis(chosen, 0, -1)]
