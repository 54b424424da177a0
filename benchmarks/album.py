"""The whole album: planned, composed, encoded and listed, in CPU time.

    python benchmarks/album.py [seeds]

The first album of a process also reads the styles and everything they name.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from sirtak.composer.album import make_album
from sirtak.composer.album_write import write_album

BUDGET = 2.0  # seconds


def main() -> int:
    """Print a row for each seed; 1 where one takes longer than the budget."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    taken = []
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder:
            start = time.process_time()
            album = make_album(seed)
            write_album(album, Path(folder) / "album")
            taken.append(time.process_time() - start)
        notes = sum(len(track.notes) for item in album.tracks for track in item.arrangement)
        print(f"seed {seed}: {taken[-1]:.2f} s, {album.seconds / 60:.1f} min, {notes} notes")
    print(f"first {taken[0]:.2f} s, median {statistics.median(taken):.2f} s, budget {BUDGET:.1f} s")
    return int(max(taken) > BUDGET)


if __name__ == "__main__":
    raise SystemExit(main())
