"""What does not fit the piece's meter or mode, said once for all parts, with the nearest that does.

Nearest is: of the same groups, then of the same genre, then by tempo. All of it is looked up only when
there is an error to write.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterator

from sirtak.composer.checks import blame
from sirtak.composer.piece import Piece
from sirtak.composer.players import PLAYERS
from sirtak.errors import SirtakError, SpecError
from sirtak.harmony.chords import parse_progression
from sirtak.library import Library
from sirtak.rhythm.beat import Beat, load_beat
from sirtak.rhythm.rhythm import load_rhythm
from sirtak.scene.part import PartSpec
from sirtak.spec import Document
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Meter, format_meters
from sirtak.theory.mode import NUMERALS, Mode, load_mode

SHOWN = 3

# What stands in for a chord that a mode has no root for: those that share most notes with it.
INSTEAD = {
    "II": ("IV", "VII", "V"),
    "III": ("I", "V", "VI"),
    "IV": ("VI", "II", "I"),
    "V": ("VII", "III", "I"),
    "VI": ("IV", "I", "II"),
    "VII": ("V", "II", "III"),
}


def check_meter(layers: list[Document], piece: Piece) -> None:
    """Refuse a meter that a named beat or rhythm cannot be played in."""
    faults = [
        (name, spec, *fault)
        for name, spec in piece.parts.items()
        if not spec.mute and (fault := _misfit(piece, spec)) is not None
    ]
    if not faults:
        return
    name, _, field, error = faults[0]
    ways = [_way(piece, *fault[:3]) for fault in faults]
    hint = f"in {format_meters(piece.meters)} there are: " + "; ".join(text for text, _ in ways)
    if any(way.endswith("mute=true") for _, way in ways):
        near = _listed(meters_near(piece.library, piece.meters))
        hint += f"\n        nearest meters with beats: {near}; or write a beat file beside the piece"
    hint += f"\n        {'all at once' if len(ways) > 1 else 'as in'}: " + " ".join(
        f"--set {way}" for _, way in ways
    )
    raise blame(layers, (name, field)).error((name, field), f"{name}.{field}: {error.message}", hint)


def _misfit(piece: Piece, spec: PartSpec) -> tuple[str, SirtakError] | None:
    """Return the field and the error of what a part cannot play in the piece's meter."""
    check = PLAYERS[spec.player].check
    for field, look_up in check(spec, piece.meters, piece.library) if check else ():
        if field not in ("beat", "rhythm"):
            continue
        try:
            look_up()
        except SpecError as error:
            return (field, error) if _there(piece.library, field, spec) else None
        name = str(getattr(spec, field))
        if field == "beat" and name and _regrouped(load_beat(piece.library, name), piece.meters):
            mine, theirs = load_beat(piece.library, name).meter_text, format_meters(piece.meters)
            return field, SpecError(f"beat '{name}' has the groups of {mine}, and the piece is in {theirs}")
    return None


def _regrouped(beat: Beat, meters: tuple[Meter, ...]) -> bool:
    """Return whether a beat has the bars of meters in other groups: it would limp on the wrong foot."""

    def bars(items: tuple[Meter, ...]) -> list[tuple[int, int]]:
        return [(item.numerator, item.denominator) for item in items]

    return bars(beat.meters) == bars(meters) and beat.meters != meters


def _there(library: Library, field: str, spec: PartSpec) -> bool:
    """Return whether what a part names can be used at all: what cannot is said where names are checked."""
    name = str(getattr(spec, field))
    try:
        return not name or bool((load_beat if field == "beat" else load_rhythm)(library, name))
    except SirtakError:
        return False


def _way(piece: Piece, name: str, spec: PartSpec, field: str) -> tuple[str, str]:
    """Return what a part could play instead, in words and as an assignment."""
    if field == "rhythm":
        found = rhythms_in(piece.library, piece.meters, str(getattr(spec, "rhythm", "")))
        return f"{name}.rhythm {_listed(found) or 'left out'}", f"{name}.rhythm={(found or ['']).pop(0)}"
    found = beats_in(piece.library, piece.meters, spec, piece.file.tempo)
    if found:
        return f"{name}.beat {_listed(found)}", f"{name}.beat={found[0]}"
    return f"no beat for {name}", f"{name}.mute=true"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def beats_in(library: Library, meters: tuple[Meter, ...], spec: PartSpec, tempo: float) -> list[str]:
    """Return the beats that a part can play in a meter, the nearest first."""
    wanted = ""
    with contextlib.suppress(SirtakError):
        wanted = load_beat(library, str(getattr(spec, "beat", ""))).genre
    kit = load_kit(library, str(getattr(spec, "kit", "gm")))
    found = []
    for name in library.names("beat"):
        with contextlib.suppress(SirtakError):  # a broken beat is nobody's way out
            beat = load_beat(library, name)
            if beat.fits(meters) and not _regrouped(beat, meters) and _voices(beat) <= set(kit.voices):
                folk = beat.genre == "folk" and wanted != "folk"
                low, high = beat.tempo
                off = max(0.0, low - tempo, tempo - high)
                found.append((beat.meters != meters, folk, beat.genre != wanted, off, name))
    return [item[-1] for item in sorted(found)]


