"""TOML in, frozen specs out, with errors that name file, line and a way out.

A `Document` is a TOML text with its name; `convert` turns its data, or a table of it, into a
msgspec Struct whose annotations carry ranges and help. A path into the data is a tuple of keys
and list indices, e.g. ("section", 2, "bars"). Lines count from 1.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from sirtak.errors import SirtakError, SpecError
from sirtak.explain import dotted, explained, lookup
from sirtak.places import Key, find, locate

__all__ = [
    "Document",
    "Key",
    "convert",
    "dotted",
    "finite",
    "locate",
    "lookup",
    "parse_document",
    "read_document",
]

T = TypeVar("T")
MAX_BYTES = 1 << 20  # a piece or a pattern is a page of text; anything larger is a mistake


@dataclass(frozen=True)
class Document:
    """A TOML text and where it came from.

    >>> parse_document('tempo = 120', 'a.toml').data
    {'tempo': 120}
    """

    name: str
    text: str
    data: dict[str, Any] = field(repr=False, compare=False)

    def error(
        self, path: Sequence[Key], message: str, hint: str | None = None, *, key: bool = False
    ) -> SpecError:
        """Return the error for the value at `path` (or for its last key), with its line and a caret."""
        if not self.text:  # an assignment from the command line: its name says it all
            return SpecError(message, file=self.name, hint=hint)
        place = find(self.text, path, key=key)
        if place is None:
            return SpecError(message, file=self.name, hint=hint)
        source = self.text.splitlines()[place.line - 1]
        text = source.strip()
        column = None if place.column is None else place.column - (len(source) - len(source.lstrip()))
        return SpecError(message, file=self.name, line=place.line, text=text, column=column, hint=hint)

    def placed(self, path: Sequence[Key], error: SirtakError, field: str = "") -> SirtakError:
        """Return an error of what the value at `path` names, at its line; as it is where it has a place.

        What has a place is a pattern file that is wrong itself. `field` is the path as people know it.
        """
        if error.file:
            return error
        return self.error(path, f"{field or dotted(path)}: {error.message}", error.hint)


def parse_document(text: str, name: str) -> Document:
    """Return the document of a TOML text; SpecError with line and caret where it is not TOML."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        message = "not TOML: " + re.sub(r"\s*\(at .*", "", str(error))
        if place is None:
            raise SpecError(message, file=name) from None
        line, column = int(place[1]), int(place[2])
        source = [*text.split("\n"), ""][line - 1]
        raise SpecError(message, file=name, line=line, text=source, column=column - 1) from None
    return finite(Document(name, text, data))


def finite(document: Document) -> Document:
    """Return the document; SpecError where it holds nan or inf, which pass every range."""
    for path, value in _leaves(document.data):
        if isinstance(value, float) and not math.isfinite(value):
            raise document.error(
                path, f"{dotted(path)}: {value} is not a number to work with", "a finite number"
            )
    return document


def read_document(path: Path, name: str | None = None) -> Document:
    """Return the document in a file; SpecError where it cannot be read as UTF-8 TOML."""
    shown = name or str(path)
    if path.is_dir():
        raise SpecError("this is a folder", file=shown, hint="name the .toml file inside it")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(f"larger than {MAX_BYTES >> 20} MiB: not a piece or a pattern", file=shown)
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SpecError(
            "not UTF-8 text", file=shown, line=line, hint="save the file with UTF-8 encoding"
        ) from None
    except OSError as error:
        raise SpecError(f"cannot be read: {error.strerror or error}", file=shown) from None
    return parse_document(text.replace("\r\n", "\n"), shown)


def convert(document: Document, kind: type[T], at: Sequence[Key] = (), data: object = None) -> T:
    """Return the table at `at` (or `data` standing in for it) as a Struct of `kind`.

    Raises SpecError that names the line, the field, what is wrong and what would be right.
    """
    value = lookup(document.data, at) if data is None else data
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        found = explained(kind, tuple(at), value, str(error))
        raise document.error(found.path, found.message, found.hint, key=found.key) from None


def _leaves(data: Any, path: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Any]]:
    items: Any = (
        data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else None
    )
    if items is None:
        yield path, data
        return
    for key, value in items:
        yield from _leaves(value, (*path, key))
