"""Laying strokes over a section: a rhythm's grid in its own bars, or a chain of cells in the section's.

Ticks count from the section's start, 960 to the quarter. A rhythm runs on from there bar after
bar; what would begin behind the section's end is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.rhythm import Rhythm
from sirtak.rhythm.step import Row
from sirtak.sequencer.pulses import step_map
from sirtak.sequencer.ruler import ruler
from sirtak.theory.meter import Bars


@dataclass(frozen=True, eq=False)
class Laid:
    """Columns of one length: onset and end in ticks, level (1 ghost, 2 hit, 3 accent), down or up.

    `end` is that of the steps that a stroke lasts, not that of its sound.
    """

    onset: NDArray[np.int64]
    end: NDArray[np.int64]
    level: NDArray[np.int64]
    down: NDArray[np.bool_]


def lay(rhythm: Rhythm, bars: Bars) -> Laid:
    """Return the strokes of a rhythm over bars that it fits, in its own pulses; kept with its grid.

    The rhythm keeps its own meters: one in 4/4 fills a bar of 2/2 as it fills one of 4/4.

    >>> from sirtak.library import Library
    >>> from sirtak.rhythm import load_rhythm
    >>> from sirtak.theory.meter import parse_meters
    >>> lay(load_rhythm(Library(), "jig"), Bars(parse_meters("6/8"), 1)).onset.tolist()
    [0, 960, 1440, 2400]
    """
    cycle = sum(meter.ticks for meter in rhythm.meters)
    own = Bars(rhythm.meters, -(-bars.ticks // cycle) * len(rhythm.meters))
    grid = rhythm.grid
    return grid.kept(
        ("laid", own, rhythm.pulses, bars.ticks),
        lambda: lay_row(grid.rows[0], own, grid.steps_per_beat, rhythm.pulses, bars.ticks),
    )


def lay_row(
    row: Row,
    bars: Bars,
    steps_per_beat: int,
    pulses: tuple[float, ...] | None = None,
    ticks: int | None = None,
) -> Laid:
    """Return the strokes of a row that repeats over bars, up to `ticks` (the end of the bars)."""
    steps = ruler(bars.meters, bars.count, steps_per_beat)
    edges = np.append(steps.tick, bars.ticks)
    if pulses is not None:
        edges = step_map(pulses, bars, steps_per_beat)(edges)
    index, level, length = row.columns
    down = np.array([step.stroke != "U" for step in row.steps], bool)
    rounds = -(-len(steps.tick) // row.size)
    at = (np.arange(rounds)[:, None] * row.size + index).reshape(-1)
    limit = bars.ticks if ticks is None else ticks
    inside = at < len(steps.tick)
    inside[inside] = edges[at[inside]] < limit
    at = at[inside]
    ends = edges[np.minimum(at + np.tile(length, rounds)[inside], len(steps.tick))]
    return Laid(
        edges[at],
        np.minimum(ends, limit),
        np.tile(level, rounds)[inside],
        np.tile(down, rounds)[inside],
    )
