"""Grids as text: a row on a line, one character a step, tables below for what no letter says.

`X` accent, `x` hit, `o` ghost; `D d U u` strokes down and up (upper case accented); `-` or `.`
rest; `_` holds the note before it (in front of a row, the one that ends it); `E(3,8)` three hits
over eight steps as even as can be, `E(3,8,1)` the same turned by one; `|` stands where a group
of the meter begins and counts for nothing; blanks count for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sirtak.errors import GridError, SirtakError
from sirtak.rhythm.euclid import euclid
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.row_format import format_tables
from sirtak.rhythm.row_tables import GridFile, apply_tables, check_rows
from sirtak.rhythm.step import LETTERS, MARKS, MAX_STEPS, Row, Step
from sirtak.spec import convert, parse_document
from sirtak.theory.meter import Meter, parse_meters

_EUCLID = re.compile(r"E\(\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\)")
_TABLE = re.compile(r"\s*(\[|[\w.\"-]+\s*=)")


def read_text(text: str, steps_per_beat: int, meter: str = "") -> Grid:
    """Return the grid of a whole text: the rows, and the tables that may stand below them."""
    lines = text.split("\n")
    split = next((number for number, line in enumerate(lines) if _TABLE.match(line)), len(lines))
    # Empty lines stand in for the rows, so that errors in a table name its line of the whole text.
    tail = parse_document("\n" * split + "\n".join(lines[split:]), "grid")
    file = convert(tail, GridFile)
    meters = parse_meters(meter) if meter else ()
    lengths = {name: row.length for name, row in file.row.items() if row.length is not None}
    grid = parse_grid(
        "\n".join(lines[:split]),
        steps_per_beat=steps_per_beat,
        meters=meters,
        file="grid",
        confirmed=lengths,
    )
    check_rows(tail, ("row",), file.row, {row.voice for row in grid.rows})
    return apply_tables(replace(grid, master=file.master), tail, ("row",), file.row, meters)


def parse_grid(
    text: str,
    *,
    steps_per_beat: int,
    meters: tuple[Meter, ...] = (),
    file: str | None = None,
    line: int = 1,
    confirmed: Mapping[str, int] | None = None,
    also: Mapping[str, int] | None = None,
    whole_bars: bool = False,
) -> Grid:
    """Return the grid of rows whose first line is `line` of `file`.

    With `meters`, group lines are checked against them, and so is a row that is one step short
    or long of a bar: nearly always a slip, unless `confirmed` states its length or `also` allows
    it. `whole_bars` refuses polymeter. Raises GridError with file, line, caret and hint.
    """
    rows: list[Row] = []
    for offset, source in enumerate(text.split("\n")):
        if not source.strip() or source.lstrip().startswith("#"):
            continue
        place = _Place(file, line + offset, source)
        row = _row(place, meters, steps_per_beat)
        if any(row.voice == other.voice for other in rows):
            raise place.error(f"voice '{row.voice}' has a row already", 0, "join the two rows into one")
        _check_stated(place, row, confirmed or {})
        if meters and row.voice not in (confirmed or {}) and (also or {}).get(row.voice) != row.size:
            _check_length(place, row, meters, steps_per_beat, whole_bars)
        rows.append(row)
    if not rows:
        raise GridError(
            "the grid is empty", file=file, line=line, hint="write a row, e.g. kick X---x---X---x---"
        )
    return Grid(tuple(rows), steps_per_beat)


@dataclass(frozen=True)
class _Place:
    """A line of a grid and where it stands."""

    file: str | None
    line: int
    text: str

    def error(self, message: str, column: int, hint: str | None) -> GridError:
        """Return the error at a column of this line."""
        return GridError(
            message, file=self.file, line=self.line, text=self.text.rstrip(), column=column, hint=hint
        )


def _row(place: _Place, meters: tuple[Meter, ...], steps_per_beat: int) -> Row:
    body = place.text.lstrip()
    indent = len(place.text) - len(body)
    voice, marks = (*re.split(r"\s", body, maxsplit=1), "")[:2]
    start = indent + len(voice) + 1
    if not marks.strip():
        raise place.error(
            f"row '{voice}' has no steps", indent, "write the voice, a blank and the steps: kick X---x---"
        )
    lines = group_lines(meters, steps_per_beat)
    bar = sum(meter.numerator for meter in meters) * steps_per_beat
    steps: list[Step] = []
    index = ahead = 0
    for column, letter in _letters(place, marks, start):
        if letter == "|" and meters and index % bar not in lines:
            near = ", ".join(str(item) for item in sorted(lines) if item) or bar
            message = f"no group of the meter begins after {index} steps"
            raise place.error(message, column, f"groups begin after {near}")
        if letter == "|" or letter.isspace():
            continue
        if letter == "_" and ahead == index:
            ahead += 1  # holds in front of a row belong to its end
        else:
            _add(place, steps, index, letter, column)
        index += 1
    if index > MAX_STEPS:
        raise place.error(
            f"row '{voice}' has {index} steps, more than {MAX_STEPS}", start, "split it into scenes"
        )
    if not index:
        raise place.error(f"row '{voice}' has no steps", start, "kick X---x---")
    return Row(voice, index, tuple(_tied(place, steps, index, ahead, start)))


def _letters(place: _Place, marks: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield the characters of a row with their columns, Euclidean rhythms written out."""
    at = 0
    while at < len(marks):
        found = _EUCLID.match(marks, at)
        if found is None:
            yield start + at, marks[at]
            at += 1
            continue
        hits, steps, turn = int(found[1]), int(found[2]), int(found[3] or 0)
        if steps > MAX_STEPS:
            raise place.error(f"{steps} steps, more than {MAX_STEPS}", start + at, "E(5,16)")
        try:
            sounding = euclid(hits, steps, turn)
        except SirtakError as error:
            raise place.error(error.message, start + at, error.hint) from None
        yield from ((start + at, "x" if hit else "-") for hit in sounding)
        at = found.end()


