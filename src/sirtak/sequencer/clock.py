"""The variation clock: what changes when, so that a beat neither stands still nor wanders.

Inside the main scene one row of the variation comes in for every second four bars, two rows for
the others, and after sixteen bars main and variation change places; a fourth bar may be the whole
variation. Fills take the last beat of bar 4, the last half of bar 8, all of bar 16, and crash and
kick meet on the next one (craft.md 3, rule 14). Every decision has a draw of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import GHOST, HIT, LANE, Row, Step
from sirtak.rng import Dice
from sirtak.sequencer.chain import Span
from sirtak.sequencer.rolls import roll, silent_from, under_roll
from sirtak.sequencer.ruler import Ruler, ruler
from sirtak.sequencer.stage import Layer
from sirtak.theory.meter import Bars

Bools = NDArray[np.bool_]
VARIED = ("main", "drop")
BREATH = 0.1  # how often a ghost stays out where everything varies


@dataclass(frozen=True, eq=False)
class Plan:
    """Which grids sound where, in which bars the fill flag is on, and ticks at which all is silent."""

    layers: Sequence[Layer]
    fills: Bools
    stops: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Clock:
    """How often things change, and what ends a phrase.

    `vary` 0 to 1 is how often a change that may come does; raising it only adds changes. `fills`
    lets phrases end in fills, and `last` the last bar of all; `crash` marks the bar after a whole
    bar of fill.
    """

    vary: float = 1.0
    fills: bool = True
    last: bool = True
    crash: bool = True


@dataclass(eq=False)
class _Sheet:
    """Masks over (rows, steps) that are being filled in, scene by scene."""

    beat: Beat
    bars: Bars
    steps: Ruler
    vary: float = 0.0
    masks: dict[str, Bools] = field(default_factory=dict)

    def grid(self, scene: str) -> Grid:
        grid = self.beat.scene("main" if scene == "drop" else scene)
        return breathing(grid, self.vary) if scene in ("main", "variation", "drop") else grid

    def mask(self, scene: str) -> Bools:
        if scene not in self.masks:
            self.masks[scene] = np.zeros((len(self.grid(scene).rows), len(self.steps.tick)), bool)
        return self.masks[scene]

    def on(self, scene: str, bars: Bools, voices: Iterable[str] | None = None) -> None:
        """Let rows of a scene (all, or some voices) sound in bars."""
        at = bars[self.steps.bar]
        for number, row in enumerate(self.grid(scene).rows):
            if voices is None or row.voice in voices or row.voice == LANE:
                self.mask(scene)[number] |= at

    def instead(self, scene: str, at: Bools) -> None:
        """Let a scene sound at steps in which nothing else does."""
        for mask in self.masks.values():
            mask[:, at] = False
        self.mask(scene)[:, at] = True


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
    steps = ruler(bars.meters, bars.count, beat.steps_per_beat)
    sheet = _Sheet(beat, bars, steps, clock.vary)
    built: list[Layer] = []
    for span in spans:
        if span.scene == "build":
            built += _build(beat, bars, span)
        elif span.scene in VARIED and "variation" in beat.scenes:
            _varied(sheet, span, clock, dice)
        else:
            scene = span.scene if span.scene in beat.scenes else "main"
            sheet.on(scene, _bars_in(bars.count, span.start, span.end))
    filled = _fill_bars(beat, bars.count, spans, clock, dice)
    if fills is not None:
        filled = [(bar, 1.0) for bar in sorted(set(fills))]
    for bar, share in filled:
        if "fill" in beat.scenes:
            _fill(sheet, bar, share)
    marks = [bar + 1 for bar, share in filled if share == 1]
    marks += [span.start for span in spans if span.scene == "drop"]
    layers = [(sheet.grid(scene), mask) for scene, mask in sheet.masks.items() if mask.any()]
    if clock.crash:
        layers += _crashes(beat, bars, [bar for bar in marks if bar < bars.count])
    flags = np.zeros(bars.count, bool)
    flags[[bar for bar, _ in filled]] = True
    stops = tuple(silent_from(bars, span.end - 1) for span in spans if span.scene == "build")
    return Plan([*layers, *built], flags, stops)


def breathing(grid: Grid, vary: float) -> Grid:
    """Return the grid with ghosts that now and then stay out; kept with the grid.

    >>> grid = Grid.parse("snare o---X---")
    >>> [step.chance for step in breathing(grid, 1.0)["snare"].steps]
    [0.9, 1.0]
    """
    if vary == 0:
        return grid
    if ("breathing", vary) not in grid.memo:
        rows = tuple(
            row.but(
                steps=tuple(
                    replace(step, chance=step.chance * (1 - BREATH * vary)) if step.level == GHOST else step
                    for step in row.steps
                )
            )
            for row in grid.rows
        )
        grid.memo["breathing", vary] = replace(grid, rows=rows)
    found: Grid = grid.memo["breathing", vary]
    return found


def _bars_in(count: int, start: int, end: int) -> Bools:
    bars = np.arange(count)
    return (bars >= start) & (bars < end)


def _varied(sheet: _Sheet, span: Span, clock: Clock, dice: Dice) -> None:
    """Fill in the main scene with the rows of its variation that take their turn."""
    main, other = sheet.beat.scene("main"), sheet.beat.scene("variation")
    changing = changing_rows(main, other)
    blocks = -(-span.count // 4)
    draws = dice.rows(f"clock {span.start}" if span.start else "clock", blocks, 4)
    order = dice.rows("clock rows", 1, 64)[0][: len(changing)].argsort()
    for block in range(blocks):
        turned = block // 4 % 2 == 1 and draws[block - block % 4, 3] < clock.vary
        wanted = (0, 1, 2, 1)[block % 4]
        first = (0, 0, 1, 3)[block % 4] + block // 4
        moved = {
            changing[order[(first + number) % len(changing)]]
            for number in range(min(wanted, len(changing)))
            if draws[block, number] < clock.vary
        }
        start = span.start + 4 * block
        bars = _bars_in(sheet.bars.count, start, min(start + 4, span.end))
        whole = bars & (np.arange(sheet.bars.count) == start + 3) & (draws[block, 2] < clock.vary * 0.6)
        _swapped(sheet, bars & ~whole, moved ^ set(changing) if turned else moved)
        _swapped(sheet, whole, set() if turned else set(changing))


def changing_rows(main: Grid, other: Grid) -> list[str]:
    """Return the voices whose row is another in the variation, or only there."""
    own = {row.voice: row for row in main.rows}
    return [row.voice for row in other.rows if own.get(row.voice) != row and row.voice != LANE]


def _swapped(sheet: _Sheet, bars: Bools, moved: set[str]) -> None:
    """Let main sound in bars, with the variation's rows for some voices."""
    if not bars.any():
        return
    main = sheet.beat.scene("main")
    sheet.on("main", bars, [row.voice for row in main.rows if row.voice not in moved])
    if moved:
        sheet.on("variation", bars, moved)


