"""Step grids: a bar on a line, one character a step.

`X` accent, `x` hit, `o` ghost; `D d U u` strokes down and up (upper case accented); `-` or `.`
rest; `_` holds the note before it; `|` stands where a group of the meter begins and counts for
nothing; blanks count for nothing. Rows may have different lengths: that is polymeter.
Steps count from 0; a step lasts 1 / steps_per_beat of the meter's beat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import GridError
from sirtak.theory.meter import Meter

REST, GHOST, HIT, ACCENT = 0, 1, 2, 3

# character: (level, stroke)
MARKS = {
    "X": (ACCENT, ""),
    "x": (HIT, ""),
    "o": (GHOST, ""),
    "D": (ACCENT, "D"),
    "d": (HIT, "D"),
    "U": (ACCENT, "U"),
    "u": (HIT, "U"),
}
_LETTERS = {mark: letter for letter, mark in MARKS.items()}
MAX_STEPS = 1024


@dataclass(frozen=True)
class Step:
    """A sounding step: where, how strong (1 ghost, 2 hit, 3 accent), how many steps long, which stroke."""

    index: int
    level: int
    length: int = 1
    stroke: str = ""


@dataclass(frozen=True)
class Row:
    """One voice: its sounding steps, and how many steps it has before it repeats."""

    voice: str
    size: int
    steps: tuple[Step, ...]

    @cached_property
    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (index, level, length) of the sounding steps as arrays."""
        table = np.array([(item.index, item.level, item.length) for item in self.steps], np.int64)
        index, level, length = table.reshape(-1, 3).T
        return index, level, length


@dataclass(frozen=True)
class Grid:
    """Rows of steps.

    >>> grid = parse_grid("kick X---x---\\nhat  --x-", steps_per_beat=2)
    >>> grid["kick"].steps
    (Step(index=0, level=3, length=1, stroke=''), Step(index=4, level=2, length=1, stroke=''))
    >>> parse_grid(format_grid(grid), steps_per_beat=2) == grid
    True
    """

    rows: tuple[Row, ...]
    steps_per_beat: int

    def __getitem__(self, voice: str) -> Row:
        for row in self.rows:
            if row.voice == voice:
                return row
        raise KeyError(voice)

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What others have worked out from this grid; kept with it, since grids are used again."""
        return {}

    @cached_property
    def voices(self) -> tuple[str, ...]:
        """The names of the rows, top to bottom."""
        return tuple(row.voice for row in self.rows)

    @property
    def period(self) -> int:
        """Steps after which all rows stand together again."""
        return int(np.lcm.reduce([row.size for row in self.rows]))


def parse_grid(
    text: str,
    *,
    steps_per_beat: int,
    meters: tuple[Meter, ...] = (),
    file: str | None = None,
    line: int = 1,
    confirmed: Mapping[str, int] | None = None,
    whole_bars: bool = False,
) -> Grid:
    """Return the grid of a text whose first line is `line` of `file`.

    With `meters`, group lines are checked against them, and so is a row that is one step short
    or long of a bar: nearly always a slip, unless `confirmed` states its length. `whole_bars`
    refuses polymeter. Raises GridError with file, line, caret and hint.
    """
    rows: list[Row] = []
    for offset, source in enumerate(text.split("\n")):
        if not source.strip() or source.lstrip().startswith("#"):
            continue
        place = _Place(file, line + offset, source)
        row = _row(place, meters, steps_per_beat)
        if any(row.voice == other.voice for other in rows):
            raise place.error(f"voice '{row.voice}' has a row already", 0, "join the two rows into one")
        _check_length(place, row, meters, steps_per_beat, confirmed or {}, whole_bars)
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

    def error(self, message: str, column: int, hint: str) -> GridError:
        """Return the error at a column of this line."""
        return GridError(
            message, file=self.file, line=self.line, text=self.text.rstrip(), column=column, hint=hint
        )


def _row(place: _Place, meters: tuple[Meter, ...], steps_per_beat: int) -> Row:
    body = place.text.lstrip()
    indent = len(place.text) - len(body)
    voice, _, marks = body.partition(" ")
    start = indent + len(voice) + 1
    if not marks.strip():
        raise place.error(
            f"row '{voice}' has no steps", indent, "write the voice, a blank and the steps: kick X---x---"
        )
    lines = _group_lines(meters, steps_per_beat)
    bar = sum(meter.numerator for meter in meters) * steps_per_beat
    steps: list[Step] = []
    index = 0
    for column, letter in enumerate(marks, start):
        if letter == "|" and meters and index % bar not in lines:
            near = ", ".join(str(item) for item in sorted(lines) if item) or bar
            message = f"no group of the meter begins after {index} steps"
            raise place.error(message, column, f"groups begin after {near}")
        if letter == "|" or letter.isspace():
            continue
        _add(place, steps, index, letter, column)
        index += 1
    if index > MAX_STEPS:
        raise place.error(
            f"row '{voice}' has {index} steps, more than {MAX_STEPS}", start, "split it into scenes"
        )
    if not index:
        raise place.error(f"row '{voice}' has no steps", start, "kick X---x---")
    return Row(voice, index, tuple(steps))


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
        raise place.error(f"'{letter}' is not a step", column, "use X x o, D d U u, - (rest), _ (hold) and |")


def _group_lines(meters: tuple[Meter, ...], steps_per_beat: int) -> set[int]:
    """Return the steps of a cycle of bars at which groups begin."""
    lines, start = {0}, 0
    for meter in meters:
        position = start
        for group in meter.groups:
            lines.add(position)
            position += group * steps_per_beat
        start = position
    return lines


def _check_length(
    place: _Place,
    row: Row,
    meters: tuple[Meter, ...],
    steps_per_beat: int,
    confirmed: Mapping[str, int],
    whole_bars: bool,
) -> None:
    if row.voice in confirmed and confirmed[row.voice] != row.size:
        raise place.error(
            f"row '{row.voice}' has {row.size} steps, and its table says {confirmed[row.voice]}",
            0,
            "make the two agree",
        )
    if not meters or row.voice in confirmed:
        return
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


def format_grid(grid: Grid) -> str:
    """Return the text of a grid; `parse_grid` reads it back as it was."""
    width = max(len(row.voice) for row in grid.rows) + 2
    lines = []
    for row in grid.rows:
        marks = ["-"] * row.size
        for step in row.steps:
            marks[step.index] = _LETTERS[step.level, step.stroke]
            marks[step.index + 1 : step.index + step.length] = "_" * (step.length - 1)
        lines.append(row.voice.ljust(width) + "".join(marks))
    return "\n".join(lines)
