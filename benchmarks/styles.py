"""Composing and writing every style, against what a peer takes to hold and write as many notes.

Each style as it is, three to four minutes of music, with another seed in every run; the time stands as it
was taken and scaled to four minutes. Warm, in CPU time, with the file written. No peer composes such
pieces, so the ratio is to pretty_midi, which only stores the same notes and writes them.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from timing import timed

RUNS = 20
MINUTES = 4
WANTED = 60  # milliseconds for four minutes of music


def compose(style: str, seed: int, path: Path) -> Any:
    """Compose a style with a seed and write it."""
    import sirtak

    composition = sirtak.compose(style, seed=seed)
    composition.write(path, force=True)
    return composition


def pretty(composition: Any, path: Path) -> None:
    """Store and write the same notes with pretty_midi."""
    import pretty_midi

    midi = pretty_midi.PrettyMIDI(initial_tempo=120)
    for track in composition:
        part = pretty_midi.Instrument(program=track.program, is_drum=track.drums)
        for onset, duration, pitch, velocity, *_ in track.notes:
            part.notes.append(pretty_midi.Note(velocity, pitch, onset / 1920, (onset + duration) / 1920))
        midi.instruments.append(part)
    midi.write(str(path))


def main() -> None:
    """Print a line for each style."""
    from sirtak.library import Library

    with tempfile.TemporaryDirectory() as folder:
        path, other = Path(folder) / "piece.mid", Path(folder) / "peer.mid"
        for style in Library().names("style"):
            piece = compose(style, 0, path)
            times = timed(lambda seed, style=style: compose(style, seed, path), range(1, RUNS + 1))
            pretty(piece, other)
            peer = statistics.median(timed(lambda _, piece=piece: pretty(piece, other), range(3)))
            median, seconds = statistics.median(times), piece.arrangement.seconds
            notes = sum(len(track.notes) for track in piece)
            whole = median * MINUTES * 60 / seconds
            print(
                f"{style:<14} {seconds:4.0f} s of music, {len(piece.arrangement.tracks):2d} tracks, "
                f"{notes:5d} notes: {median:5.1f} ms (best {min(times):5.1f}), {whole:5.1f} for {MINUTES} "
                f"minutes (wanted: {WANTED}); pretty_midi stores and writes as many in {peer:4.0f} ms, "
                f"{peer / median:4.1f} x as long"
            )


if __name__ == "__main__":
    main()