def _fill_bars(
    beat: Beat, count: int, spans: Sequence[Span], clock: Clock, dice: Dice
) -> list[tuple[int, float]]:
    """Return the bars that end in a fill, and how much of each is one: a beat (0), half, all."""
    if "fill" not in beat.scenes or count < 2:
        return []
    small = dice.rows("fills", count, 1)[:, 0]
    found = []
    for span in spans:
        if span.scene == "fill":
            found += [(bar, 1.0) for bar in range(span.start, span.end)]
        elif span.scene != "build":
            found += _ends(span, clock, small)
            ends = clock.last if span.end == count else clock.fills
            if ends and span.count > 1:
                found.append((span.end - 1, _share(span.count) if span.count % 4 == 0 else 0.5))
    return sorted(found)


def _ends(span: Span, clock: Clock, small: NDArray[np.float64]) -> Iterator[tuple[int, float]]:
    """Yield the ends of the phrases inside a span that are filled."""
    if not clock.fills or span.scene not in VARIED:
        return
    for bar in range(span.start + 3, span.end - 1, 4):
        share = _share(bar - span.start + 1)
        if share or small[bar] < clock.vary:
            yield bar, share


def _share(bars: int) -> float:
    """Return how much of a bar is a fill after so many bars: all after 16, half after 8."""
    return 1.0 if bars % 16 == 0 else 0.5 if bars % 8 == 0 else 0.0


def _fill(sheet: _Sheet, bar: int, share: float) -> None:
    meter, start = sheet.bars.meter(bar), int(sheet.bars.starts[bar])
    groups = meter.group_ticks
    half = min(int(np.searchsorted(groups, meter.ticks / 2)), len(groups) - 1)
    inside = 0 if share == 1 else int(groups[half if share else -1])
    steps = sheet.steps
    sheet.instead("fill", (steps.bar == bar) & (steps.tick >= start + inside))


def _build(beat: Beat, bars: Bars, span: Span) -> list[Layer]:
    """Return a build's layers: what goes on of the main scene, and the roll over it."""
    main = beat.scene("main")
    layers: list[Layer] = [(main, under_roll(main, bars, span.start, span.end))]
    rolled = roll(main, bars, span.start, span.end)
    if rolled is not None:
        layers.append((rolled, np.ones(bars.count, bool)))
    return layers


def _crashes(beat: Beat, bars: Bars, marks: list[int]) -> list[Layer]:
    """Return crash and kick on the first beat of bars."""
    main = beat.scene("main")
    if not marks or "kick" not in main.voices:
        return []
    steps = ruler(bars.meters, bars.count, beat.steps_per_beat)
    first = np.searchsorted(steps.bar, np.array(marks)).tolist()
    ring = int(beat.steps_per_beat * bars.meters[0].numerator)
    hits = tuple(Step(at, HIT, ring) for at in first)
    kicks = tuple(Step(at, HIT, velocity=120) for at in first)
    rows = (
        Row("crash", len(steps.tick), hits),
        Row("kick", len(steps.tick), kicks, mute=main["kick"].mute),
    )
    return [(Grid(rows, beat.steps_per_beat), np.ones(bars.count, bool))]
