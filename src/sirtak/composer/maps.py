"""Meter maps: where the meter changes, of a piece or of a loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sirtak.notes import MeterChange
from sirtak.theory.meter import Bars


def meter_map(spans: Iterable[tuple[int, Bars]]) -> Iterator[MeterChange]:
    """Yield the changes over bars that begin at a tick each, bar by bar where meters alternate.

    >>> from sirtak.theory.meter import parse_meters
    >>> [change.tick for change in meter_map([(0, Bars(parse_meters("2/4+3/4"), 3))])]
    [0, 1920, 4800]
    """
    last = None
    for begin, bars in spans:
        for bar, start in enumerate(bars.starts.tolist()):
            meter = bars.meter(bar)
            if last != (meter.numerator, meter.denominator):
                last = (meter.numerator, meter.denominator)
                yield MeterChange(begin + start, *last)
