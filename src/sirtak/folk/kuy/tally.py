"""Counting drafts: what a figure adds to the küy's intervals and degrees wherever it sounds.

Bins of a row of counts: intervals of -19 to 19 semitones (39), then time on each of the 12 degrees
above the tonic. Counts are over all places of the form, in the zone where each stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.layout import Use
from sirtak.folk.kuy.measured import INTERVALS, REPEATS, STEPS
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.types import KuyType
from sirtak.theory.tuning import FRETS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SPAN = 2 * FRETS + 1
BINS = SPAN + 12
TINY = 1e-12
NEAR = 0.004  # Jensen-Shannon divergence (nats) from which a distance begins to cost


class Tally:
    """Where each figure sounds, and what stands before and after it.

    `heard` holds the melody of every figure as it is now; `take` replaces one, and `total` is the
    row of counts of the whole küy.
    """

    def __init__(
        self, scale: Scale, uses: Sequence[Use], heard: Mapping[str, Ints], lengths: Mapping[str, Ints]
    ) -> None:
        self._scale = scale
        self._lengths = lengths
        self.heard = dict(heard)
        self._places: dict[str, dict[int, _Place]] = {}
        for use, after in pairwise([*uses, uses[0]]):
            self._place(use).after[after] += 1
            self._place(after).before[use] += 1
        self.total = np.zeros(BINS)
        for name in self._places:
            self.total += self._row(name, self.heard[name][None], joints_before=False)[0]

    def _place(self, use: Use) -> _Place:
        lifts = self._places.setdefault(use.figure, {})
        if use.semitones not in lifts:
            lifts[use.semitones] = _Place(self._scale.lifted(use.semitones), Counter(), Counter())
        return lifts[use.semitones]

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def rows(self, name: str, drafts: Ints) -> Floats:
        """Return the counts of the küy for each draft of a figure, all others as they are."""
        own = self._row(name, self.heard[name][None])[0]
        rows: Floats = self.total - own + self._row(name, drafts)
        return rows

    def take(self, name: str, melody: Ints, row: Floats) -> None:
        """Let a figure have a melody; `row` are the counts of the küy with it."""
        self.heard[name] = melody
        self.total = row

    def _row(self, name: str, drafts: Ints, *, joints_before: bool = True) -> Floats:
        """Return what drafts of a figure add, shape (drafts, 51): its own moves and time, and its joints."""
        places = list(self._places[name].values())
        often = np.array([place.count for place in places], float)
        frets = np.stack([place.landing for place in places])[:, drafts]
        _, size, strokes = frets.shape
        row = np.arange(size)[None, :, None] * BINS
        moves = (row + np.diff(frets, axis=2) + FRETS).reshape(-1)
        degree = (row + SPAN + (frets + self._scale.open_degree) % 12).reshape(-1)
        time = (often[:, None, None] * self._lengths[name]).repeat(size, axis=1).reshape(-1)
        found = np.bincount(moves, np.repeat(often, size * (strokes - 1)), size * BINS)
        table: Floats = np.reshape(found + np.bincount(degree, time, size * BINS), (size, BINS))
        lines = np.arange(size)
        for place, landed in zip(places, frets, strict=True):
            for use, count in place.after.items():
                table[lines, self._end(use, 0) - landed[:, -1] + FRETS] += count
            if joints_before:
                for use, count in place.before.items():
                    table[lines, landed[:, 0] - self._end(use, -1) + FRETS] += count
        return table

    def _end(self, use: Use, side: int) -> int:
        return int(self._scale.lifted(use.semitones)[self.heard[use.figure][side]])


@dataclass(frozen=True)
class _Place:
    """A figure on one height: where frets land, and its neighbours with how often they are."""

    landing: Ints
    before: Counter[Use]
    after: Counter[Use]

    @property
    def count(self) -> int:
        return self.after.total()


def fit(kind: KuyType) -> Callable[[Floats], Floats]:
    """Return the cost of rows of counts: distances from what was measured, repeats and steps.

    Intervals that the reference does not list are one class, with what its list leaves of 100 %.
    """
    listed = list(INTERVALS)
    classes = np.zeros((BINS, len(listed) + 13))
    for step in range(-FRETS, FRETS + 1):
        if step:
            classes[step + FRETS, listed.index(step) if step in INTERVALS else len(listed)] = 1
    classes[SPAN:, len(listed) + 1 :] = np.eye(12)
    intervals = np.array([*INTERVALS.values(), 100 - sum(INTERVALS.values())])
    degrees = np.array([kind.degrees.get(step, 0.0) for step in range(12)])
    wanted = np.concatenate([intervals / intervals.sum(), degrees / degrees.sum()])
    known = wanted * np.log(np.maximum(wanted, TINY))
    half = np.repeat([0, 1], [len(intervals), 12])
    halves = (half[:, None] == np.arange(2)).astype(np.float64)
    # Every pull-off lets a repeated note ring instead of striking it again.
    staying = REPEATS / 100 + 0.01 + 0.05 * kind.file.pull_off
    small: Floats = np.array([abs(step) <= 2 for step in listed] + [False] * 13, float)

    def cost(rows: Floats) -> Floats:
        stays = rows[:, FRETS] / rows[:, :SPAN].sum(axis=1)
        counts = rows @ classes
        share = counts / (counts @ halves)[:, half]
        mean = (share + wanted) / 2
        # The divergence of both halves at once: this is where a küy spends its time.
        parts = (share * np.log(np.maximum(share, TINY)) + known) / 2 - mean * np.log(np.maximum(mean, TINY))
        steps = share @ small
        found: Floats = (
            ((parts @ halves) ** 2).sum(axis=1) / NEAR**2
            + ((stays - staying) / 0.02) ** 2
            + ((steps - STEPS / 100) / 0.04) ** 2
        )
        return found

    return cost
