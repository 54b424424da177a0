"""The scene: one section as its players see it.

Nothing here tells where in the piece the section stands: that is why lengthening one section
leaves all the others as they were. Ticks count from the section's start, energy is 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.library import Library
from sirtak.notes import PPQ
from sirtak.rng import Dice
from sirtak.scene.fretted import Fretted
from sirtak.scene.line import Chords, Line
from sirtak.theory.meter import Bars, Meter, among
from sirtak.theory.mode import Mode

_DEVIATIONS = np.sqrt(12)  # of draws in [0, 1)
SLOTS = 32  # draws a bar: one for each position that a note of the piece can begin at

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that a generator may know of a section.

    `key` names the section uniquely; `tonic` is a pitch class; `energy` one number a bar;
    `lead` and `answer` name the parts that carry `theme` and `reply`, `lead_range` are the lowest and
    highest pitch of the one that leads; `kicks` are the ticks of
    the kick drum before swing; `scene` is the beat's scene; `fill` asks for a fill in the last
    bar; `closing` marks the end of the piece; `kuy` are the strokes of a küy that the section
    plays, which the leading dombra takes as they are.
    """

    key: str
    bars: Bars
    mode: Mode
    tonic: int
    bpm: float
    energy: Floats
    chords: Chords
    library: Library
    theme: Line = field(default_factory=Line.empty)
    reply: Line = field(default_factory=Line.empty)
    lead: str = ""
    answer: str = ""
    lead_range: tuple[int, int] = (50, 74)
    kicks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    maybe_kicks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    scene: str = "main"
    fill: bool = False
    closing: bool = False
    swing: float = 50.0
    kuy: Fretted | None = None

    def through(self, meters: tuple[Meter, ...]) -> Scene:
        """Return the scene in bars of `meters`, as many as cover it: drums keep on through a short bar.

        The scene itself where its bars are these already.
        """
        if self.bars.meters == meters:
            return self
        count = 1
        while Bars(meters, count).ticks < self.bars.ticks:
            count += 1
        energy = np.pad(self.energy, (0, max(0, count - len(self.energy))), mode="edge")[:count]
        return replace(self, bars=Bars(meters, count), energy=energy)

    @cached_property
    def ticks_per_ms(self) -> float:
        """Ticks in a millisecond at the section's tempo."""
        return self.bpm * PPQ / 60000

    @cached_property
    def mean_energy(self) -> float:
        """The mean energy of the section's bars."""
        return float(self.energy.mean())

    def energy_at(self, ticks: NDArray[Any]) -> Floats:
        """Return the energy at each tick."""
        return self.energy[self.bars.bar_of(ticks)]

    def slots(self, ticks: NDArray[Any]) -> NDArray[np.int64]:
        """Return bar · 32 + the 1/32 of the bar that each tick lies in: a position's address."""
        inside: NDArray[np.int64] = np.minimum(np.maximum(ticks, 0), self.bars.ticks - 1)
        if len(self.bars.meters) == 1:  # one length: no need to look for the bar
            return inside * SLOTS // self.bars.meters[0].ticks
        bar = self.bars.bar_of(inside)
        return bar * SLOTS + (inside - self.bars.starts[bar]) * SLOTS // self.bars.lengths[bar]

    def draw(self, dice: Dice, lane: str, ticks: NDArray[Any]) -> Floats:
        """Return a number in [0, 1) for each tick, fixed by part, lane and position alone."""
        return dice.rows(lane, self.bars.count, SLOTS).reshape(-1)[self.slots(ticks)]

    def figure(self, dice: Dice, lane: str, ticks: NDArray[Any]) -> Floats:
        """Return a number in [0, 1) for each tick by its place in a pair of bars.

        What is drawn so comes back every other bar: a figure is a figure by returning.
        """
        drawn: Floats = dice.rows(lane, 2, SLOTS).reshape(-1)[self.slots(ticks) % (2 * SLOTS)]
        return drawn

    def touch(self, dice: Dice, ticks: NDArray[Any], ms: float) -> NDArray[np.int64]:
        """Return the ticks moved by a player's hand, `ms` milliseconds standard deviation.

        Deviations of neighbours are related (a hand drifts, it does not jitter: lag-1
        correlation about .35 in played drums, craft.md 2.3) and end at 20 ms.
        """
        if ms <= 0 or not len(ticks):
            return np.asarray(ticks, np.int64)
        table = (dice.rows("touch", self.bars.count, SLOTS) - 0.5) * _DEVIATIONS * ms
        drift = table.copy()
        drift[:, 1:] = 0.94 * table[:, 1:] + 0.35 * table[:, :-1]
        drifted = np.minimum(np.maximum(drift.reshape(-1)[self.slots(ticks)], -20), 20)
        moved = drifted * self.ticks_per_ms
        late: NDArray[np.int64] = np.asarray(ticks, np.int64) + np.rint(moved).astype(np.int64)
        return late

    def strength(self, ticks: NDArray[Any]) -> Floats:
        """Return the metric weight of each tick: 1 bar line, .7 group, .4 beat, .15 elsewhere."""
        bar = self.bars.bar_of(ticks)
        inside = ticks - self.bars.starts[bar]
        beats: Any = self.bars.meters[0].beat
        if len(self.bars.meters) > 1:
            beats = np.array([meter.beat for meter in self.bars.meters])[bar % len(self.bars.meters)]
        weight = np.where(inside % beats == 0, 0.4, 0.15)
        weight[among(ticks, self.bars.group_starts)] = 0.7
        weight[inside == 0] = 1.0
        return weight
