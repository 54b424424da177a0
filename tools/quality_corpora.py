"""Human music that ships with music21, as arrangements: what the gauge is tried on.

Tunes as written (repeats are not played out), in their own meters; a pickup stands at the end of a
bar of rest. Parts of chorales and quartets are tracks. Nothing here is copied into the repository.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sirtak.notes import PPQ, Arrangement, MeterChange, Notes, Track

# name: (folder of music21's corpus, how many pieces at the most, fewest notes of a piece)
CORPORA = {
    "Essen folk songs": ("essenFolksong", 300, 40),
    "Ryan's fiddle tunes": ("ryansMammoth", 300, 40),
    "O'Neill's Irish tunes": ("oneills1850", 200, 40),
    "Aird's airs": ("airdsAirs", 200, 40),
    "Bach chorales": ("bach", 60, 120),
    "Monteverdi madrigals": ("monteverdi", 15, 120),
    "string quartets": ("beethoven haydn mozart", 10, 120),
}


def scores(name: str) -> Iterator[Any]:
    """Yield the scores of a corpus, spread evenly over its files and, in a book of tunes, over its tunes."""
    from music21 import corpus

    folders, most, _ = CORPORA[name]
    paths = sorted(
        path
        for path in corpus.getCorePaths()
        if path.suffix != ".rntxt" and any(folder in path.parts for folder in folders.split())
    )
    if all(path.suffix == ".abc" for path in paths):
        yield from _tunes(paths, most)
    else:
        yield from map(corpus.parse, _spread(paths, most))


def _tunes(paths: Sequence[Path], most: int) -> Iterator[Any]:
    """Yield tunes out of books in ABC: only those that are taken are parsed."""
    from music21 import converter

    books = (re.split(r"(?m)^(?=X:)", path.read_text(encoding="utf-8", errors="replace")) for path in paths)
    texts = [text for book in books for text in book if text.startswith("X:") and "\nK:" in text]
    for text in _spread(texts, most):
        yield converter.parseData(text, format="abc")


def _spread(items: Sequence[Any], most: int) -> list[Any]:
    """Return at most so many items, evenly spread."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]


def arrangement_of(score: Any) -> Arrangement | None:
    """Return a score as an arrangement, None where it has no notes or no meter that can be read."""
    parts = list(score.parts) or [score]
    lead = _ticks(_pickup(parts[0]))
    tracks = tuple(
        Track(f"voice {number}", notes)
        for number, part in enumerate(parts, 1)
        if len(notes := _notes(part, lead))
    )
    if not tracks:
        return None
    meters = _meters(parts[0], lead)
    end = max(int(track.notes.end.max()) for track in tracks)
    bar = meters[-1].bar_ticks
    length = meters[-1].tick + max(1, -(-(end - meters[-1].tick) // bar)) * bar
    return Arrangement(tracks, length=max(length, end), meters=meters)


def _ticks(quarters: float) -> int:
    return round(float(quarters) * PPQ)


def _pickup(part: Any) -> float:
    """Return the quarters of rest before a pickup, 0 where the first bar is whole."""
    first = next(iter(part.getElementsByClass("Measure")), None)
    if first is None:
        return 0.0
    missing = float(first.barDuration.quarterLength) - float(first.duration.quarterLength)
    return missing if 0 < missing < first.barDuration.quarterLength else 0.0


def _notes(part: Any, lead: int) -> Notes:
    """Return the notes of a part, tied ones as one."""
    rows = [
        (_ticks(item.offset) + lead, max(1, _ticks(item.quarterLength)), pitch.midi)
        for item in part.stripTies().flatten().notes
        if not item.duration.isGrace
        for pitch in item.pitches
    ]
    return Notes.of(*np.array(sorted(set(rows))).T) if rows else Notes.empty()


def _meters(part: Any, lead: int) -> tuple[MeterChange, ...]:
    found: dict[int, MeterChange] = {}
    for item in part.flatten().getElementsByClass("TimeSignature"):
        tick = _ticks(item.offset)
        tick = tick + lead if tick else 0
        found[tick] = MeterChange(tick, item.numerator, item.denominator)
    first = found.pop(0, MeterChange(0, 4, 4))
    return (first, *found.values())


def arrangements(name: str) -> Iterator[Arrangement]:
    """Yield the pieces of a corpus that have enough notes."""
    fewest = CORPORA[name][2]
    for score in scores(name):
        piece = arrangement_of(score)
        if piece and sum(len(track.notes) for track in piece) >= fewest:
            yield piece
