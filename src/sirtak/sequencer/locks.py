"""Parameter locks: a controller value for one hit, and the row's own value for the hits after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls
from sirtak.rhythm.step import Row, Step


def locks(row: Row, steps: tuple[Step, ...], slot: NDArray[np.int64], onset: NDArray[np.int64]) -> Controls:
    """Return the controllers of a row's hits: at each onset, where the value is another than before.

    `slot` says which of `steps` each hit is. Controllers come before notes on their tick.
    """
    found = Controls.empty()
    order = np.argsort(onset, kind="stable")
    ticks, slots = onset[order], slot[order]
    for number, base in row.cc:
        by_slot = np.array([dict(step.cc).get(number, base) for step in steps], np.int64)
        values = by_slot[slots]
        changed = np.diff(values, prepend=-1) != 0
        found |= Controls.cc(number, ticks[changed], values[changed])
    return found
