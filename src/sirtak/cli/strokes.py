"""A rhythm as its card shows it: strokes, accents, groups, and the shares that were counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sirtak.rhythm import Rhythm, Row
    from sirtak.theory.meter import Meter

HANDS = {"D": "⊓", "U": "V"}


def rhythm_lines(rhythm: Rhythm) -> Iterator[str]:
    """Yield the card of a rhythm, without its title and its evidence."""
    groups = ["+".join(map(str, meter.groups)) for meter in rhythm.meters]
    yield f"  meter    {rhythm.meter_text}"
    yield f"  groups   {' | '.join(groups)}"
    if rhythm.pulses:
        yield f"  pulses   {pulses_text(rhythm.pulses)}"
    for row in rhythm.grid.rows:
        yield from draw_strokes(row, rhythm.meters, rhythm.grid.steps_per_beat)
    told = [("about", rhythm.about), ("observed", rhythm.observed)]
    told += [("weight", "" if rhythm.weight is None else f"{rhythm.weight:g}% of the beats")]
    told += [("in küy", _shares(rhythm.weight_in)), ("then", _shares(rhythm.follows))]
    told += [("then", f"{_shares(x)}   (counted in {meter})") for meter, x in rhythm.follows_in.items()]
    for name, row in rhythm.after.items():
        told.append(("after", f"{name}: {' '.join(HANDS.get(step.stroke, 'x') for step in row.steps)}"))
    yield from (f"  {label:<8} {text}" for label, text in told if text)


def pulses_text(pulses: Iterable[float]) -> str:
    """Return relative lengths as people say them.

    >>> pulses_text((1, 3))
    '1:3, the lengths of successive steps, from each bar line on'
    """
    lengths = ":".join(f"{length:g}" for length in pulses)
    return f"{lengths}, the lengths of successive steps, from each bar line on"


def _shares(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:g}%" for name, share in shares.items())


def draw_strokes(row: Row, meters: Iterable[Meter], steps_per_beat: int) -> Iterator[str]:
    """Yield each bar of a row as three lines: accents, the grid, and the hand under it.

    Blanks stand between beats, and | where a group of several beats begins.
    """
    marks, hands, accents = _marks(row)
    start = 0
    for meter in cycle(meters):
        if start >= row.size:
            return
        end = start + meter.numerator * steps_per_beat
        label = row.voice if row.size <= end - start else f"{row.voice} {meter.numerator}/{meter.denominator}"
        for name, line, mark in (("", accents, " "), (label, marks, "|"), ("", hands, " ")):
            shown = f"    {name:<14} {_spaced(line[start:end], meter, steps_per_beat, mark)}".rstrip()
            if shown:
                yield shown
        start = end


def _marks(row: Row) -> tuple[str, str, str]:
    """Return a row step by step: as it is written, as it is stroked, and its accents."""
    from sirtak.rhythm import Grid, format_grid

    text = format_grid(Grid((row,), 1))
    marks = text[len(text) - row.size :]
    hands, accents = [" "] * row.size, [" "] * row.size
    for step in row.steps:
        hands[step.index] = HANDS.get(step.stroke, " ")
        accents[step.index] = ">" if step.level == 3 else " "
    return marks, "".join(hands), "".join(accents)


def _spaced(line: str, meter: Meter, steps_per_beat: int, mark: str) -> str:
    """Return a bar of a line with its beats set apart by blanks, and its groups by a mark."""
    groups, start = [], 0
    for group in meter.groups:
        size = group * steps_per_beat
        text = line[start : start + size]
        groups.append(" ".join(text[at : at + steps_per_beat] for at in range(0, size, steps_per_beat)))
        start += size
    # Where every beat is a group, a line before each would tell nothing.
    return (" " if set(meter.groups) == {1} else f" {mark} ").join(groups)
