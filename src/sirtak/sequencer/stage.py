"""Which hits of which grids sound: conditions, chance and density over layers of grids.

A layer is a grid and where it sounds. Every step draws the same numbers whether it sounds or not;
chance and density are thresholds over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.groove import Groove
from sirtak.rhythm.pulses import LONGEST
from sirtak.rhythm.step import LANE, Row
from sirtak.rng import Dice
from sirtak.sequencer.conditions import holds
from sirtak.sequencer.draws import Draws
from sirtak.sequencer.hits import COLUMNS, Hits, StepTable, hits, joined_tables, step_table
from sirtak.sequencer.pulses import step_map
from sirtak.sequencer.ruler import Ruler, ruler
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
    """Layers over bars: all their rows and steps in turn, whose they are, and what of them sounds.

    `fills` says of each bar whether the fill flag is on (None: nowhere); without `dice` nothing is
    drawn.
    """

    layers: Sequence[Layer]
    bars: Bars
    dice: Dice | None = None
    fills: NDArray[np.bool_] | None = None

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all layers."""
        return tuple(row for grid, _ in self.layers for row in grid.rows)

    @cached_property
    def table(self) -> StepTable:
        """The steps of all layers, in the order of the rows."""
        return joined_tables([step_table(grid) for grid, _ in self.layers])

    @property
    def steps_per_beat(self) -> int:
        """Steps in a beat, the same in all layers."""
        return self.layers[0][0].steps_per_beat

    @cached_property
    def steps(self) -> Ruler:
        """The steps of the bars."""
        return ruler(self.bars.meters, self.bars.count, self.steps_per_beat)

    @cached_property
    def lane(self) -> NDArray[np.bool_]:
        """Which rows are accent lanes."""
        return np.array([row.voice == LANE for row in self.rows])

    @cached_property
    def muted(self) -> NDArray[np.bool_]:
        """Which rows are not heard."""
        return np.array([row.mute for row in self.rows])

    @cached_property
    def draws(self) -> Draws | None:
        """The draws of all addresses."""
        if self.dice is None:
            return None
        addresses = tuple(dict.fromkeys(row.address for row in self.rows))
        uncertain = {row.address for row in self.rows if row.uncertain}
        return Draws(self.dice, addresses, self.bars.count, self.steps.width, uncertain)

    @cached_property
    def address(self) -> NDArray[np.int64]:
        """The number of each row's address among the draws."""
        assert self.draws is not None
        number = {address: place for place, address in enumerate(self.draws.addresses)}
        return np.array([number[row.address] for row in self.rows])

    def bar(self, found: Hits) -> NDArray[np.int64]:
        """Return the bar in which each hit's step lies."""
        return self.steps.bar[found.step]

    def drawn(self, found: Hits, lane: str, columns: int, row: int = 0) -> NDArray[np.float64]:
        """Return the draws of hits of one purpose, of shape (hits, columns).

        Rows of the hits count from number `row` of all, as those of a layer by itself do.
        """
        assert self.draws is not None
        table = self.draws.table(lane, columns)
        return np.asarray(table[self.address[found.row + row], self.bar(found), :, found.lane])

    def hits(self) -> Hits:
        """Return the hits that masks, conditions and chance let through."""
        first = np.cumsum([0, *(len(grid.rows) for grid, _ in self.layers)]).tolist()
        slots = np.cumsum([0, *(len(step_table(grid).steps) for grid, _ in self.layers)]).tolist()
        parts = [
            self._of_layer(grid, mask, row, slot)
            for (grid, mask), row, slot in zip(self.layers, first, slots, strict=False)
        ]
        return Hits(*(np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS))

    def _of_layer(self, grid: Grid, mask: NDArray[np.bool_], row: int, slot: int) -> Hits:
        """Return a layer's hits, its rows and slots counted from `row` and `slot`."""
        own = hits(grid, self.bars.meters, self.bars.count)
        at = np.flatnonzero(_masked(mask, own, self.steps.bar))
        table = step_table(grid)
        if table.conditioned:
            # Conditions remember what they said in bars where their layer is silent.
            drawn = self.drawn(own, "if", 2, row)[:, 0] if self.draws and table.uncertain else None
            flags = np.zeros(self.bars.count, bool) if self.fills is None else self.fills
            at = at[holds(grid, own, flags[self.bar(own)], drawn)[at]]
        found = own[at]
        if self.draws and table.uncertain:
            found = found[self.drawn(found, "if", 2, row)[:, 1] < table.chance[found.slot]]
        return Hits(
            found.row + row, found.slot + slot, found.step, found.lane, found.tick, found.end, found.play
        )

    def thinned(self, found: Hits, density: float) -> Hits:
        """Return the hits that a density lets through; accent lanes are no hits and stay."""
        if self.draws is None or density >= 1:
            return found
        level = self.table.level[found.slot]
        drawn = _FLOOR[level] + _SPAN[level] * self.drawn(found, "", 3)[:, 0]
        return found[(drawn < density) | self.lane[found.row]]


def _masked(mask: NDArray[np.bool_], found: Hits, bar: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which hits lie where their layer sounds."""
    if mask.ndim == 2:
        return np.asarray(mask[found.row, found.step])
    return np.asarray(mask[found.step] if len(mask) == len(bar) else mask[bar[found.step]])


def kick_onsets(grid: Grid, bars: Bars, pulses: tuple[float, ...] | None = None) -> NDArray[np.int64]:
    """Return the ticks of the kick as written: before chance, density, swing and touch; kept with it."""
    key = ("kicks", bars.meters, bars.count, pulses)
    return grid.kept(key, lambda: _kick_onsets(grid, bars, pulses))


def _kick_onsets(grid: Grid, bars: Bars, pulses: tuple[float, ...] | None) -> NDArray[np.int64]:
    if "kick" not in grid.voices:
        return np.empty(0, np.int64)
    stage = Stage([(grid, np.ones(bars.count, bool))], bars)
    kick = np.array([row.voice == "kick" and not row.mute for row in stage.rows])
    found = stage.hits()
    kicks = np.sort(found.tick[kick[found.row]])
    return kicks if pulses is None else step_map(pulses, bars, grid.steps_per_beat)(kicks)
