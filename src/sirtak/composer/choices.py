"""Variants of a piece to choose among: sweeps of knobs, and other lengths.

A sweep is `1..8` (whole steps) or `0.3..0.9..0.2` (from, to, step; the last one included where it is
met). Lengths are bars of the whole piece; its sections keep their proportions, in fours where there is room.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import ceil

import msgspec

from sirtak.composer.form import LONGEST
from sirtak.composer.piece import Piece
from sirtak.errors import SpecError
from sirtak.spec import Document

MOST = 64  # variants in one go

_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?:\.\.({_NUMBER}))?", re.ASCII)


@dataclass(frozen=True)
class Sweep:
    """A knob and the values that it takes in turn, as text."""

    knob: str
    values: tuple[str, ...]


def parse_values(knob: str, text: str) -> tuple[str, ...]:
    """Return the values that a text stands for; one where it is no sweep.

    >>> parse_values("seed", "1..4"), parse_values("x", "0.3..0.9..0.2"), parse_values("x", "0.5")
    (('1', '2', '3', '4'), ('0.3', '0.5', '0.7', '0.9'), ('0.5',))
    """
    found = _RANGE.fullmatch(text.strip())
    if not found:
        return (text,)
    low, high = Decimal(found[1]), Decimal(found[2])
    step = Decimal(found[3]) if found[3] else Decimal(1 if high >= low else -1)
    if not found[3] and (low % 1 or high % 1):
        raise SpecError(f"{knob}={text}: in steps of what?", hint=f"{low}..{high}..0.1, the step at the end")
    if step == 0 or (high - low) / step < 0:
        raise SpecError(f"{knob}={text}: steps of {step} never come from {low} to {high}")
    count = int((high - low) / step) + 1
    if count > MOST:
        raise SpecError(f"{knob}={text}: {count} variants", hint=f"{MOST} at the most; a longer step")
    return tuple(f"{low + step * number:f}" for number in range(count))


def sweeps_of(assignments: Iterable[str]) -> tuple[list[str], list[Sweep]]:
    """Return assignments (knob=value) that have one value, and the sweeps of the others."""
    plain: list[str] = []
    sweeps: list[Sweep] = []
    for text in assignments:
        knob, sign, value = text.partition("=")
        values = parse_values(knob.strip(), value) if sign else ()
        if len(values) > 1:
            sweeps.append(Sweep(knob.strip(), values))
        else:
            plain.append(text)
    return plain, sweeps


def variants(sweeps: Sequence[Sweep]) -> list[tuple[str, ...]]:
    """Return the values of every variant: all that sweeps have together, the last one turning fastest."""
    found = list(product(*(sweep.values for sweep in sweeps)))
    if len(found) > MOST:
        counts = " x ".join(str(len(sweep.values)) for sweep in sweeps)
        raise SpecError(f"{counts} are {len(found)} variants", hint=f"{MOST} at the most")
    return found


def resized(piece: Piece, bars: int, name: str) -> Document:
    """Return what makes a piece so many bars long, to be laid over it; `name` is shown in errors.

    Raises SpecError where its form has no room in them.
    """
    if not piece.file.section:
        return Document(name, "", {"kuy": {"bars": bars}})
    lengths = _lengths([section.bars for section in piece.file.section], bars, name, _length_of(piece))
    sections = [
        {**msgspec.to_builtins(section), "bars": length}
        for section, length in zip(piece.file.section, lengths, strict=True)
    ]
    # What a section leaves out is left out again.
    kept = [{key: value for key, value in item.items() if value is not None} for item in sections]
    return Document(name, "", {"section": kept})


def _length_of(piece: Piece) -> float:
    """Return the seconds of a bar of the piece, on the average."""
    quarters = sum(meter.ticks for meter in piece.meters) / len(piece.meters) / 960
    return quarters * 60 / piece.file.tempo


def _lengths(lengths: Sequence[int], bars: int, name: str, seconds: float = 0) -> list[int]:
    """Return lengths in the same proportions that add up to `bars`; a bar lasts so many seconds."""
    count = len(lengths)
    if bars < count:
        least = ceil(count * seconds)
        option = f" (--bars {count}, or --duration {least // 60}:{least % 60:02d})" if seconds else ""
        said = "1 bar is" if bars == 1 else f"{bars} bars are"
        raise SpecError(
            f"{name}: {said} too short for a form of {count} sections",
            hint=f"one bar for each section at the least{option}; or a shorter form, as in --set form.name=…"
            " (`sirtak list forms`)",
        )
    try:
        return shared_bars(lengths, bars)
    except SpecError as error:
        raise SpecError(f"{name}: {error.message}", hint=error.hint) from None


def shared_bars(lengths: Sequence[int], bars: int) -> list[int]:
    """Return lengths in the same proportions that add up to `bars`, in fours, twos or ones.

    Raises SpecError where a section would be longer than a section can be.

    >>> shared_bars([8, 16, 8], 48)
    [12, 24, 12]
    """
    found = _shared(lengths, bars)
    if max(found) > LONGEST:
        near = (LONGEST + 4) * sum(lengths) // max(lengths) + 4  # a share is rounded by up to four bars
        most = next(less for less in range(min(bars, near), 0, -1) if max(_shared(lengths, less)) <= LONGEST)
        hint = f"{most} at the most, or more sections: none has more than {LONGEST} bars"
        raise SpecError(f"{bars} bars are too long for a form of {len(lengths)} sections", hint=hint)
    return found


def _shared(lengths: Sequence[int], bars: int) -> list[int]:
    count = len(lengths)
    unit = 4 if bars >= 8 * count else 2 if bars >= 4 * count else 1
    total = bars // unit
    shares = [length * total / sum(lengths) for length in lengths]
    parts = [max(1, int(share)) for share in shares]
    while sum(parts) != total:
        less = sum(parts) > total
        gaps = [part - share if less else share - part for part, share in zip(parts, shares, strict=True)]
        open_gaps = [gap if parts[at] > 1 or not less else -1e9 for at, gap in enumerate(gaps)]
        parts[open_gaps.index(max(open_gaps))] += -1 if less else 1
    found = [part * unit for part in parts]
    found[-1] += bars - sum(found)
    return found


def bars_for(piece: Piece, seconds: float, name: str) -> int:
    """Return how many bars of a piece at its tempo come nearest to so many seconds."""
    bars = round(seconds / _length_of(piece))
    if bars < 1:
        raise SpecError(f"{name}: shorter than a bar")
    return bars
