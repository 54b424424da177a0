"""Tunings of the dombra: the open strings as MIDI numbers, bass string first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.mode import Tag

FRETS = 19  # the modern dombra: a chromatic octave and a half (kazakh.md 1.1)


class TuningFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a tuning file."""

    format: Literal[1]
    kind: Literal["tuning"] = "tuning"
    name: str
    title: str = ""
    strings: Annotated[
        list[Annotated[int, msgspec.Meta(ge=24, le=84)]],
        msgspec.Meta(min_length=2, max_length=2, description="bass and melody string, MIDI numbers"),
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
    """Return the tuning of a file; SpecError where the strings are the wrong way round."""
    fields = convert(document, TuningFile)
    bass, melody = fields.strings
    if bass > melody:
        raise document.error(("strings",), "strings: the bass string comes first and is not the higher one")
    return Tuning(fields.name, bass, melody, fields.title, fields.about, fields.source, fields.tag)


def load_tuning(library: Library, name: str) -> Tuning:
    """Return a tuning by name."""
    return build_tuning(library.document("tuning", name))
