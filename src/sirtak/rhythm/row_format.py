"""Row tables as text: the part of a grid that no letter says, written back as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import FIELDS, Row, Step
from sirtak.theory.meter import Meter


def format_tables(grid: Grid, path: tuple[str, ...], meters: tuple[Meter, ...] = ()) -> str:
    """Return the row tables of a grid as TOML, headed [path.voice]; '' where none is needed."""
    bar = sum(meter.numerator for meter in meters) * grid.steps_per_beat
    tables = []
    for row in grid.rows:
        lines = [f"{name} = {toml(value)}" for name, value in _fields(row, bar)]
        lines += [
            f"step.{step.index + 1} = {toml(_step_fields(step))}" for step in row.steps if not step.plain
        ]
        if lines:
            tables.append("\n".join([f"[{'.'.join((*path, key(row.voice)))}]", *lines]))
    return "\n\n".join(tables)


def _fields(row: Row, bar: int) -> Iterator[tuple[str, Any]]:
    if bar and row.size % bar in (1, bar - 1):
        yield "length", row.size
    plain = Row(row.voice, row.size, ())
    for name in FIELDS:
        if (value := getattr(row, name)) != getattr(plain, name):
            yield name, value


def _step_fields(step: Step) -> dict[str, Any]:
    plain = Step(step.index, step.level)
    fields: dict[str, Any] = {} if step.condition is None else {"if": str(step.condition)}
    for name in ("velocity", "chance", "nudge", "flam", "flam_velocity", "cc"):
        if (value := getattr(step, name)) != getattr(plain, name):
            fields[name] = value
    if step.ratchet is not None:
        ratchet = step.ratchet
        fields["ratchet"] = ratchet.count or str(ratchet.rate)
        extra = {"ramp": ratchet.ramp, "gate": ratchet.gate, "length": ratchet.span}
        fields |= {name: value for name, value in extra.items() if value != (1.0 if name == "gate" else 0)}
    return fields


def toml(value: Any) -> str:
    """Return a value on one line; tomli-w writes a table in a table on several."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key(name)} = {toml(item)}" for name, item in value.items()) + " }"
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return toml({str(name): item for name, item in value})
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str | Fraction):
        return json.dumps(str(value), ensure_ascii=False)
    return repr(value)


def key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else json.dumps(text, ensure_ascii=False)


def number(value: float) -> str:
    """Return a number as TOML, without a needless .0.

    >>> number(54.0), number(57.6)
    ('54', '57.6')
    """
    return str(int(value)) if value == int(value) else repr(float(value))
