"""The ruler of a section: where each step of its bars falls.

A step k of a bar falls k / steps_per_beat beats after the bar line, rounded to the nearest tick:
the one place where steps become ticks (960 to the quarter).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.theory.meter import Bars, Meter

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ruler:
    """The steps of a section: tick, bar, and place in the bar of each; steps in the longest bar.

    `ticks` is the section's length, `following` that of a step of the bar that would come next.
    """

    tick: Ints
    bar: Ints
    place: Ints
    width: int
    ticks: int
    following: float

    @cached_property
    def edges(self) -> Ints:
        """The ticks of all steps, and the section's end."""
        return np.append(self.tick, self.ticks)

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """The number of each bar's first step, and of the step behind the last bar."""
        return tuple(np.searchsorted(self.bar, np.arange(int(self.bar[-1]) + 2)).tolist())

    def at(self, steps: NDArray[Any]) -> Ints:
        """Return the ticks of places, which may lie between steps and behind the section's end.

        >>> from sirtak.theory.meter import parse_meters
        >>> ruler(parse_meters("4/4"), 1, 4).at(np.array([0, 1.5, 16, 20])).tolist()
        [0, 360, 3840, 4800]
        """
        total = len(self.tick)
        behind = np.maximum(steps - total, 0) * self.following
        if steps.dtype.kind == "i":
            return np.asarray(self.edges[np.minimum(steps, total)] + np.rint(behind), np.int64)
        between = np.interp(steps, np.arange(total + 1), self.edges)
        return np.asarray(np.rint(between + behind), np.int64)


@lru_cache(maxsize=64)
def ruler(meters: tuple[Meter, ...], count: int, steps_per_beat: int) -> Ruler:
    """Return where every step of `count` bars falls."""
    per_bar = np.array([meter.numerator * steps_per_beat for meter in meters])
    sizes = np.resize(per_bar, count)
    bars = Bars(meters, count)
    bar = np.repeat(np.arange(count), sizes)
    place = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    beats = np.array([meter.beat for meter in meters])[bar % len(meters)]
    inside = np.rint(place * beats / steps_per_beat).astype(np.int64)
    following = meters[count % len(meters)].beat / steps_per_beat
    return Ruler(bars.starts[bar] + inside, bar, place, int(per_bar.max()), bars.ticks, following)
