"""Performing grids: conditions, chance, time, touch and strokes, in this order.

1. Which hits (`stage`): every step of every row, its condition, its chance, density.
2. When: swing, groove, uneven pulses, micro-timing, a player's drift. What would come before the
   first bar comes on it, what would come after the last is left out.
3. How loud: the step's velocity or its level's by voice and step, the accent lane, groove, hand.
4. Strokes: ratchets and flams played out, choke groups, no two at once on one key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import LANE, NUDGE_TICKS, Row
from sirtak.rng import Dice
from sirtak.sequencer.groove import grooved
from sirtak.sequencer.hits import Hits, step_table
from sirtak.sequencer.locks import Locks, locks_of, written
from sirtak.sequencer.pulses import row_map, step_map
from sirtak.sequencer.stage import Feel, Layer, Stage, chosen_hits, in_lane, stage_of
from sirtak.sequencer.strokes import HIT_TICKS, Strokes, apart, choked, damped, expanded, joined
from sirtak.sequencer.swing import swung
from sirtak.sequencer.touch import drift, velocity_curve
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars, Meter, among

LEVELS = np.array([0, 38, 96, 120])  # ghost 25-50, hit 85-105, accent 115-127 (craft.md 3)
LANE_ADDS = 20  # what the accent lane adds to every velocity on its steps (craft.md 3.4)


@dataclass(frozen=True, eq=False)
class Performance:
    """What was played: all notes, and the controllers of each voice that has parameter locks."""

    notes: Notes
    locks: Mapping[str, Controls] = field(default_factory=dict)

    @property
    def controls(self) -> Controls:
        """All controllers."""
        found = Controls.empty()
        for item in self.locks.values():
            found |= item
        return found


def perform(
    layers: Sequence[Layer],
    bars: Bars,
    kit: Kit,
    feel: Feel,
    *,
    dice: Dice | None = None,
    fills: NDArray[np.bool_] | None = None,
    stops: Sequence[int] = (),
) -> Performance:
    """Return what grids sound over bars, each where its mask lets it; no note leaves the bars.

    Layers have one step size; a voice has the same draws in all of them, so a change of scene
    changes the steps and not the player. `fills` says of each bar whether the fill flag is on; at
    the ticks of `stops` everything that rings ends.
    Without `dice` everything sounds as it is written: no chance, no density, no hand.
    """
    stage = stage_of(layers, bars, kit, feel, dice, fills)
    parts: list[Strokes] = []
    kept: list[Locks] = []
    for grid, mask in layers:
        chosen = chosen_hits(stage, grid, mask)
        if len(chosen):
            strokes, found = _played(stage, grid, chosen)
            parts.append(strokes)
            kept += found
    if not parts:
        return Performance(Notes.empty())
    strokes = damped(choked(joined(parts)), stops)
    strokes = apart(strokes[~strokes.muted & (strokes.onset < bars.ticks)])
    held = np.maximum(np.minimum(strokes.duration, bars.ticks - strokes.onset), 1)
    loud = np.minimum(np.maximum(np.rint(strokes.loud), 1), 127)
    return Performance(Notes.of(strokes.onset, held, strokes.key, loud), written(kept, bars.ticks))


def _played(stage: Stage, grid: Grid, chosen: Hits) -> tuple[Strokes, list[Locks]]:
    """Return the strokes of a layer's hits, and its parameter locks."""
    lane = in_lane(grid)[chosen.row]
    heard = np.array([not row.mute for row in grid.rows])
    accents = np.unique(chosen.tick[lane & heard[chosen.row]])
    chosen = chosen[~lane]
    table, feel, bars = step_table(grid), stage.feel, stage.bars
    bar = stage.steps.bar[chosen.step]
    late, loud = _hand(stage, grid, chosen)
    loud = loud + _written_loud(stage, grid, chosen) * feel.level + LANE_ADDS * among(chosen.tick, accents)
    onset = _swung(grid, chosen.tick, chosen.row, bar, stage)
    if feel.groove is not None:
        voices = [row.voice for row in grid.rows]
        random = stage.drawn(grid, chosen, "groove", 1)[:, 0] if stage.draws and feel.groove.random else None
        onset, weighed = grooved(feel.groove, feel.amount, bars, onset, bar, chosen.row, voices, random)
        loud = loud + weighed
    onset, begin, end = (
        _limped(grid, ticks, chosen.row, bars, feel) for ticks in (onset, chosen.tick, chosen.end)
    )
    moved = np.rint(table.nudge[chosen.slot] * NUDGE_TICKS + late).astype(np.int64)
    onset = np.maximum(onset + moved, 0)
    span = np.maximum(end - begin, 1)
    strokes = Strokes(
        onset,
        np.where(table.tied[chosen.slot], span, np.minimum(span, HIT_TICKS)),
        loud,
        chosen.tick,
        np.array([0 if row.voice == LANE else stage.kit.note(row.voice) for row in grid.rows])[chosen.row],
        np.array([_group(row, stage) for row in grid.rows])[chosen.row],
        ~heard[chosen.row],
    )
    return expanded(strokes, chosen.slot, span, table.steps, feel.level), _locked(grid, chosen, onset)


