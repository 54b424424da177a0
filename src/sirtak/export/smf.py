"""Standard MIDI files: type 1, 960 ticks to the quarter, one named track a part.

Track 0 is the conductor: title, tempo, meter, key and markers, nothing else. Each part has a
track and a channel of its own; drum parts are on channel 10. Every track ends at the last bar
line. Meta events are a type, a length and a few bytes, so they are built here: mido builds the
same (a test compares them byte for byte), and not importing it keeps the command line fast.
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache

import numpy as np

from sirtak.errors import SirtakError
from sirtak.export.events import (
    BANK,
    CONTROL,
    PROGRAM,
    RPN,
    Keys,
    control_events,
    encode_events,
    note_events,
    pack,
    resolve_overlaps,
    variable_length,
)
from sirtak.export.names import ascii_name, unique
from sirtak.export.recipe import recipe_pieces
from sirtak.notes import PPQ, Arrangement, Track
from sirtak.notes.controls import BEND, Controls
from sirtak.version import __version__

DRUM_CHANNEL = 9
MELODIC = [channel for channel in range(16) if channel != DRUM_CHANNEL]
BEND_RANGE = 2  # semitones each way: correct even in programs that lose the RPN
LONGEST_META = 120  # bytes: some programs read only one byte of a meta event's length


def encode(arrangement: Arrangement, *, utf8_names: bool = False) -> bytes:
    """Return the arrangement as the bytes of a .mid file.

    Raises SirtakError for more melodic parts than channels, or a piece without tracks.
    """
    if not arrangement.tracks:
        raise SirtakError("the piece has no notes to write", hint="give a section parts that play")
    names = [_name(name) for name in _names(arrangement, utf8_names)]
    channels = allot(arrangement.tracks)
    chunks = [[names[0], _conductor(arrangement, utf8_names)]]
    for track, name, channel in zip(arrangement.tracks, names[1:], channels, strict=True):
        chunks.append([name, *_body(track, channel, arrangement.length)])
    if arrangement.recipe:
        digest = hashlib.blake2b(digest_size=8)
        for piece in (piece for chunk in chunks for piece in chunk):
            digest.update(piece)
        chunks[1].insert(1, _provenance(arrangement, digest.hexdigest()))
    pieces = [b"MThd", struct.pack(">IHHH", 6, 1, len(chunks), PPQ)]
    for chunk in chunks:
        pieces += [b"MTrk", struct.pack(">I", sum(map(len, chunk))), *chunk]
    return b"".join(pieces)


def allot(tracks: tuple[Track, ...]) -> list[int]:
    """Return a channel for each track: 9 for drums, one each for the others."""
    melodic = sum(not track.drums for track in tracks)
    if melodic > len(MELODIC):
        raise SirtakError(
            f"{melodic} melodic parts do not fit the 15 melodic channels of one MIDI file",
            hint="mute some ([part] mute = true) and write them as a second file",
        )
    free = iter(MELODIC)
    return [DRUM_CHANNEL if track.drums else next(free) for track in tracks]


def meta(kind: int, data: bytes, delta: int = 0) -> bytes:
    """Return a meta event."""
    return variable_length(delta) + bytes([0xFF, kind]) + variable_length(len(data)) + data


def fitting(text: str) -> bytes:
    """Return as much of a text in UTF-8 as a short meta event holds, in whole letters.

    >>> len(fitting("Қ" * 100)), fitting("Дала").decode()
    (120, 'Дала')
    """
    return text.encode()[:LONGEST_META].decode(errors="ignore").encode()


def _name(text: bytes) -> bytes:
    return meta(0x03, text)


def _names(arrangement: Arrangement, utf8: bool) -> list[bytes]:
    """Return the conductor's and every track's name, each once."""
    titles = [(arrangement.title, "Piece"), *((track.title, track.name) for track in arrangement.tracks)]
    if utf8:
        return [fitting(name) for name in unique((title.strip() or other)[:56] for title, other in titles)]
    return [
        name.encode("ascii")
        for name in unique(ascii_name(title, ascii_name(other)) for title, other in titles)
    ]


def _conductor(arrangement: Arrangement, utf8: bool) -> bytes:
    """Return track 0 after its name: at one tick meter, then tempo, then key, then marker."""
    events: list[tuple[int, int, bytes]] = []
    for meter in arrangement.meters:
        power = meter.denominator.bit_length() - 1
        events.append((meter.tick, 0, meta(0x58, bytes([meter.numerator, power, 24, 8]))[1:]))
    for tempo in arrangement.tempos:
        events.append((tempo.tick, 1, meta(0x51, round(60_000_000 / tempo.bpm).to_bytes(3, "big"))[1:]))
    for key in arrangement.keys:
        events.append((key.tick, 2, meta(0x59, struct.pack("bb", key.sharps, key.minor))[1:]))
    for tick, text in arrangement.markers:
        shown = fitting(text) if utf8 else fitting(ascii_name(text, "Section"))
        events.append((tick, 3, meta(0x06, shown)[1:]))
    parts, last = [], 0
    for tick, _, event in sorted(events, key=lambda item: item[:2]):
        parts.append(variable_length(tick - last) + event)
        last = tick
    parts.append(variable_length(arrangement.length - last) + b"\xff\x2f\x00")
    return b"".join(parts)


def _provenance(arrangement: Arrangement, digest: str) -> bytes:
    """Return who made it, and the recipe, so that the piece can be made again from its file."""
    seed = "" if arrangement.seed is None else f" seed={arrangement.seed}"
    text = f"sirtak {__version__}{seed} digest={digest}".encode("ascii")
    recipe = b"".join(meta(0x7F, piece) for piece in recipe_pieces(arrangement.recipe))
    return meta(0x01, text) + recipe


def _body(track: Track, channel: int, length: int) -> list[bytes]:
    """Return a part's events after its name."""
    notes = resolve_overlaps(track.notes, length)
    bends = _cents_to_bends(track)
    controls = track.controls | bends
    values = controls.table["value"][controls.table["kind"] == BEND]
    bent = len(values) > 0
    if bent and values[-1]:
        controls |= Controls.bend(length, 0)  # leave the channel as it was found
    setup = _setup(track.bank, track.program, track.volume, track.pan, bent)
    events = [setup, note_events(notes), control_events(controls)]
    return encode_events(np.concatenate(events), channel, length)


