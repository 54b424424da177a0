"""Laying hits on steps: which step each belongs to, and how fine a grid suits them.

A hit may lie up to 23/384 of a whole note from its step, inside the step (`nudge`); one less than
a 64th before the next of its key may be that one's grace note (`flam`). What is looked for is the
shortest description: the logarithm of the steps in a beat for every hit, of its ticks off, and a
little more for what is rarer. So played sixteenths are sixteenths, however unsteady, and a hit
that would lie more than a 32nd off asks for a finer grid. Ticks are 960 to the quarter.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import log2

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.step import NUDGE_TICKS, NUDGES
from sirtak.sequencer.ruler import ruler
from sirtak.theory.meter import Meter

STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 48)
REACH = NUDGES * NUDGE_TICKS  # ticks that a nudge can say
GRACE_TICKS = 60  # two hits nearer than a 64th may be a flam
FAR_TICKS = 120  # half a sixteenth: farther off is another step, if there is one
_FAR, _GRACE, _TRIPLET = 1000.0, 8.0, 0.5  # bits

Ints = NDArray[np.int64]
# (step of the last hit, whether a grace note waits for its hit): bits so far, and where from.
_Node = tuple[float, "tuple[int, bool] | None"]


@dataclass(frozen=True)
class Fit:
    """Steps of a length: how many to the beat, and the ticks of all, with the end behind them."""

    per_beat: int
    edges: Ints
    step: Fraction

    @classmethod
    def of(cls, meter: Meter, bars: int, per_beat: int) -> Fit:
        """Return the steps of some bars.

        >>> Fit.of(Meter(2, 4, (1, 1)), 1, 2).edges.tolist()
        [0, 480, 960, 1440, 1920]
        """
        return cls(per_beat, ruler((meter,), bars, per_beat).edges, Fraction(meter.beat, per_beat))

    def nearest(self, ticks: Ints) -> Ints:
        """Return the nearest step of each tick, the earlier of two; the end of all counts as one."""
        below = np.minimum(np.searchsorted(self.edges, ticks, side="right") - 1, len(self.edges) - 2)
        later = self.edges[below + 1] - ticks < ticks - self.edges[below]
        return np.asarray(below + later, np.int64)

    def bits(self, off: Ints) -> float:
        """Return the cost of hits that lie so many ticks off their steps."""
        far = np.abs(off)
        return float(len(off) * self.each + (np.log2(1.0 + far) + _FAR * (far > FAR_TICKS)).sum())

    @property
    def each(self) -> float:
        """The cost of a hit that is on its step."""
        return log2(self.per_beat) + (_TRIPLET if self.per_beat % 3 == 0 else 0.0)


@dataclass(frozen=True, eq=False)
class Placed:
    """Hits of one key on steps: the step of each, whether it is the next one's grace note, the bits."""

    step: Ints
    grace: NDArray[np.bool_]
    bits: float


def lay_hits(ticks: Ints, fit: Fit) -> Placed | int:
    """Return hits of one key, in order of time, on steps; the number of one that finds none.

    >>> lay_hits(np.array([0, 250, 471, 500]), Fit.of(Meter(4, 4, (1,) * 4), 1, 4)).grace.tolist()
    [False, False, True, False]
    """
    last = len(fit.edges) - 2
    if len(ticks) > 2 * (last + 1):
        return int(np.argmin(np.diff(ticks)))
    nearest = fit.nearest(ticks)
    off = ticks - fit.edges[nearest]
    step = np.minimum(nearest, last)
    if bool((np.diff(step) > 0).all()) and _within(fit, int(ticks[-1]), int(step[-1])):
        inner = np.abs(off[:-1]).max(initial=0)
        if inner <= REACH and inner < fit.step and _nudged(ticks - fit.edges[step]):
            return Placed(step, np.zeros(len(ticks), bool), fit.bits(off))
    return _searched(ticks, fit)


def row_nudge(off: Ints) -> int:
    """Return the ticks of nudge that a row needs of its own so that its steps' nudges reach the rest.

    Only the last step of a grid needs it: what comes early for the bar behind it lies up to a
    whole step off, since a grid does not end where its row begins anew.

    >>> row_nudge(np.array([-20, 5])), row_nudge(np.array([-20, 239]))
    (0, 9)
    """
    return max(0, int(off.max()) - REACH)


def _nudged(off: Ints) -> bool:
    return int(off.min()) - row_nudge(off) >= -REACH and row_nudge(off) <= REACH


def _within(fit: Fit, tick: int, at: int) -> bool:
    """Return whether a hit may lie on a step."""
    off = abs(tick - int(fit.edges[at]))
    return off < fit.step and off <= (2 * REACH if at == len(fit.edges) - 2 else REACH)


def _searched(ticks: Ints, fit: Fit) -> Placed | int:
    """Return the cheapest way to lay hits of which two want one step: the shortest path through all."""
    last = len(fit.edges) - 2
    below = np.minimum(np.searchsorted(fit.edges, ticks, side="right") - 1, last)
    edges, times = fit.edges.tolist(), ticks.tolist()
    paths: list[dict[tuple[int, bool], _Node]] = []
    states: dict[tuple[int, bool], _Node] = {(-1, False): (0.0, None)}
    for number, tick in enumerate(times):
        found: dict[tuple[int, bool], _Node] = {}
        gap = times[number + 1] - tick if number + 1 < len(times) else GRACE_TICKS
        choices = [
            (at, _bits(fit, edges, tick, at))
            for at in (int(below[number]), int(below[number]) + 1)
            if at <= last and _within(fit, tick, at)
        ]
        for state, (cost, _) in states.items():
            for at, bits in choices:
                if at > state[0]:
                    _offer(found, (at, False), (cost + bits, state))
            if not state[1] and gap < GRACE_TICKS:
                _offer(found, (state[0], True), (cost + _GRACE + log2(1 + gap), state))
        if not found:
            return number
        paths.append(found)
        states = found
    return _traced(paths, ticks, fit)


def _bits(fit: Fit, edges: list[int], tick: int, at: int) -> float:
    off = tick - edges[at]
    # What lies just before the end of all is early for what follows, and no farther off than that.
    near = min(off, edges[-1] - tick) if at == len(edges) - 2 and off > 0 else off
    return fit.each + log2(1 + abs(near)) + _FAR * (abs(near) > FAR_TICKS)


def _offer(found: dict[tuple[int, bool], _Node], state: tuple[int, bool], node: _Node) -> None:
    if state not in found or node[0] < found[state][0]:
        found[state] = node


def _traced(paths: list[dict[tuple[int, bool], _Node]], ticks: Ints, fit: Fit) -> Placed | int:
    """Return the cheapest path from its end back; the last hit's number where its row cannot be nudged."""
    ends = {state: node for state, node in paths[-1].items() if not state[1]}
    if not ends:
        return len(paths) - 1
    state = min(ends, key=lambda item: ends[item][0])
    bits = ends[state][0]
    step, grace = np.zeros(len(paths), np.int64), np.zeros(len(paths), bool)
    for number in range(len(paths) - 1, -1, -1):
        step[number], grace[number] = state
        if grace[number]:
            step[number] = step[number + 1]
        before = paths[number][state][1]
        assert before is not None
        state = before
    if not _nudged((ticks - fit.edges[step])[~grace]):
        return len(paths) - 1
    return Placed(step, grace, bits)
