"""Kits: the voices of a beat as MIDI notes. Voice names are the same in every kit that has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from typing import Annotated, Literal

import msgspec

from sirtak.errors import did_you_mean, unknown
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
    voices: Annotated[dict[str, Note], msgspec.Meta(min_length=1, description="a voice and its note")]
    choke: Annotated[
        dict[str, list[str]], msgspec.Meta(description="groups of voices that cut each other")
    ] = {}


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
    choke: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def choke_group(self, voice: str) -> str:
        """Return the name of the group in which a voice chokes and is choked; '' for none."""
        return self._groups.get(voice, "")

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return {voice: name for name, voices in self.choke.items() for voice in voices}

    def note(self, voice: str) -> int:
        """Return the MIDI note of a voice; UnknownName where the kit has none.

        A voice called note-61 is MIDI note 61 in every kit.
        """
        if voice in self.voices:
            return self.voices[voice]
        number = re.fullmatch(r"note-(\d{1,3})", voice, re.ASCII)
        if number and int(number[1]) <= 127:
            return int(number[1])
        raise unknown(f"voice in the kit {self.name}:", voice, self.voices)


@cache
def build_kit(document: Document) -> Kit:
    """Return the kit of a file."""
    fields = convert(document, KitFile)
    seen: dict[str, str] = {}
    for name, voices in fields.choke.items():
        for index, voice in enumerate(voices):
            path = ("choke", name, index)
            if voice not in fields.voices:
                hint = did_you_mean(voice, fields.voices)
                raise document.error(path, f"choke.{name}: the kit has no voice '{voice}'", hint)
            if voice in seen:
                message = f"choke.{name}: '{voice}' is in the group {seen[voice]} already"
                raise document.error(path, message, "a voice is in one group")
            seen[voice] = name
    return Kit(
        name=fields.name,
        voices=fields.voices,
        title=fields.title,
        about=fields.about,
        source=fields.source,
        tag=fields.tag,
        choke={name: tuple(voices) for name, voices in fields.choke.items()},
    )


USUAL = ("electronic", "folk", "gm")


def fitting_kit(library: Library, voices: Iterable[str]) -> Kit:
    """Return the first kit that has all of these voices; the electronic one where none has.

    >>> fitting_kit(Library(), ["dabyl", "tuyaq"]).name
    'folk'
    """
    wanted = set(voices)
    # The others are looked for only where none of the usual ones will do.
    for name in chain(USUAL, _others(library)):
        kit = load_kit(library, name)
        if all(voice in kit.voices or voice.startswith("note-") for voice in wanted):
            return kit
    return load_kit(library, USUAL[0])


def _others(library: Library) -> Iterator[str]:
    yield from (name for name in library.names("kit") if name not in USUAL)


def load_kit(library: Library, name: str) -> Kit:
    """Return a kit by name."""
    return build_kit(library.document("kit", name))
