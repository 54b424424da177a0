"""Swing in MPC percent: the second sixteenth of every eighth comes late.

50 is straight, 66.7 a triplet: the delay is (percent / 100 - 1/2) of an eighth (Roger Linn's
definition, craft.md 3.4). Ticks are 960 to the quarter and are rounded to the nearest, halves to
the even one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

EIGHTH = 480


def swung(ticks: NDArray[Any], percent: float | NDArray[np.float64]) -> NDArray[np.int64]:
    """Return ticks (from a bar line) with swing; what lies between sixteenths is carried along.

    >>> swung(np.array([0, 240, 480, 720]), 58).tolist()
    [0, 278, 480, 758]
    """
    inside = ticks % EIGHTH
    late = (np.asarray(percent) / 100 - 0.5) * EIGHTH
    # The late sixteenth stretches the first half of the eighth and squeezes the second.
    share = np.where(inside <= EIGHTH // 2, inside, EIGHTH - inside) / (EIGHTH // 2)
    return np.asarray(ticks + np.rint(late * share), np.int64)
