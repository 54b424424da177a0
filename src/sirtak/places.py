"""Where a value stands in a TOML text: tomllib keeps no positions, so errors look for them again.

Paths are tuples of keys and list indices, lines count from 1, columns from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Key = str | int

_WORD = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_HEADER = re.compile(rf"^\s*\[(\[)?\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*\]")
_ENTRY = re.compile(rf"^\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=\s*")


@dataclass(frozen=True)
class Place:
    """A line and, where the value or the key itself was found in it, its column."""

    line: int
    column: int | None = None


@dataclass(frozen=True)
class _Entry:
    """A line that names something: its path, how much of it stands in this line, where its value begins."""

    line: int
    path: tuple[Key, ...]
    keys: tuple[int, ...]
    value: int | None


def locate(text: str, path: Sequence[Key]) -> int | None:
    """Return the line of the value at `path`, or of the nearest table around it.

    >>> locate('a = 1\\n[drums]\\nswing = 60\\n', ("drums", "swing"))
    3
    """
    found = find(text, path)
    return None if found is None else found.line


def find(text: str, path: Sequence[Key], *, key: bool = False) -> Place | None:
    """Return where the value at `path` stands, or its last key, or the nearest table around it.

    >>> find('hat = { swing = 60, cc = [1, 2] }', ("hat", "cc", 1))
    Place(line=1, column=29)
    >>> find('[row.hatt]', ("row", "hatt"), key=True)
    Place(line=1, column=5)
    """
    wanted = tuple(path)
    best: _Entry | None = None
    for entry in _entries(text):
        if entry.path == wanted[: len(entry.path)] and (best is None or len(entry.path) > len(best.path)):
            best = entry
    if best is None:
        return None
    source, rest = text.splitlines()[best.line - 1], wanted[len(best.path) :]
    if not rest and (key or best.value is None):
        return Place(best.line, best.keys[-1] if key else None)
    if best.value is None or source[best.value :].startswith(('"""', "'''")):
        return Place(best.line)
    return Place(best.line, _walked(source, best.value, rest, key=key))


def _entries(text: str) -> Iterator[_Entry]:
    counts: dict[tuple[Key, ...], int] = {}
    prefix: tuple[Key, ...] = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        header, entry = _HEADER.match(line), _ENTRY.match(line)
        if header:
            words = _words(header[2], header.start(2))
            prefix = tuple(word for word, _ in words)
            if header[1]:
                counts[prefix] = counts.get(prefix, -1) + 1
            prefix = _indexed(prefix, counts)
            yield _Entry(number, prefix, tuple(column for _, column in words), None)
        elif entry:
            words = _words(entry[1], entry.start(1))
            rest = line[entry.end() :]
            fence = next((mark for mark in ('"""', "'''") if rest.count(mark) == 1), "")
            path = (*prefix, *(word for word, _ in words))
            yield _Entry(number, path, tuple(column for _, column in words), entry.end())


def _words(text: str, start: int) -> list[tuple[str, int]]:
    """Return the parts of a dotted key, without their quotes, and their columns."""
    return [(part[0].strip("\"'"), start + part.start()) for part in re.finditer(_WORD, text)]


def _indexed(path: tuple[Key, ...], counts: Mapping[tuple[Key, ...], int]) -> tuple[Key, ...]:
    """Return the path of a header with the index of the array table it stands in."""
    for depth in range(len(path), 0, -1):
        if path[:depth] in counts:
            return (*path[:depth], counts[path[:depth]], *path[depth:])
    return path


def _walked(line: str, at: int, rest: tuple[Key, ...], *, key: bool) -> int | None:
    """Return the column of what `rest` leads to inside the list or inline table at a column."""
    place = at
    while rest:
        found = next(
            (item for item in _members(line, at) if item[0] == rest[: len(item[0])]),
            None,
        )
        if found is None:
            return None
        keys, place, at = found
        rest = rest[len(keys) :]
    return place if key else at


def _members(line: str, at: int) -> Iterator[tuple[tuple[Key, ...], int, int]]:
    """Yield what a list or an inline table on one line holds: key, its column, the value's column."""
    if line[at : at + 1] not in ("[", "{"):
        return
    table, index, at = line[at] == "{", 0, at + 1
    while at < len(line):
        at += len(line[at:]) - len(line[at:].lstrip())
        entry = _ENTRY.match(line[at:]) if table else None
        if at >= len(line) or line[at] in "]}" or (table and not entry):
            return
        if entry:
            words = _words(entry[1], at + entry.start(1))
            value = at + entry.end()
            yield tuple(word for word, _ in words), words[-1][1], value
        else:
            value = at
            yield (index,), at, at
        at, index = _behind(line, value) + 1, index + 1


def _behind(line: str, at: int) -> int:
    """Return the column of the comma or bracket behind the value at a column."""
    depth = 0
    while at < len(line):
        letter = line[at]
        if letter in "\"'":
            closing = line.find(letter, at + 1)
            at = len(line) if closing < 0 else closing
        elif letter in "[{":
            depth += 1
        elif letter in "]}" and depth:
            depth -= 1
        elif letter in ",#]}" and not depth:
            return at if letter == "," else len(line)
        at += 1
    return at
