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

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes
from sirtak.rhythm.step import NUDGE_TICKS
from sirtak.rng import Dice
from sirtak.sequencer.groove import grooved
from sirtak.sequencer.locks import locks
from sirtak.sequencer.pulses import row_map, step_map
from sirtak.sequencer.score import Score, score_of
from sirtak.sequencer.stage import Feel, Layer, Stage
from sirtak.sequencer.strokes import HIT_TICKS, Strokes, apart, choked, damped, expanded
from sirtak.sequencer.swing import swung
from sirtak.sequencer.touch import drift
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars, among

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

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
    stops: Sequence[tuple[int, int]] = (),
) -> Performance:
    """Return what grids sound over bars, each where its mask lets it; no note leaves the bars.

    Layers have one step size; a voice has the same draws in all of them, so a change of scene
    changes the steps and not the player. `fills` says of each bar whether the fill flag is on; from
    each of `stops` to its end nothing sounds.
    Without `dice` everything sounds as it is written: no chance, no density, no hand.
    """
    if not layers:
        return Performance(Notes.empty())
    score = score_of(tuple(grid for grid, _ in layers), bars)
    stage = Stage(score, [mask for _, mask in layers], dice, fills)
    at, accents = _accents(score, stage.sounding(feel.density))
    if not len(at):
        return Performance(Notes.empty())
    strokes = damped(choked(_played(stage, kit, feel, at, accents)), stops)
    heard = strokes.onset < bars.ticks
    strokes = strokes[heard if strokes.muted is None else heard & ~strokes.muted]
    controls = locks(score.rows, score.table.steps, strokes.row, strokes.slot, strokes.onset, bars.ticks)
    strokes = apart(strokes)
    held = np.maximum(np.minimum(strokes.duration, bars.ticks - strokes.onset), 1)
    loud = np.minimum(np.maximum(np.rint(strokes.loud), 1), 127).astype(np.int64)
    return Performance(Notes.of(strokes.onset, held, strokes.key, loud), controls)


def _accents(score: Score, at: Ints) -> tuple[Ints, Ints]:
    """Return the hits that are no accent lane's, and the ticks on which a lane that is heard has one."""
    if score.lanes is None:
        return at, np.empty(0, np.int64)
    lane = score.lanes[at]
    heard = lane if score.muted is None else lane & ~score.muted[at]
    return at[~lane], np.unique(score.hits.tick[at[heard]])


def _played(stage: Stage, kit: Kit, feel: Feel, at: Ints, accents: Ints) -> Strokes:
    """Return the strokes of hits, by number, louder on the ticks of accents."""
    score = stage.score
    table, found = score.table, score.hits
    row, slot, tick = found.row[at], found.slot[at], found.tick[at]
    late, loud = _hand(stage, feel, at)
    loud = loud + score.loud[at] * feel.level
    if len(accents):
        loud = loud + LANE_ADDS * among(tick, accents)
    onset = _swung(score, feel, at)
    if feel.groove is not None:
        voices = [row.voice for row in score.rows]
        random = stage.drawn("groove", 0, at) if stage.draws and feel.groove.random else None
        bar = score.bar[at]
        onset, weighed = grooved(feel.groove, feel.amount, score.bars, onset, bar, row, voices, random)
        loud = loud + weighed
    onset, begin, end = (_limped(score, feel, ticks, row) for ticks in (onset, tick, found.end[at]))
    moved = np.rint(score.nudge[at] * NUDGE_TICKS + late).astype(np.int64)
    span = np.maximum(end - begin, 1)
    key, group = score.shared(kit)
    strokes = Strokes(
        onset=np.maximum(onset + moved, 0),
        duration=np.where(table.tied[slot], span, np.minimum(span, HIT_TICKS)),
        loud=loud,
        written=tick,
        key=key[at],
        group=None if group is None else group[at],
        muted=None if score.muted is None else score.muted[at],
        row=row,
        slot=slot,
    )
    return expanded(strokes, span, table, feel.level)


def _hand(stage: Stage, feel: Feel, at: Ints) -> tuple[Floats | float, Floats | float]:
    """Return how many ticks late a player's hand is at each hit, and how much louder."""
    if stage.draws is None or feel.human == 0:
        return 0.0, 0.0
    voices = tuple(voice for voice, *_ in stage.draws.addresses)
    moved = drift(voices, stage.draws.table("")[1], feel.human).reshape(-1)[stage.score.spot[at]]
    unsteady = (stage.drawn("", 2, at) - 0.5) * (np.sqrt(12) * 4 * feel.human)
    return moved * (feel.bpm * 960 / 60000), unsteady


def _swung(score: Score, feel: Feel, at: Ints) -> Ints:
    """Return ticks with each row's swing, counted from the bar lines."""
    tick = score.hits.tick[at]
    percents = [feel.swing if swing is None else swing for swing in score.swings]
    if all(percent == 50 for percent in percents):
        return tick
    start = score.bars.starts[score.bar[at]]
    return start + swung(tick - start, np.array(percents)[score.hits.row[at]])


def _limped(score: Score, feel: Feel, ticks: Ints, row: Ints) -> Ints:
    """Return ticks in the uneven pulses of their rows, and those of the whole beat on top."""
    if not score.limping and feel.pulses is None:
        return ticks
    bars, size = _reaching(score.bars, ticks), score.steps_per_beat
    for number, item in score.limping:
        moved = row_map(item.pulses or (), bars, size, item.speed)(ticks)
        ticks = np.where(row == number, moved, ticks)
    return ticks if feel.pulses is None else step_map(feel.pulses, bars, size)(ticks)


def _reaching(bars: Bars, ticks: Ints) -> Bars:
    """Return as many bars as ticks reach into: what rings on behind the last limps like before it."""
    over = int(ticks.max(initial=0)) - bars.ticks
    return bars if over <= 0 else Bars(bars.meters, bars.count + -(-over // int(bars.lengths.min())))
