"""Vectors of pulses of unequal length, as files and parts state them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from sirtak.errors import SpecError
from sirtak.theory.meter import Meter, format_meters

LONGEST = 16  # pulses in a vector, and how many times as long as another a pulse may be

_HINT = "two to sixteen relative lengths from 1 to 16, e.g. pulses = [1, 3] or [6, 5, 4]"

Vector = Annotated[
    tuple[Annotated[float, msgspec.Meta(ge=1, le=LONGEST)], ...],
    msgspec.Meta(
        min_length=2,
        max_length=LONGEST,
        description="relative lengths of successive pulses, e.g. [1, 3]; equal if left out",
        extra={"hint": _HINT},
    ),
]


def check_pulses(vector: Sequence[float], units: Sequence[float], meters: tuple[Meter, ...]) -> None:
    """Refuse pulses, `units` ticks long meter by meter, of which no bar holds a cycle.

    >>> from sirtak.theory.meter import parse_meters
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
