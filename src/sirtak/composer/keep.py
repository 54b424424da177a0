"""Kept parts: notes from another file that stay as they are while everything else is composed.

A piece carries them as text, one line a bar, so that its recipe needs no other file:

    [keep.dombra]
    source = "a.mid"
    meter = "4/4"
    bars = 64
    notes = '''
    1: 0/62/460/88 480/64/230/80
    '''

A note is tick/pitch/duration/velocity: the tick in its bar (960 to the quarter), a MIDI number, ticks,
1 to 127. Bars count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.notes import Notes
from sirtak.scene.part import knob
from sirtak.theory.meter import parse_meters

if TYPE_CHECKING:
    from sirtak.composer.piece import Piece

EARLY = 60  # ticks by which a hand may be before the beat that it means

_NOTE = re.compile(r"(\d{1,6})/(\d{1,3})/(\d{1,7})/(\d{1,3})", re.ASCII)


class KeepSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part's notes, kept from another file."""

    notes: Annotated[str, knob("a line a bar: number, colon, tick/pitch/duration/velocity …")]
    meter: Annotated[str, knob("the meter of the bars that they fill")]
    bars: Annotated[int, knob("the bars of the file that they are from", 1, 100000)]
    source: Annotated[str, knob("the file that they are from")] = ""


def bar_table(piece: Piece) -> tuple[NDArray[np.int64], list[tuple[int, int]]]:
    """Return the tick of every bar line of a piece, its end included, and each bar's meter."""
    ticks, meters = [], []
    for section in piece.sections():
        bars = piece.bars_of(section)
        ticks += bars.lengths.tolist()
        cycle = [bars.meter(number) for number in range(bars.count)]
        meters += [(meter.numerator, meter.denominator) for meter in cycle]
    return np.cumsum([0, *ticks]), meters


def format_kept(notes: Notes, lines: NDArray[np.int64]) -> str:
    """Return notes as text; `lines` are the ticks of the bar lines, the end included.

    >>> format_kept(Notes.of([0, 4320], 460, [62, 64], 88), np.array([0, 3840, 7680]))
    '1: 0/62/460/88\\n2: 480/64/460/88\\n'
    """
    rows: dict[int, list[str]] = {}
    notes = notes[notes.onset < lines[-1]]
    bar = np.searchsorted(lines, notes.onset, side="right") - 1
    table = zip(
        bar.tolist(),
        (notes.onset - lines[bar]).tolist(),
        notes.pitch.tolist(),
        notes.duration.tolist(),
        notes.velocity.tolist(),
        strict=True,
    )
    for number, *row in table:
        rows.setdefault(number, []).append("/".join(map(str, row)))
    return "".join(f"{number + 1}: {' '.join(row)}\n" for number, row in rows.items())


@lru_cache(maxsize=32)
def parse_kept(text: str, lines: tuple[int, ...]) -> Notes:
    """Return the notes of a text, those in bars behind the last one left out.

    Raises SpecError that names the bar and the note.

    >>> parse_kept("2: 480/64/460/88", (0, 3840, 7680)).onset.tolist()
    [4320]
    """
    rows = [row for line in text.splitlines() if line.strip() for row in _rows(line, lines)]
    if not rows:
        return Notes.empty()
    onset, pitch, duration, velocity = zip(*rows, strict=True)
    notes = Notes.of(onset, duration, pitch, velocity)
    return notes.but(duration=np.minimum(notes.duration, lines[-1] - notes.onset))


def _rows(line: str, lines: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    head, _, rest = line.strip().partition(":")
    if not re.fullmatch(r"\d{1,6}", head, re.ASCII) or int(head) < 1:
        raise SpecError(
            f"'{line.strip()[:40]}': which bar?", hint="begin the line with its bar: 12: 0/62/460/88"
        )
    bar = int(head)
    for word in rest.split():
        found = _NOTE.fullmatch(word)
        if not found:
            hint = "tick/pitch/duration/velocity, e.g. 0/62/460/88"
            raise SpecError(f"bar {bar}: '{word[:40]}' is not a note", hint=hint)
        tick, pitch, duration, velocity = map(int, found.groups())
        if pitch > 127 or not 1 <= velocity <= 127 or duration < 1:
            hint = "pitch 0 to 127, duration 1 or more, velocity 1 to 127"
            raise SpecError(f"bar {bar}: '{word}' is out of range", hint=hint)
        if bar >= len(lines):
            continue
        length = lines[bar] - lines[bar - 1]
        if tick >= length:
            raise SpecError(f"bar {bar}: '{word}' begins behind the bar", hint=f"the bar has {length} ticks")
        yield lines[bar - 1] + tick, pitch, duration, velocity


def kept_notes(piece: Piece, name: str) -> Notes:
    """Return the notes of a kept part; SpecError where they do not fit the piece."""
    keep = piece.file.keep[name]
    meters = parse_meters(keep.meter)
    if [(item.numerator, item.denominator) for item in meters] != [
        (item.numerator, item.denominator) for item in piece.meters
    ]:
        raise SpecError(
            f"the notes are in {keep.meter}, and the piece is in {piece.file.meter}",
            hint=f'compose in their meter: --meter "{keep.meter}", or keep another part',
        )
    return parse_kept(keep.notes, tuple(bar_table(piece)[0].tolist()))


def kept_notices(piece: Piece) -> Iterator[str]:
    """Yield what a listener should know of the kept parts: where they end, and strange notes."""
    total = sum(section.spec.bars for section in piece.sections())
    for name, keep in piece.file.keep.items():
        file = " ".join(keep.source.split()) or "its file"
        if keep.bars > total:
            yield f"kept '{name}': bars {total + 1}-{keep.bars} of {file} have no place in {total} bars"
        elif keep.bars < total:
            yield f"kept '{name}': silent from bar {keep.bars + 1} on, where {file} ends"
        notes = piece.kept[name]
        strange = int((~np.isin((notes.pitch.astype(int) - piece.tonic) % 12, piece.mode.semitones)).sum())
        if strange * 5 > len(notes) and not _drums(piece, name):
            yield (
                f"kept '{name}': {strange} of {len(notes)} notes are not in {piece.file.tonic} "
                f"{piece.mode.name}; --tonic and --mode choose another scale"
            )


def _drums(piece: Piece, name: str) -> bool:
    from sirtak.composer.players import PLAYERS

    return PLAYERS[piece.parts[name].player].drums


def span(notes: Notes, start: int, ticks: int) -> Notes:
    """Return the notes of a section, from its start; a hand may be early for its first beat."""
    notes = notes[(notes.onset >= start - EARLY) & (notes.onset < start + ticks - EARLY)]
    return notes.but(onset=np.maximum(notes.onset - start, 0))
