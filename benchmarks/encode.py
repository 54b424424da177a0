"""Encoding a million notes, against mido and symusic, in one run.

CPU time, best of several; mido encodes a tenth of the notes and is scaled, since it takes its time.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import numpy as np

from sirtak.export.smf import encode
from sirtak.notes import Arrangement, Notes, Track

NOTES = 1_000_000


def material(count: int) -> tuple[Notes, int]:
    """Return notes that do not overlap on a pitch, and a length that holds them."""
    number = np.arange(count)
    notes = Notes.of(number * 30, 60 + number * 37 % 840, 30 + number * 7 % 60, 1 + number * 11 % 127)
    return notes, (int(notes.end.max()) // 3840 + 1) * 3840


def with_mido(notes: Notes) -> Callable[[], bytes]:
    """Return an encoder that builds mido's messages from sorted events and saves them."""
    import mido

    events = sorted(
        event
        for onset, duration, pitch, velocity, *_ in notes
        for event in ((onset, 1, pitch, velocity), (onset + duration, 0, pitch, 64))
    )

    def run() -> bytes:
        track, last = mido.MidiTrack(), 0
        for tick, kind, pitch, velocity in events:
            name = "note_on" if kind else "note_off"
            track.append(mido.Message(name, note=pitch, velocity=velocity, time=tick - last))
            last = tick
        file = mido.MidiFile(ticks_per_beat=960)
        file.tracks.append(track)
        data = io.BytesIO()
        file.save(file=data)
        return data.getvalue()

    return run


def with_symusic(notes: Notes) -> Callable[[], bytes]:
    """Return an encoder that dumps a score built beforehand."""
    import symusic

    score = symusic.Score(960)
    track = symusic.Track("a", 0, False)
    columns = (notes.onset.astype("i4"), notes.duration.astype("i4"), notes.pitch.astype("i1"))
    track.notes = symusic.Note.from_numpy(*columns, notes.velocity.astype("i1"))
    score.tracks.append(track)
    return score.dumps_midi


def best(run: Callable[[], bytes], runs: int) -> float:
    """Return the least CPU seconds of several runs after a warm one."""
    if runs > 1:
        run()
    times = []
    for _ in range(runs):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    """Print each encoder's time for a million notes, and the ratios."""
    notes, length = material(NOTES)
    arrangement = Arrangement((Track("a", notes),), length)
    fewer = material(NOTES // 10)[0]
    own = best(lambda: encode(arrangement), 7)
    peer = best(with_symusic(notes), 7)
    slow = best(with_mido(fewer), 1) * 10
    print(f"sirtak   {own * 1000:8.0f} ms for {NOTES:,} notes")
    print(f"symusic  {peer * 1000:8.0f} ms: sirtak takes {own / peer:.2f} x as long (wanted: 1.2 at most)")
    print(f"mido     {slow * 1000:8.0f} ms: {slow / own:.0f} x sirtak (wanted: at least 50)")


if __name__ == "__main__":
    main()
