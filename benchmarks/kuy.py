"""Composing a solo küy of three minutes, against what a peer takes to hold and write as many notes.

A new küy with every run, its form, figures, fingering and strokes; warm, in CPU time. No peer composes
for two strings, so the ratio is to pretty_midi, which only stores the same notes and writes them.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from timing import timed

RUNS = 40
BARS = {"adai": 122, "balbyrauyn": 208, "kelinshek": 156}  # three minutes at each type's tempo


def compose(kind: str, seed: int) -> Any:
    """Return a composed küy of about three minutes."""
    import sirtak

    return sirtak.compose("kuy", seed=seed, set={"kuy.type": kind, "kuy.bars": BARS[kind]})


def pretty(notes: Any, path: Path) -> None:
    """Store and write the same notes with pretty_midi."""
    import pretty_midi

    midi = pretty_midi.PrettyMIDI(initial_tempo=160)
    part = pretty_midi.Instrument(program=106)
    for onset, duration, pitch, velocity, *_ in notes:
        part.notes.append(pretty_midi.Note(velocity, pitch, onset / 2560, (onset + duration) / 2560))
    midi.instruments.append(part)
    midi.write(str(path))


def main() -> None:
    """Print a line for each type."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "peer.mid"
        for kind in BARS:
            piece = compose(kind, 0)
            notes = list(piece["dombra"])
            pretty(notes, path)
            times = timed(lambda number, kind=kind: compose(kind, number), range(1, RUNS + 1))
            ours = statistics.median(times)
            peer = statistics.median(timed(lambda _, notes=notes: pretty(notes, path), range(5)))
            print(
                f"{kind:<11} {piece.arrangement.seconds:4.0f} s of music, {len(notes)} notes: {ours:5.1f} ms "
                f"(fastest {min(times):.1f}); pretty_midi stores and writes as many in {peer:.0f} ms, "
                f"{peer / ours:.1f} x as long"
            )


if __name__ == "__main__":
    main()
