"""Pattern cards: what `sirtak show KIND NAME` prints, evidence included."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from sirtak.library import Library

if TYPE_CHECKING:
    from sirtak.rhythm import Grid

TAGS = {
    "P": "counted from scores or data",
    "S": "sourced",
    "C": "sourced, weaker",
    "G": "general knowledge, unsourced",
    "U": "uncertain",
    "invented": "ours",
}


def card(kind: str, name: str, tonic: str) -> str:
    """Return the card of a pattern; UnknownName where there is none."""
    library = Library()
    document = library.document(kind, name)
    draw = {
        "mode": _mode,
        "rhythm": _rhythm,
        "beat": _beat,
        "kit": _kit,
        "tuning": _tuning,
        "song": _song,
        "style": _style,
    }[kind]
    return "\n".join(draw(document, tonic))


def _head(item: Any, kind: str) -> list[str]:
    title = f"{item.title or item.name} ({kind} {item.name})"
    return [click.style(title, bold=True)]


def _evidence(item: Any) -> list[str]:
    lines = [f"  source   {item.source}"] if item.source else []
    return [*lines, f"  evidence {item.tag}: {TAGS.get(item.tag, '')}"]


def _mode(document: Any, tonic: str) -> list[str]:
    from sirtak.theory.mode import build_mode
    from sirtak.theory.pitch import FLAT_NAMES, parse_tonic

    mode, root = build_mode(document), parse_tonic(tonic)
    names = [FLAT_NAMES[(root + step) % 12] for step in mode.semitones]
    steps = [*mode.semitones, 12]
    lines = _head(mode, "mode")
    lines += [
        f"  notes    {'  '.join(names)}   (final {names[mode.final]})",
        f"  cents    {'  '.join(f'{cents:g}' for cents in mode.cents)}",
        f"  steps    {'  '.join(str(b - a) for a, b in pairwise(steps))}",
    ]
    for item in mode.variable:
        other = FLAT_NAMES[(root + round(item.cents / 100)) % 12]
        lines.append(f"  variable {names[item.degree]} or {other}: {item.about or item.rule}")
    if mode.weights:
        shares = sorted(mode.weights.items())
        lines.append("  weights  " + "  ".join(f"{FLAT_NAMES[(root + s) % 12]} {w:g}%" for s, w in shares))
    if mode.observed:
        lines.append(f"  observed {mode.observed}")
    return lines + _evidence(mode)


def draw_grid(grid: Grid, bar: int) -> list[str]:
    """Return a grid as text, with a blank after every beat and the length of odd rows."""
    from sirtak.rhythm import format_grid

    lines = []
    for text, row in zip(format_grid(grid).split("\n"), grid.rows, strict=True):
        marks = text[len(text) - row.size :]
        beats = [
            marks[place : place + grid.steps_per_beat] for place in range(0, row.size, grid.steps_per_beat)
        ]
        odd = f"   {row.size} steps against {bar}" if row.size % bar else ""
        coloured = " ".join(beats).replace("X", click.style("X", fg="yellow", bold=True))
        lines.append(f"    {row.voice:<14} {coloured}{odd}")
    return lines


def _bar_steps(item: Any, grid: Grid) -> int:
    return int(sum(meter.numerator for meter in item.meters) * grid.steps_per_beat)


def _rhythm(document: Any, tonic: str) -> list[str]:
    from sirtak.rhythm import build_rhythm
    from sirtak.theory.meter import format_meters

    rhythm = build_rhythm(document)
    lines = [*_head(rhythm, "rhythm"), f"  meter    {format_meters(rhythm.meters)}"]
    lines += draw_grid(rhythm.grid, _bar_steps(rhythm, rhythm.grid))
    lines += [f"  about    {rhythm.about}"] if rhythm.about else []
    lines += [f"  weight   {rhythm.weight:g}% of the beats counted"] if rhythm.weight is not None else []
    if rhythm.follows:
        lines.append(
            "  then     " + ", ".join(f"{name} {share:g}%" for name, share in rhythm.follows.items())
        )
    return lines + _evidence(rhythm)


def _beat(document: Any, tonic: str) -> list[str]:
    from sirtak.rhythm import build_beat

    beat = build_beat(document)
    low, high = beat.tempo
    lines = _head(beat, "beat")
    lines.append(f"  {beat.genre}, {beat.meter_text}, {low:g}-{high:g} BPM, swing {beat.swing:g}%")
    lines += [f"  {beat.about}"] if beat.about else []
    for name, grid in beat.scenes.items():
        lines += [f"  {name}", *draw_grid(grid, _bar_steps(beat, grid))]
    return lines + _evidence(beat)


def _kit(document: Any, tonic: str) -> list[str]:
    from sirtak.theory.kit import build_kit

    kit = build_kit(document)
    voices = [f"    {voice:<16} {note}" for voice, note in kit.voices.items()]
    return [*_head(kit, "kit"), f"  {kit.about}", *voices, *_evidence(kit)]


def _tuning(document: Any, tonic: str) -> list[str]:
    from sirtak.theory.pitch import note_name
    from sirtak.theory.tuning import build_tuning

    tuning = build_tuning(document)
    strings = ", ".join(f"{note_name(pitch)} (MIDI {pitch})" for pitch in (tuning.bass, tuning.melody))
    return [
        *_head(tuning, "tuning"),
        f"  strings  {strings}",
        f"  about    {tuning.about}",
        *_evidence(tuning),
    ]


def _song(document: Any, tonic: str) -> list[str]:
    from sirtak.harmony.song import build_song

    song = build_song(document)
    lines = [*_head(song, "song"), *(f"  {line}" for line in song.about.strip().split("\n"))]
    lines.append(f"  rhyme    {song.scheme}, a line of about {song.beats:g} beats")
    for number, line in enumerate(song.line, 1):
        feet = " or ".join("+".join(map(str, item)) for item in song.feet[str(line.syllables)])
        more = [f"from line {song.scheme.index(line.rhyme) + 1}: {line.keep} feet"] if line.keep > 1 else []
        more += ["highest note"] if number == song.peak else []
        more += [f"opens {_shares(line.opens)} st"] if line.opens else []
        shown = ", ".join([f"{line.syllables} syllables ({feet})", f"ends on {_shares(line.ends)}", *more])
        lines.append(f"    {line.rhyme} {line.part + ' ' if line.part else ''}{shown}")
    lines.append(f"  range    {song.range[0]} to {song.range[1]} semitones, from {_shares(song.low)} st")
    moves = {name: share for name, both in song.moves.items() for share in ["/".join(f"{x:g}" for x in both)]}
    lines.append("  moves    " + ", ".join(f"{name} {share}%" for name, share in moves.items()))
    for field in ("degrees", "durations", "openings", "contour"):
        lines.append(f"  {field:<10}{_shares(getattr(song, field))}")
    lines += [f"    {field:<12} {text}" for field, text in song.evidence.items()]
    return lines + _evidence(song)


def _shares(table: Mapping[Any, float]) -> str:
    return ", ".join(str(key) if share == 100 else f"{key} {share:g}%" for key, share in table.items())


def _style(document: Any, tonic: str) -> list[str]:
    from sirtak.composer.load import build_piece

    piece = build_piece(document)
    file = piece.file
    lines = [click.style(f"{piece.title} (style {file.name})", bold=True)]
    lines += [f"  {line}" for line in file.about.strip().split("\n")]
    lines.append(
        f"  {file.tonic} {piece.mode.name}, {file.tempo:g} BPM, {file.meter}, chords {file.harmony.chords}"
    )
    lines.append("  parts    " + ", ".join(f"{name} ({spec.player})" for name, spec in piece.parts.items()))
    for section in piece.sections():
        last = section.first_bar + section.spec.bars
        lines.append(
            f"    {section.title:<16} bars {section.first_bar + 1}-{last}, energy {section.spec.energy:g}"
        )
    return [*lines, *_evidence(file), f"  next     `sirtak compose {file.name}`"]
