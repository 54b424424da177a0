"""How large a piece may be to be measured."""

import pytest

from sirtak.analysis.measures import measure
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, MeterChange


def test_few_bars_that_are_as_large_as_thousands_are_refused():
    meters = (MeterChange(0, 255, 1), MeterChange(255 * 3840, 1, 4))
    with pytest.raises(SirtakError, match="1501 bars of up to 4080 sixteenths are too many"):
        measure(Arrangement((), length=255 * 3840 + 1500 * 960, meters=meters))


def test_more_than_four_thousand_bars_are_refused_before_they_are_laid_out():
    with pytest.raises(SirtakError, match="are too many to measure"):
        measure(Arrangement((), length=2**30, meters=(MeterChange(0, 1, 64),)))
