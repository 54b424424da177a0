"""Row tables: what a row's steps can do that no letter says, as TOML beside or below the grid.

`[row.hat]` holds the row's own length, speed, rotation, swing and so on, and under `step` what
single steps do, by number from 1: `step.7 = { if = "2:4", ratchet = 3 }`; `step."3,7"`,
`step."5-8"` and `step."*"` (all that sound) address several. What is said later is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any, Literal

import msgspec

from sirtak.errors import SirtakError, did_you_mean
from sirtak.rhythm.condition import parse_condition
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.pulses import Vector, check_pulses
from sirtak.rhythm.step import FIELDS, NUDGE_TICKS, NUDGES, Ratchet, Row, Step
from sirtak.spec import Document, Key, lookup
from sirtak.theory.meter import Meter

MOST_STROKES = 32

Swing = Annotated[
    float, msgspec.Meta(ge=50, le=75, description="MPC percent: 50 is straight, 66.7 a triplet")
]
Nudge = Annotated[
    float, msgspec.Meta(ge=-NUDGES, le=NUDGES, description="late by 1/384 of a whole note, -23 to 23")
]
Chance = Annotated[float, msgspec.Meta(ge=0, le=1, description="0 never to 1 always; X% is a condition")]
Value = Annotated[int, msgspec.Meta(ge=0, le=127, description="a controller's value, 0 to 127")]
Velocity = Annotated[int, msgspec.Meta(ge=1, le=127, description="1 to 127")]
Locks = Annotated[dict[str, Value], msgspec.Meta(description='controllers and values, e.g. { "74" = 90 }')]


class StepFile(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"condition": "if"}
):
    """What a step does beside sounding."""

    condition: (
        Annotated[str, msgspec.Meta(description="2:4, 1ST, FILL, PRE, NEI or 50%; ! for not")] | None
    ) = None
    velocity: Velocity | None = None
    chance: Chance | None = None
    ratchet: (
        Annotated[int, msgspec.Meta(ge=2, le=MOST_STROKES, description="2 to 32 strokes")]
        | Annotated[str, msgspec.Meta(description='strokes in note values, e.g. "1/32"')]
        | None
    ) = None
    ramp: Annotated[int, msgspec.Meta(ge=-126, le=126, description="last velocity less the first")] | None = (
        None
    )
    gate: (
        Annotated[float, msgspec.Meta(gt=0, le=1, description="share of a stroke's time that sounds")] | None
    ) = None
    length: Annotated[float, msgspec.Meta(gt=0, le=64, description="steps that the ratchet fills")] | None = (
        None
    )
    nudge: Nudge | None = None
    flam: (
        Annotated[float, msgspec.Meta(gt=0, le=NUDGES, description="1/384 whole notes before the hit")] | None
    ) = None
    flam_velocity: Velocity | None = None
    cc: Locks | None = None


class RowFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a grid says of one row beside its steps."""

    length: Annotated[int, msgspec.Meta(ge=1, le=1024, description="confirms an uncommon length")] | None = (
        None
    )
    speed: (
        Annotated[
            Literal["1/8", "1/4", "1/2", "3/4", "1", "3/2", "2", 1, 2],
            msgspec.Meta(description='"1/8", "1/4", "1/2", "3/4", "1", "3/2" or "2"'),
        ]
        | None
    ) = None
    rotate: Annotated[int, msgspec.Meta(ge=-1024, le=1024, description="steps to the right")] | None = None
    pulses: Vector | None = None
    swing: Swing | None = None
    nudge: Nudge | None = None
    chance: Chance | None = None
    choke: Annotated[str, msgspec.Meta(max_length=64, description="a group's name")] | None = None
    take: Annotated[int, msgspec.Meta(ge=0, le=999, description="another draw of this row")] | None = None
    mute: bool | None = None
    cc: Locks | None = None
    step: dict[str, StepFile] = {}


class GridFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The tables below a grid."""

    master: Annotated[int, msgspec.Meta(ge=0, le=65536, description="steps until all rows begin anew")] = 0
    row: dict[str, RowFile] = {}


def apply_tables(
    grid: Grid,
    document: Document,
    path: tuple[Key, ...],
    tables: Mapping[str, RowFile],
    meters: tuple[Meter, ...],
    *,
    steps: bool = True,
) -> Grid:
    """Return the grid with the tables at `path` of a document laid over its rows.

    Tables of rows that it does not have are left to the caller; `steps` False takes the rows'
    own fields alone. Raises SpecError at the line that is wrong.
    """
    rows = []
    for row in grid.rows:
        table, where = tables.get(row.voice), (*path, row.voice)
        if table is None:
            rows.append(row)
            continue
        changed = _with_fields(row, document, where, table, meters, grid.steps_per_beat)
        if steps:
            changed = _with_steps(changed, document, where, table)
        _check_row(changed, document, where, meters, grid.steps_per_beat)
        rows.append(changed)
    return replace(grid, rows=tuple(rows))


def _with_fields(
    row: Row,
    document: Document,
    path: tuple[Key, ...],
    table: RowFile,
    meters: tuple[Meter, ...],
    steps_per_beat: int,
) -> Row:
    given = {name: value for name in FIELDS if (value := getattr(table, name)) is not None}
    if table.speed is not None:
        given["speed"] = Fraction(table.speed)
    if table.cc is not None:
        given["cc"] = _locks(document, (*path, "cc"), table.cc)
    if table.pulses is not None and meters:
        units = [meter.beat / steps_per_beat / (given.get("speed") or row.speed) for meter in meters]
        with_path = (*path, "pulses")
        try:
            check_pulses(table.pulses, [float(unit) for unit in units], meters)
        except SirtakError as error:
            raise document.placed(with_path, error) from None
    return row.but(**given)


def _with_steps(row: Row, document: Document, path: tuple[Key, ...], table: RowFile) -> Row:
    steps = {step.index: step for step in row.steps}
    for key, fields in table.step.items():
        where = (*path, "step", key)
        for index in _numbers(document, where, key, row, steps):
            steps[index] = _step(document, where, steps[index], fields)
    return row.but(steps=tuple(steps.values()))


def _numbers(
    document: Document, path: tuple[Key, ...], key: str, row: Row, steps: Mapping[int, Step]
) -> Iterator[int]:
    """Yield the steps (from 0) that a key such as 7, "3,7", "5-8" or "*" stands for."""
    for item, span in _spans(document, path, key, row):
        sounding = [index for index in span if index in steps]
        if not sounding and key != "*":
            shown = ", ".join(str(index + 1) for index in list(steps)[:16]) or "none"
            message = f"step {item} of row '{row.voice}' is a rest or a hold"
            raise document.error(path, message, f"steps that sound: {shown}", key=True)
        yield from sounding


def _spans(document: Document, path: tuple[Key, ...], key: str, row: Row) -> Iterator[tuple[str, range]]:
    """Yield the parts of a key, and the steps (from 0) from the first to the last of each."""
    if key.strip() == "*":
        yield key, range(row.size)
        return
    for item in key.split(","):
        found = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?", item, re.ASCII)
        if not found:
            hint = 'numbers from 1: step.7, step."3,7", step."5-8", or step."*" for all that sound'
            raise document.error(path, f"step '{key}': not a step's number", hint, key=True)
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last <= row.size:
            message = f"row '{row.voice}' has steps 1 to {row.size}, and no {item.strip()}"
            raise document.error(path, message, f"1 to {row.size}, the first before the last", key=True)
        yield item.strip(), range(first - 1, last)


def _step(document: Document, path: tuple[Key, ...], step: Step, fields: StepFile) -> Step:
    given: dict[str, Any] = {
        name: value
        for name in ("velocity", "chance", "nudge", "flam", "flam_velocity")
        if (value := getattr(fields, name)) is not None
    }
    if fields.condition is not None:
        try:
            given["condition"] = parse_condition(fields.condition)
        except SirtakError as error:
            raise document.error((*path, "if"), error.message, error.hint) from None
    if fields.cc is not None:
        locks = {**dict(step.cc), **dict(_locks(document, (*path, "cc"), fields.cc))}
        given["cc"] = tuple(sorted(locks.items()))
    if fields.ratchet is not None or step.ratchet is not None:
        given["ratchet"] = _ratchet(document, path, fields, step.ratchet or Ratchet())
    elif fields.ramp is not None or fields.gate is not None or fields.length is not None:
        name = next(name for name in ("ramp", "gate", "length") if getattr(fields, name) is not None)
        message = f"{name} belongs to a ratchet, and the step has none"
        raise document.error((*path, name), message, 'add ratchet = 3 or ratchet = "1/32"', key=True)
    if fields.flam_velocity is not None and not (fields.flam or step.flam):
        message = "flam_velocity belongs to a flam, and the step has none"
        raise document.error((*path, "flam_velocity"), message, "add flam = 3", key=True)
    return replace(step, **given)


def _ratchet(document: Document, path: tuple[Key, ...], fields: StepFile, before: Ratchet) -> Ratchet:
    """Return a step's ratchet with what is said now added to what was said before."""
    ratchet = replace(
        before,
        ramp=before.ramp if fields.ramp is None else fields.ramp,
        gate=before.gate if fields.gate is None else fields.gate,
        span=before.span if fields.length is None else fields.length,
    )
    if fields.ratchet is None:
        return ratchet
    if isinstance(fields.ratchet, int):
        return replace(ratchet, count=fields.ratchet, rate=None)
    found = re.fullmatch(r"\s*1\s*/\s*(\d{1,3})\s*", fields.ratchet, re.ASCII)
    if not found or not 4 <= int(found[1]) <= 128:
        message = f"ratchet '{fields.ratchet}' is neither a number of strokes nor a note value"
        hint = 'ratchet = 3, or ratchet = "1/32" (from "1/4" to "1/128"; "1/24" is a triplet)'
        raise document.error((*path, "ratchet"), message, hint)
    return replace(ratchet, count=0, rate=Fraction(1, int(found[1])))


