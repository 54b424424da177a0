"""Which hits of which grids sound: conditions, chance and density over layers of grids.

A layer is a grid and where it sounds. Every step draws the same numbers whether it sounds or not;
chance and density are thresholds over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.grid import Grid
from sirtak.rhythm.groove import Groove
from sirtak.rhythm.step import LANE
from sirtak.rng import Dice
from sirtak.sequencer.conditions import holds
from sirtak.sequencer.draws import Draws, address_of
from sirtak.sequencer.hits import Hits, hits, step_table
from sirtak.sequencer.pulses import step_map
from sirtak.sequencer.ruler import Ruler, ruler
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars

# A step sounds when (floor + span · draw) < density: accents first, ghosts last.
_FLOOR = np.array([9.0, 0.4, 0.1, 0.0])
_SPAN = np.array([0.0, 0.6, 0.6, 0.3])

# A grid and where it sounds: a mask over the bars, over the steps, or over (rows, steps).
Layer = tuple[Grid, NDArray[np.bool_]]


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


@dataclass(frozen=True, eq=False)
class Stage:
    """What all layers have in common."""

    bars: Bars
    steps: Ruler
    kit: Kit
    feel: Feel
    draws: Draws | None
    fills: NDArray[np.bool_]
    groups: list[str]

    def drawn(self, grid: Grid, hits: Hits, lane: str, columns: int) -> NDArray[np.float64]:
        """Return the draws of hits of one purpose, of shape (hits, columns)."""
        assert self.draws is not None
        address = np.array([self.draws.of(row) for row in grid.rows])[hits.row]
        bar = self.steps.bar[hits.step]
        return np.asarray(self.draws.table(lane, columns)[address, bar, :, hits.lane])


def stage_of(
    layers: Sequence[Layer],
    bars: Bars,
    kit: Kit,
    feel: Feel,
    dice: Dice | None,
    fills: NDArray[np.bool_] | None,
) -> Stage:
    flags = np.zeros(bars.count, bool) if fills is None else fills
    rows = [row for grid, _ in layers for row in grid.rows]
    steps = ruler(bars.meters, bars.count, layers[0][0].steps_per_beat)
    draws = None
    if dice is not None:
        draws = Draws(dice, tuple(dict.fromkeys(map(address_of, rows))), bars.count, steps.width)
    groups = sorted({name for row in rows if (name := row.choke or kit.choke_group(row.voice))})
    return Stage(bars, steps, kit, feel, draws, flags, groups)


def chosen_hits(stage: Stage, grid: Grid, mask: NDArray[np.bool_]) -> Hits:
    """Return the hits of a layer that its mask, conditions, chance and density let through."""
    found = hits(grid, stage.bars.meters, stage.bars.count)
    sounding = _masked(mask, found, stage.steps.bar)
    table = step_table(grid)
    drawn = stage.drawn(grid, found, "if", 2) if stage.draws and table.uncertain else None
    draw = None if drawn is None else drawn[:, 0]
    sounding &= holds(grid, found, stage.fills[stage.steps.bar[found.step]], draw)
    if drawn is not None:
        sounding &= drawn[:, 1] < table.chance[found.slot]
    if stage.draws and stage.feel.density < 1:
        level = table.level[found.slot]
        thinned = _FLOOR[level] + _SPAN[level] * stage.drawn(grid, found, "", 3)[:, 0]
        sounding &= (thinned < stage.feel.density) | in_lane(grid)[found.row]
    return found[sounding]


def in_lane(grid: Grid) -> NDArray[np.bool_]:
    """Return which rows are the accent lane."""
    return np.array([row.voice == LANE for row in grid.rows])


def _masked(mask: NDArray[np.bool_], found: Hits, bar: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which hits lie where their layer sounds."""
    if mask.ndim == 2:
        return np.asarray(mask[found.row, found.step])
    return np.asarray(mask[found.step] if len(mask) == len(bar) else mask[bar[found.step]])


def kick_onsets(grid: Grid, bars: Bars, pulses: tuple[float, ...] | None = None) -> NDArray[np.int64]:
    """Return the ticks of the kick as written: before chance, density, swing and touch."""
    if "kick" not in grid.voices:
        return np.empty(0, np.int64)
    found = chosen_hits(
        stage_of([(grid, np.ones(bars.count, bool))], bars, Kit("", {}), Feel(), None, None),
        grid,
        np.ones(bars.count, bool),
    )
    number = [row.voice for row in grid.rows].index("kick")
    kicks = np.sort(found.tick[(found.row == number) & (not grid.rows[number].mute)])
    return kicks if pulses is None else step_map(pulses, bars, grid.steps_per_beat)(kicks)