def _hand(stage: Stage, grid: Grid, chosen: Hits) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many ticks late a player's hand is at each hit, and how much louder."""
    draws, feel = stage.draws, stage.feel
    if draws is None or feel.human == 0:
        return np.zeros(len(chosen)), np.zeros(len(chosen))
    address = np.array([draws.of(row) for row in grid.rows])[chosen.row]
    bar, lane, table = stage.steps.bar[chosen.step], chosen.lane, draws.table("", 3)
    moved = drift([voice for voice, *_ in draws.addresses], table[:, :, 1], feel.human)
    unsteady = (table[address, bar, 2, lane] - 0.5) * (np.sqrt(12) * 4 * feel.human)
    return moved[address, bar, lane] * (feel.bpm * 960 / 60000), unsteady


def _written_loud(stage: Stage, grid: Grid, chosen: Hits) -> NDArray[np.float64]:
    """Return velocities as written: a step's own, or its level's by voice and place in the bar."""
    table, meters = step_table(grid), stage.bars.meters
    bar, place = stage.steps.bar[chosen.step] % len(meters), stage.steps.place[chosen.step]
    curve = _curves(tuple(row.voice for row in grid.rows), meters, stage.steps.width)
    exact = table.velocity[chosen.slot]
    return np.where(exact > 0, exact, LEVELS[table.level[chosen.slot]] * curve[chosen.row, bar, place])


def _swung(
    grid: Grid, ticks: NDArray[np.int64], row: NDArray[np.int64], bar: NDArray[np.int64], stage: Stage
) -> NDArray[np.int64]:
    """Return ticks with each row's swing, counted from the bar lines."""
    feel, meters, size = stage.feel, stage.bars.meters, grid.steps_per_beat
    percents = np.array(
        [
            50.0 if _triplets(meters, size * item.speed) else feel.swing if item.swing is None else item.swing
            for item in grid.rows
        ]
    )
    if bool((percents == 50).all()):
        return ticks
    start = stage.bars.starts[bar]
    return start + swung(ticks - start, percents[row])


def _triplets(meters: tuple[Meter, ...], steps_per_beat: Fraction) -> bool:
    """Return whether steps fall between the sixteenths: such a row has nothing for swing to move."""
    lengths = {meter.beat / steps_per_beat for meter in meters}
    return any(length % 240 and 240 % length for length in lengths)


def _limped(
    grid: Grid, ticks: NDArray[np.int64], row: NDArray[np.int64], bars: Bars, feel: Feel
) -> NDArray[np.int64]:
    """Return ticks in the uneven pulses of their rows, and those of the whole beat on top."""
    for number, item in enumerate(grid.rows):
        if item.pulses is not None:
            limp = row_map(item.pulses, bars, grid.steps_per_beat, item.speed)
            ticks = np.where(row == number, limp(ticks), ticks)
    return ticks if feel.pulses is None else step_map(feel.pulses, bars, grid.steps_per_beat)(ticks)


def _group(row: Row, stage: Stage) -> int:
    """Return the number of a row's choke group; -1 for none."""
    name = row.choke or stage.kit.choke_group(row.voice)
    return stage.groups.index(name) if name else -1


def _locked(grid: Grid, chosen: Hits, onset: NDArray[np.int64]) -> list[Locks]:
    """Return the locks of the rows that have any, each before its hit and a grace note of it."""
    table = step_table(grid)
    found: list[Locks] = []
    for number, row in enumerate(grid.rows):
        if row.cc and not row.mute:
            at = chosen.row == number
            slot, ticks = chosen.slot[at], onset[at]
            early = np.rint(table.flam[slot] * NUDGE_TICKS).astype(np.int64)
            found += locks_of(row, table.steps, slot, np.where(early <= ticks, ticks - early, ticks))
    return found


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
