"""Counting drafts: what a figure adds to the küy's intervals and degrees wherever it sounds.

Bins of a row of counts: intervals of -19 to 19 semitones (39), then time on each of the 12 degrees
above the tonic. Counts are over all places of the form, in the zone where each stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.choose import divergence_from
from sirtak.folk.kuy.layout import Use
from sirtak.folk.kuy.measured import INTERVALS, REPEATS, STEPS
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.types import KuyType
from sirtak.theory.tuning import FRETS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SPAN = 2 * FRETS + 1
BINS = SPAN + 12
NEAR = 0.006  # Jensen-Shannon divergence (base 2) from which a distance begins to cost


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
        self._weights: dict[tuple[str, bool], Floats] = {}
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
        table = self._row(name, np.concatenate([drafts, self.heard[name][None]]))
        rows: Floats = table[:-1] + (self.total - table[-1])
        return rows

    def take(self, name: str, melody: Ints, row: Floats) -> None:
        """Let a figure have a melody; `row` are the counts of the küy with it."""
        self.heard[name] = melody
        self.total = row

    def _row(self, name: str, drafts: Ints, *, joints_before: bool = True) -> Floats:
        """Return what drafts of a figure add, shape (drafts, 51): its own moves and time, and its joints."""
        size = len(drafts)
        bins: list[Ints] = []
        for place in self._places[name].values():
            frets = place.landing[drafts]
            degrees = SPAN + (frets + self._scale.open_degree) % 12
            after = self._ends(place.after, 0)
            bins += [frets[:, 1:] - frets[:, :-1] + FRETS, degrees, after - frets[:, -1:] + FRETS]
            if joints_before:
                bins.append(frets[:, :1] - self._ends(place.before, -1) + FRETS)
        where = np.concatenate(bins, axis=1)
        where += (np.arange(size) * BINS)[:, None]
        weight = np.broadcast_to(self._often(name, joints_before=joints_before), where.shape)
        found = np.bincount(where.reshape(-1), weight.reshape(-1), size * BINS)
        table: Floats = np.reshape(found, (size, BINS))
        return table

    def _often(self, name: str, *, joints_before: bool) -> Floats:
        """Return how often each of a row's moves, degrees and joints is heard, in the order of `_row`."""
        if (name, joints_before) not in self._weights:
            lengths = self._lengths[name]
            often: list[Any] = []
            for place in self._places[name].values():
                often += [[place.count] * (len(lengths) - 1), lengths * place.count]
                often += [list(place.after.values())]
                often += [list(place.before.values())] if joints_before else []
            self._weights[name, joints_before] = np.concatenate(often).astype(np.float64)
        return self._weights[name, joints_before]

    def _ends(self, uses: Counter[Use], side: int) -> Ints:
        """Return the frets at one side of figures."""
        frets = [int(self._scale.lifted(use.semitones)[self.heard[use.figure][side]]) for use in uses]
        return np.array(frets, np.int64)


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
    half = np.repeat([0, 1], [len(intervals), 12])
    halves = (half[:, None] == np.arange(2)).astype(np.float64)
    divergence = divergence_from(np.concatenate([intervals, degrees]), halves)
    small: Floats = np.array([abs(step) <= 2 for step in listed] + [False] * 13, float)
    # Every pull-off lets a repeated note ring instead of striking it again.
    staying = REPEATS / 100 + 0.01 + 0.05 * kind.file.pull_off

    def cost(rows: Floats) -> Floats:
        moves = rows[:, :SPAN].sum(axis=1)
        stays = rows[:, FRETS]
        counts = rows @ classes
        steps = (counts @ small) / np.maximum(moves - stays, 1)
        found: Floats = (
            ((divergence(counts) / NEAR) ** 2).sum(axis=1)
            + ((stays / moves - staying) / 0.02) ** 2
            + ((steps - STEPS / 100) / 0.04) ** 2
        )
        return found

    return cost
