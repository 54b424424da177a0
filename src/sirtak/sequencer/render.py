"""Rendering a grid over bars: the one place where steps become ticks.

A step k of a bar falls k / steps_per_beat beats after the bar line, rounded to the nearest tick.
Rows run on through the section from its start, so a row of another length turns against the bar.
Every step draws the same numbers whether it sounds or not; density is a threshold over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.rhythm.grid import Grid, Row
from sirtak.rng import Dice
from sirtak.sequencer.pulses import step_map
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


@dataclass(frozen=True, eq=False)
class Hits:
    """Everything that a grid sounds over some bars: step, row, level and length of each hit."""

    step: NDArray[np.int64]
    row: NDArray[np.int64]
    strength: NDArray[np.int64]
    length: NDArray[np.int64]


def hits(grid: Grid, meters: tuple[Meter, ...], count: int) -> Hits:
    """Return what a grid sounds over `count` bars; kept with the grid, since sections repeat."""
    key = (meters, count)
    if key not in grid.memo:
        total = len(ruler(meters, count, grid.steps_per_beat).tick)
        rows = [_sounding(row, total) for row in grid.rows]
        number = np.repeat(np.arange(len(rows)), [len(row[0]) for row in rows])
        step, strength, length = (np.concatenate(column) for column in zip(*rows, strict=True))
        grid.memo[key] = Hits(step, number, strength, length)
    found: Hits = grid.memo[key]
    return found


Scenes = Sequence[tuple[Grid, NDArray[np.bool_]]]


def sequence(
    grid: Grid | Scenes,
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
    pulses: tuple[float, ...] | None = None,
) -> Notes:
    """Return the notes of a grid played over bars, or of several grids, each in its own bars.

    Several grids come as (grid, mask over the bars) and have one step size; a voice has the same
    draws in all of them, so a change of scene changes the steps and not the player.

    `swing` is MPC percent and moves time alone (a triplet grid has no sixteenths to move);
    `row_swing` gives rows a swing of their own; `density` 0 to 1 thins from the ghosts up, and
    raising it only adds hits; `human` 0 is the grid itself; `level` scales velocities; `pulses`
    are relative lengths of successive steps, which swing goes along with. Without `dice`
    everything sounds as it is written. No note leaves the bars.

    >>> from sirtak.library import Library
    >>> from sirtak.rhythm import parse_grid
    >>> from sirtak.theory.kit import load_kit
    >>> from sirtak.theory.meter import parse_meters
    >>> grid = parse_grid("kick X---x---X---x---", steps_per_beat=4)
    >>> sequence(grid, Bars(parse_meters("4/4"), 1), load_kit(Library(), "gm")).onset.tolist()
    [0, 960, 1920, 2880]
    """
    scenes = [(grid, np.ones(bars.count, bool))] if isinstance(grid, Grid) else grid
    steps = ruler(bars.meters, bars.count, scenes[0][0].steps_per_beat)
    voices = list(dict.fromkeys(voice for grid, _ in scenes for voice in grid.voices))
    at, row, strength, length = _chosen(scenes, voices, bars, steps)
    bar, place = steps.bar[at], steps.place[at]
    draws = None if dice is None else _draws(dice, voices, bars.count, steps.width)
    if draws is not None:
        kept = _FLOOR[strength] + _SPAN[strength] * draws[row, bar, 0, place] < density
        at, row, strength, length = at[kept], row[kept], strength[kept], length[kept]
        bar, place = bar[kept], place[kept]
    if not len(at):
        return Notes.empty()
    tick, edges = steps.tick[at], np.append(steps.tick, bars.ticks)
    onset = _swung(tick, bars.starts[bar], row, voices, swing, row_swing or {}, scenes[0][0], bars.meters)
    if pulses is not None:
        uneven = step_map(pulses, bars, scenes[0][0].steps_per_beat)
        onset, tick, edges = uneven(onset), uneven(tick), uneven(edges)
    loud = (
        LEVELS[strength]
        * _curves(tuple(voices), bars.meters, steps.width)[row, bar % len(bars.meters), place]
    )
    loud = loud * level
    if draws is not None and human > 0:
        late = drift(voices, draws[:, :, 1], human)[row, bar, place]
        onset = np.maximum(onset + np.rint(late * (bpm * 960 / 60000)).astype(np.int64), 0)
        loud = loud + (draws[row, bar, 2, place] - 0.5) * (np.sqrt(12) * 4 * human)
    last = edges[np.minimum(at + length, len(steps.tick))]
    held = np.where(length > 1, last - tick, np.minimum(last - tick, HIT_TICKS))
    onset = np.minimum(onset, bars.ticks - 1)
    held = np.maximum(np.minimum(held, bars.ticks - onset), 1)
    keys = np.array([kit.note(voice) for voice in voices])
    return Notes.of(onset, held, keys[row], np.minimum(np.maximum(np.rint(loud), 1), 127))


Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _chosen(scenes: Scenes, voices: list[str], bars: Bars, steps: Ruler) -> Columns:
    """Return (step, voice, level, length) of every hit that falls into its scene's bars."""
    parts = []
    for grid, mask in scenes:
        found = hits(grid, bars.meters, bars.count)
        inside = mask[steps.bar[found.step]]
        row = np.array([voices.index(voice) for voice in grid.voices])[found.row]
        parts.append([column[inside] for column in (found.step, row, found.strength, found.length)])
    step, row, strength, length = (np.concatenate(column) for column in zip(*parts, strict=True))
    return step, row, strength, length


