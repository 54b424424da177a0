"""The variation clock: what changes when, so that a beat neither stands still nor wanders.

Of every sixteen bars of the main scene four are as they are; in the next four a row of the variation
takes its turn, then two, then another; after sixteen main and variation change places. A fourth bar
may be the whole variation. Hats change together, and so do snare and clap. Phrases end in fills
(`fills`); crash and kick meet behind a bar that is all fill, and where main or a drop comes in (craft.md
3, rule 14). An intro or a break of eight bars grows by a row in its second half. Every decision has a
draw of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import ACCENT, LANE, Row, Step
from sirtak.rng import Dice
from sirtak.sequencer.chain import Span
from sirtak.sequencer.fills import VARIED, WHOLE, Fill, fill_bars, lay_fill
from sirtak.sequencer.rolls import lay_build, silence
from sirtak.sequencer.ruler import Ruler, ruler
from sirtak.sequencer.sheet import Bools, Sheet, loudest
from sirtak.sequencer.stage import Layer
from sirtak.sequencer.touch import family
from sirtak.theory.meter import Bars

TOGETHER = (("hat", "open", "pedal"), ("snare", "clap", "snap"))
SOFT = 100  # a beat whose kick is softer than this wants no crash


@dataclass(frozen=True, eq=False)
class Plan:
    """Which grids sound where, in which bars the fill flag is on, and from when to when all is silent."""

    layers: Sequence[Layer]
    fills: Bools
    stops: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class Clock:
    """How often things change, and what ends a phrase.

    `vary` 0 to 1 is how often a change that may come does; raising it only adds changes. `fills`
    lets phrases end in fills, and `last` the last bar of all; `crash` marks the bar after a whole
    bar of fill, and where main and drops come in, `hushed` without being heard; fills that do not
    `rise` are as they are written.
    """

    vary: float = 1.0
    fills: bool = True
    last: bool = True
    crash: bool = True
    hushed: bool = False
    rises: bool = True


def plan(
    beat: Beat,
    bars: Bars,
    spans: Sequence[Span],
    clock: Clock,
    dice: Dice,
    fills: Sequence[int] | None = None,
) -> Plan:
    """Return what of a beat sounds over bars that spans divide.

    `fills` are the bars (from 0) that are one fill each; left out, the clock says where fills are.
    """
    sheet = Sheet(beat, bars, ruler(bars.meters, bars.count, beat.steps_per_beat), clock.vary)
    for span in spans:
        if span.scene == "build":
            lay_build(sheet, span.start, span.end)
        elif span.scene in VARIED and "variation" in beat.scenes:
            _varied(sheet, span, clock, dice)
        else:
            _steady(sheet, span, clock)
    filled = [Fill(bar, WHOLE) for bar in sorted(set(fills or ()))]
    if fills is None and "fill" in beat.scenes:
        small = dice.rows("fills", bars.count, 1)[:, 0]
        filled = fill_bars(spans, bars.count, small, fills=clock.fills, last=clock.last, vary=clock.vary)
    if "fill" in beat.scenes and filled:
        draws = dice.rows("fill rows", bars.count, 16)
        for fill in filled:
            lay_fill(sheet, fill, draws[fill.bar], rises=clock.rises)
    layers = [*sheet.layers(), *(_crashes(sheet, spans, filled, clock) if clock.crash else ())]
    flags = np.zeros(bars.count, bool)
    flags[[fill.bar for fill in filled]] = True
    ends = [span.end - 1 for span in spans if span.scene == "build"]
    stops = tuple(silence(bars, bar) for bar in ends if not flags[bar])
    return Plan(layers, flags, stops)


def _steady(sheet: Sheet, span: Span, clock: Clock) -> None:
    """Fill in a scene that goes on as it is; a long intro or break grows by a row of main's."""
    scene = span.scene if span.scene in sheet.beat.scenes else "main"
    sheet.on(scene, sheet.during(span.start, span.end))
    if scene in ("intro", "break") and span.count >= 8 and clock.vary:
        own = sheet.beat.scene(scene).voices
        new = [
            voice for voice in sheet.beat.scene("main").voices if family(voice) == "hat" and voice not in own
        ]
        if new:
            sheet.on("main", sheet.during(span.start + span.count // 2, span.end), new[:1])


def _varied(sheet: Sheet, span: Span, clock: Clock, dice: Dice) -> None:
    """Fill in the main scene with the rows of its variation that take their turn."""
    changing = _changing(sheet.beat)
    blocks = -(-span.count // 4)
    draws = dice.rows(f"clock {span.start}" if span.start else "clock", blocks, 4)
    order = dice.rows("clock rows", 1, max(64, len(changing)))[0][: len(changing)].argsort()
    every = {voice for unit in changing for voice in unit}
    for block in range(blocks):
        turned = block // 4 % 2 == 1 and draws[block - block % 4, 3] < clock.vary
        wanted = (0, 1, 2, 1)[block % 4]
        first = (0, 0, 1, 3)[block % 4] + block // 4
        moved = {
            voice
            for number in range(min(wanted, len(changing)))
            if draws[block, number] < clock.vary
            for voice in changing[order[(first + number) % len(changing)]]
        }
        start, end = span.start + 4 * block, min(span.start + 4 * block + 4, span.end)
        fourth = end == start + 4 and draws[block, 2] < clock.vary * 0.6
        at = sheet.during(start, end - fourth)
        _swapped(sheet, at, moved ^ every if turned else moved)
        if fourth:
            _swapped(sheet, sheet.during(end - 1, end), set() if turned else every)


def changing_rows(main: Grid, other: Grid) -> list[str]:
    """Return the voices whose row is another in the variation, or only there."""
    own = {row.voice: row for row in main.rows}
    return [row.voice for row in other.rows if own.get(row.voice) != row and row.voice != LANE]


@lru_cache(maxsize=64)
def _changing(beat: Beat) -> list[tuple[str, ...]]:
    """Return the voices that change in a beat's variation, in the groups that change together."""
    return _units(changing_rows(beat.scene("main"), beat.scene("variation")))


def _units(voices: Sequence[str]) -> list[tuple[str, ...]]:
    """Return voices in the groups that change together."""
    group = {voice: number for number, unit in enumerate(TOGETHER) for voice in unit}
    units: dict[object, tuple[str, ...]] = {}
    for voice in voices:
        key = group.get(voice, voice)
        units[key] = (*units.get(key, ()), voice)
    return list(units.values())


def _swapped(sheet: Sheet, at: slice, moved: set[str]) -> None:
    """Let main sound at steps, with the variation's rows for some voices."""
    main = sheet.beat.scene("main")
    sheet.on("main", at, [row.voice for row in main.rows if row.voice not in moved])
    if moved:
        sheet.on("variation", at, moved)


def _crashes(sheet: Sheet, spans: Sequence[Span], filled: Sequence[Fill], clock: Clock) -> list[Layer]:
    """Return the crashes, and kicks with them in scenes that have a kick, but not on the first step."""
    beat, bars, main = sheet.beat, sheet.bars, sheet.beat.scene("main")
    entered = [
        span.start
        for number, span in enumerate(spans)
        if span.scene == "drop" or (span.scene == "main" and number and spans[number - 1].scene != "main")
    ]
    whole = {fill.bar for fill in filled if fill.share == WHOLE}
    marks = sorted({*entered, *(bar + 1 for bar in whole)} - whole)
    marks = [bar for bar in marks if bar < bars.count]
    if not marks or loudest(main) < SOFT:
        return []
    kick = next((row for row in main.rows if row.voice == "kick"), None)
    kicking = []
    if kick is not None and not any((step.index + kick.rotate) % kick.size == 0 for step in kick.steps):
        kicking = [bar for bar in marks if "kick" in beat.scene(_scene_at(spans, bar)).voices]
    everywhere: NDArray[np.bool_] = np.ones(bars.count, bool)
    return [(_crash_grid(beat, bars, tuple(marks), tuple(kicking), clock.hushed), everywhere)]


@lru_cache(maxsize=64)
def _crash_grid(
    beat: Beat, bars: Bars, marks: tuple[int, ...], kicking: tuple[int, ...], hushed: bool
) -> Grid:
    """Return crashes at the beginning of some bars, and kicks of some."""
    main, steps = beat.scene("main"), ruler(bars.meters, bars.count, beat.steps_per_beat)
    ring = beat.steps_per_beat * bars.meters[0].numerator
    own = next((row for row in main.rows if row.voice == "crash"), Row("crash", 1, ()))
    crash = _marked(own, steps, marks, Step(0, ACCENT, ring))
    rows = [crash.but(mute=own.mute or hushed)]
    if kicking:
        kick = main["kick"]
        said = max((step.velocity for step in kick.steps), default=0)
        rows.append(_marked(kick, steps, kicking, Step(0, ACCENT, velocity=said)))
    return Grid(tuple(rows), beat.steps_per_beat)


def _scene_at(spans: Sequence[Span], bar: int) -> str:
    return next(span.scene for span in spans if span.start <= bar < span.end)


def _marked(row: Row, steps: Ruler, bars: Sequence[int], step: Step) -> Row:
    """Return a row as long as everything, with a step at the beginning of some bars."""
    places = np.searchsorted(steps.bar, np.array(bars, np.int64)).tolist()
    marks = tuple(replace(step, index=place) for place in places)
    return row.but(size=len(steps.tick), steps=marks, rotate=0, speed=Fraction(1), pulses=None)
