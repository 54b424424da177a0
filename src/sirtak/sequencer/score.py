"""The score of some grids over bars: what of them is the same however often they are played.

All rows, steps and hits of the grids in turn, as columns. What is drawn, how it is played and which
bars a grid sounds in come later (`stage`, `render`), as choices among these hits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import LANE, Row
from sirtak.sequencer.draws import Address
from sirtak.sequencer.hits import COLUMNS, Hits, StepTable, hits, joined_tables, step_table
from sirtak.sequencer.ruler import Ints, Ruler, ruler
from sirtak.sequencer.touch import family, loudness, velocity_curve
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars, Meter

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

KEPT_BARS = 64  # scores of longer sections are not kept: they are large, and seldom asked for twice


@dataclass(frozen=True, eq=False)
class Score:
    """Grids over bars, their rows, slots and hits counted through; grids have one step size.

    `first` is the number of each grid's first hit, and how many there are in all. What follows is
    by row, or by hit where it says so.
    """

    grids: tuple[Grid, ...]
    bars: Bars
    rows: tuple[Row, ...]
    table: StepTable
    steps: Ruler
    hits: Hits
    first: tuple[int, ...]

    @property
    def steps_per_beat(self) -> int:
        """Steps in a beat, the same in all grids."""
        return self.grids[0].steps_per_beat

    @cached_property
    def lanes(self) -> Bools | None:
        """Which hits are those of accent lanes; None where no row is one."""
        found = np.array([row.voice == LANE for row in self.rows])
        return found[self.hits.row] if found.any() else None

    @cached_property
    def muted(self) -> Bools | None:
        """Which hits are not heard; None where all are."""
        found = np.array([row.mute for row in self.rows])
        return found[self.hits.row] if found.any() else None

    @cached_property
    def limping(self) -> tuple[tuple[int, Row], ...]:
        """The rows that have uneven pulses of their own, with their numbers."""
        return tuple((number, row) for number, row in enumerate(self.rows) if row.pulses is not None)

    @cached_property
    def cell(self) -> Ints:
        """The place of each hit in a mask over (rows, steps)."""
        return self.hits.row * len(self.steps.tick) + self.hits.step

    @cached_property
    def bar(self) -> Ints:
        """The bar in which each hit's step lies."""
        return self.steps.bar[self.hits.step]

    @cached_property
    def addresses(self) -> Mapping[Address, bool]:
        """Whose draws there are, and whether any of their steps needs one to sound."""
        found: dict[Address, bool] = {}
        for row in self.rows:
            found[row.address] = found.get(row.address, False) or row.uncertain
        return found

    @cached_property
    def widest(self) -> int:
        """How many places a bar has among the draws."""
        return max(self.steps.width * fine for *_, fine in self.addresses)

    @cached_property
    def spot(self) -> Ints:
        """The place of each hit among draws of shape (addresses, bars, places), laid out flat."""
        number = {address: place for place, address in enumerate(self.addresses)}
        address = np.array([number[row.address] for row in self.rows])[self.hits.row]
        return (address * self.bars.count + self.bar) * self.widest + self.hits.lane

    @cached_property
    def loud(self) -> Floats:
        """Each hit's velocity as written: a step's own, or its level's by voice and place in the bar."""
        meters, found = self.bars.meters, self.hits
        curve = _curves(tuple(row.voice for row in self.rows), meters, self.steps.width)
        hats = np.array([family(row.voice) == "hat" for row in self.rows])[found.row]
        place = self.steps.place[found.step]
        exact, level = self.table.velocity[found.slot], self.table.level[found.slot]
        loud = loudness(level, curve[found.row, self.bar % len(meters), place], hats=hats)
        return np.where(exact > 0, exact, loud)

    @cached_property
    def nudge(self) -> Floats:
        """How late each hit is by what its step and its row say, in 1/384 of a whole note."""
        return self.table.nudge[self.hits.slot]

    @cached_property
    def swings(self) -> tuple[float | None, ...]:
        """Each row's own swing, None for the beat's.

        A row whose steps fall between the sixteenths has nothing for swing to move: 50.
        """
        meters, size = self.bars.meters, self.steps_per_beat
        return tuple(50.0 if _triplets(meters, size * row.speed) else row.swing for row in self.rows)

    def shared(self, kit: Kit) -> tuple[Ints, Ints | None]:
        """Return each hit's key in a kit and the number of its choke group, -1 for none.

        None instead of the groups where there are none.
        """
        return _in_kit(self, kit)


def score_of(grids: tuple[Grid, ...], bars: Bars) -> Score:
    """Return the score of grids over bars; kept, since sections and pieces repeat."""
    make = _score if bars.count <= KEPT_BARS else _score.__wrapped__
    return make(grids, bars)


@lru_cache(maxsize=256)
def _score(grids: tuple[Grid, ...], bars: Bars) -> Score:
    parts = [hits(grid, bars.meters, bars.count) for grid in grids]
    tables = [step_table(grid) for grid in grids]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
    sizes = [len(part) for part in parts]
    columns["row"] += np.repeat(_before([len(grid.rows) for grid in grids]), sizes)
    columns["slot"] += np.repeat(_before([len(table.steps) for table in tables]), sizes)
    return Score(
        grids=grids,
        bars=bars,
        rows=tuple(row for grid in grids for row in grid.rows),
        table=joined_tables(tables),
        steps=ruler(bars.meters, bars.count, grids[0].steps_per_beat),
        hits=Hits(**columns),
        first=(*_before(sizes).tolist(), sum(sizes)),
    )


def _before(sizes: list[int]) -> Ints:
    """Return how many come before each."""
    counts = np.array(sizes)
    before: Ints = np.cumsum(counts) - counts
    return before


@lru_cache(maxsize=256)
def _in_kit(score: Score, kit: Kit) -> tuple[Ints, Ints | None]:
    keys = np.array([0 if row.voice == LANE else kit.note(row.voice) for row in score.rows])
    names = [row.choke or kit.choke_group(row.voice) for row in score.rows]
    known = sorted({name for name in names if name})
    groups = np.array([known.index(name) if name else -1 for name in names])
    return keys[score.hits.row], groups[score.hits.row] if known else None


def _triplets(meters: tuple[Meter, ...], steps_per_beat: Fraction) -> bool:
    """Return whether steps fall between the sixteenths: such a row has nothing for swing to move."""
    lengths = {meter.beat / steps_per_beat for meter in meters}
    return any(length % 240 and 240 % length for length in lengths)


@lru_cache(maxsize=256)
def _curves(voices: tuple[str, ...], meters: tuple[Meter, ...], width: int) -> Floats:
    """Return a velocity factor for each voice, kind of bar and step."""
    table = np.ones((len(voices), len(meters), width))
    longest = max(meter.numerator for meter in meters)
    for row, voice in enumerate(voices):
        for number, meter in enumerate(meters):
            steps = width * meter.numerator // longest
            table[row, number, :steps] = velocity_curve(voice, meter, steps)
    return table
