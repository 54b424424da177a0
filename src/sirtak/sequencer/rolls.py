"""Builds: a roll that halves its notes, louder and louder, up to a beat of silence.

Quarters, eighths, sixteenths, thirty-seconds, a fourth of the bars each, from velocity 40 to 120 (or
the beat's own loudness, where that is less). Under it the intro's rows, then main's; in the last
bar the roll alone, and nothing in its last beat (craft.md 3).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from sirtak.notes import PPQ
from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import HIT, Row, Step
from sirtak.sequencer.ruler import ruler
from sirtak.sequencer.sheet import Bools, loudest
from sirtak.sequencer.stage import Layer
from sirtak.theory.meter import Bars

SOFTEST, LOUDEST = 40, 120
ROLLED = ("snare", "snare-low", "clap", "rim", "tom-low")


def build(beat: Beat, bars: Bars, start: int, end: int) -> list[Layer]:
    """Return the layers of a build over bars start to end: the roll, and what goes on under it."""
    main = beat.scene("main")
    half = start + (end - start) // 2
    parts = [(beat.scenes.get("intro", main), start, half), (main, half, max(half, end - 1))]
    layers = [(grid, _under(grid, bars, first, last)) for grid, first, last in parts if first < last]
    rolled = roll(beat, bars, start, end)
    return layers if rolled is None else [*layers, (rolled, np.ones(bars.count, bool))]


def silent_from(bars: Bars, last: int) -> int:
    """Return the tick at which the last beat of a bar begins: a quarter, or the last group."""
    meter = bars.meter(last)
    span = max(PPQ, meter.groups[-1] * meter.beat if meter.denominator >= 8 else PPQ)
    return int(bars.starts[last]) + meter.ticks - min(span, meter.ticks // 2)


def roll(beat: Beat, bars: Bars, start: int, end: int) -> Grid | None:
    """Return the roll over bars start to end, on a voice that the beat has; None where it has none.

    The one row is as long as all bars together, and has steps half as long as the beat's.
    """
    rows = {row.voice: row for grid in reversed(beat.scenes.values()) for row in grid.rows}
    voice = next((name for name in ROLLED if name in rows), None)
    if voice is None:
        return None
    steps = ruler(bars.meters, bars.count, beat.steps_per_beat)
    first, total = int(np.searchsorted(steps.bar, start)), int(np.searchsorted(steps.bar, end))
    silent = int(np.searchsorted(steps.tick, silent_from(bars, end - 1)))
    quarter = max(1, round(2 * PPQ * beat.steps_per_beat / bars.meters[0].beat))
    found: list[int] = []
    for part in range(4):
        begin, until = ((first + (total - first) * (part + more) // 4) * 2 for more in (0, 1))
        spacing = max(1, quarter >> part)
        found += range(begin, min(until, silent * 2), spacing)
    share = (np.array(found) - first * 2) / max(1, found[-1] - first * 2)
    peak = min(LOUDEST, loudest(beat.scene("main")))
    loud = np.rint(SOFTEST + (peak - SOFTEST) * share).astype(int).tolist()
    strokes = tuple(Step(at, HIT, velocity=velocity) for at, velocity in zip(found, loud, strict=True))
    row = rows[voice]
    whole = Row(voice, len(steps.tick) * 2, strokes, speed=Fraction(2), swing=50.0)
    whole = whole.but(choke=row.choke, take=row.take, mute=row.mute)
    return replace(beat.scene("main"), rows=(whole,), master=0)


def _under(grid: Grid, bars: Bars, start: int, end: int) -> Bools:
    """Return where a grid's rows sound under a roll: all but those that could be rolled."""
    steps = ruler(bars.meters, bars.count, grid.steps_per_beat)
    mask = np.tile((steps.bar >= start) & (steps.bar < end), (len(grid.rows), 1))
    mask[[row.voice in ROLLED for row in grid.rows]] = False
    return mask
