"""Pattern cards: what `sirtak show KIND NAME` prints, evidence included."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sirtak.library import Library

if TYPE_CHECKING:
    from sirtak.spec import Document

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
    return document_card(kind, Library().document(kind, name), tonic)


def document_card(kind: str, document: Document, tonic: str) -> str:
    """Return the card of a pattern document; SpecError where it cannot be used."""
    draw = {
        "mode": _mode,
        "rhythm": _rhythm,
        "beat": _beat,
        "groove": _groove,
        "kit": _kit,
        "tuning": _tuning,
        "kuy": _kuy,
        "fret": _fret,
        "song": _song,
        "form": _form,
        "style": _style,
    }[kind]
    return "\n".join(draw(document, tonic))


def _head(item: Any, kind: str) -> list[str]:
    title = f"{item.title or item.name} ({kind} {item.name})"
    return [click.style(title, bold=True)]


def entry(head: str, text: str) -> list[str]:
    """Return a headed text in lines of at most 100 letters; none where there is nothing to say.

    >>> entry("about", "a minor third")
    ['  about    a minor third']
    """
    import textwrap

    return textwrap.wrap(text, 100, initial_indent=f"  {head:<9}", subsequent_indent=" " * 11)


def _evidence(item: Any) -> list[str]:
    return [*entry("source", item.source), f"  evidence {item.tag}: {TAGS.get(item.tag, '')}"]


def _mode(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.mode_card import mode_lines
    from sirtak.theory.mode import build_mode

    mode = build_mode(document)
    lines = [*mode_lines(mode, tonic), *entry("observed", mode.observed)]
    return [*_head(mode, "mode"), *lines, *_evidence(mode)]


def _rhythm(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.strokes import rhythm_lines
    from sirtak.rhythm.rhythm import build_rhythm, check_names

    rhythm = build_rhythm(document)
    check_names(Library(), document, rhythm)
    return [*_head(rhythm, "rhythm"), *rhythm_lines(rhythm), *_evidence(rhythm)]


def _beat(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.beat_card import beat_lines
    from sirtak.rhythm import build_beat

    beat = build_beat(document)
    return [*_head(beat, "beat"), *beat_lines(beat), *_evidence(beat)]


def _groove(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.beat_card import groove_lines
    from sirtak.rhythm import build_groove

    groove = build_groove(document)
    return [*_head(groove, "groove"), *groove_lines(groove), *_evidence(groove)]


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
    lines = [f"  strings  {strings}", *entry("about", tuning.about)]
    return [*_head(tuning, "tuning"), *lines, *_evidence(tuning)]


def _fret(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.neck_card import neck_lines
    from sirtak.theory.neck import build_neck
    from sirtak.theory.tuning import load_tuning

    neck = build_neck(document)
    return [*_head(neck, "fret"), *neck_lines(neck, load_tuning(Library(), "on")), *_evidence(neck)]


def _kuy(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.form_cards import kuy_lines
    from sirtak.folk.kuy.types import build_kuy_type

    kind = build_kuy_type(document)
    # A type of one's own may name a tuning of one's own, and both lie beside the piece.
    place = Path(document.name).resolve().parent
    library = Library(place.parent if place.name == "kuys" else place)
    following = f"  next     `sirtak compose kuy --set kuy.type={kind.name}`"
    return [*_head(kind, "kuy"), *kuy_lines(kind, library), *_evidence(kind), following]


def _song(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.form_cards import song_lines
    from sirtak.harmony.song import build_song

    song = build_song(document)
    return [*_head(song, "song"), *song_lines(song), *_evidence(song)]


def _form(document: Any, tonic: str) -> list[str]:
    from sirtak.cli.form_cards import form_lines
    from sirtak.composer.form import build_form

    form = build_form(document)
    following = f"  next     `sirtak compose sirtak --set form.name={form.name}`"
    return [*_head(form, "form"), *form_lines(form), *_evidence(form), following]


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
