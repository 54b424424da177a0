"""Channel events of one track to bytes, without a loop over the notes.

Each event is one 64-bit integer (tick, order, two data bytes), so a single sort puts a track in
playing order; delta times and messages are then written column by column. At one tick the order
is note-off, bank, program, RPN, controller, pressure, bend, note-on. No running status.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.notes.controls import BEND, CC, Controls

OFF, BANK, PROGRAM, RPN, CONTROL, PRESSURE, PITCH, ON = range(8)
_STATUS = np.array([0x80, 0xB0, 0xC0, 0xB0, 0xB0, 0xD0, 0xE0, 0x90], np.uint8)
OFF_VELOCITY = 64
BLOCK = 1 << 15  # events at a time: what the processor's cache holds

Keys = NDArray[np.int64]


def pack(tick: NDArray[np.generic] | int, order: int, first: object, second: object = 0) -> Keys:
    """Return events as sortable integers: tick, order (3 bits), two data bytes (7 bits each)."""
    ticks = np.atleast_1d(np.asarray(tick, np.int64))
    low = np.asarray(first, np.int64) << 7 | np.asarray(second, np.int64)
    packed: Keys = ticks << 17 | order << 14 | low
    return packed


def resolve_overlaps(notes: Notes, length: int) -> Notes:
    """Return the notes so that no pitch sounds twice at once and nothing outlasts `length`.

    An earlier note ends where the next of its pitch begins; of two that begin together the
    louder stays, then the longer.
    """
    if _clean(notes, length):
        return notes
    notes = _without_doubles(notes)
    table = notes.table
    # The table is in time order, so a stable sort by pitch leaves each pitch in time order too.
    order = np.argsort(table["pitch"], kind="stable")
    onset, pitch = table["onset"][order].astype(np.int64), table["pitch"][order]
    limit = np.full(len(notes), length, np.int64)
    same = pitch[1:] == pitch[:-1]
    limit[:-1][same] = onset[1:][same]
    duration = np.empty(len(notes), np.int64)
    duration[order] = np.minimum(table["duration"][order], limit - onset)
    return notes.but(duration=duration)


def _clean(notes: Notes, length: int) -> bool:
    """Return whether no note overlaps another of its pitch or the end: nearly always so."""
    table = notes.table
    if not len(table):
        return True
    if int(notes.end.max()) > length or int(table["duration"].max()) >= 1 << 25:
        return False
    # Pitch, onset and duration in one integer: sorting it is much faster than sorting rows. A
    # note that ends in its own pitch's time stays below the next key, whatever that one's pitch.
    key = table["pitch"].astype(np.int64)
    key <<= 31
    key |= table["onset"]
    key <<= 25
    key |= table["duration"]
    key.sort()
    start = key >> 25
    key &= (1 << 25) - 1
    key += start
    return not bool(np.any(key[:-1] > start[1:]))


def _without_doubles(notes: Notes) -> Notes:
    table = notes.table
    order = np.lexsort([-table["duration"], -table["velocity"].astype(int), table["pitch"], table["onset"]])
    onset, pitch = table["onset"][order], table["pitch"][order]
    first = np.ones(len(order), bool)
    first[1:] = (onset[1:] != onset[:-1]) | (pitch[1:] != pitch[:-1])
    return notes[np.sort(order[first])]


def note_events(notes: Notes) -> Keys:
    """Return note-ons and note-offs as packed events."""
    table, count = notes.table, len(notes)
    events = np.empty(2 * count, np.int64)
    on, off = events[:count], events[count:]
    on[:] = table["onset"]
    np.add(on, table["duration"], out=off)
    pitch = table["pitch"].astype(np.int64)
    pitch <<= 7
    on <<= 17
    on |= pitch
    on |= table["velocity"]
    on |= ON << 14
    off <<= 17
    off |= pitch
    off |= OFF_VELOCITY
    return events


def control_events(controls: Controls) -> Keys:
    """Return controllers, bends and pressure as packed events; the last value on a tick counts."""
    table = controls.table
    if not len(table):
        return np.empty(0, np.int64)
    kind, number, value = table["kind"], table["number"].astype(np.int64), table["value"].astype(np.int64)
    bend = value + 8192
    first = np.where(kind == CC, number, np.where(kind == BEND, bend & 127, value))
    second = np.where(kind == CC, value, np.where(kind == BEND, bend >> 7, 0))
    order = np.where(kind == CC, CONTROL, np.where(kind == BEND, PITCH, PRESSURE))
    tick = table["tick"].astype(np.int64)
    lane = tick << 10 | order << 7 | np.where(kind == CC, number, 0)
    # A stable sort leaves the last that was written at the end of its lane.
    sorting = np.argsort(lane, kind="stable")
    last = sorting[np.diff(lane[sorting], append=-1) != 0]
    events: Keys = (tick << 17 | order << 14 | first << 7 | second)[last]
    return events


def encode_events(events: Keys, channel: int, length: int) -> list[bytes]:
    """Return packed events as delta times and messages on a channel (0 to 15), and the end of track.

    The bytes come in pieces, so that a large file is put together once. `events` is sorted in place.
    """
    events.sort()
    status = (_STATUS | channel).astype(np.uint8)
    blocks, last = [], 0
    for first in range(0, len(events), BLOCK):
        block = events[first : first + BLOCK]
        blocks.append(_encode_block(block, last, status))
        last = int(block[-1]) >> 17
    return [*blocks, variable_length(length - last), b"\xff\x2f\x00"]


def _encode_block(events: Keys, last: int, statuses: NDArray[np.uint8]) -> bytes:
    """Return the bytes of sorted events that follow an event at tick `last`.

    Each event is a row wide enough for the longest time in the block; what a row does not
    need is masked away at the end.
    """
    tick = events >> 17
    delta = np.empty_like(tick)
    delta[0] = tick[0] - last
    np.subtract(tick[1:], tick[:-1], out=delta[1:])
    longest = int(delta.max())
    times = 1 + (longest >= 1 << 7) + (longest >= 1 << 14) + (longest >= 1 << 21)
    order = (events >> 14).astype(np.uint8) & 7
    low = events.astype(np.uint16)
    rows = np.empty((len(events), times + 3), np.uint8)
    rows[:, times + 2] = low & 127
    rows[:, times + 1] = low >> 7 & 127
    rows[:, times] = statuses[order]
    rows[:, times - 1] = delta & 127
    short = (order == PROGRAM) | (order == PRESSURE)
    some_short = bool(short.any())
    if times == 1 and not some_short:
        return rows.tobytes()
    kept = np.ones(rows.shape, bool)
    for place in range(1, times):
        rows[:, times - 1 - place] = delta >> 7 * place & 127 | 128
        kept[:, times - 1 - place] = delta >= 1 << 7 * place
    if some_short:
        kept[:, times + 2] = ~short
    return rows[kept].tobytes()


def variable_length(value: int) -> bytes:
    """Return a number of up to 28 bits in MIDI's variable length.

    >>> variable_length(0).hex(), variable_length(128).hex(), variable_length(0x0FFFFFFF).hex()
    ('00', '8100', 'ffffff7f')
    """
    groups = [value & 127]
    while value := value >> 7:
        groups.append(value & 127 | 128)
    return bytes(reversed(groups))
