"""What beat and rhythm files share: their annotations, and how meter, grid and pulses are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from sirtak.errors import SirtakError, SpecError
from sirtak.rhythm.grid import Grid, parse_grid
from sirtak.spec import Document, locate
from sirtak.theory.meter import Meter, format_meters, parse_meters

LONGEST = 16  # pulses in a vector, and how many times as long as another a pulse may be

_HINT = "two to sixteen relative lengths from 1 to 16, e.g. pulses = [1, 3] or [6, 5, 4]"

Steps = Annotated[int, msgspec.Meta(ge=1, le=48, description="steps in a beat of the meter")]
Vector = Annotated[
    tuple[Annotated[float, msgspec.Meta(ge=1, le=LONGEST)], ...],
    msgspec.Meta(
        min_length=2,
        max_length=LONGEST,
        description="relative lengths of successive pulses, e.g. [1, 3]; equal if left out",
        extra={"hint": _HINT},
    ),
]


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
    confirmed: dict[str, int],
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


def check_pulses(vector: Sequence[float], units: Sequence[float], meters: tuple[Meter, ...]) -> None:
    """Refuse pulses, `units` ticks long meter by meter, of which no bar holds a cycle.

    >>> check_pulses((6, 5, 4), [240], parse_meters("1/8"))
    Traceback (most recent call last):
    sirtak.errors.SpecError: 3 pulses do not fit a bar of 1/8, so all would stay equal
      hint: at most 2, or shorter pulses
    """
    fit = max(int(meter.ticks / unit + 1e-9) for meter, unit in zip(meters, units, strict=True))
    if len(vector) > fit:
        raise SpecError(
            f"{len(vector)} pulses do not fit a bar of {format_meters(meters)}, so all would stay equal",
            hint=f"at most {fit}, or shorter pulses" if fit > 1 else "shorter pulses",
        )
