"""What the command line costs cold, against importing what it stands on.

Wall time of whole processes, run in turn, median.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIRTAK = str(Path(sys.executable).parent / "sirtak")
COMMANDS = {
    "import click": [sys.executable, "-c", "import click"],
    "sirtak --help": [SIRTAK, "--help"],
    "import numpy": [sys.executable, "-c", "import numpy"],
    "sirtak compose kazan": [SIRTAK, "compose", "kazan", "-q"],
}


def main(rounds: int = 21) -> None:
    """Print the medians and the two ratios that matter."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name, command in COMMANDS.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
                times[name].append((time.perf_counter() - start) * 1000)
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, value in median.items():
        print(f"{name:<22} {value:6.0f} ms")
    print(
        f"help    {median['sirtak --help'] / median['import click']:.2f} x import click (wanted: 2.5 at most)"
    )
    compose = median["sirtak compose kazan"] / median["import numpy"]
    print(f"compose {compose:.2f} x import numpy (wanted: 3 at most)")


if __name__ == "__main__":
    main()
