"""Builds: a roll that halves its notes, louder and louder, up to a beat of silence.

Quarters, eighths, sixteenths, thirty-seconds, a fourth of the bars each, from velocity 40 to 120 (or
the beat's own loudness, where that is less). Under it the intro's rows, then main's; in the last
bar the roll alone, and nothing in its last beat (craft.md 3). A beat without snare, clap, rim or low tom
has no roll, and goes on up to the silence.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np

from sirtak.notes import PPQ
from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import HIT, Ratchet, Row, Step
from sirtak.sequencer.ruler import ruler
from sirtak.sequencer.sheet import Sheet, loudest
from sirtak.theory.meter import Bars

SOFTEST, LOUDEST = 40, 120
ROLLED = ("snare", "snare-low", "clap", "rim", "tom-low")


def lay_build(sheet: Sheet, start: int, end: int) -> None:
    """Put a build over bars start to end into the sheet: the roll, and what goes on under it."""
    beat, bars = sheet.beat, sheet.bars
    main = beat.scene("main")
    half = start + (end - start) // 2
    rolled = roll(beat, bars, start, end)
    until = end if rolled is None else max(half, end - 1)
    for name, first, last in (("intro", start, half), ("main", half, until)):
        grid = beat.scenes.get(name, main)
        going = [row.voice for row in grid.rows if row.voice not in ROLLED]
        if first < last:
            sheet.on(f"under {name}", sheet.during(first, last), going, grid=grid)
    if rolled is not None:
        sheet.on(f"roll {start}", sheet.during(start, end), grid=rolled)


def silence(bars: Bars, last: int) -> tuple[int, int]:
    """Return the ticks between which a build whose last bar is `last` is silent."""
    return silent_from(bars, last), int(bars.starts[last]) + bars.meter(last).ticks


def silent_from(bars: Bars, last: int) -> int:
    """Return the tick at which the last beat of a bar begins: a quarter, or the last group."""
    meter = bars.meter(last)
    span = max(PPQ, meter.groups[-1] * meter.beat if meter.denominator >= 8 else PPQ)
    return int(bars.starts[last]) + meter.ticks - min(span, meter.ticks // 2)


@lru_cache(maxsize=64)
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
    quarter = Fraction(2 * PPQ * beat.steps_per_beat, bars.meters[0].beat)
    found: list[Step] = []
    for part in range(4):
        begin, until = ((first + (total - first) * (part + more) // 4) * 2 for more in (0, 1))
        found += _rolled(quarter / 2**part, begin, min(until, silent * 2))
    share = [(step.index - first * 2) / max(1, found[-1].index - first * 2) for step in found]
    peak = min(LOUDEST, loudest(beat.scene("main")))
    softest = min(SOFTEST, peak)
    strokes = tuple(
        replace(step, velocity=round(softest + (peak - softest) * at))
        for step, at in zip(found, share, strict=True)
    )
    row = rows[voice]
    whole = Row(voice, len(steps.tick) * 2, strokes, speed=Fraction(2), swing=50.0)
    whole = whole.but(choke=row.choke, take=row.take, mute=row.mute)
    return replace(beat.scene("main"), rows=(whole,), master=0)


def _rolled(spacing: Fraction, begin: int, end: int) -> list[Step]:
    """Return hits so many steps apart; where that is no whole number, several to a step."""
    strokes, apart = spacing.denominator, spacing.numerator
    ratchet = Ratchet(count=strokes) if strokes > 1 else None
    return [Step(at, HIT, apart, ratchet=ratchet) for at in range(begin, end, apart)]