def _add(place: _Place, steps: list[Step], index: int, letter: str, column: int) -> None:
    """Take one character of a row into its steps."""
    if letter in MARKS:
        level, stroke = MARKS[letter]
        steps.append(Step(index, level, 1, stroke))
    elif letter == "_":
        if not steps or steps[-1].index + steps[-1].length != index:
            raise place.error("a hold with nothing to hold", column, "put _ right after a hit: x__-")
        steps[-1] = replace(steps[-1], length=steps[-1].length + 1)
    elif letter not in "-.":
        hint = "use X x o, D d U u, - (rest), _ (hold), | and E(hits,steps)"
        raise place.error(f"'{letter}' is not a step", column, hint)


def _tied(place: _Place, steps: list[Step], size: int, ahead: int, start: int) -> list[Step]:
    """Return the steps with the holds that stand in front of the row added to the note that ends it."""
    if not ahead:
        return steps
    if not steps or steps[-1].index + steps[-1].length != size:
        raise place.error(
            "a hold with nothing to hold",
            start + len(place.text[start:]) - len(place.text[start:].lstrip()),
            "put _ right after a hit, x__-; in front of a row it holds the note that ends the row",
        )
    return [*steps[:-1], replace(steps[-1], length=steps[-1].length + ahead)]


def group_lines(meters: tuple[Meter, ...], steps_per_beat: int) -> set[int]:
    """Return the steps of a cycle of bars at which groups begin."""
    lines, start = {0}, 0
    for meter in meters:
        position = start
        for group in meter.groups:
            lines.add(position)
            position += group * steps_per_beat
        start = position
    return lines


def _check_stated(place: _Place, row: Row, confirmed: Mapping[str, int]) -> None:
    if confirmed.get(row.voice, row.size) != row.size:
        raise place.error(
            f"row '{row.voice}' has {row.size} steps, and its table says {confirmed[row.voice]}",
            0,
            "make the two agree",
        )


def _check_length(
    place: _Place, row: Row, meters: tuple[Meter, ...], steps_per_beat: int, whole_bars: bool
) -> None:
    bar = sum(meter.numerator for meter in meters) * steps_per_beat
    column = len(place.text.rstrip())
    if whole_bars and row.size % bar:
        raise place.error(
            f"row '{row.voice}' has {row.size} steps, and a bar {bar}", column, "fill whole bars"
        )
    if row.size % bar in (1, bar - 1) and row.size > bar // 2 and bar > 2:
        raise place.error(
            f"row '{row.voice}' has {row.size} steps, and a bar {bar}",
            column,
            f"one step {'too many' if row.size % bar == 1 else 'is missing'}; "
            f"if it is meant as polymeter, say so: [row.{row.voice}] length = {row.size}",
        )


def format_rows(grid: Grid) -> str:
    """Return the rows of a grid, without tables."""
    width = max(len(row.voice) for row in grid.rows) + 2
    lines = []
    for row in grid.rows:
        marks = ["-"] * row.size
        for step in row.steps:
            for place in range(step.index, step.index + step.length):
                marks[place % row.size] = "_"
        for step in row.steps:
            marks[step.index] = LETTERS[step.level, step.stroke]
        lines.append(row.voice.ljust(width) + "".join(marks))
    return "\n".join(lines)


def format_grid(grid: Grid, meters: tuple[Meter, ...] = ()) -> str:
    """Return the text of a grid, rows and tables; `Grid.parse` reads it back as it was."""
    tables = format_tables(grid, ("row",), meters)
    master = [f"\nmaster = {grid.master}"] if grid.master else []
    return "\n".join([format_rows(grid), *master, *(["", tables] if tables else [])])
