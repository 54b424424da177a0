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

from sirtak.errors import SirtakError, SpecError, did_you_mean

T = TypeVar("T")
Key = str | int

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

    def error(self, path: Sequence[Key], message: str, hint: str | None = None, mark: str = "") -> SpecError:
        """Return the error for the value at `path`, with its line and a caret under `mark` in it."""
        if not self.text:  # an assignment from the command line: its name says it all
            return SpecError(message, file=self.name, hint=hint)
        line = locate(self.text, path)
        text = None if line is None else self.text.splitlines()[line - 1].strip()
        # The mark is a value or a key: what stands last in the line is the value.
        column = text.rfind(mark) if text and mark else -1
        return SpecError(
            message,
            file=self.name,
            line=line,
            text=text,
            column=column if column >= 0 else None,
            hint=hint,
        )

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
            raise document.error(path, f"{dotted(path)}: {value} is not a number to work with")
    return document


def read_document(path: Path, name: str | None = None) -> Document:
    """Return the document in a file; SpecError where it cannot be read as UTF-8 TOML."""
    shown = name or str(path)
    if path.is_dir():
        raise SpecError("this is a folder", file=shown, hint="name the .toml file inside it")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SpecError(f"larger than {MAX_BYTES >> 20} MiB: not a piece or a pattern", file=shown)
        text = path.read_bytes().decode("utf-8")
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
        raise _explained(document, kind, tuple(at), value, str(error)) from None


def _explained(document: Document, kind: Any, at: tuple[Key, ...], value: Any, text: str) -> SpecError:
    """Return msgspec's complaint in the words of the house."""
    what, _, where = text.partition(" - at `$")
    path: list[Key] = [
        int(b) if b.isdigit() else a or b for a, b in re.findall(r"\.([^.\[`]+)|\[([^\]]*)\]", where)
    ]
    while "..." in path:  # msgspec does not say which key of a table it was
        unknown_key = path.index("...")
        path[unknown_key] = _culprit(kind, value, path[:unknown_key])
    found = re.search(r"unknown field `([^`]*)`", what)
    if found:
        name, owner = found[1], (*at, *path)
        hint = did_you_mean(name, _field_names(kind, path))
        return document.error((*owner, name), f"{dotted((*owner, name))}: unknown field", hint)
    missing = re.search(r"missing required field `([^`]*)`", what)
    if missing:
        place = dotted((*at, *path))
        message = f"{place + ': ' if place else ''}the field '{missing[1]}' is missing"
        return document.error((*at, *path), message, f"add {missing[1]} = …")
    full = (*at, *path)
    try:
        shown = msgspec.json.encode(lookup(value, path)).decode()
    except (KeyError, IndexError, TypeError):
        shown = "this value"
    wanted = what[:1].lower() + what[1:].replace("`", "")
    return document.error(full, f"{dotted(full)}: {wanted}, found {shown[:60]}", _hint(kind, path))


def _hint(kind: Any, path: Sequence[Key]) -> str | None:
    """Return the hint that the annotation of a Struct's field gives (Meta's extra), if it gives one."""
    fields = {item.encode_name: item.type for item in msgspec.structs.fields(kind)}
    for part in _parts(fields.get(str(path[0])) if path else None):
        for meta in getattr(part, "__metadata__", ()):
            if "hint" in (meta.extra or {}):
                return str(meta.extra["hint"])
    return None


def _culprit(kind: Any, value: Any, path: Sequence[Key]) -> Key:
    """Return the key of the table at `path` whose value cannot be converted."""
    table = lookup(value, path)
    for key in table:
        try:
            msgspec.convert(_with(value, path, {key: table[key]}), kind)
        except msgspec.ValidationError:
            return str(key)
    return next(iter(table), "")


def _with(data: Any, path: Sequence[Key], inner: Any) -> Any:
    """Return the data with what stands at `path` replaced."""
    if not path:
        return inner
    changed: Any = dict(data) if isinstance(data, Mapping) else list(data)
    changed[path[0]] = _with(data[path[0]], path[1:], inner)
    return changed


def _field_names(kind: Any, path: Sequence[Key]) -> list[str]:
    """Return the field names of the Struct that `path` leads to inside `kind`."""
    for step in path:
        hints = getattr(kind, "__struct_fields__", ())
        if isinstance(step, str) and step in hints:
            kind = next(item.type for item in msgspec.structs.fields(kind) if item.encode_name == step)
        kind = next((item for item in _parts(kind) if hasattr(item, "__struct_fields__")), kind)
    if not hasattr(kind, "__struct_fields__"):
        return []
    return [item.encode_name for item in msgspec.structs.fields(kind)]


def _parts(kind: Any) -> Iterator[Any]:
    """Yield a type and everything inside its brackets."""
    yield kind
    for part in getattr(kind, "__args__", ()):
        yield from _parts(part)


def lookup(data: Any, path: Sequence[Key]) -> Any:
    """Return the value at `path` in nested tables and lists."""
    for key in path:
        data = data[key]
    return data


def dotted(path: Sequence[Key]) -> str:
    """Return a path as people write it.

    >>> dotted(("section", 0, "bars"))
    'section[1].bars'
    """
    text = ""
    for key in path:
        text += f"[{key + 1}]" if isinstance(key, int) else ("." if text else "") + str(key)
    return text


def _leaves(data: Any, path: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Any]]:
    items: Any = (
        data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else None
    )
    if items is None:
        yield path, data
        return
    for key, value in items:
        yield from _leaves(value, (*path, key))


_HEADER = re.compile(r"^\s*\[(\[)?\s*([^\[\]]+?)\s*\]")
_ENTRY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def locate(text: str, path: Sequence[Key]) -> int | None:
    """Return the line of the value at `path`, or of the nearest table around it.

    tomllib keeps no positions, so the text is read once more, but only to report an error.

    >>> locate('a = 1\\n[drums]\\nswing = 60\\n', ("drums", "swing"))
    3
    """
    wanted = tuple(path)
    best: tuple[int, int | None] = (0, None)
    counts: dict[tuple[Key, ...], int] = {}
    prefix: tuple[Key, ...] = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        header, entry = _HEADER.match(line), _ENTRY.match(line)
        if header:
            prefix = _keys(header[2])
            if header[1]:
                counts[prefix] = counts.get(prefix, -1) + 1
            here = prefix = _indexed(prefix, counts)
        elif entry:
            here = prefix + _keys(entry[1])
            rest = line[entry.end() :]
            fence = next((mark for mark in ('"""', "'''") if rest.count(mark) == 1), "")
        else:
            continue
        depth = len(here)
        if here == wanted[:depth] and depth > best[0]:
            best = (depth, number)
    return best[1]


def _keys(text: str) -> tuple[Key, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", text))


def _indexed(path: tuple[Key, ...], counts: Mapping[tuple[Key, ...], int]) -> tuple[Key, ...]:
    """Return the path of a header with the index of the array table it stands in."""
    for depth in range(len(path), 0, -1):
        if path[:depth] in counts:
            return (*path[:depth], counts[path[:depth]], *path[depth:])
    return path
