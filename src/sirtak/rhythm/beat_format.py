"""Beats as text: the file that `build_beat` reads back as the same beat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sirtak.errors import SpecError
from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.grid_text import format_rows, group_lines
from sirtak.rhythm.row_format import format_tables, key, number, toml
from sirtak.rhythm.step import FIELDS, Row
from sirtak.theory.meter import Meter


def format_beat(beat: Beat) -> str:
    """Return the TOML of a beat, laid out like sirtak's own; `build_beat` reads it back as it was.

    Raises SpecError for a beat that no file can say: a scene that undoes what its main rows have
    and no value undoes (swing, pulses, master).

    >>> from sirtak.library import Library
    >>> from sirtak.rhythm.beat import build_beat, load_beat
    >>> from sirtak.spec import parse_document
    >>> beat = load_beat(Library(), "aqqu-mixed")
    >>> build_beat(parse_document(format_beat(beat), "again")).scenes == beat.scenes
    True
    """
    main = beat.scenes["main"]
    blocks = ["\n".join([*(f"{name} = {value}" for name, value in _head(beat)), *_grid(main, beat.meters)])]
    blocks.append(format_tables(main, ("row",), beat.meters))
    for name, grid in beat.scenes.items():
        if name != "main":
            blocks += _scene(beat, name, grid)
    return "\n\n".join(filter(None, blocks)) + "\n"


def _head(beat: Beat) -> Iterator[tuple[str, str]]:
    """Yield the fields before the grid, those that say nothing left out."""
    yield "format", "1"
    for name, value in (
        ("kind", "beat"),
        ("name", beat.name),
        ("title", beat.title),
        ("genre", beat.genre),
        ("meter", beat.meter_text),
    ):
        if value:
            yield name, toml(value)
    yield "steps_per_beat", str(beat.steps_per_beat)
    yield "tempo", f"[{number(beat.tempo[0])}, {number(beat.tempo[1])}]"
    yield "swing", number(beat.swing)
    if beat.pulses is not None:
        yield "pulses", toml(beat.pulses)
    for name, value in (
        ("groove", beat.groove),
        ("source", beat.source),
        ("tag", beat.tag),
        ("about", beat.about),
    ):
        if value or name == "source":
            yield name, toml(value)
    if beat.scenes["main"].master:
        yield "master", str(beat.scenes["main"].master)


def _scene(beat: Beat, name: str, grid: Grid) -> list[str]:
    """Return the blocks of a scene: its grid, and what its rows have that the main ones do not say."""
    main, path = beat.scenes["main"], ("scene", key(name))
    if main.master and not grid.master:
        raise SpecError(f"scene {name}: no value of master undoes that of the main scene")
    lines = [f"[{'.'.join(path)}]"]
    if grid.master != main.master:
        lines.append(f"master = {grid.master}")
    blocks = ["\n".join([*lines, *_grid(grid, beat.meters)])]
    shared = {row.voice: row for row in main.rows}
    for row in grid.rows:
        alone = Grid((row,), grid.steps_per_beat)
        table = format_tables(alone, (*path, "row"), beat.meters)
        undone = _undone(name, shared.get(row.voice), row)
        if undone:
            first, *rest = table.split("\n") if table else [f"[{'.'.join((*path, 'row', key(row.voice)))}]"]
            table = "\n".join([first, *undone, *rest])
        blocks.append(table)
    return blocks


def _undone(scene: str, main: Row | None, row: Row) -> list[str]:
    """Return the lines that give a scene's row plain values where the main scene's row has others."""
    plain = Row(row.voice, row.size, ())
    lines = []
    for name in FIELDS if main is not None else ():
        value: Any = getattr(row, name)
        if value != getattr(plain, name) or getattr(main, name) == value:
            continue
        if value is None:
            raise SpecError(f"scene {scene}: no value of {name} undoes that of the main row '{row.voice}'")
        lines.append(f"{name} = {toml(value) if value != () else '{}'}")
    return lines


def _grid(grid: Grid, meters: tuple[Meter, ...]) -> list[str]:
    """Return the lines of a grid, with | at the bar lines and where groups longer than a beat begin."""
    width = max(len(row.voice) for row in grid.rows) + 2
    bar = sum(meter.numerator for meter in meters) * grid.steps_per_beat
    grouped = any(max(meter.groups) > 1 for meter in meters) or len(meters) > 1
    marks = group_lines(meters, grid.steps_per_beat) if grouped else {0}
    lines = []
    for line in format_rows(grid).split("\n"):
        voice, steps = line[:width], line[width:]
        body = "".join("|" * (at > 0 and at % bar in marks) + step for at, step in enumerate(steps))
        lines.append(voice.replace("\\", "\\\\").replace('"', '\\"') + body)
    return ['grid = """', *lines, '"""']
