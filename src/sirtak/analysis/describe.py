"""What is in a MIDI file: read with mido, named by pretty_midi, its key heard by music21.

Times are seconds, pitches MIDI numbers, tempi quarters a minute.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any

import numpy as np

from sirtak.analysis.lead import find_lead
from sirtak.analysis.measures import Measures, measure
from sirtak.errors import MidiFileError
from sirtak.export.names import ascii_name
from sirtak.export.recipe import load_bytes, read_recipe
from sirtak.listen.read import parse_midi
from sirtak.notes import PPQ, Arrangement, Track


@dataclass(frozen=True)
class TrackReport:
    """One part of a file."""

    name: str
    program: int
    instrument: str
    drums: bool
    notes: int
    lowest: int
    highest: int
    softest: int
    loudest: int
    first_second: float
    last_second: float


@dataclass(frozen=True)
class Description:
    """A file in figures. `lead` names the part that carries the theme, '' where there is none."""

    file: str
    title: str
    seconds: float
    bars: float
    notes: int
    tempos: tuple[tuple[float, float], ...]
    meters: tuple[tuple[float, str], ...]
    keys: tuple[tuple[float, str], ...]
    estimated_key: str
    key_certainty: float
    sections: tuple[tuple[float, str], ...]
    lead: str
    lead_from: str
    made_by_sirtak: bool
    tracks: tuple[TrackReport, ...]


def describe_file(path: str | PathLike[str]) -> Description:
    """Return the description of a MIDI file; MidiFileError where it cannot be read."""
    arrangement, recipe = _read(path)
    return describe(arrangement, str(path), recipe)


def _read(path: str | PathLike[str]) -> tuple[Arrangement, str]:
    """Return what is in a MIDI file, and the recipe in it ('' where there is none)."""
    data = load_bytes(path)
    arrangement = parse_midi(data, str(path))
    try:
        return arrangement, read_recipe(data)
    except MidiFileError:
        return arrangement, ""


def measure_file(path: str | PathLike[str], track: str = "") -> Measures:
    """Return every measure of a MIDI file by name, in the order of BANDS; None where one does not apply.

    The line measured is that of `track`, or of the part that leads. Raises MidiFileError where the file
    cannot be read, SirtakError for a track that is not there and for more than 4000 bars. Measures:
    craft.md 1.

    >>> import tempfile, sirtak
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     values = measure_file(sirtak.compose("kuy").write(f"{folder}/kuy.mid"))
    >>> values["tritones_and_sevenths"] < 0.05, values["drum_metre"] is None
    (True, True)
    """
    arrangement, recipe = _read(path)
    return measure(arrangement, arrangement[track].name if track else _lead(arrangement, recipe)[0])


def describe(arrangement: Arrangement, file: str = "", recipe: str = "") -> Description:
    """Return the description of an arrangement."""
    clock = _Clock(arrangement)
    lead, source = _lead(arrangement, recipe)
    key, certainty = estimate_key(arrangement)
    return Description(
        file=file,
        title=arrangement.title,
        seconds=round(arrangement.seconds, 3),
        bars=_bars(arrangement),
        notes=sum(len(track.notes) for track in arrangement),
        tempos=tuple((clock(item.tick), round(item.bpm, 3)) for item in arrangement.tempos),
        meters=tuple(
            (clock(item.tick), f"{item.numerator}/{item.denominator}") for item in arrangement.meters
        ),
        keys=tuple((clock(item.tick), signature_name(item.sharps, item.minor)) for item in arrangement.keys),
        estimated_key=key,
        key_certainty=certainty,
        sections=tuple((clock(tick), text) for tick, text in arrangement.markers),
        lead=lead,
        lead_from=source,
        made_by_sirtak=bool(recipe),
        tracks=tuple(_report(track, clock) for track in arrangement),
    )


class _Clock:
    """Ticks to seconds by the tempo map."""

    def __init__(self, arrangement: Arrangement) -> None:
        ticks = np.array([item.tick for item in arrangement.tempos], float)
        rate = 60 / np.array([item.bpm for item in arrangement.tempos]) / PPQ
        passed = np.concatenate([[0.0], np.cumsum(np.diff(ticks) * rate[:-1])])
        self._ticks, self._rate, self._passed = ticks, rate, passed

    def __call__(self, tick: int) -> float:
        at = max(0, int(np.searchsorted(self._ticks, tick, side="right")) - 1)
        return round(float(self._passed[at] + (tick - self._ticks[at]) * self._rate[at]), 3)


def _report(track: Track, clock: _Clock) -> TrackReport:
    import pretty_midi

    notes = track.notes
    instrument = "Drums" if track.drums else pretty_midi.program_to_instrument_name(track.program)
    return TrackReport(
        name=track.title,
        program=track.program,
        instrument=instrument,
        drums=track.drums,
        notes=len(notes),
        lowest=int(notes.pitch.min()),
        highest=int(notes.pitch.max()),
        softest=int(notes.velocity.min()),
        loudest=int(notes.velocity.max()),
        first_second=clock(int(notes.onset[0])),
        last_second=clock(int(notes.end.max())),
    )


def _bars(arrangement: Arrangement) -> float:
    """Return how many bars the piece has; a broken last bar counts in part."""
    bounds = [item.tick for item in arrangement.meters[1:]] + [arrangement.length]
    spans = zip(arrangement.meters, bounds, strict=True)
    return round(sum(max(0, end - item.tick) / max(1, item.bar_ticks) for item, end in spans), 3)


def _lead(arrangement: Arrangement, recipe: str) -> tuple[str, str]:
    """Return the leading track and how it is known: by the recipe inside, or from the notes."""
    if recipe:
        try:
            named = _recipe_lead(tomllib.loads(recipe))
        except (tomllib.TOMLDecodeError, AttributeError, TypeError, KeyError):
            named = ""
        for track in arrangement:
            if named and track.title in (named, ascii_name(named)):
                return track.name, "recipe"
    return find_lead(arrangement, arrangement.meters[0].bar_ticks), "notes"


def _recipe_lead(data: dict[str, Any]) -> str:
    led: Counter[str] = Counter()
    for section in data.get("section", []):
        if section.get("lead"):
            led[section["lead"]] += section["bars"]
    if not led:
        return ""
    part = led.most_common(1)[0][0]
    return str(data[part].get("title") or part.replace("-", " ").replace("_", " ").capitalize())


def signature_name(sharps: int, minor: bool) -> str:
    """Return the name of a key signature.

    >>> signature_name(-1, True), signature_name(6, False)
    ('D minor', 'F# major')
    """
    major = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
    minors = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
    return f"{minors[sharps + 7]} minor" if minor else f"{major[sharps + 7]} major"


def estimate_key(arrangement: Arrangement) -> tuple[str, float]:
    """Return music21's estimate of the key, by sounding time, and its correlation (0 to 1).

    Krumhansl and Schmuckler's profile: others weigh the fifth as much as the tonic, and take
    music over a drone of both for the key a fourth above.
    """
    weight = np.zeros(12)
    for track in arrangement:
        if not track.drums:
            np.add.at(weight, track.notes.pitch % 12, track.notes.duration.astype(float))
    if not weight.any():
        return "", 0.0
    from music21 import note, stream

    # One long note for each pitch class has the same profile as the whole piece.
    profile: Any = stream.Stream()
    for pitch_class in np.flatnonzero(weight).tolist():
        profile.append(note.Note(60 + pitch_class, quarterLength=float(weight[pitch_class]) / PPQ))
    found = profile.analyze("key.krumhanslschmuckler")
    name = found.tonic.name.replace("-", "b")
    return f"{name} {found.mode}", round(float(found.correlationCoefficient), 3)


def to_json(description: Description) -> dict[str, Any]:
    """Return the description as plain lists and tables for JSON."""
    table: dict[str, Any] = asdict(description)
    table["key"] = description.estimated_key
    table["tempo"] = description.tempos[0][1]
    table["meter"] = description.meters[0][1]
    table["tempos"] = [{"second": second, "bpm": bpm} for second, bpm in description.tempos]
    table["meters"] = [{"second": second, "meter": meter} for second, meter in description.meters]
    table["keys"] = [{"second": second, "key": key} for second, key in description.keys]
    table["sections"] = [{"second": second, "name": name} for second, name in description.sections]
    return table


def format_description(description: Description) -> str:
    """Return the description for the terminal."""
    item = description
    minutes, seconds = divmod(round(item.seconds), 60)
    tempo = ", ".join(dict.fromkeys(f"{bpm:g}" for _, bpm in item.tempos[:6])) + (
        " …" if len(item.tempos) > 6 else ""
    )
    meters = ", ".join(dict.fromkeys(meter for _, meter in item.meters))
    keys = ", ".join(dict.fromkeys(key for _, key in item.keys)) or "none in the file"
    lines = [
        f"{item.file}: {item.title}",
        f"  length   {minutes}:{seconds:02d}, {item.bars:g} bars, {item.notes} notes",
        f"  tempo    {tempo} BPM",
        f"  meter    {meters}",
        f"  key      {keys}; by ear {item.estimated_key or 'none'} ({item.key_certainty:.2f})",
        f"  lead     {item.lead or 'none'} (by its {item.lead_from})",
    ]
    if item.sections:
        lines.append("  sections " + ", ".join(name for _, name in item.sections))
    lines.append("  tracks")
    for track in item.tracks:
        pitches = f"{track.lowest}-{track.highest}"
        lines.append(
            f"    {track.name:<22} {track.notes:>6} notes  pitch {pitches:<7} "
            f"velocity {track.softest}-{track.loudest:<3} {track.instrument}"
        )
    return "\n".join(lines)
