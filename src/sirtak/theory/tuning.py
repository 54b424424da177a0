"""Tunings of the dombra: the open strings as MIDI numbers, bass string first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.mode import Tag
from sirtak.theory.pitch import usual_name

FRETS = 19  # the modern dombra: a chromatic octave and a half (kazakh.md 1.1)
LOWEST, HIGHEST = 24, 84  # open strings of the whole family, bass dombra to prima, with room to retune
WIDEST = 12  # semitones between the strings: no source has more than the octave (kazakh.md 2.1)


class TuningFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a tuning file."""

    format: Literal[1]
    kind: Literal["tuning"] = "tuning"
    name: str
    title: str = ""
    strings: Annotated[
        list[Annotated[int, msgspec.Meta(ge=LOWEST, le=HIGHEST)]],
        msgspec.Meta(description="bass and melody string, MIDI numbers"),
    ]
    about: str = ""
    source: str
    tag: Tag


@dataclass(frozen=True)
class Tuning:
    """Two open strings.

    >>> load_tuning(Library(), "on").melody
    55
    """

    name: str
    bass: int
    melody: int
    title: str = ""
    about: str = ""
    source: str = ""
    tag: str = "invented"

    def shifted(self, semitones: int) -> Tuning:
        """Return the tuning with both strings tuned higher (lower when negative)."""
        return Tuning(
            self.name,
            self.bass + semitones,
            self.melody + semitones,
            self.title,
            self.about,
            self.source,
            self.tag,
        )


@cache
def build_tuning(document: Document) -> Tuning:
    """Return the tuning of a file; SpecError where no dombra could be tuned so."""
    fields = convert(document, TuningFile)
    if len(fields.strings) != 2:
        raise document.error(
            ("strings",),
            f"strings: {len(fields.strings)} strings, and a dombra has 2",
            "the bass string, then the melody string, e.g. [50, 55]",
        )
    bass, melody = fields.strings
    if bass > melody:
        raise document.error(
            ("strings",),
            f"strings: the bass string {usual_name(bass)} is above the melody string {usual_name(melody)}",
            f"the bass string comes first: [{melody}, {bass}]",
        )
    if melody - bass > WIDEST:
        raise document.error(
            ("strings",),
            f"strings: {usual_name(bass)} and {usual_name(melody)} are {melody - bass} semitones apart",
            f"at most {WIDEST}, the octave",
        )
    return Tuning(fields.name, bass, melody, fields.title, fields.about, fields.source, fields.tag)


def load_tuning(library: Library, name: str) -> Tuning:
    """Return a tuning by name."""
    return build_tuning(library.document("tuning", name))
