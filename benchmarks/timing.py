"""What the benchmarks share: how a run is timed."""

from __future__ import annotations

import time
from collections.abc import Callable


def timed(run: Callable[[int], object], numbers: range) -> list[float]:
    """Return the CPU milliseconds of each run."""
    found = []
    for number in numbers:
        start = time.process_time()
        run(number)
        found.append(1000 * (time.process_time() - start))
    return found
