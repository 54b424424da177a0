"""Meters with groups, mixed meters, and the bars of a section in ticks.

A meter is written `4/4`, `7/8`, `7/8 (3+2+2)` or, where bars alternate, `2/4+3/4`. Groups count
beats of the meter's denominator. Ticks are 960 to the quarter, so denominators go up to 32.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError

WHOLE = 4 * 960

# Groupings of the meters in print (kazakh.md 4.1, craft.md 2.2); the rest fall into threes or ones.
_USUAL = {(5, 8): (3, 2), (7, 8): (3, 2, 2), (8, 8): (3, 2, 3), (10, 8): (3, 2, 2, 3)}

_PART = re.compile(r"\s*(\d{1,4})\s*/\s*(\d{1,4})\s*(?:\(\s*([\d+\s]+?)\s*\))?\s*")


@dataclass(frozen=True)
class Meter:
    """One kind of bar.

    >>> str(Meter(7, 8, (3, 2, 2))), Meter(7, 8, (3, 2, 2)).ticks
    ('7/8 (3+2+2)', 3360)
    """

    numerator: int
    denominator: int
    groups: tuple[int, ...]

    @property
    def beat(self) -> int:
        """Length of one beat of the denominator in ticks."""
        return WHOLE // self.denominator

    @property
    def ticks(self) -> int:
        """Length of the bar in ticks."""
        return self.numerator * self.beat

    @cached_property
    def group_ticks(self) -> NDArray[np.int64]:
        """Ticks inside the bar at which the groups begin."""
        return np.cumsum([0, *self.groups[:-1]]) * self.beat

    def __str__(self) -> str:
        usual = default_groups(self.numerator, self.denominator) == self.groups
        plain = f"{self.numerator}/{self.denominator}"
        if usual and (self.numerator, self.denominator) not in _USUAL:
            return plain
        return f"{plain} ({'+'.join(map(str, self.groups))})"


def among(values: NDArray[Any], table: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values stand in a sorted table (np.isin, without its set-up).

    >>> among(np.array([1, 2, 5]), np.array([2, 4])).tolist()
    [False, True, False]
    """
    if not len(table):
        return np.zeros(len(values), bool)
    place = np.minimum(table.searchsorted(values), len(table) - 1)
    found: NDArray[np.bool_] = table[place] == values
    return found


def joined(*tables: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the values of all tables, sorted, each once.

    >>> joined(np.array([0, 4]), np.array([4, 2])).tolist()
    [0, 2, 4]
    """
    values = np.sort(np.concatenate(tables))
    return values[np.diff(values, prepend=values[:1] - 1) > 0]


def default_groups(numerator: int, denominator: int) -> tuple[int, ...]:
    """Return the usual groups of a meter: threes in 6/8, 3+2+2 in 7/8, single beats in 4/4.

    >>> default_groups(6, 8), default_groups(3, 4)
    ((3, 3), (1, 1, 1))
    """
    if (numerator, denominator) in _USUAL:
        return _USUAL[numerator, denominator]
    if denominator >= 8 and numerator % 3 == 0:
        return (3,) * (numerator // 3)
    if denominator >= 8 and numerator > 3:
        twos = (2,) * (numerator // 2)
        return twos if numerator % 2 == 0 else (*twos[:-1], 3)
    return (1,) * numerator


@cache
def parse_meters(text: str) -> tuple[Meter, ...]:
    """Return the bars that a meter text stands for; they repeat in turn.

    Raises SpecError for what is not a meter, a denominator that is no power of 2, or groups that
    do not add up.

    >>> [str(meter) for meter in parse_meters("2/4+3/4")]
    ['2/4', '3/4']
    """
    meters, position = [], 0
    while position <= len(text):
        found = _PART.match(text, position)
        if not found:
            raise SpecError(f"'{text}' is not a meter", hint="write 4/4, 7/8 (3+2+2) or 2/4+3/4")
        meters.append(_meter(text, int(found[1]), int(found[2]), found[3]))
        position = found.end()
        if position < len(text) and text[position] != "+":
            raise SpecError(f"'{text}' is not a meter", hint="write 4/4, 7/8 (3+2+2) or 2/4+3/4")
        position += 1
    return tuple(meters)


def _meter(text: str, numerator: int, denominator: int, grouping: str | None) -> Meter:
    if denominator not in (1, 2, 4, 8, 16, 32):
        near = min((2, 4, 8, 16, 32), key=lambda item: abs(item - denominator))
        raise SpecError(
            f"meter {text}: the lower number must be 1, 2, 4, 8, 16 or 32",
            hint=f"did you mean {numerator}/{near}?",
        )
    if not 1 <= numerator <= 32:
        raise SpecError(f"meter {text}: the upper number must be 1 to 32")
    if grouping is None:
        return Meter(numerator, denominator, default_groups(numerator, denominator))
    if not re.fullmatch(r"\d+(\s*\+\s*\d+)*", grouping):
        raise SpecError(f"meter {text}: '{grouping}' is not a grouping", hint="write 7/8 (3+2+2)")
    groups = tuple(int(item) for item in grouping.split("+"))
    if sum(groups) != numerator or min(groups) < 1:
        raise SpecError(f"meter {text}: the groups add up to {sum(groups)}, not {numerator}")
    return Meter(numerator, denominator, groups)


def format_meters(meters: tuple[Meter, ...]) -> str:
    """Return the text that `parse_meters` reads back.

    >>> format_meters(parse_meters("7/8(2+2+3)"))
    '7/8 (2+2+3)'
    """
    return "+".join(map(str, meters))


@dataclass(frozen=True)
class Bars:
    """The bars of a section: a cycle of meters, laid out in ticks from the section's start.

    >>> bars = Bars(parse_meters("2/4+3/4"), 4)
    >>> bars.starts.tolist(), bars.ticks
    ([0, 1920, 4800, 6720], 9600)
    """

    meters: tuple[Meter, ...]
    count: int

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """Length of each bar in ticks."""
        return _layout(self.meters, self.count)[0]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Tick at which each bar begins, from the section's start."""
        return _layout(self.meters, self.count)[1]

    @cached_property
    def ticks(self) -> int:
        """Length of the section in ticks."""
        return int(self.lengths.sum())

    def meter(self, bar: int) -> Meter:
        """Return the meter of a bar (0 is the first)."""
        return self.meters[bar % len(self.meters)]

    @cached_property
    def group_starts(self) -> NDArray[np.int64]:
        """Ticks at which the groups of all bars begin."""
        return _layout(self.meters, self.count)[2]

    def bar_of(self, ticks: NDArray[Any]) -> NDArray[np.int64]:
        """Return the bar that each tick lies in; ticks before or after belong to the nearest."""
        return self._bar_lines.searchsorted(ticks, side="right")

    @cached_property
    def _bar_lines(self) -> NDArray[np.int64]:
        return self.starts[1:]


@lru_cache(maxsize=512)
def _layout(
    meters: tuple[Meter, ...], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the lengths and the starts of bars, and where all their groups begin; read only."""
    lengths = np.resize(np.array([meter.ticks for meter in meters]), count)
    starts = np.cumsum(lengths) - lengths
    places = [meters[bar % len(meters)].group_ticks + start for bar, start in enumerate(starts.tolist())]
    layout = lengths, starts, np.concatenate(places or [starts])
    for column in layout:
        column.flags.writeable = False
    return layout
