"""Scala files (.scl) as mode documents: their text in, the table of a mode file out.

A Scala file has remarks (lines that begin with !), a description, the number of degrees, then
every degree but the first, the octave last: cents with a point (203.91), or a ratio (9/8).
What Scala has no place for stands in remarks that sirtak reads back, one TOML value a line:
``! sirtak: variable = {degree = 5, cents = 900.0, rule = "high"}``.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sirtak.errors import SpecError
from sirtak.spec import MAX_BYTES, Document, Key, finite

REMARK = "! sirtak: "
# What a remark may carry: the fields of a mode file that are not degrees.
FIELDS = ("title", "final", "variable", "weights", "profiles", "observed", "source", "tag")
MOST = 24  # as many degrees as a mode has at the most

_RATIO = re.compile(r"(\d{1,100})(?:/(\d{1,100}))?")
_CENTS = re.compile(r"-?(?:\d{1,9}\.\d{0,60}|\.\d{1,60})")
Line = tuple[int, str]


@dataclass(frozen=True)
class ScalaDocument(Document):
    """A mode's table read from a Scala text; `lines` says where each value stands in it."""

    lines: Mapping[tuple[Key, ...], int] = field(default_factory=dict, repr=False, compare=False)

    def error(
        self, path: Sequence[Key], message: str, hint: str | None = None, *, key: bool = False
    ) -> SpecError:
        """Return the error for the value at `path`, with its line in the Scala text."""
        depths = range(len(path), 0, -1)
        line = next((self.lines[tuple(path[:n])] for n in depths if tuple(path[:n]) in self.lines), None)
        text = None if line is None else self.text.splitlines()[line - 1].strip()
        return SpecError(message, file=self.name, line=line, text=text, hint=hint)


def read_scala(path: Path) -> ScalaDocument:
    """Return the mode document of a Scala file; SpecError where it cannot be read or is none."""
    if path.is_dir():
        raise SpecError("this is a folder", file=path, hint="name the .scl file inside it")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(f"larger than {MAX_BYTES >> 20} MiB: not a scale", file=path)
        data = path.read_bytes()
    except OSError as error:
        raise SpecError(f"cannot be read: {error.strerror or error}", file=path) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # Scala itself writes Latin-1, in which every byte is a letter
        text = data.decode("latin-1")
    return parse_scala(text, str(path), path.stem)


def parse_scala(text: str, file: str, name: str) -> ScalaDocument:
    """Return the mode document of a Scala text; SpecError with the line where it is none.

    >>> parse_scala("thirds\\n3\\n5/4\\n3/2\\n2/1\\n", "a.scl", "a").data["cents"]
    [0.0, 386.313714, 701.955001]
    """
    rows = list(enumerate(text.splitlines(), 1))
    plain = [row for row in rows if not row[1].startswith("!")]
    if len(plain) < 2:
        raise SpecError(
            "this is not a Scala file", file=file, hint="a description, a count, then the degrees"
        )
    degrees = _degrees(file, plain[1], [row for row in plain[2:] if row[1].strip()])
    title = plain[0][1].strip()
    data: dict[str, Any] = {"format": 1, "kind": "mode", "name": name, "source": "a Scala file", "tag": "U"}
    data |= {"title": title} if title else {}
    lines: dict[tuple[Key, ...], int] = {("title",): plain[0][0], ("cents",): plain[1][0]}
    lines |= {("cents", index): number for index, (number, _) in enumerate(degrees[:-1], 1)}
    _remarks(file, rows, data, lines)
    data["cents"] = [0.0, *(cents for _, cents in degrees[:-1])]
    document = ScalaDocument(file, text, data, lines)
    finite(document)
    return document


def _degrees(file: str, counted: Line, rows: list[Line]) -> list[tuple[int, float]]:
    """Return line and cents of every degree, the octave last."""
    degrees = [(number, _cents(file, number, row)) for number, row in rows]
    number, text = counted
    found = re.match(r"\s*(\d{1,6})(?!\S)", text)
    if not found or int(found[1]) != len(degrees):
        message = f"{len(degrees)} degrees, where the count says '{text.strip()}'"
        raise SpecError(message, file=file, line=number, text=text)
    wanted = "the degrees must rise to the octave (2/1)"
    below = 0.0
    for (number, row), (_, cents) in zip(rows, degrees, strict=True):
        if cents <= below:
            hint = "the first degree, 1/1, is not written" if below == 0 else None
            raise SpecError(
                f"{wanted}, and {row.split()[0]} does not", file=file, line=number, text=row, hint=hint
            )
        below = cents
    if not degrees or abs(degrees[-1][1] - 1200) > 1e-6:
        last = f"ends at {below:g} cents" if degrees else "has none"
        hint = "sirtak's modes repeat at the octave"
        raise SpecError(
            f"{wanted}, and this scale {last}", file=file, line=(rows or [counted])[-1][0], hint=hint
        )
    if not 3 <= len(degrees) <= MOST:
        raise SpecError(f"{len(degrees)} degrees, and a mode has 3 to {MOST}", file=file, line=counted[0])
    return degrees


def _cents(file: str, number: int, line: str) -> float:
    """Return the cents of one line of a Scala text; what stands behind the number is a remark."""
    word = line.split(maxsplit=1)[0]
    ratio = _RATIO.fullmatch(word)
    if ratio and int(ratio[1]) and int(ratio[2] or 1):
        return round(1200 * (math.log2(int(ratio[1])) - math.log2(int(ratio[2] or 1))), 6)
    if _CENTS.fullmatch(word):
        return float(word)
    raise SpecError(f"'{word}' is no degree", file=file, line=number, text=line, hint="write 203.91 or 9/8")


def _remarks(file: str, rows: list[Line], data: dict[str, Any], lines: dict[tuple[Key, ...], int]) -> None:
    """Lay what sirtak's own remarks say over the table."""
    variable: list[Any] = []
    for number, row in rows:
        if not row.startswith(REMARK):
            continue
        try:
            found = tomllib.loads(row.removeprefix(REMARK))
        except tomllib.TOMLDecodeError:
            raise SpecError("this remark is not TOML", file=file, line=number, text=row) from None
        for key, value in found.items():
            if key not in FIELDS:
                hint = "known: " + ", ".join(FIELDS)
                raise SpecError(f"{key}: unknown field", file=file, line=number, text=row, hint=hint)
            if key == "variable":
                lines["variable", len(variable)] = number
                variable.append(value)
            else:
                lines[key,] = number
                data[key] = value
    if variable:
        data["variable"] = variable
