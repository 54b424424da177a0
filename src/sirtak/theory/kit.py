"""Kits: the voices of a beat as MIDI notes. Voice names are the same in every kit that has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.errors import unknown
from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.mode import Tag

Note = Annotated[int, msgspec.Meta(ge=0, le=127, description="MIDI note number")]


class KitFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a kit file."""

    format: Literal[1]
    kind: Literal["kit"] = "kit"
    name: str
    title: str = ""
    about: str = ""
    source: str
    tag: Tag
    voices: Annotated[dict[str, Note], msgspec.Meta(min_length=1)]


@dataclass(frozen=True, eq=False)
class Kit:
    """Voices and their notes.

    >>> load_kit(Library(), "gm").note("kick")
    36
    """

    name: str
    voices: Mapping[str, int]
    title: str = ""
    about: str = ""
    source: str = ""
    tag: str = "invented"

    def note(self, voice: str) -> int:
        """Return the MIDI note of a voice; UnknownName where the kit has none."""
        if voice not in self.voices:
            raise unknown(f"voice in the kit {self.name}:", voice, self.voices)
        return self.voices[voice]


@cache
def build_kit(document: Document) -> Kit:
    """Return the kit of a file."""
    fields = convert(document, KitFile)
    return Kit(fields.name, fields.voices, fields.title, fields.about, fields.source, fields.tag)


def load_kit(library: Library, name: str) -> Kit:
    """Return a kit by name."""
    return build_kit(library.document("kit", name))
