"""A MIDI file taken apart byte by byte, for the checker: nothing is mended on the way.

Ticks are absolute, in the file's own division. What cannot be read becomes a fault, and the
track's events end there; no byte string makes this raise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LENGTHS = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the rule, the track (-1 is the file), the tick, and what it is."""

    rule: str
    track: int
    tick: int
    message: str

    def __str__(self) -> str:
        where = "" if self.track < 0 else f"track {self.track}, tick {self.tick}: "
        return f"[{self.rule}] {where}{self.message}"


@dataclass(frozen=True, slots=True)
class Event:
    """A MIDI event: absolute tick, status byte, meta type (or -1) and data."""

    tick: int
    status: int
    kind: int
    data: bytes


@dataclass
class RawTrack:
    """One track chunk: its events, its end, and the faults met on the way."""

    number: int
    events: list[Event] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    end: int = -1

    def fault(self, rule: str, tick: int, message: str) -> None:
        """Note a fault."""
        self.faults.append(Finding(rule, self.number, tick, message))


class Reader:
    """A place in a track's bytes."""

    def __init__(self, body: bytes, track: RawTrack) -> None:
        self.body, self.track, self.place, self.tick, self.running = body, track, 0, 0, 0

    def number(self) -> int | None:
        """Read a variable-length number; None where it is broken off."""
        value, start = 0, self.place
        while self.place < len(self.body):
            byte = self.body[self.place]
            self.place += 1
            value = value << 7 | byte & 127
            if byte < 128:
                used = self.place - start
                if used > 4:
                    self.track.fault("varlen", self.tick, f"a number of {used} bytes, more than 4")
                elif used > 1 and self.body[start] == 0x80:
                    self.track.fault("varlen", self.tick, "a number with needless leading bytes")
                return value
            if self.place - start > 8:
                break
        self.track.fault("length", self.tick, "the track breaks off inside a number")
        return None

    def take(self, size: int) -> bytes | None:
        """Read some bytes; None where there are not so many left."""
        if self.place + size > len(self.body):
            self.track.fault("length", self.tick, "the track breaks off inside an event")
            return None
        self.place += size
        return self.body[self.place - size : self.place]

    def event(self) -> bool:
        """Read one event; False where the track ends or cannot be read on."""
        delta = self.number()
        if delta is None or self.place >= len(self.body):
            if delta is not None:
                self.track.fault("length", self.tick, "a time without an event")
            return False
        self.tick += delta
        status = self.body[self.place]
        if status >= 0x80:
            self.place += 1
        elif self.running:
            self.track.fault("running-status", self.tick, "running status")
            status = self.running
        else:
            self.track.fault("length", self.tick, f"byte {status:02X} where an event should begin")
            return False
        return self._system(status) if status >= 0xF0 else self._channel(status)

    def _channel(self, status: int) -> bool:
        self.running = status
        data = self.take(LENGTHS[status & 0xF0])
        if data is None:
            return False
        if max(data) > 127:
            self.track.fault("data", self.tick, f"data byte {max(data)} is above 127")
        self.track.events.append(Event(self.tick, status, -1, data))
        return True

    def _system(self, status: int) -> bool:
        self.running = 0
        kind = -1
        if status == 0xFF:
            first = self.take(1)
            if first is None:
                return False
            kind = first[0]
        elif status not in (0xF0, 0xF7):
            self.track.fault("length", self.tick, f"status {status:02X} does not belong in a file")
            return False
        size = self.number()
        data = None if size is None else self.take(size)
        if data is None:
            return False
        self.track.events.append(Event(self.tick, status, kind, data))
        if kind == 0x2F:
            self.track.end = self.tick
            if self.place < len(self.body):
                self.track.fault(
                    "end", self.tick, f"{len(self.body) - self.place} bytes after the end of track"
                )
            return False
        return True


def read_track(number: int, body: bytes) -> RawTrack:
    """Return a track chunk taken apart."""
    track = RawTrack(number)
    reader = Reader(body, track)
    while reader.event():
        pass
    if track.end < 0:
        track.fault("end", reader.tick, "no end of track")
    return track


def read_file(data: bytes) -> tuple[int, int, list[RawTrack], list[Finding]]:
    """Return (format, division, tracks, faults of the file as a whole)."""
    if data[:4] != b"MThd" or len(data) < 14:
        message = "this is not a MIDI file: it does not begin with a whole MThd"
        return 0, 0, [], [Finding("header", -1, 0, message)]
    size = int.from_bytes(data[4:8], "big")
    kind, count, division = (int.from_bytes(data[at : at + 2], "big") for at in (8, 10, 12))
    tracks, faults = _chunks(data, 8 + size)
    if size != 6:
        faults.append(Finding("header", -1, 0, f"the header is {size} bytes long, not 6"))
    if count != len(tracks):
        message = f"the header says {count} tracks, and there are {len(tracks)}"
        faults.append(Finding("header", -1, 0, message))
    return kind, division, tracks, faults


def _chunks(data: bytes, place: int) -> tuple[list[RawTrack], list[Finding]]:
    tracks: list[RawTrack] = []
    faults: list[Finding] = []
    while place + 8 <= len(data):
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "big")
        body = data[place + 8 : place + 8 + length]
        if name != b"MTrk":
            faults.append(Finding("chunks", -1, 0, f"a chunk {name!r} that is no track"))
        else:
            if len(body) < length:
                message = f"track {len(tracks)} says {length} bytes and has {len(body)}"
                faults.append(Finding("length", -1, 0, message))
            tracks.append(read_track(len(tracks), body))
        place += 8 + length
    if place < len(data):
        faults.append(Finding("chunks", -1, 0, f"{len(data) - place} bytes left over at the end"))
    return tracks, faults
