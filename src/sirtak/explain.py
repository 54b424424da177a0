"""What msgspec finds wrong with a value, in the words of the house, with a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

import msgspec

from sirtak.errors import did_you_mean
from sirtak.places import Key

_WAYS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": 'text in quotes: "…"',
    "array": "a list in brackets: [ … ]",
    "object": "a table: { … } or a [section] of its own",
}


@dataclass(frozen=True)
class Complaint:
    """What is wrong at a path (inside what was converted), and a hint; `key` where the key itself is."""

    path: tuple[Key, ...]
    message: str
    hint: str | None
    key: bool = False


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


def explained(kind: Any, at: tuple[Key, ...], value: Any, text: str) -> Complaint:
    """Return what msgspec's message about a value of `kind` at `at` says."""
    what, _, where = text.partition(" - at `$")
    path: list[Key] = [
        int(b) if b.isdigit() else a or b for a, b in re.findall(r"\.([^.\[`]+)|\[([^\]]*)\]", where)
    ]
    while "..." in path:  # msgspec does not say which key of a table it was
        unknown_key = path.index("...")
        path[unknown_key] = _culprit(kind, value, path[:unknown_key])
    full = (*at, *path)
    found = re.search(r"unknown field `([^`]*)`", what)
    if found:
        name = found[1]
        hint = did_you_mean(name, _field_names(kind, path))
        return Complaint((*full, name), f"{dotted((*full, name))}: unknown field", hint, key=True)
    missing = re.search(r"missing required field `([^`]*)`", what)
    if missing:
        message = f"{dotted(full) + ': ' if full else ''}the field '{missing[1]}' is missing"
        return Complaint(full, message, f"add {missing[1]} = …")
    try:
        shown = msgspec.json.encode(lookup(value, path)).decode()
    except (KeyError, IndexError, TypeError):
        shown = "this value"
    wanted = what[:1].lower() + what[1:].replace("`", "")
    message = f"{dotted(full)}: {wanted}, found {shown[:60]}"
    return Complaint(full, message, _hint(kind, path) or _way(wanted))


def _way(wanted: str) -> str | None:
    """Return what a value of the wanted type looks like."""
    found = re.match(r"expected (\w+)", wanted)
    return _WAYS.get(found[1]) if found else None


def _hint(kind: Any, path: Sequence[Key]) -> str | None:
    """Return the hint that annotations on the way to a value give, the nearest first.

    That is a Meta's extra hint, else the choices of a Literal, else the description.
    """
    hints: list[str] = []
    kinds = [kind]
    for key in (None, *path):
        kinds = kinds if key is None else [inner for item in kinds for inner in _inside(item, key)]
        said = next((text for item in kinds for text in _said(item)), "")
        if key is not None and said:
            hints.append(said)
    return hints[-1] if hints else None


def _said(kind: Any) -> Iterator[str]:
    """Yield what the annotations around a type say, hints before choices before descriptions."""
    metas = [meta for part in _unions(kind) for meta in getattr(part, "__metadata__", ())]
    yield from (str(meta.extra["hint"]) for meta in metas if "hint" in (meta.extra or {}))
    for part in _unions(kind):
        if get_origin(part) is Literal and all(get_args(part)):
            yield "one of " + ", ".join(map(str, get_args(part)))
    yield from (meta.description for meta in metas if meta.description)


def _unions(kind: Any) -> Iterator[Any]:
    """Yield a type, what it annotates, and the members of a union."""
    yield kind
    if hasattr(kind, "__metadata__"):
        yield from _unions(kind.__origin__)
    elif type(None) in get_args(kind) or str(get_origin(kind)).endswith(("UnionType'>", "typing.Union")):
        for part in get_args(kind):
            yield from _unions(part)


def _inside(kind: Any, key: Key) -> Iterator[Any]:
    """Yield the types that a key or an index leads to inside a type."""
    for part in _unions(kind):
        if isinstance(key, str) and hasattr(part, "__struct_fields__"):
            yield from (item.type for item in msgspec.structs.fields(part) if item.encode_name == key)
        elif get_origin(part) in (dict, Mapping) and len(get_args(part)) == 2:
            yield get_args(part)[1]
        elif get_origin(part) in (list, tuple) and get_args(part):
            yield get_args(part)[0]


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
    kinds = [kind]
    for key in path:
        kinds = [inner for item in kinds for inner in _inside(item, key)]
    structs = [part for item in kinds for part in _unions(item) if hasattr(part, "__struct_fields__")]
    return [item.encode_name for struct in structs for item in msgspec.structs.fields(struct)]