def _draws(dice: Dice, voices: list[str], count: int, width: int) -> NDArray[np.float64]:
    """Return draws of shape (voices, bars, 3, steps): chance, time and velocity of every step."""
    return np.stack([dice.rows(voice, count, 3 * width).reshape(count, 3, width) for voice in voices])


def _swung(
    tick: NDArray[np.int64],
    start: NDArray[np.int64],
    row: NDArray[np.int64],
    voices: list[str],
    swing: float,
    own: Mapping[str, float],
    grid: Grid,
    meters: tuple[Meter, ...],
) -> NDArray[np.int64]:
    """Return the ticks with each row's swing, counted from the bar lines."""
    triplets = any(240 * grid.steps_per_beat % meter.beat for meter in meters)
    percents = [own.get(voice, swing) for voice in voices]
    if triplets or all(percent == 50 for percent in percents):
        return tick
    return start + swung(tick - start, np.array(percents)[row])


def _sounding(row: Row, total: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (step, level, length) of everything the row sounds in `total` steps."""
    index, strength, length = row.columns
    rounds = -(-total // row.size)
    at = (np.arange(rounds)[:, None] * row.size + index).reshape(-1)
    inside = at < total
    return at[inside], np.tile(strength, rounds)[inside], np.tile(length, rounds)[inside]


@lru_cache(maxsize=256)
def _curves(voices: tuple[str, ...], meters: tuple[Meter, ...], width: int) -> NDArray[np.float64]:
    """Return a velocity factor for each voice, kind of bar and step."""
    table = np.ones((len(voices), len(meters), width))
    longest = max(meter.numerator for meter in meters)
    for row, voice in enumerate(voices):
        for number, meter in enumerate(meters):
            steps = width * meter.numerator // longest
            table[row, number, :steps] = velocity_curve(voice, meter, steps)
    return table


def kick_onsets(grid: Grid, bars: Bars, pulses: tuple[float, ...] | None = None) -> NDArray[np.int64]:
    """Return the ticks of the kick as written: before density, swing and touch, in the beat's pulses."""
    if "kick" not in grid.voices:
        return np.empty(0, np.int64)
    steps = ruler(bars.meters, bars.count, grid.steps_per_beat)
    found = hits(grid, bars.meters, bars.count)
    kicks = np.sort(steps.tick[found.step[found.row == grid.voices.index("kick")]])
    return kicks if pulses is None else step_map(pulses, bars, grid.steps_per_beat)(kicks)
