"""Sections by name: `[section.drop]` and `--set section.drop.bars=8` change those that are there already.

An error knows a section by its number; the table that is wrong has it under its name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sirtak.errors import SpecError, did_you_mean
from sirtak.spec import Document, Key

Table = dict[str, Any]


@dataclass(frozen=True)
class ByName(Document):
    """A document whose `section` is a table by name; `names` are those of the sections by number."""

    names: tuple[str, ...] = ()

    def error(
        self, path: Sequence[Key], message: str, hint: str | None = None, *, key: bool = False
    ) -> SpecError:
        """Return the error for the value at `path`, at the line of the section's name."""
        return super().error(self.named(path), message, hint, key=key)

    def named(self, path: Sequence[Key]) -> tuple[Key, ...]:
        """Return a path with the section's name for its number."""
        if len(path) > 1 and path[0] == "section" and isinstance(path[1], int):
            return ("section", self.names[path[1]], *path[2:])
        return tuple(path)


def by_name(layer: Document, below: Table) -> Document:
    """Return a layer as it is, or as one that knows the sections below by their names."""
    if not isinstance(layer.data.get("section"), Mapping):
        return layer
    names = tuple(str(item.get("name")) for item in below.get("section", []))
    return ByName(layer.name, layer.text, layer.data, names)


def all_by_name(layers: Sequence[Document]) -> list[Document]:
    """Return layers, each of which knows the sections below it by their names."""
    found, below = [], Table()
    for layer in layers:
        found.append(by_name(layer, below))
        if isinstance(layer.data.get("section"), list):
            below = {"section": [item for item in layer.data["section"] if isinstance(item, Mapping)]}
    return found


def section_of(layer: Document, name: str, names: Sequence[str], fields: object) -> Mapping[str, Any]:
    """Return what a layer says of the sections of a name; SpecError where there are none."""
    if not isinstance(fields, Mapping):
        raise layer.error(("section", name), f"section.{name}: which field?", f"write section.{name}.bars=8")
    if name not in names:
        hint = did_you_mean(name, names)
        raise layer.error(("section", name), f"there is no section '{name}'", hint, key=True)
    return fields
