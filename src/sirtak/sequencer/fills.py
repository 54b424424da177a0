"""Fills: the last beat of bar 4, the last half of bar 8, all of bar 16 (craft.md 3).

What a beat's fill scene says takes the place of its own voices in that part of the bar; the others
go on, and so does main's kick, but for the last beat of half a bar. A bar that is all fill is the scene
alone. Snares, claps and
toms rise from half the beat's loudness to all of it over the part that is filled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import ACCENT, GHOST, HIT, Row, Step
from sirtak.sequencer.chain import Span
from sirtak.sequencer.sheet import Sheet, loudest
from sirtak.sequencer.touch import family
from sirtak.theory.meter import Meter

VARIED = ("main", "drop")
WHOLE, HALF, BEAT = 1.0, 0.5, 0.0
FEEL = {GHOST: 0.62, HIT: 0.9, ACCENT: 1.0}  # what the letters are worth on the way up
EIGHTH = 480


@dataclass(frozen=True)
class Fill:
    """A bar (from 0) that ends in a fill, and how much of it is one: a beat, half, the whole."""

    bar: int
    share: float


def fill_bars(
    spans: Sequence[Span], count: int, small: NDArray[np.float64], *, fills: bool, last: bool, vary: float
) -> list[Fill]:
    """Return the fills of spans over `count` bars.

    `small` has a draw for each bar, for the fills that may be left out; `fills` lets phrases and spans
    end in fills, `last` the last bar of all.
    """
    found: list[Fill] = []
    for number, span in enumerate(spans):
        following = spans[number + 1].scene if number + 1 < len(spans) else ""
        if span.scene == "fill":
            found += [Fill(bar, WHOLE) for bar in range(span.start, span.end)]
        elif span.scene == "build":
            continue
        else:
            if fills and span.scene in VARIED:
                found += _phrases(span, small, vary)
            # A build comes out of the quiet, and an outro ends as it began.
            ends = last if span.end == count else fills and following != "build"
            quiet = len(spans) > 1 and span.end == count and span.scene in ("intro", "break")
            # One bar over a phrase is its beginning, not its end.
            if ends and not quiet and span.count > 1 and span.count % 4 != 1:
                found.append(Fill(span.end - 1, _share(span.count) if span.count % 4 == 0 else HALF))
    return sorted(found, key=lambda fill: fill.bar)


def _phrases(span: Span, small: NDArray[np.float64], vary: float) -> Iterator[Fill]:
    """Yield the fills at the ends of phrases inside a span; those of a beat come as often as all varies."""
    for bar in range(span.start + 3, span.end - 1, 4):
        share = _share(bar - span.start + 1)
        if share or small[bar] < vary:
            yield Fill(bar, share)


def _share(bars: int) -> float:
    """Return how much of a bar is a fill after so many bars."""
    return WHOLE if bars % 16 == 0 else HALF if bars % 8 == 0 else BEAT


@cache
def begins(meter: Meter, share: float) -> int:
    """Return the tick of a bar at which its fill begins: never its first, unless all of it is one.

    >>> from sirtak.theory.meter import parse_meters
    >>> [begins(meter, HALF) for meter in parse_meters("4/4+3/4+7/8 (3+2+2)")]
    [1920, 960, 1440]
    >>> [begins(meter, BEAT) for meter in parse_meters("4/4+3/4+7/8 (3+2+2)")]
    [2880, 1920, 2400]
    """
    if share == WHOLE:
        return 0
    starts = [int(tick) for tick in meter.group_ticks[1:]] or [meter.ticks // 2]
    half = min(starts, key=lambda tick: (abs(tick - meter.ticks / 2), tick))
    if share == HALF:
        return half
    beat = starts[-1]
    return beat if beat > half else max(half, meter.ticks - EIGHTH)


def lay_fill(sheet: Sheet, fill: Fill, draws: NDArray[np.float64], *, rises: bool) -> None:
    """Put a fill into the sheet; `draws` has one for each row that a small fill may bring or not.

    One that does not rise is the scene as it is written.
    """
    bars, bar = sheet.bars, fill.bar
    meter = bars.meter(bar)
    at = sheet.during(bar, bar + 1, begins(meter, fill.share))
    main, grid = sheet.beat.scene("main"), sheet.beat.scene("fill")
    risen = rising(grid, bars.meters, fill.share, loudest(main)) if rises else grid
    name = f"fill {fill.share}"
    if fill.share == WHOLE:
        sheet.off(at)
        sheet.on(name, at, grid=risen)
        return
    voices = _joining(grid, main, fill.share, draws)
    sheet.off(at, voices)
    if fill.share == HALF:
        last = sheet.during(bar, bar + 1, begins(meter, BEAT))
        sheet.off(last, [row.voice for row in main.rows if row.voice.startswith("kick")])
    sheet.on(name, at, voices, grid=risen)


def _joining(grid: Grid, main: Grid, share: float, draws: NDArray[np.float64]) -> set[str]:
    """Return the voices of a fill that play in a part of a bar: in a small one not always all."""
    voices = [row.voice for row in grid.rows if not row.voice.startswith("kick")]
    if share == HALF:
        return set(voices)
    own = [voice for voice in voices if voice in main.voices]
    new = [voice for voice in voices if voice not in main.voices]
    chosen = [voice for voice, draw in zip(new, draws, strict=False) if draw < 0.6]
    if new and not chosen and not any(family(voice) == "snare" for voice in own):
        chosen = new[:1]
    return {*own, *chosen}


def rising(grid: Grid, meters: tuple[Meter, ...], share: float, peak: int) -> Grid:
    """Return a fill whose snares, claps and toms grow louder up to `peak`; kept with the grid."""

    def made() -> Grid:
        places = [
            (tick, begins(meter, share), meter.ticks - meter.beat / grid.steps_per_beat)
            for meter in meters
            for tick in np.arange(meter.numerator * grid.steps_per_beat) * meter.beat / grid.steps_per_beat
        ]
        way = [max(0.0, (tick - start) / max(1, end - start)) for tick, start, end in places]
        return replace(grid, rows=tuple(_rising(row, way, peak) for row in grid.rows))

    return grid.kept(("rising", meters, share, peak), made)


def _rising(row: Row, way: Sequence[float], peak: int) -> Row:
    if family(row.voice) != "snare":
        return row
    whole = _written_out(row, len(way))

    def louder(step: Step) -> Step:
        if step.velocity:
            return step
        at = way[int((step.index + whole.rotate) % whole.size / whole.speed) % len(way)]
        return replace(step, velocity=max(1, round(peak * (0.5 + 0.5 * at) * FEEL[step.level])))

    return whole.but(steps=tuple(map(louder, whole.steps)))


def _written_out(row: Row, steps: int) -> Row:
    """Return a row that is shorter than so many steps of the grid as often as it goes into them."""
    plays = steps / row.period
    if plays.denominator > 1 or plays == 1:
        return row
    return Grid((row,), 1).times(int(plays)).rows[0]
