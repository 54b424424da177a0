"""Composing and writing 32 bars of six parts, against what peers take for as many notes.

Every program writes a file of at least as many notes in six parts over 32 bars, from patterns of its
own, the way its documentation shows it. Warm, in CPU time.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

PIECE = """
name = "bench"
tempo = 124
mode = "aeolian-dorian"

[melody]
density = 0.75

[dombra]
rhythm = "gallop"

[piano]
manner = "stabs"

[pad]

[bass]
policy = "off"

[drums]
beat = "sirtak-floor"

[percussion]
beat = "toi-drums"

[[section]]
name = "intro"
bars = 8
energy = 0.5
lead = "dombra"

[[section]]
name = "hook"
bars = 16
energy = 0.8
lead = "dombra"
answer = "piano"

[[section]]
name = "end"
bars = 8
energy = 0.5
lead = "dombra"
"""


def sirtak_run(folder: Path, number: int) -> Path:
    """Compose the piece with another seed each time and write it."""
    import sirtak

    composition = sirtak.compose(PIECE, seed=number)
    return composition.write(folder / "sirtak.mid", force=True)


def subsequence_run(folder: Path, number: int) -> Path:
    """Six patterns of one bar, rendered over 32 bars."""
    import subsequence

    composition = subsequence.Composition(bpm=124, key="D", seed=number)

    def part(channel: int, spacing: float, pitch: int) -> None:
        @composition.pattern(channel=channel, beats=4)
        def play(p: Any) -> None:
            # With swing and a player's unevenness, as sirtak's parts have them.
            p.repeat(pitch, spacing=spacing, duration=spacing / 2)
            p.dropout(0.01)
            p.swing(57)
            p.randomize(timing=0.01, velocity=0.1)

        play.__name__ = f"part{channel}"

    for channel, pitch in enumerate((36, 42, 50, 57, 62, 69), 1):
        part(channel, 0.25, pitch)
    composition.render(bars=32, filename=str(folder / "subsequence.mid"))
    return folder / "subsequence.mid"


def musicpy_run(folder: Path, number: int) -> Path:
    """Six tracks of 512 sixteenths."""
    import musicpy

    tracks = []
    for base in (36, 42, 50, 57, 62, 69):
        notes = [musicpy.degree_to_note(base + (step * number) % 5, duration=1 / 16) for step in range(512)]
        tracks.append(musicpy.chord(notes, interval=[1 / 16] * 512))
    piece = musicpy.P(
        tracks=tracks, instruments=[1] * 6, bpm=124, start_times=[0] * 6, channels=list(range(6))
    )
    musicpy.write(piece, bpm=124, name=str(folder / "musicpy.mid"))
    return folder / "musicpy.mid"


def isobar_run(folder: Path, number: int) -> Path:
    """Six tracks of 512 sixteenths from random walks, on a timeline that runs as fast as it can."""
    import isobar

    output = isobar.io.MidiFileOutputDevice(str(folder / "isobar.mid"))
    timeline = isobar.Timeline(124, output_device=output, clock_source=isobar.DummyClock())
    timeline.stop_when_done = True
    for channel, base in enumerate((36, 42, 50, 57, 62, 69)):
        timeline.schedule(
            {
                "note": isobar.PSequence([base, base + 2, base + 3, base + 5], 128),
                "duration": 0.25,
                "channel": channel,
            }
        )
    timeline.run()
    output.write()
    return folder / "isobar.mid"


def count(path: Path) -> int:
    """Return how many notes a file has."""
    import mido

    return sum(
        message.type == "note_on" and message.velocity > 0
        for track in mido.MidiFile(path).tracks
        for message in track
    )


def measure(run: Callable[[Path, int], Path], runs: int) -> tuple[float, int]:
    """Return the median CPU milliseconds of warm runs, and the notes of the last."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = run(Path(folder), 1)
        times = []
        for number in range(2, 2 + runs):
            start = time.process_time()
            path = run(Path(folder), number)
            times.append((time.process_time() - start) * 1000)
        return statistics.median(times), count(path)


def main() -> None:
    """Print each program's time for as many notes as sirtak's, and the ratio."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    own, notes = measure(sirtak_run, 25)
    print(f"sirtak       {own:8.1f} ms CPU  {notes:5d} notes")
    wanted = {"subsequence": (subsequence_run, 10), "musicpy": (musicpy_run, 3), "isobar": (isobar_run, 100)}
    for name, (run, least) in wanted.items():
        spent, made = measure(run, 5)
        scaled = spent * notes / made
        print(
            f"{name:<12} {spent:8.1f} ms CPU  {made:5d} notes; {scaled:8.1f} ms for as many: "
            f"{scaled / own:6.1f} x sirtak (wanted: {least})"
        )


if __name__ == "__main__":
    main()
