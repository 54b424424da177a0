"""The recipe inside a file: the TOML that made it, in sequencer-specific events.

A piece of it is at most 120 bytes long, since Ardour's MIDI library, among others, reads only one
byte of a meta event's length. Each begins with 7D (private use), "sirtak", 0, its number and how
many there are, two 7-bit bytes each; then comes UTF-8 text.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from sirtak.errors import MidiFileError, SirtakError

HEADER = b"\x7dsirtak\x00"
MAX_BYTES = 64 << 20
PIECE_BYTES = 100


def recipe_pieces(recipe: str) -> list[bytes]:
    """Return the data of the events that carry a recipe; SirtakError where it is too long.

    >>> [len(piece) for piece in recipe_pieces("x" * 150)]
    [112, 62]
    """
    text = recipe.encode()
    count = -(-len(text) // PIECE_BYTES)
    if count >= 1 << 14:
        raise SirtakError("the piece is too long to be carried in its own file", hint="shorten its patterns")
    total = bytes([count >> 7, count & 127])
    return [
        HEADER
        + bytes([number >> 7, number & 127])
        + total
        + text[number * PIECE_BYTES : (number + 1) * PIECE_BYTES]
        for number in range(count)
    ]


def load_bytes(path: str | PathLike[str]) -> bytes:
    """Return a MIDI file's bytes; MidiFileError where there are none to read."""
    file = Path(path)
    if file.is_dir():
        raise MidiFileError("this is a folder", file=path, hint="name the .mid file inside it")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise MidiFileError(f"larger than {MAX_BYTES >> 20} MiB", file=path)
        return file.read_bytes()
    except OSError as error:
        raise MidiFileError(f"cannot be read: {error.strerror or error}", file=path) from None


def recover(path: str | PathLike[str]) -> str:
    """Return the recipe inside a MIDI file."""
    return read_recipe(load_bytes(path), str(path))


def read_recipe(data: bytes, name: str | None = None) -> str:
    """Return the recipe in a MIDI file's bytes; MidiFileError where there is none."""
    for body in chunks(data, name):
        found = [
            item[len(HEADER) :] for kind, item in metas(body) if kind == 0x7F and item.startswith(HEADER)
        ]
        if found:
            return _joined(found, name)
    raise MidiFileError(
        "has no recipe", file=name, hint="only files that sirtak wrote carry the piece that made them"
    )


def _joined(pieces: list[bytes], name: str | None) -> str:
    """Return the text of a recipe's pieces; MidiFileError where one is missing or damaged."""
    numbered = {piece[:2]: piece[4:] for piece in pieces if len(piece) >= 4}
    count = pieces[0][2] << 7 | pieces[0][3] if len(pieces[0]) >= 4 else 0
    order = [bytes([number >> 7, number & 127]) for number in range(count)]
    try:
        return b"".join(numbered[number] for number in order).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        raise MidiFileError("its recipe is damaged", file=name) from None


def chunks(data: bytes, name: str | None = None) -> Iterator[bytes]:
    """Yield the tracks of a MIDI file; MidiFileError where the file is broken off or none."""
    if not data:
        raise MidiFileError("the file is empty", file=name)
    if data[:4] != b"MThd" or len(data) < 14:
        raise MidiFileError("this is not a MIDI file", file=name, hint="a MIDI file begins with MThd")
    place = 8 + int.from_bytes(data[4:8], "big")
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "big")
        if place + 8 + size > len(data):
            raise MidiFileError("the file is truncated", file=name, hint="copy it again from where it came")
        if data[place : place + 4] == b"MTrk":
            yield data[place + 8 : place + 8 + size]
        place += 8 + size
    if place != len(data):
        raise MidiFileError("the file is truncated", file=name, hint="copy it again from where it came")


def metas(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (type, data) of a track's meta events, up to where it stops making sense."""
    place, status = 0, 0
    while place < len(body):
        _, place = _number(body, place)
        if place >= len(body):
            return
        if body[place] >= 0x80:
            status = body[place]
            place += 1
        if status == 0xFF:
            kind = body[place] if place < len(body) else 0
            size, place = _number(body, place + 1)
            yield kind, body[place : place + size]
            place += size
        elif status in (0xF0, 0xF7):
            size, place = _number(body, place)
            place += size
        elif status < 0x80:
            return
        else:
            place += 1 if 0xC0 <= status < 0xE0 else 2


def _number(body: bytes, place: int) -> tuple[int, int]:
    """Return a variable-length number and the place behind it."""
    value = 0
    for _ in range(4):
        if place >= len(body):
            break
        value = value << 7 | body[place] & 127
        place += 1
        if body[place - 1] < 128:
            break
    return value, place
