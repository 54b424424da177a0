"""What beat and rhythm files share: their annotations, and how meter, grid and pulses are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from sirtak.errors import SirtakError
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.grid_text import parse_grid
from sirtak.rhythm.pulses import check_pulses
from sirtak.spec import Document, locate
from sirtak.theory.meter import Meter, parse_meters

Steps = Annotated[int, msgspec.Meta(ge=1, le=48, description="steps in a beat of the meter")]


def read_meters(document: Document, text: str, path: tuple[str, ...] = ("meter",)) -> tuple[Meter, ...]:
    """Return the meters of a text in a document; errors name its line."""
    try:
        return parse_meters(text)
    except SirtakError as error:
        raise document.error(path, error.message, error.hint) from None


def read_grid(
    document: Document,
    path: tuple[str, ...],
    text: str,
    steps_per_beat: int,
    meters: tuple[Meter, ...],
    confirmed: Mapping[str, int],
    *,
    also: Mapping[str, int] | None = None,
    whole_bars: bool = False,
) -> Grid:
    """Return the grid at a path of a document; errors name its line."""
    line = locate(document.text, path) or 1
    # The text of a multi-line string begins on the line after its key.
    source = document.text.split("\n")[line - 1] if document.text else ""
    if text and source.rstrip().endswith(('"""', "'''")):
        line += 1
    return parse_grid(
        text,
        steps_per_beat=steps_per_beat,
        meters=meters,
        file=document.name,
        line=line,
        confirmed=confirmed,
        also=also,
        whole_bars=whole_bars,
    )


def read_pulses(
    document: Document, vector: tuple[float, ...] | None, meters: tuple[Meter, ...], steps_per_beat: int
) -> tuple[float, ...] | None:
    """Return the pulses of a file, which its bars must be able to hold."""
    if vector is not None:
        try:
            check_pulses(vector, [meter.beat / steps_per_beat for meter in meters], meters)
        except SirtakError as error:
            raise document.placed(("pulses",), error) from None
    return vector
