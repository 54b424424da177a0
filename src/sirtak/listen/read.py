"""Reading MIDI files of any program, with mido.

Ticks are rescaled to 960 to the quarter (to the nearest). A track with several channels becomes
several tracks. Names are read as UTF-8 where they are, as Latin-1 otherwise.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from sirtak.errors import MidiFileError
from sirtak.export.recipe import chunks, load_bytes
from sirtak.notes import PPQ, Arrangement, Controls, KeyChange, MeterChange, Notes, TempoChange, Track
from sirtak.notes.controls import CONTROL

if TYPE_CHECKING:
    import mido

_MINOR_SHARPS = {
    "Abm": -7, "Ebm": -6, "Bbm": -5, "Fm": -4, "Cm": -3, "Gm": -2, "Dm": -1, "Am": 0,
    "Em": 1, "Bm": 2, "F#m": 3, "C#m": 4, "G#m": 5, "D#m": 6, "A#m": 7,
}  # fmt: skip
_MAJOR_SHARPS = {
    "Cb": -7, "Gb": -6, "Db": -5, "Ab": -4, "Eb": -3, "Bb": -2, "F": -1, "C": 0,
    "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F#": 6, "C#": 7,
}  # fmt: skip


@dataclass
class _Voice:
    """What is read of one channel of one track."""

    rows: list[tuple[int, int, int, int]] = field(default_factory=list)
    controls: list[tuple[int, int, int, int]] = field(default_factory=list)
    open: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    program: int = 0
    last: int = 0


@dataclass
class _Maps:
    tempos: dict[int, float] = field(default_factory=dict)
    meters: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[int, tuple[int, bool]] = field(default_factory=dict)
    markers: list[tuple[int, str]] = field(default_factory=list)
    title: str = ""
    end: int = 0


def read_midi(path: str | PathLike[str]) -> Arrangement:
    """Return the arrangement in a MIDI file; MidiFileError where there is none to read."""
    return parse_midi(load_bytes(path), str(path))


def parse_midi(data: bytes, name: str = "file") -> Arrangement:
    """Return the arrangement in a MIDI file's bytes."""
    for _ in chunks(data, name):  # says clearly what mido would only stumble over
        pass
    file = _with_mido(data, name)
    division = file.ticks_per_beat
    if not 1 <= division < 0x8000:
        raise MidiFileError("it counts time in film frames (SMPTE), not in quarters", file=name)
    maps, tracks = _Maps(), []
    for number, track in enumerate(file.tracks):
        tracks += _read_track(track, number, division, maps)
    return _arrangement(maps, tracks, name)


def _with_mido(data: bytes, name: str) -> mido.MidiFile:
    import mido

    try:
        return mido.MidiFile(file=io.BytesIO(data), clip=False)
    except Exception as error:  # whatever a damaged byte did to mido, the file is what is wrong
        detail = str(error) or type(error).__name__
        raise MidiFileError(f"the file is damaged ({detail})", file=name) from None


def _text(value: str) -> str:
    """Return mido's Latin-1 text as the UTF-8 that it may have been."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _read_track(track: Any, number: int, division: int, maps: _Maps) -> list[Track]:
    voices: dict[int, _Voice] = {}
    title, now = "", 0
    for message in track:
        now += message.time
        tick = (now * PPQ * 2 + division) // (2 * division)
        if tick > 2**30:
            raise MidiFileError(f"track {number} is longer than a day")
        if message.is_meta:
            if message.type == "track_name":
                title = title or _text(message.name).strip()
            else:
                _read_meta(message, tick, maps)
        elif hasattr(message, "channel"):
            _read_message(voices.setdefault(message.channel, _Voice()), message, tick)
        maps.end = max(maps.end, tick)
    if number == 0 and not any(voice.rows or voice.open for voice in voices.values()):
        maps.title = title
    return list(_tracks(voices, title, number, maps.end))


def _read_meta(message: Any, tick: int, maps: _Maps) -> None:
    if message.type == "set_tempo" and message.tempo:
        maps.tempos[tick] = 60_000_000 / message.tempo
    elif message.type == "time_signature" and message.numerator and message.denominator <= 64:
        maps.meters[tick] = (message.numerator, message.denominator)
    elif message.type == "key_signature":
        minor = message.key.endswith("m")
        maps.keys[tick] = ((_MINOR_SHARPS if minor else _MAJOR_SHARPS).get(message.key, 0), minor)
    elif message.type == "marker" and message.text.strip():
        maps.markers.append((tick, _text(message.text)))


def _read_message(voice: _Voice, message: Any, tick: int) -> None:
    kind = message.type
    if kind == "note_on" and message.velocity:
        voice.open.setdefault(message.note & 127, []).append((tick, min(127, message.velocity)))
    elif kind in ("note_on", "note_off"):
        begun = voice.open.get(message.note & 127)
        if begun:
            onset, velocity = begun.pop(0)
            voice.rows.append((onset, max(1, tick - onset), message.note & 127, velocity))
    elif kind == "control_change":
        voice.controls.append((tick, 0, message.control & 127, message.value & 127))
    elif kind == "pitchwheel":
        voice.controls.append((tick, 1, 0, message.pitch))
    elif kind == "aftertouch":
        voice.controls.append((tick, 2, 0, message.value & 127))
    elif kind == "program_change" and not voice.rows:
        voice.program = message.program & 127
    voice.last = tick


def _tracks(voices: dict[int, _Voice], title: str, number: int, end: int) -> Iterator[Track]:
    for channel, voice in sorted(voices.items()):
        for pitch, begun in voice.open.items():  # what never ended sounds to the end of the track
            voice.rows += [(onset, max(1, end - onset), pitch, velocity) for onset, velocity in begun]
        if not voice.rows:
            continue
        onset, duration, pitches, velocity = np.array(sorted(voice.rows), np.int64).T
        several = sum(bool(item.rows or item.open) for item in voices.values()) > 1
        shown = title or f"Track {number}"
        if several or not title:
            shown += f", channel {channel + 1}"
        yield Track(
            name=f"{number}-{channel + 1}",
            title=shown,
            notes=Notes.of(onset, duration, pitches, velocity),
            program=voice.program,
            drums=channel == 9,
            controls=Controls(np.array(voice.controls, CONTROL)) if voice.controls else Controls.empty(),
        )


def _arrangement(maps: _Maps, tracks: list[Track], name: str) -> Arrangement:
    if not tracks:
        raise MidiFileError("has no notes", file=name)
    seen: dict[str, int] = {}
    named = []
    for track in tracks:
        key = track.title
        seen[key] = seen.get(key, 0) + 1
        unique = key if seen[key] == 1 else f"{key} ({seen[key]})"
        named.append(_renamed(track, unique))
    end = max(maps.end, *(int(track.notes.end.max()) for track in tracks))
    return Arrangement(
        tracks=tuple(named),
        length=end,
        title=maps.title or "Untitled",
        tempos=tuple(TempoChange(*item) for item in _from_zero(maps.tempos, 120.0)),
        meters=tuple(MeterChange(tick, *meter) for tick, meter in _from_zero(maps.meters, (4, 4))),
        keys=tuple(KeyChange(tick, *key) for tick, key in sorted(maps.keys.items())),
        markers=tuple(sorted(maps.markers)),
    )


def _renamed(track: Track, name: str) -> Track:
    from dataclasses import replace

    return replace(track, name=name, title=name)


def _from_zero(changes: dict[int, Any], default: Any) -> list[tuple[int, Any]]:
    """Return changes in time order, with what a file means where it says nothing at its start."""
    first = {} if 0 in changes else {0: default}
    return sorted({**first, **changes}.items())
