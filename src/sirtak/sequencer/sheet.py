"""The sheet of a clock: which rows of which scene sound at which steps, as it is being filled in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import GHOST, LANE, LEVELS, Row
from sirtak.sequencer.ruler import Ruler
from sirtak.sequencer.stage import Layer
from sirtak.theory.meter import Bars

Bools = NDArray[np.bool_]
BREATH = 0.12  # how often a ghost off the beat stays out where everything varies


@dataclass(eq=False)
class Sheet:
    """Layers by name, each with a mask over (rows, steps)."""

    beat: Beat
    bars: Bars
    steps: Ruler
    vary: float = 0.0
    grids: dict[str, Grid] = field(default_factory=dict)
    masks: dict[str, Bools] = field(default_factory=dict)

    def mask(self, name: str, grid: Grid | None = None) -> Bools:
        """Return the mask of a layer: a scene, or another grid under a name of its own."""
        if name not in self.masks:
            found = grid or breathing(self.beat.scene(name), self.vary if name in BREATHING else 0.0)
            self.grids[name] = found
            self.masks[name] = np.zeros((len(found.rows), len(self.steps.tick)), bool)
        return self.masks[name]

    def on(
        self, scene: str, at: slice, voices: Iterable[str] | None = None, grid: Grid | None = None
    ) -> None:
        """Let rows of a scene (all, or some voices) sound at steps."""
        mask = self.mask(scene, grid)
        for number, row in enumerate(self.grids[scene].rows):
            if voices is None or row.voice in voices:
                mask[number, at] = True

    def off(self, at: slice, voices: Iterable[str] | None = None) -> None:
        """Let nothing sound at steps, or nothing of some voices."""
        for name, mask in self.masks.items():
            for number, row in enumerate(self.grids[name].rows):
                if voices is None or row.voice in voices:
                    mask[number, at] = False

    def during(self, start: int, end: int, tick: int = 0) -> slice:
        """Return the steps of bars from start up to end, the first from a tick of that bar on."""
        first, last = self.steps.firsts[start], self.steps.firsts[end]
        if tick:
            first = int(np.searchsorted(self.steps.tick, self.bars.starts[start] + tick))
        return slice(first, last)

    def layers(self) -> list[Layer]:
        """Return what has been filled in."""
        return [(self.grids[name], mask) for name, mask in self.masks.items() if mask.any()]


BREATHING = ("main", "variation")


def breathing(grid: Grid, vary: float) -> Grid:
    """Return the grid with ghosts off the beat that now and then stay out; kept with the grid.

    >>> grid = Grid.parse("snare o-o-X---")
    >>> [step.chance for step in breathing(grid, 1.0)["snare"].steps]
    [1.0, 0.88, 1.0]
    """
    if vary == 0:
        return grid
    chance = 1 - BREATH * vary
    return grid.kept(
        ("breathing", vary),
        lambda: replace(grid, rows=tuple(_breathing(row, grid.steps_per_beat, chance) for row in grid.rows)),
    )


def _breathing(row: Row, steps_per_beat: int, chance: float) -> Row:
    steps = tuple(
        replace(step, chance=step.chance * chance)
        if step.level == GHOST and step.index % steps_per_beat
        else step
        for step in row.steps
    )
    return row.but(steps=steps)


def loudest(grid: Grid, voice: str = "kick") -> int:
    """Return the velocity of a voice's loudest step as written, or of all voices where it has none."""
    return grid.kept(("loudest", voice), lambda: _loudest(grid, voice))


def _loudest(grid: Grid, voice: str) -> int:
    rows = [row for row in grid.rows if row.voice == voice] or grid.rows
    return max(
        (step.velocity or LEVELS[step.level] for row in rows for step in row.steps if row.voice != LANE),
        default=LEVELS[-1],
    )