def meters_near(library: Library, meters: tuple[Meter, ...]) -> list[str]:
    """Return the other meters that beats are in, those with bars about as long first."""
    wanted = sum(item.ticks for item in meters) / len(meters)
    found: dict[str, float] = {}
    for name in library.names("beat"):
        with contextlib.suppress(SirtakError):
            beat = load_beat(library, name)
            if beat.meters != meters:
                found[beat.meter_text] = abs(sum(m.ticks for m in beat.meters) / len(beat.meters) - wanted)
    return sorted(found, key=lambda text: (found[text], text))


def _voices(beat: Beat) -> set[str]:
    return {voice for grid in beat.scenes.values() for voice in grid.voices}


def rhythms_in(library: Library, meters: tuple[Meter, ...], wanted: str) -> list[str]:
    """Return the stroke patterns that fit a meter, the most alike in name first."""
    found = []
    for name in library.names("rhythm"):
        with contextlib.suppress(SirtakError):
            rhythm = load_rhythm(library, name)
            if rhythm.fits(meters) and not name.startswith(("verse-", "c")):  # lines of verse, single cells
                alike = difflib.SequenceMatcher(None, name, wanted).ratio()
                found.append((rhythm.meters != meters, -round(alike, 3), name))
    return [item[-1] for item in sorted(found)]


def check_chords(layers: list[Document], piece: Piece) -> None:
    """Refuse progressions that the piece's mode has no roots for, all of them at once."""
    found = [
        (path, said, text, error)
        for path, said, text in _progressions(piece)
        if (error := _lacking(text, piece.mode)) is not None
    ]
    if not found:
        return
    path, _, _, error = found[0]
    hint = error.hint or ""
    instead = {said: _instead(text, piece.mode) for _, said, text, _ in found}
    if all(instead.values()):
        sets = " ".join(f'--set "{said}={chords}"' for said, chords in instead.items())
        hint = f"nearest that it has: {sets}"
        modes = _modes_with(piece, [text for _, _, text, _ in found])
        if modes:
            hint += f"\n        nearest modes that have them all: {_listed(modes)}"
    raise blame(layers, path).error(path, f"chords: {error.message}", hint)


def _lacking(text: str, mode: Mode) -> SpecError | None:
    """Return why a mode has no roots for a progression."""
    try:
        parse_progression(text, mode)
    except SpecError as error:
        return error
    return None


def _progressions(piece: Piece) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield where a progression stands, the knob that sets it, and itself."""
    if piece.file.section:  # a küy that stands alone has its drone instead
        yield ("harmony", "chords"), "harmony.chords", piece.file.harmony.chords
    for index, item in enumerate(piece.file.section):
        if item.chords:
            yield ("section", index, "chords"), f"section.{item.name}.chords", item.chords


def _instead(text: str, mode: Mode) -> str:
    """Return a progression with the nearest roots that a mode has; '' where a numeral is none at all."""
    found = []
    for numeral in text.replace("-", " ").replace("|", " ").split():
        name = numeral.upper()
        if name not in NUMERALS:
            return ""
        choices = (name, *INSTEAD.get(name, ()), "I")
        has = next(choice for choice in choices if not _lacking(choice, mode))
        found.append(numeral if has == name else has.lower() if numeral.islower() else has)
    return " ".join(found)


def _modes_with(piece: Piece, texts: list[str]) -> list[str]:
    """Return the modes that have all roots, those that share most notes with the piece's first."""
    mine, found = set(piece.mode.semitones), []
    for name in piece.library.names("mode"):
        with contextlib.suppress(SirtakError):
            mode = load_mode(piece.library, name)
            for text in texts:
                parse_progression(text, mode)
            found.append((len(mine - {*mode.semitones}), len({*mode.semitones} - mine), name))
    return [name for *_, name in sorted(found)]