@lru_cache(maxsize=256)
def _setup(bank: int, program: int, volume: int, pan: int, bent: bool) -> Keys:
    """Return bank, program, volume and pan twice: some hosts drop what stands at tick 0 alone."""
    events = []
    for tick in (0, 1):
        events.append(pack(tick, BANK, 0, bank >> 7))
        events.append(pack(tick, BANK, 32, bank & 127))
        events.append(pack(tick, PROGRAM, program))
        events.append(pack(tick, CONTROL, 7, volume))
        events.append(pack(tick, CONTROL, 10, pan))
    if bent:
        # One message a tick, after tick 0: together, some hosts keep only the last of them.
        messages = ((101, 0), (100, 0), (6, BEND_RANGE), (38, 0), (101, 127), (100, 127))
        for step, (number, value) in enumerate(messages, 1):
            events.append(pack(step, RPN, number, value))
    return np.concatenate(events)


def _cents_to_bends(track: Track) -> Controls:
    """Return a bend before every note whose cents differ from those before it."""
    notes = track.notes
    if not len(notes) or not notes.cents.any():
        return Controls.empty()
    onset, cents = notes.onset, notes.cents.astype(np.int64)
    sounding = np.maximum.accumulate(notes.end)
    clash = (cents[1:] != cents[:-1]) & (sounding[:-1] > onset[1:])
    if bool(clash.any()):
        tick = int(onset[1:][clash][0])
        raise SirtakError(
            f"track {track.name}: notes of different cents sound together at tick {tick}",
            hint="one channel bends all its notes: put the voices on tracks of their own",
        )
    changes = np.flatnonzero(np.diff(cents, prepend=0))
    values = np.clip(np.rint(cents[changes] * 8192 / (100 * BEND_RANGE)), -8192, 8191)
    return Controls.bend(onset[changes], values.astype(np.int64))
