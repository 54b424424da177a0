"""Pulses of unequal length: a time map that limps and still keeps its bars.

A vector such as [1, 3] or [6, 5, 4] gives as many successive equal steps these relative lengths;
together they last as long as before. It begins anew with every bar line; steps of a bar that are
too few for another cycle stay equal. What lies between two pulses is carried along in proportion,
so the map is piecewise linear, rises everywhere, and leaves bar lines and whatever lies outside
the bars where they are. Ticks are 960 to the quarter and are rounded to the nearest, halves to
the even one; two ticks may become one, but never change places.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes
from sirtak.theory.meter import WHOLE, Bars, Meter

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pulses:
    """The map of a section: ticks at which pulses begin when they are equal, and where they lie here.

    >>> from sirtak.theory.meter import parse_meters
    >>> limp = pulse_map((1, 3), Bars(parse_meters("2/4"), 1), 8)
    >>> limp(np.array([0, 480, 960, 1440, 1680])).tolist()
    [0, 240, 960, 1200, 1560]
    >>> limp.inverse(np.array([0, 240, 960, 1200, 1560])).tolist()
    [0, 480, 960, 1440, 1680]
    """

    equal: Floats
    uneven: Floats

    def __call__(self, ticks: NDArray[Any]) -> NDArray[np.int64]:
        """Return where ticks of equal pulses lie among the uneven ones."""
        # Before the first bar and after the last, interp would stand still; there nothing moves.
        moved = np.interp(ticks, self.equal, self.uneven)
        inside = (ticks >= self.equal[0]) & (ticks <= self.equal[-1])
        return np.where(inside, np.rint(moved), ticks).astype(np.int64)

    @property
    def inverse(self) -> Pulses:
        """The map that takes uneven pulses back to equal ones."""
        return Pulses(self.uneven, self.equal)

    def notes(self, notes: Notes) -> Notes:
        """Return notes with onsets and ends moved: what did not overlap does not now."""
        onset = self(notes.onset)
        return notes.but(onset=onset, duration=np.maximum(self(notes.end) - onset, 1))

    def controls(self, controls: Controls) -> Controls:
        """Return controllers at the ticks to which their notes have gone."""
        table = controls.table.copy()
        table["tick"] = self(table["tick"])
        return Controls(table)


def pulse_map(vector: tuple[float, ...], bars: Bars, value: int) -> Pulses:
    """Return the map in which pulses of a note value (8 is an eighth) have relative lengths.

    The value need not divide the bar; 12 is the triplet eighth.
    """
    return _pulses(tuple(vector), bars.meters, bars.count, tuple(WHOLE / value for _ in bars.meters))


def step_map(vector: tuple[float, ...], bars: Bars, steps_per_beat: int) -> Pulses:
    """Return the map in which a grid's steps have relative lengths, in each bar those of its meter."""
    units = tuple(meter.beat / steps_per_beat for meter in bars.meters)
    return _pulses(tuple(vector), bars.meters, bars.count, units)


def row_map(vector: tuple[float, ...], bars: Bars, steps_per_beat: int, speed: Fraction) -> Pulses:
    """Return the map in which the steps of a row of some speed have relative lengths."""
    units = tuple(meter.beat / steps_per_beat / float(speed) for meter in bars.meters)
    return _pulses(tuple(vector), bars.meters, bars.count, units)


@lru_cache(maxsize=64)
def _pulses(
    vector: tuple[float, ...], meters: tuple[Meter, ...], count: int, units: tuple[float, ...]
) -> Pulses:
    """Return the map over `count` bars, whose equal pulses last `units` ticks, meter by meter."""
    kinds = [_bar(vector, meter, unit) for meter, unit in zip(meters, units, strict=True)]
    bars = Bars(meters, count)
    starts = bars.starts.tolist()
    places = [kinds[bar % len(kinds)] + start for bar, start in enumerate(starts)]
    # The end of a bar is the beginning of the next; the last one's stands at the end.
    equal, uneven = np.concatenate([*places, np.full((2, 1), bars.ticks)], axis=1)
    return Pulses(equal, uneven)


def _bar(vector: tuple[float, ...], meter: Meter, unit: float) -> Floats:
    """Return rows (equal, uneven) of one bar: where its pulses begin, and where its rest does."""
    cycle = unit * len(vector)
    rounds = int(meter.ticks / cycle + 1e-9)
    lengths = np.array(vector) * (cycle / sum(vector))
    begins = (np.cumsum(lengths) - lengths)[None] + np.arange(rounds)[:, None] * cycle
    plain = np.arange(rounds * len(vector)) * unit
    # A bar that is filled ends where the next begins; any other has its equal steps to come.
    rest = [rounds * cycle] if meter.ticks - rounds * cycle > 1e-6 else []
    return np.array([[*plain, *rest], [*begins.reshape(-1), *rest]])
