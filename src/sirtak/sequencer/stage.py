"""Which hits of which grids sound: conditions, chance and density over layers of grids.

A layer is a grid and where it sounds. Every step draws the same numbers whether it sounds or not;
chance and density are thresholds over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.groove import Groove
from sirtak.rhythm.pulses import LONGEST
from sirtak.rng import Dice
from sirtak.sequencer.conditions import holds
from sirtak.sequencer.draws import Draws
from sirtak.sequencer.hits import hits, step_table
from sirtak.sequencer.pulses import step_map
from sirtak.sequencer.score import Score, score_of
from sirtak.theory.meter import Bars

# A step sounds when (floor + span · draw) < density: accents first, ghosts last.
_FLOOR = np.array([9.0, 0.4, 0.1, 0.0])
_SPAN = np.array([0.0, 0.6, 0.6, 0.3])

# A grid and where it sounds: a mask over the bars, over the steps, or over (rows, steps).
Layer = tuple[Grid, NDArray[np.bool_]]


RANGES = {
    "bpm": (20.0, 400.0),
    "swing": (50.0, 75.0),
    "amount": (0.0, 1.3),
    "density": (0.0, 1.0),
    "human": (0.0, 2.0),
    "level": (0.0, 4.0),
}


@dataclass(frozen=True, eq=False)
class Feel:
    """How a beat is played.

    `swing` is MPC percent and moves time alone (a triplet grid has no sixteenths to move);
    `density` 0 to 1 thins from the ghosts up, and raising it only adds hits; `human` 0 is the grid
    itself; `level` scales velocities; `pulses` are relative lengths of successive steps, which
    swing goes along with; `amount` (0 to 1.3) is how much of the groove there is.
    """

    bpm: float = 120.0
    swing: float = 50.0
    groove: Groove | None = None
    amount: float = 1.0
    density: float = 1.0
    human: float = 0.0
    level: float = 1.0
    pulses: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:  # nan is in no range
                raise SpecError(f"{name} {value:g} is outside {low:g} to {high:g}")
        if self.pulses is not None and not all(1 <= length <= LONGEST for length in self.pulses):
            raise SpecError(f"pulses {self.pulses}: lengths are 1 to {LONGEST}", hint="(1, 3), (6, 5, 4) …")


@dataclass(frozen=True, eq=False)
class Stage:
    """A score, where each of its grids sounds, and what is drawn.

    `fills` says of each bar whether the fill flag is on (None: nowhere); without `dice` nothing is
    drawn.
    """

    score: Score
    masks: Sequence[NDArray[np.bool_]]
    dice: Dice | None = None
    fills: NDArray[np.bool_] | None = None

    @cached_property
    def draws(self) -> Draws | None:
        """The draws of all addresses."""
        if self.dice is None:
            return None
        score = self.score
        return Draws(self.dice, score.addresses, score.bars.count, score.steps.width, score.widest)

    def drawn(self, lane: str, column: int, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what is drawn for hits, by number, in a column of one purpose."""
        assert self.draws is not None
        return np.asarray(self.draws.table(lane)[column].reshape(-1)[self.score.spot[at]])

    def sounding(self, density: float = 1.0) -> NDArray[np.int64]:
        """Return the numbers of the hits that masks, conditions, chance and density let through.

        Accent lanes are no hits and stay, however thin.
        """
        score = self.score
        sounds = np.concatenate([self._mask(*item) for item in zip(score.grids, self.masks, strict=True)])
        sounds = sounds[score.cell]
        if score.table.conditioned:
            self._conditions(sounds)
        at = np.flatnonzero(sounds)
        if self.dice is not None and score.table.uncertain:
            at = at[self.drawn("if", 1, at) < score.table.chance[score.hits.slot[at]]]
        if self.dice is not None and density < 1:
            level = score.table.level[score.hits.slot[at]]
            dense = _FLOOR[level] + _SPAN[level] * self.drawn("", 0, at) < density
            at = at[dense if score.lanes is None else dense | score.lanes[at]]
        return at

    def _mask(self, grid: Grid, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return a grid's mask over (rows, steps), laid out flat."""
        if mask.ndim == 2:
            return mask.reshape(-1)
        steps = self.score.steps
        return np.tile(mask if len(mask) == len(steps.tick) else mask[steps.bar], len(grid.rows))

    def _conditions(self, sounds: NDArray[np.bool_]) -> None:
        """Silence what conditions do not let through: they remember bars in which their grid is silent."""
        score, bars = self.score, self.score.bars
        flags = np.zeros(bars.count, bool) if self.fills is None else self.fills
        for grid, (start, end) in zip(score.grids, pairwise(score.first), strict=True):
            table = step_table(grid)
            if table.conditioned:
                at = np.arange(start, end)
                drawn = self.drawn("if", 0, at) if self.dice is not None and table.uncertain else None
                own = hits(grid, bars.meters, bars.count)
                sounds[start:end] &= holds(grid, own, flags[score.bar[at]], drawn)


def kick_onsets(grid: Grid, bars: Bars, pulses: tuple[float, ...] | None = None) -> NDArray[np.int64]:
    """Return the ticks of the kick as written: before chance, density, swing and touch; kept with it."""
    key = ("kicks", bars.meters, bars.count, pulses)
    return grid.kept(key, lambda: _kick_onsets(grid, bars, pulses))


def _kick_onsets(grid: Grid, bars: Bars, pulses: tuple[float, ...] | None) -> NDArray[np.int64]:
    if "kick" not in grid.voices:
        return np.empty(0, np.int64)
    score = score_of((grid,), bars)
    found = score.hits[Stage(score, [np.ones(bars.count, bool)]).sounding()]
    kick = np.array([row.voice == "kick" and not row.mute for row in score.rows])
    kicks = np.sort(found.tick[kick[found.row]])
    return kicks if pulses is None else step_map(pulses, bars, grid.steps_per_beat)(kicks)
