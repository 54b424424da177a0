"""Rendering a grid over bars: the one place where steps become ticks.

A step k of a bar falls k / steps_per_beat beats after the bar line, rounded to the nearest tick.
Rows run on through the section from its start, so a row of another length turns against the bar.
Every step draws the same numbers whether it sounds or not; density is a threshold over them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.rhythm.grid import Grid, Row
from sirtak.rng import Dice
from sirtak.sequencer.swing import swung
from sirtak.sequencer.touch import drift, velocity_curve
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars, Meter

LEVELS = np.array([0, 38, 96, 120])  # ghost 25-50, hit 85-105, accent 115-127 (craft.md 3)
# A step sounds when (floor + span · draw) < density: accents first, ghosts last.
_FLOOR = np.array([9.0, 0.4, 0.1, 0.0])
_SPAN = np.array([0.0, 0.6, 0.6, 0.3])
HIT_TICKS = 120


@dataclass(frozen=True, eq=False)
class Ruler:
    """The steps of a section: tick, bar, and place in the bar of each, and the section's end."""

    tick: NDArray[np.int64]
    bar: NDArray[np.int64]
    place: NDArray[np.int64]
    width: int


@lru_cache(maxsize=64)
def ruler(meters: tuple[Meter, ...], count: int, steps_per_beat: int) -> Ruler:
    """Return where every step of `count` bars falls."""
    per_bar = np.array([meter.numerator * steps_per_beat for meter in meters])
    sizes = np.resize(per_bar, count)
    bars = Bars(meters, count)
    bar = np.repeat(np.arange(count), sizes)
    place = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    beats = np.array([meter.beat for meter in meters])[bar % len(meters)]
    inside = np.rint(place * beats / steps_per_beat).astype(np.int64)
    return Ruler(bars.starts[bar] + inside, bar, place, int(per_bar.max()))


def sequence(
    grid: Grid,
    bars: Bars,
    kit: Kit,
    *,
    dice: Dice | None = None,
    bpm: float = 120.0,
    swing: float = 50.0,
    row_swing: Mapping[str, float] | None = None,
    density: float = 1.0,
    human: float = 0.0,
    level: float = 1.0,
) -> Notes:
    """Return the notes of a grid played over bars.

    `swing` is MPC percent and moves time alone (a triplet grid has no sixteenths to move);
    `row_swing` gives rows a swing of their own; `density` 0 to 1 thins from the ghosts up, and
    raising it only adds hits; `human` 0 is the grid itself; `level` scales velocities. Without
    `dice` everything sounds as it is written. No note leaves the bars.

    >>> from sirtak.library import Library
    >>> from sirtak.rhythm import parse_grid
    >>> from sirtak.theory.kit import load_kit
    >>> from sirtak.theory.meter import parse_meters
    >>> grid = parse_grid("kick X---x---X---x---", steps_per_beat=4)
    >>> sequence(grid, Bars(parse_meters("4/4"), 1), load_kit(Library(), "gm")).onset.tolist()
    [0, 960, 1920, 2880]
    """
    steps = ruler(bars.meters, bars.count, grid.steps_per_beat)
    own = row_swing or {}
    if any(240 * grid.steps_per_beat % meter.beat for meter in bars.meters):
        swing, own = 50.0, {}  # triplets have a swing of their own
    tables = [
        _row(
            row, steps, bars, kit.note(row.voice), dice, bpm, own.get(row.voice, swing), density, human, level
        )
        for row in grid.rows
    ]
    return Notes.merge(*tables)


def _row(
    row: Row,
    steps: Ruler,
    bars: Bars,
    note: int,
    dice: Dice | None,
    bpm: float,
    swing: float,
    density: float,
    human: float,
    level: float,
) -> Notes:
    at, strength, length = _sounding(row, len(steps.tick))
    draws = (
        None if dice is None else dice.rows(row.voice, bars.count, 3 * steps.width).reshape(bars.count, 3, -1)
    )
    bar, place = steps.bar[at], steps.place[at]
    if draws is not None:
        kept = _FLOOR[strength] + _SPAN[strength] * draws[bar, 0, place] < density
        at, strength, length, bar, place = at[kept], strength[kept], length[kept], bar[kept], place[kept]
    if not len(at):
        return Notes.empty()
    start = bars.starts[bar]
    onset = start + swung(steps.tick[at] - start, swing) if swing != 50 else steps.tick[at]
    loud = LEVELS[strength] * _curve(row.voice, bars.meters, bar, place, steps.width) * level
    if draws is not None and human > 0:
        moved = drift(row.voice, draws[:, 1].copy(), human)[bar, place] * bpm * 960 / 60000
        onset = np.maximum(onset + np.rint(moved).astype(np.int64), 0)
        loud = loud + (draws[bar, 2, place] - 0.5) * np.sqrt(12) * 4 * human
    last = np.append(steps.tick, bars.ticks)[np.minimum(at + length, len(steps.tick))]
    held = np.where(length > 1, last - steps.tick[at], np.minimum(last - steps.tick[at], HIT_TICKS))
    onset = np.minimum(onset, bars.ticks - 1)
    held = np.maximum(np.minimum(held, bars.ticks - onset), 1)
    return Notes.of(onset, held, note, np.minimum(np.maximum(np.rint(loud), 1), 127))


def _sounding(row: Row, total: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (step, level, length) of everything the row sounds in `total` steps."""
    index, strength, length = row.columns
    rounds = -(-total // row.size)
    at = (np.arange(rounds)[:, None] * row.size + index).reshape(-1)
    inside = at < total
    return at[inside], np.tile(strength, rounds)[inside], np.tile(length, rounds)[inside]


def _curve(
    voice: str, meters: tuple[Meter, ...], bar: NDArray[np.int64], place: NDArray[np.int64], width: int
) -> NDArray[np.float64]:
    table = _curves(voice, meters, width)
    return table[bar % len(meters), place]


@lru_cache(maxsize=256)
def _curves(voice: str, meters: tuple[Meter, ...], width: int) -> NDArray[np.float64]:
    table = np.ones((len(meters), width))
    longest = max(meter.numerator for meter in meters)
    for number, meter in enumerate(meters):
        steps = width * meter.numerator // longest
        table[number, :steps] = velocity_curve(voice, meter, steps)
    return table


def kick_onsets(grid: Grid, bars: Bars) -> NDArray[np.int64]:
    """Return the ticks of the kick as written: before density, swing and touch."""
    if "kick" not in grid.voices:
        return np.empty(0, np.int64)
    steps = ruler(bars.meters, bars.count, grid.steps_per_beat)
    return steps.tick[np.sort(_sounding(grid["kick"], len(steps.tick))[0])]
