"""Steps of even length on the groups of the bars: where figures of a machine may play.

Ticks count from the section's start, 960 to the quarter. In a meter of single beats (4/4, 3/4) a
figure begins anew on every bar line, in one with longer groups (7/8, 6/8, 5/8) on every group, so
that a figure never runs across the limp.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.theory.meter import Bars, Meter

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def grouped(meter: Meter) -> bool:
    """Return whether a meter goes by groups of more than one beat: 7/8 and 6/8 do, 4/4 does not."""
    return meter.denominator >= 8 and max(meter.groups) > 1


def steps(bars: Bars, unit: int) -> tuple[Ints, Ints, Ints]:
    """Return (tick, number in its figure, length) of all steps of `unit` ticks.

    The last step before a group or a bar line is cut where it would run over.

    >>> from sirtak.theory.meter import parse_meters
    >>> tick, number, length = steps(Bars(parse_meters("5/8 (3+2)"), 1), 640)
    >>> tick.tolist(), number.tolist(), length.tolist()
    ([0, 640, 1280, 1440, 2080], [0, 1, 2, 0, 1], [640, 640, 160, 640, 320])
    """
    kinds = [_bar(meter, unit) for meter in bars.meters]
    rows = [kinds[bar % len(kinds)] for bar in range(bars.count)]
    starts = np.repeat(bars.starts, [row.shape[1] for row in rows])
    tick, number, length = np.concatenate(rows, axis=1)
    return tick + starts, number, length


def _bar(meter: Meter, unit: int) -> Ints:
    """Return rows (tick, number, length) of one bar."""
    begins = meter.group_ticks.tolist() if grouped(meter) else [0]
    ends = [*begins[1:], meter.ticks]
    ticks = [np.arange(begin, end, unit) for begin, end in zip(begins, ends, strict=True)]
    number = np.concatenate([np.arange(len(item)) for item in ticks])
    tick = np.concatenate(ticks)
    return np.stack([tick, number, np.diff(tick, append=meter.ticks)])


def evenly(number: Ints) -> Floats:
    """Return when each step of a figure comes in as density rises: the bits of its number reversed.

    At any density the steps that sound are spread about as evenly as those of a Euclidean rhythm,
    and more of it only adds.

    >>> evenly(np.arange(8)).tolist()
    [0.0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875]
    """
    width = max(1, int(number.max(initial=0)).bit_length())
    size = 1 << width
    turned = np.zeros_like(number)
    for bit in range(width):
        turned |= (number >> bit & 1) << (width - 1 - bit)
    return turned / size
