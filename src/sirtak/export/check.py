"""The checker: does a MIDI file keep the rules that make it open well everywhere?

It reads bytes, not events that a library has mended, and it never raises on any input. The rules
come from what parsers and sequencers were seen to stop at or to lose; `RULES` says each in a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from os import PathLike

from sirtak.export.parse import Event, Finding, RawTrack, read_file
from sirtak.export.recipe import load_bytes

RULES = {
    "header": "type 1, 6 header bytes, the right number of tracks, 480 or 960 ticks to the quarter",
    "chunks": "tracks and nothing else, and no bytes left over",
    "length": "every track is as long as it says and made of whole events",
    "varlen": "times and lengths in as few bytes as can be, 4 at most",
    "running-status": "every event with its own status byte",
    "data": "data bytes up to 127",
    "end": "one end of track, last, at the same tick everywhere, on a bar line",
    "meta": "meta events of at most 127 bytes: some programs read one byte of their length",
    "conductor": "track 0 has title, tempo, meter, key and markers, and only track 0 has them",
    "maps": "tempo, meter and key from tick 0 on, with sensible values, meters changing on bar lines",
    "names": "every track has one name of its own, in ASCII (or UTF-8 where that is wanted)",
    "channels": "one channel a track, no melodic channel twice",
    "notes": "every note ends, lasts, and never sounds twice at once; velocities 1 to 127",
    "order": "at one tick note-offs, then set-up, then controllers, then note-ons",
    "setup": "bank, program, volume and pan at tick 0 and once more after it; RPN one message a tick",
    "bends": "the bend is back in the centre when the track ends",
}

META = {0x51: "tempo", 0x58: "meter", 0x59: "key", 0x06: "marker", 0x07: "cue point", 0x54: "SMPTE offset"}
DRUMS = 9
_SETUP = {(0xC0, -1): "program", (0xB0, 0): "bank", (0xB0, 7): "volume", (0xB0, 10): "pan"}
_RPN = (6, 38, 98, 99, 100, 101)


def check_file(path: str | PathLike[str]) -> list[Finding]:
    """Return what is wrong with a file; MidiFileError where it cannot be opened at all."""
    return check_bytes(load_bytes(path))


def check_bytes(data: bytes, *, utf8_names: bool | None = None) -> list[Finding]:
    """Return every finding, in file order; an empty list is a clean file.

    Names in UTF-8 are findings when `utf8_names` is False, and fine otherwise. Never raises.

    >>> [finding.rule for finding in check_bytes(b"RIFF")]
    ['header']
    """
    kind, division, tracks, findings = read_file(data)
    if not tracks:
        return findings
    if kind != 1:
        findings.append(Finding("header", -1, 0, f"type {kind}, not 1"))
    if division not in (480, 960):
        findings.append(Finding("header", -1, 0, f"division {division}, not 480 or 960 ticks to the quarter"))
    for track in tracks:
        findings += track.faults
        findings += _metas(track)
    if kind == 1 and division:
        findings += _conductor(tracks[0], division)
    findings += _ends(tracks, division)
    findings += _names(tracks, utf8_names)
    findings += _channels(tracks)
    for track in tracks[1:] if kind == 1 else tracks:
        findings += _notes(track)
        findings += _order(track)
        findings += _setup(track)
        findings += _bends(track)
    return sorted(findings, key=lambda item: (item.track, item.tick))


def _metas(track: RawTrack) -> Iterator[Finding]:
    for event in track.events:
        if event.status == 0xFF and len(event.data) > 127:
            message = f"a meta event {event.kind:02X} of {len(event.data)} bytes"
            yield Finding("meta", track.number, event.tick, message)


def _conductor(track: RawTrack, division: int) -> Iterator[Finding]:
    for event in track.events:
        if event.kind < 0:
            message = f"event {event.status:02X}: track 0 is for maps and markers"
            yield Finding("conductor", 0, event.tick, message)
        elif event.kind not in (0x03, 0x2F, *META):
            yield Finding("conductor", 0, event.tick, f"meta event {event.kind:02X} in track 0")
        elif message := _value(event):
            yield Finding("maps", 0, event.tick, message)
    first = {event.kind for event in track.events if event.tick == 0}
    for kind in (0x51, 0x58, 0x59):
        if kind not in first:
            yield Finding("maps", 0, 0, f"no {META[kind]} at tick 0")
    yield from _bar_lines(track, division)


def _bar_lines(track: RawTrack, division: int) -> Iterator[Finding]:
    """Find meters that change inside a bar, and an end that is no bar line."""
    since, bar = 0, 0
    for event in track.events:
        if event.kind != 0x58 or _value(event):
            continue
        if bar and (event.tick - since) % bar:
            yield Finding("maps", 0, event.tick, "the meter changes inside a bar")
        since, bar = event.tick, division * 4 * event.data[0] >> event.data[1]
    if bar and track.end >= 0 and (track.end - since) % bar:
        yield Finding("end", 0, track.end, "the piece does not end on a bar line")


def _value(event: Event) -> str:
    """Return what is wrong with the value of a map event, or nothing."""
    data = event.data
    if event.kind == 0x51 and (len(data) != 3 or not any(data)):
        return "a tempo that is no tempo"
    if event.kind == 0x58 and (len(data) != 4 or not data[0] or data[1] > 6):
        return "a meter that is no meter"
    if event.kind == 0x59:
        sharps = data[0] - 256 if data and data[0] > 127 else data[0] if data else 99
        if len(data) != 2 or not -7 <= sharps <= 7 or data[1] > 1:
            return "a key signature that is none"
    if event.kind in (0x06, 0x07) and not data.strip():
        return "a marker without text"
    return ""


def _ends(tracks: list[RawTrack], division: int) -> Iterator[Finding]:
    ends = {track.end for track in tracks if track.end >= 0}
    if len(ends) > 1:
        last = max(ends)
        for track in tracks:
            if 0 <= track.end < last:
                yield Finding(
                    "end", track.number, track.end, f"ends {last - track.end} ticks before the others"
                )
    for track in tracks[1:]:
        for event in track.events:
            if event.kind in META:
                yield Finding("conductor", track.number, event.tick, f"a {META[event.kind]} outside track 0")


def _names(tracks: list[RawTrack], utf8: bool | None) -> Iterator[Finding]:
    seen: dict[bytes, int] = {}
    for track in tracks:
        names = [event.data for event in track.events if event.kind == 0x03]
        if len(names) != 1 or not names[0].strip():
            message = f"{len(names)} names, not one" if len(names) != 1 else "an empty name"
            yield Finding("names", track.number, 0, message)
            continue
        name = names[0]
        if name in seen:
            yield Finding("names", track.number, 0, f"the same name as track {seen[name]}")
        seen[name] = track.number
        if not name.isascii():
            try:
                text = name.decode("utf-8")
            except UnicodeDecodeError:
                yield Finding("names", track.number, 0, "a name that is neither ASCII nor UTF-8")
                continue
            if utf8 is False:
                yield Finding("names", track.number, 0, f"a name that is not ASCII: {text}")


def _channels(tracks: list[RawTrack]) -> Iterator[Finding]:
    owner: dict[int, int] = {}
    for track in tracks:
        used = {event.status & 15 for event in track.events if 0x80 <= event.status < 0xF0}
        if len(used) > 1:
            yield Finding("channels", track.number, 0, f"{len(used)} channels in one track")
        for channel in used - {DRUMS}:
            if channel in owner:
                yield Finding(
                    "channels", track.number, 0, f"channel {channel + 1} is track {owner[channel]}'s"
                )
            owner.setdefault(channel, track.number)


def _notes(track: RawTrack) -> Iterator[Finding]:
    sounding: dict[tuple[int, int], int] = {}
    for event in track.events:
        kind = event.status & 0xF0
        if kind not in (0x80, 0x90) or event.status >= 0xF0:
            continue
        message = _note(event, kind, sounding)
        if message:
            yield Finding("notes", track.number, event.tick, f"note {event.data[0]} {message}")
    for (_, pitch), tick in sounding.items():
        yield Finding("notes", track.number, tick, f"note {pitch} never ends")


def _note(event: Event, kind: int, sounding: dict[tuple[int, int], int]) -> str:
    """Take a note event into account and return what is wrong with it, or nothing."""
    key = (event.status & 15, event.data[0])
    if kind == 0x90 and event.data[1]:
        twice = key in sounding
        sounding[key] = event.tick
        return "begins while it sounds" if twice else ""
    begun = sounding.pop(key, None)
    if kind == 0x90:
        return "ends with a note-on of velocity 0"
    if begun is None:
        return "ends and never began"
    return "has no length" if begun == event.tick else ""


def _rank(event: Event) -> int:
    """Return the place of an event among those of its tick."""
    kind = event.status & 0xF0
    if event.status >= 0xF0:
        return 9 if event.kind == 0x2F else 1
    if kind == 0x80:
        return 0
    if kind == 0xB0:
        number = event.data[0]
        return 2 if number in (0, 32) else 4 if number in _RPN else 5
    return {0x90: 8, 0xC0: 3, 0xE0: 7}.get(kind, 6)


def _order(track: RawTrack) -> Iterator[Finding]:
    for before, after in pairwise(track.events):
        # What a track is called and where it comes from may stand before or after a note's end.
        if before.tick == after.tick and _rank(before) > _rank(after):
            yield Finding("order", track.number, after.tick, "events of one tick in the wrong order")


def _setup(track: RawTrack) -> Iterator[Finding]:
    channel = [event for event in track.events if event.status < 0xF0]
    if not any(event.status & 0xF0 == 0x90 for event in channel):
        return
    ticks: dict[tuple[int, int], list[int]] = {}
    for event in channel:
        kind = event.status & 0xF0
        if kind in (0xB0, 0xC0):
            ticks.setdefault((kind, event.data[0] if kind == 0xB0 else -1), []).append(event.tick)
    for key, name in _SETUP.items():
        found = ticks.get(key, [])
        if not found or found[0] != 0:
            yield Finding("setup", track.number, 0, f"no {name} at tick 0")
        elif found[-1] == 0:
            yield Finding("setup", track.number, 0, f"{name} is not repeated after tick 0")
    rpn = sorted(tick for number in _RPN for tick in ticks.get((0xB0, number), []))
    for tick in sorted({tick for tick in rpn if tick == 0 or rpn.count(tick) > 1}):
        yield Finding("setup", track.number, tick, "RPN messages belong on ticks of their own, after tick 0")


def _bends(track: RawTrack) -> Iterator[Finding]:
    bends = [event for event in track.events if event.status & 0xF0 == 0xE0 and event.status < 0xF0]
    if bends and bends[-1].data != b"\x00\x40":
        yield Finding("bends", track.number, bends[-1].tick, "the last bend is not back in the centre")
