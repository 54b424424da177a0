"""Builds: a roll that halves its notes, louder and louder, up to a beat of silence.

Quarters, eighths, sixteenths, thirty-seconds, a fourth of the bars each, velocity 40 to 120; the
kick is out in the last bar, and everything in its last beat (craft.md 3).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import PPQ
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import HIT, Row, Step
from sirtak.sequencer.ruler import ruler
from sirtak.theory.meter import Bars

SOFTEST, LOUDEST = 40, 120
ROLLED = ("snare", "clap", "snare-low", "tom-low", "rim")


def silent_from(bars: Bars, last: int) -> int:
    """Return the tick at which the last beat of a bar begins: a quarter, or the last group."""
    meter = bars.meter(last)
    span = max(PPQ, meter.groups[-1] * meter.beat if meter.denominator >= 8 else PPQ)
    return int(bars.starts[last]) + meter.ticks - min(span, meter.ticks // 2)


def roll(grid: Grid, bars: Bars, start: int, end: int) -> Grid | None:
    """Return the roll over bars start to end on the voice that the grid has; None where it has none.

    The one row is as long as all bars together, and has steps half as long as the grid's.
    """
    voice = next((name for name in ROLLED if name in grid.voices), None)
    if voice is None:
        return None
    steps = ruler(bars.meters, bars.count, grid.steps_per_beat)
    first, total = int(np.searchsorted(steps.bar, start)), int(np.searchsorted(steps.bar, end))
    silent = int(np.searchsorted(steps.tick, silent_from(bars, end - 1)))
    quarter = max(1, round(2 * PPQ * grid.steps_per_beat / bars.meters[0].beat))
    found = []
    for part in range(4):
        begin, until = ((first + (total - first) * (part + more) // 4) * 2 for more in (0, 1))
        spacing = max(1, quarter >> part)
        found += list(range(begin, min(until, silent * 2), spacing))
    share = (np.array(found) - first * 2) / max(1, found[-1] - first * 2)
    loud = np.rint(SOFTEST + (LOUDEST - SOFTEST) * share).astype(int).tolist()
    row = grid[voice]
    strokes = tuple(Step(at, HIT, velocity=velocity) for at, velocity in zip(found, loud, strict=True))
    size = len(steps.tick) * 2
    whole = Row(
        voice, size, strokes, speed=Fraction(2), choke=row.choke, swing=50.0, take=row.take, mute=row.mute
    )
    return replace(grid, rows=(whole,), master=0)


def under_roll(grid: Grid, bars: Bars, start: int, end: int) -> NDArray[np.bool_]:
    """Return where a grid's rows sound under its roll, of shape (rows, steps)."""
    steps = ruler(bars.meters, bars.count, grid.steps_per_beat)
    inside = (steps.bar >= start) & (steps.bar < end) & (steps.tick < silent_from(bars, end - 1))
    mask = np.tile(inside, (len(grid.rows), 1))
    for number, row in enumerate(grid.rows):
        if row.voice in ROLLED:
            mask[number] = False
        if row.voice.startswith("kick"):
            mask[number] &= steps.bar < end - 1
    return mask
