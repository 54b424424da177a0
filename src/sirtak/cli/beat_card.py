"""Beats and grooves as their cards show them: grids in colour, velocities, and what steps do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sirtak.rhythm import Beat, Grid, Groove, Row, Step
    from sirtak.theory.meter import Meter

WIDEST = 64  # steps in a line
COLOURS = {"X": "bright_yellow", "x": "yellow", "o": "blue", "_": "cyan", "-": "bright_black"}


def beat_lines(beat: Beat) -> Iterator[str]:
    """Yield the card of a beat, without its title and its evidence."""
    from sirtak.cli.strokes import pulses_text

    low, high = beat.tempo
    genre = f"{beat.genre}, " if beat.genre else ""
    yield f"  {genre}{beat.meter_text}, {low:g}-{high:g} BPM, swing {beat.swing:g}%"
    if beat.about:
        yield f"  {beat.about}"
    if beat.groove:
        yield f"  groove   {beat.groove}"
    if beat.pulses:
        yield f"  pulses   {pulses_text(beat.pulses)}"
    for name, grid in beat.scenes.items():
        yield f"  {name}"
        yield from draw_grid(grid, beat.meters)
    yield f"  {legend()}"
    yield f"  next     `sirtak sequence {beat.name} --bars 16 -o {beat.name}.mid`"


def legend() -> str:
    """Return what the marks mean, in their colours."""
    said = {"X": "accent 120", "x": "hit 96", "o": "ghost 38", "_": "held", "-": "rest"}
    return "marks    " + ", ".join(f"{_coloured(mark)} {text}" for mark, text in said.items())


def _coloured(mark: str) -> str:
    colour = COLOURS.get(mark.upper() if mark in "DU" else "x" if mark in "du" else mark, "bright_yellow")
    return click.style(mark, fg=colour, bold=mark in "XDU")


def draw_grid(grid: Grid, meters: tuple[Meter, ...]) -> Iterator[str]:
    """Yield a grid as text: a blank after every group of the meter, and under a row what its steps do."""
    from sirtak.rhythm.grid_text import format_rows, group_lines

    bar = sum(meter.numerator for meter in meters) * grid.steps_per_beat
    groups = group_lines(meters, grid.steps_per_beat)
    texts = [
        text[len(text) - row.size :]
        for text, row in zip(format_rows(grid).split("\n"), grid.rows, strict=True)
    ]
    longest = max(row.size for row in grid.rows)
    block = bar * max(1, WIDEST // bar)
    for start in range(0, longest, block):
        if longest > block:
            yield f"    steps {start + 1} to {min(start + block, longest)}"
        for text, row in zip(texts, grid.rows, strict=True):
            if start and row.size <= start:
                continue
            marks = "".join(
                (" " if place and (start + place) % bar in groups else "") + _coloured(mark)
                for place, mark in enumerate(text[start : start + block])
            )
            last = row.size <= start + block
            yield f"    {row.voice:<14} {marks}{_beside(row, bar) if last else ''}".rstrip()
            yield from (f"    {'':<14} {line}" for line in (_under(row) if last else ()))
    if grid.master:
        yield f"    all rows begin anew after {grid.master} steps"
    elif bars := grid.meets(bar):
        yield f"    rows and bar meet again after {bars} bars"


def _beside(row: Row, bar: int) -> str:
    """Return what a row's table says of all of it."""
    said = [f"{row.size} steps against {bar}"] if (bar % row.size and row.size % bar) else []
    for name in ("speed", "rotate", "swing", "nudge", "chance", "choke", "take"):
        value, plain = getattr(row, name), row.__dataclass_fields__[name].default
        if value != plain:
            said.append(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    said += ["muted"] if row.mute else []
    said += ["pulses " + ":".join(f"{length:g}" for length in row.pulses)] if row.pulses else []
    said += [f"CC{number} at {value}" for number, value in row.cc]
    return "   " + ", ".join(said) if said else ""


def _under(row: Row) -> Iterator[str]:
    """Yield what steps do beside sounding, steps that do the same on one line."""
    same: dict[str, list[int]] = {}
    for step in row.steps:
        if said := _step_text(step):
            same.setdefault(said, []).append(step.index + 1)
    for said, numbers in same.items():
        yield f"step {', '.join(map(str, numbers))}: {said}"


def _step_text(step: Step) -> str:
    said = [f"if {step.condition}"] if step.condition else []
    said += [f"velocity {step.velocity}"] if step.velocity else []
    said += [f"chance {step.chance:g}"] if step.chance < 1 else []
    if step.ratchet:
        ratchet = step.ratchet
        said.append(f"{ratchet.count} strokes" if ratchet.count else f"strokes of {ratchet.rate}")
        said += [f"over {ratchet.span:g} steps"] if ratchet.span else []
        said += [f"velocity {ratchet.ramp:+d}"] if ratchet.ramp else []
        said += [f"gate {ratchet.gate:g}"] if ratchet.gate < 1 else []
    said += [f"{step.nudge:+g}/384"] if step.nudge else []
    said += [f"flam {step.flam:g}/384 before"] if step.flam else []
    said += [f"its velocity {step.flam_velocity}"] if step.flam_velocity else []
    said += [f"CC{number} {value}" for number, value in step.cc]
    return ", ".join(said)


def groove_lines(groove: Groove) -> Iterator[str]:
    """Yield the card of a groove, without its title and its evidence."""
    yield f"  {groove.about}"
    yield f"  base     {groove.base}, {groove.slots} slots"
    amounts = {name: getattr(groove, name) for name in ("quantize", "timing", "random", "velocity")}
    yield "  amounts  " + ", ".join(f"{name} {value:g}%" for name, value in amounts.items())
    yield "  late     (ticks, 960 to the quarter)"
    yield from _slots(groove.offsets, "+g")
    if groove.velocities:
        yield "  weights  (64 changes nothing)"
        yield from _slots(groove.velocities, ".0f")
    yield f"  next     `sirtak sequence four-floor --groove {groove.name}`"


def _slots(table: dict[str, tuple[float, ...]], shape: str) -> Iterator[str]:
    for voice, values in table.items():
        for start in range(0, len(values), 16):
            cells = "".join(format(value, shape).rjust(6) for value in values[start : start + 16])
            yield f"    {voice if start == 0 else '':<8}{cells}"
