"""Evaluating trig conditions, in a fixed order: ascending time, then rows from top to bottom.

- `A:B` and `1ST` ask which play of its row it is (`hits`), `FILL` the flag of the bar, `X%` a draw
  of the step's own address: raising X only adds hits.
- Every condition but PRE is *evaluated* when its step comes by, whether the row is muted or its
  scene sounds or not, and its row remembers the last result. Before the first there is none.
- `PRE` repeats the row's last result: false before any. PRE itself is not evaluated, so the next
  PRE sees what this one saw.
- `NEI` is the last result of the row above, this step's included, since rows above come first:
  false where it has none, and in the top row. NEI is evaluated.
- `!` turns the answer round at the end, and that is what is remembered.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.condition import Condition
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import Step
from sirtak.sequencer.hits import Hits, step_table

Bools = NDArray[np.bool_]
Memory = tuple[NDArray[np.int64], Bools]

_NOTHING: Memory = (np.empty(0, np.int64), np.empty(0, bool))


def holds(grid: Grid, found: Hits, fill: Bools, draw: NDArray[np.float64] | None) -> Bools:
    """Return which hits their conditions let through.

    `fill` says of each hit whether the fill flag is on; `draw` holds a number for each in [0, 1);
    without draws, X% lets everything through.
    """
    result = np.ones(len(found), bool)
    table = step_table(grid)
    if not table.conditioned:
        return result
    above = _NOTHING
    for start, end in pairwise(np.searchsorted(found.row, np.arange(len(grid.rows) + 1)).tolist()):
        places = _by_slot(found.slot[start:end], start, table.steps)
        evaluated = []
        for condition, at in places:
            if condition.kind != "pre":
                value = _value(condition, found[at], fill[at], None if draw is None else draw[at], above)
                result[at] = value ^ condition.negated
                evaluated.append(at)
        when = np.sort(np.concatenate(evaluated)) if evaluated else np.empty(0, np.int64)
        above = (found.tick[when], result[when])
        for condition, at in places:
            if condition.kind == "pre":
                # A row has one step at a time: what is remembered lies before it.
                result[at] = _last(above, found.tick[at]) ^ condition.negated
    return result


def _by_slot(
    slots: NDArray[np.int64], start: int, steps: tuple[Step, ...]
) -> list[tuple[Condition, NDArray[np.int64]]]:
    """Return the conditions of a row's steps, each with the places of its hits."""
    found = []
    for slot in np.unique(slots).tolist():
        condition = steps[slot].condition
        if condition is not None:
            found.append((condition, start + np.flatnonzero(slots == slot)))
    return found


def _value(
    condition: Condition, found: Hits, fill: Bools, draw: NDArray[np.float64] | None, above: Memory
) -> Bools:
    """Return what a condition says of hits, before it is turned round."""
    if condition.kind == "ratio":
        value: Bools = (found.play >= condition.a) & ((found.play - condition.a) % condition.b == 0)
        return value
    if condition.kind == "first":
        return np.asarray(found.play == 1)
    if condition.kind == "fill":
        return fill
    if condition.kind == "nei":
        return _last(above, found.tick)
    if draw is None:
        return np.full(len(found), not condition.negated)
    return np.asarray(draw < condition.percent / 100)


def _last(memory: Memory, ticks: NDArray[np.int64]) -> Bools:
    """Return the last result remembered at each tick, that tick included; False where there is none."""
    when, what = memory
    if not len(when):
        return np.zeros(len(ticks), bool)
    place = np.searchsorted(when, ticks, side="right") - 1
    return np.where(place >= 0, what[np.maximum(place, 0)], False)
