"""How fast the sequencer plays: 10,000 bars of twelve rows, and a loop from the command line.

python benchmarks/sequence.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sirtak.rhythm import Grid
from sirtak.sequencer import sequence

BARS = 10_000
RUNS = 7

GRID = Grid.parse(
    """
kick      X---x---X---x-x-
snare     ----X--o-o--X-oo
rim       ---o--o---o--o--
clap      ----X-------X---
hat       xoxoxoxoxoxoxoxo
open      --x---x---x---x-
pedal     x---x---x---x---
tom-low   ------------o-xo
tom-high  --o---o-
shaker    xoxxoxx
cowbell   x--x--
perc      x-o-x

[row.snare]
step.8 = { if = "2:4" }
step.10 = { if = "!PRE" }
step.15 = { if = "50%" }

[row.rim]
step."*" = { if = "NEI" }

[row.hat]
swing = 58
step.15 = { ratchet = 3, ramp = 20 }

[row.tom-high]
speed = "3/2"
chance = 0.7
"""
)


def main() -> None:
    """Print the fastest and the median of several runs."""
    took = []
    for _ in range(RUNS):
        GRID.memo.clear()
        start = time.perf_counter()
        notes = sequence(GRID, bars=BARS, swing=56, human=0.5)
        took.append(time.perf_counter() - start)
    took.sort()
    print(f"{BARS:,} bars x {len(GRID.rows)} rows, conditions, swing, hand: {len(notes):,} notes")
    print(f"  fastest {took[0]:.2f} s, median {took[RUNS // 2]:.2f} s")
    cold()


def cold() -> None:
    """Print how long a 16-bar loop takes from the command line, beside `import numpy`."""
    sirtak = Path(sys.executable).with_name("sirtak")
    with tempfile.TemporaryDirectory() as folder:
        loop = [str(sirtak), "sequence", "dnb-roller", "--bars", "16", "-q", "-f", "-o", f"{folder}/loop.mid"]
        numpy = [sys.executable, "-c", "import numpy"]
        times: dict[str, list[float]] = {"loop": [], "numpy": []}
        for _ in range(15):  # by turns, so that both see the same machine
            for name, command in (("loop", loop), ("numpy", numpy)):
                start = time.perf_counter()
                subprocess.run(command, check=True, capture_output=True)
                times[name].append(time.perf_counter() - start)
    loop_time, numpy_time = (sorted(times[name])[7] for name in ("loop", "numpy"))
    print(
        f"sirtak sequence, 16 bars, cold: {loop_time * 1000:.0f} ms, "
        f"{loop_time / numpy_time:.2f} x import numpy ({numpy_time * 1000:.0f} ms)"
    )


if __name__ == "__main__":
    main()
