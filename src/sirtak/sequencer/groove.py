"""Laying a groove over hits: quantize, timing, random and velocity, as `rhythm.groove` defines them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, cycle, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.groove import MOST_SLOTS, NEUTRAL, Groove
from sirtak.theory.meter import Bars, Meter

Floats = NDArray[np.float64]


def grooved(
    groove: Groove,
    amount: float,
    bars: Bars,
    onset: NDArray[np.int64],
    bar: NDArray[np.int64],
    row: NDArray[Any],
    voices: Sequence[str],
    random: Floats | None = None,
) -> tuple[NDArray[np.int64], Floats]:
    """Return onsets with a groove and what it adds to each velocity.

    The groove begins anew with every bar, or with every n-th where it is n bars long. `random`
    holds a number in [0, 1) for each hit. No hit leaves its slot's half to either side by random.

    >>> from sirtak.theory.meter import parse_meters
    >>> late = Groove("late", "1/16", {"all": (0.0, 40.0)})
    >>> bars = Bars(parse_meters("4/4"), 1)
    >>> zero = np.zeros(3, int)
    >>> grooved(late, 0.5, bars, np.array([0, 240, 720]), zero, zero, ["hat"])[0].tolist()
    [0, 260, 740]
    """
    turn = _turn(groove.slots * groove.ticks, bars.meters)
    inside = onset - bars.starts[bar - bar % turn]
    place = np.rint(inside / groove.ticks).astype(np.int64)
    slot = place % groove.slots
    offsets, weights = (table[row, slot] for table in _tables(groove, tuple(voices)))
    moved = inside + groove.quantize / 100 * (place * groove.ticks - inside)
    moved = moved + groove.timing / 100 * amount * offsets
    if random is not None:
        moved = moved + (2 * random - 1) * (groove.random / 100 * groove.ticks / 2)
    late = np.rint(moved - inside).astype(np.int64)
    return onset + late, groove.velocity / 100 * amount * (weights - NEUTRAL)


@lru_cache(maxsize=64)
def _tables(groove: Groove, voices: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Return ticks late and velocities of voices, each of shape (voices, slots)."""
    offsets, weights = map(groove.offset, voices), map(groove.weight, voices)
    return np.array([*offsets]), np.array([*weights])


@lru_cache(maxsize=64)
def _turn(length: int, meters: tuple[Meter, ...]) -> int:
    """Return in how many bars a groove begins anew: those that it fills, one where it fills none."""
    ends = accumulate(meter.ticks for meter in islice(cycle(meters), MOST_SLOTS))
    return next((bars for bars, end in enumerate(ends, 1) if end == length), 1)