def _locks(
    document: Document, path: tuple[Key, ...], table: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    found: dict[int, int] = {}
    for number, value in table.items():
        where = (*path, number)
        if not re.fullmatch(r"\d{1,3}", number, re.ASCII) or int(number) > 119:
            raise document.error(where, f"there is no controller '{number}'", "0 to 119", key=True)
        if int(number) in found:
            raise document.error(where, f"controller {int(number)} is named twice", "say it once", key=True)
        found[int(number)] = value
    return tuple(sorted(found.items()))


def _check_row(
    row: Row, document: Document, path: tuple[Key, ...], meters: tuple[Meter, ...], steps_per_beat: int
) -> None:
    """Refuse locks with no value to come back to, and hits that would leave their step."""
    based = {number for number, _ in row.cc}
    for step in row.steps:
        for number in {number for number, _ in step.cc} - based:
            message = f"row '{row.voice}' locks controller {number} and has no value to come back to"
            hint = f'add cc = {{ "{number}" = 64 }} to [{".".join(map(str, path))}]'
            where = _said_of(document, path, row, step, "cc")
            raise document.error((*where, str(number)), message, hint, key=True)
    if not meters:
        return
    span = min(meter.beat for meter in meters) / steps_per_beat / row.speed / NUDGE_TICKS
    for step in row.steps:
        total = step.nudge + row.nudge
        if abs(total) >= span and total:
            message = f"step {step.index + 1} of row '{row.voice}' is nudged by {total:g} and leaves its step"
            where = _said_of(document, path, row, step, "nudge") if step.nudge else (*path, "nudge")
            raise document.error(where, message, f"its step is {float(span):g} long: less than that")


def _said_of(document: Document, path: tuple[Key, ...], row: Row, step: Step, field: str) -> tuple[Key, ...]:
    """Return the path at which a table says something of a step: its number may stand among others."""
    table = lookup(document.data, path).get("step", {})
    for key, fields in reversed(table.items()):
        if field in fields and any(step.index in span for _, span in _spans(document, path, key, row)):
            return (*path, "step", key, field)
    return path


def check_rows(document: Document, path: tuple[Key, ...], tables: Mapping[str, Any], known: set[str]) -> None:
    """Refuse a table of a row that no grid has."""
    for name in tables:
        if name not in known:
            message = f"{'.'.join(map(str, (*path, name)))}: no grid has a row '{name}'"
            raise document.error((*path, name), message, did_you_mean(name, known), key=True)
