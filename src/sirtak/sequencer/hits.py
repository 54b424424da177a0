"""What a grid would sound over some bars: every step of every row on every play.

Rows run on from the section's start, so a row of another length turns against the bar; a row of
speed 3/2 has steps of 2/3 of a step. With a master length all rows begin anew after so many
steps, and plays are then counted by it; otherwise a row counts its own. Plays count from 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import Row, Step
from sirtak.sequencer.ruler import Ints, Ruler, ruler
from sirtak.theory.meter import Meter


@dataclass(frozen=True, eq=False)
class Hits:
    """Columns of one length, row after row and in order of time within each.

    row: number of the row; slot: number of the step among all of the grid's; step: the ruler's
    step in which it begins; lane: its address in the bar for draws; tick, end: where it begins and
    where the steps that it lasts end; play: which play of its row.
    """

    row: Ints
    slot: Ints
    step: Ints
    lane: Ints
    tick: Ints
    end: Ints
    play: Ints

    def __getitem__(self, chosen: NDArray[Any]) -> Hits:
        return Hits(*(getattr(self, name)[chosen] for name in COLUMNS))

    def __len__(self) -> int:
        return len(self.tick)


COLUMNS = tuple(item.name for item in fields(Hits))


def hits(grid: Grid, meters: tuple[Meter, ...], count: int) -> Hits:
    """Return what a grid sounds over `count` bars; kept with the grid, since sections repeat."""
    return grid.kept((meters, count), lambda: _hits(grid, meters, count))


def _hits(grid: Grid, meters: tuple[Meter, ...], count: int) -> Hits:
    steps = ruler(meters, count, grid.steps_per_beat)
    first = np.cumsum([0, *(len(row.steps) for row in grid.rows)])
    rows = [
        _row_hits(row, number, int(first[number]), steps, grid.master) for number, row in enumerate(grid.rows)
    ]
    return Hits(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def _row_hits(row: Row, number: int, first: int, steps: Ruler, master: int) -> tuple[Ints, ...]:
    total = len(steps.tick)
    at, slot, play = _placed(row, total, master)
    place: NDArray[Any] = at if row.speed == 1 else at / float(row.speed)
    if master:
        # Row steps inside a master cycle, laid out once a cycle.
        inside = place < master
        cycles = np.arange(-(-total // master))
        place = (cycles[:, None] * master + place[inside]).reshape(-1)
        slot = np.tile(slot[inside], len(cycles))
        play = np.repeat(cycles + 1, int(inside.sum()))
    sounding = place < total
    place, slot, play = place[sounding], slot[sounding], play[sounding]
    length = np.array([step.length for step in row.steps], np.int64)[slot]
    end = place + (length if row.speed == 1 else length / float(row.speed))
    step = np.floor(place + 1e-9).astype(np.int64)
    fine = row.address[2]
    lane = steps.place[step] * fine + np.floor((place - step) * fine + 1e-9).astype(np.int64)
    row_number = np.full(len(step), number)
    return row_number, slot + first, step, lane, steps.at(place), steps.at(end), play


def _placed(row: Row, total: int, master: int) -> tuple[Ints, Ints, Ints]:
    """Return (row step, slot, play) of everything that a row sounds in `total` steps of the grid."""
    index = (row.columns[0] + row.rotate) % row.size
    order = np.argsort(index)
    span = min(total, master) if master else total
    rounds = -(-int(np.ceil(span * float(row.speed))) // row.size)
    at = (np.arange(rounds)[:, None] * row.size + index[order]).reshape(-1)
    return at, np.tile(order, rounds), np.repeat(np.arange(1, rounds + 1), len(index))


@dataclass(frozen=True, eq=False)
class StepTable:
    """The steps of a grid as columns by slot: what was said of each, its row's part included.

    `several` are the slots that sound more than once (ratchets, flams); `conditioned` says whether
    any has a condition, `uncertain` whether any needs a draw to sound.
    """

    steps: tuple[Step, ...]
    level: Ints
    velocity: Ints
    nudge: NDArray[np.float64]
    chance: NDArray[np.float64]
    tied: NDArray[np.bool_]
    several: tuple[int, ...]
    conditioned: bool
    uncertain: bool


def step_table(grid: Grid) -> StepTable:
    """Return a grid's steps as columns; kept with the grid."""
    return grid.kept("steps", lambda: _step_table(grid))


def _step_table(grid: Grid) -> StepTable:
    both = [(row, step) for row in grid.rows for step in row.steps]
    steps = tuple(step for _, step in both)
    return StepTable(
        steps=steps,
        level=np.array([step.level for step in steps], np.int64),
        velocity=np.array([step.velocity for step in steps], np.int64),
        nudge=np.array([step.nudge + row.nudge for row, step in both], float),
        chance=np.array([step.chance * row.chance for row, step in both], float),
        tied=np.array([step.length > 1 for step in steps], bool),
        several=_several(steps),
        conditioned=any(step.condition is not None for step in steps),
        uncertain=any(row.uncertain for row in grid.rows),
    )


def _several(steps: Sequence[Step]) -> tuple[int, ...]:
    return tuple(number for number, step in enumerate(steps) if step.ratchet is not None or step.flam)


def joined_tables(tables: Sequence[StepTable]) -> StepTable:
    """Return the steps of several grids as one table, in turn."""
    if len(tables) == 1:
        return tables[0]
    level, velocity, nudge, chance, tied = (
        np.concatenate([getattr(table, name) for table in tables])
        for name in ("level", "velocity", "nudge", "chance", "tied")
    )
    steps = tuple(step for table in tables for step in table.steps)
    return StepTable(
        steps=steps,
        level=level,
        velocity=velocity,
        nudge=nudge,
        chance=chance,
        tied=tied,
        several=_several(steps),
        conditioned=any(table.conditioned for table in tables),
        uncertain=any(table.uncertain for table in tables),
    )
