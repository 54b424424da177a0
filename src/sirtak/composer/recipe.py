"""The recipe: a piece as one self-contained TOML text that makes it again."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from sirtak.composer.fusion import FusionSpec
from sirtak.composer.piece import Piece

Table = dict[str, Any]

# What a basic string of TOML has to escape, and names of tables that need no quotes.
_ESCAPED = re.compile(r'["\\\x00-\x08\x0a-\x1f\x7f]')
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = 100  # characters: a longer table never stands in a line

UNSTATED = ("pattern", "style", "form", "choose")


def expanded(piece: Piece) -> Table:
    """Return the piece as one self-contained table: no style to look up, own patterns inside."""
    plain = msgspec.to_builtins(piece.file)
    sections = [_stated(item) for item in plain.pop("section")]
    sections = [_without(item, "set", "silence", "tails") for item in sections]
    plain = _without(plain, "keep")
    # The sections of a form are stated.
    plain = {key: value for key, value in plain.items() if value != "" and key not in UNSTATED}
    kuy = _stated(plain.pop("kuy"))
    plain["melody"] = _stated(plain["melody"])
    if piece.file.fusion == FusionSpec():  # as written: nothing to say
        del plain["fusion"]
    table: Table = {**plain, "kind": "piece"}
    if piece.kuy is not None:
        table["kuy"] = kuy
    for name, spec in piece.parts.items():
        table[name] = _stated(msgspec.to_builtins(spec))
    if sections:  # a küy that stands alone has none: its form is grown again
        table["section"] = sections
    own = piece.library.own_used()
    if own:
        table["pattern"] = own
    return table


def _without(table: Table, *fields: str) -> Table:
    """Return a table without those of the fields that say nothing."""
    return {key: value for key, value in table.items() if value or key not in fields}


def _stated(table: Table) -> Table:
    return {key: value for key, value in table.items() if value is not None}


def recipe(piece: Piece) -> str:
    """Return the TOML text that makes this very piece again, on its own."""
    return toml_text(expanded(piece))


def toml_text(table: Table) -> str:
    """Return what tomli_w writes for a table, several times as fast where its values are plain.

    >>> print(toml_text({"name": "dala", "bass": {"level": 0.5, "policy": "off"}}), end="")
    name = "dala"
    <BLANKLINE>
    [bass]
    level = 0.5
    policy = "off"
    """
    lines: list[str] = []
    tables: list[str] = []
    for key, value in table.items():
        if type(value) is dict:
            tables.append(_table(key, value))
        elif type(value) is list and value and all(type(item) is dict for item in value):
            text = _tables(key, value)
            (tables if text[0] == "[" else lines).append(text)
        else:
            lines.append(_line(key, value))
    return "\n".join(["".join(lines)] * bool(lines) + tables)


def _table(key: str, table: Table) -> str:
    """Return a table with its head; tomli_w writes one that holds others."""
    if not _BARE.fullmatch(key) or any(type(value) is dict for value in table.values()):
        return _written(key, table)
    return f"[{key}]\n" + "".join([_line(*item) for item in table.items()])


def _tables(key: str, tables: list[Table]) -> str:
    """Return tables of one name; tomli_w writes those that hold others, or may stand in lines of an array."""
    if any(type(value) is dict for table in tables for value in table.values()):
        return _written(key, tables)
    bodies = ["".join([_line(*item) for item in table.items()]) for table in tables]
    if all(len(body) <= _SHORT for body in bodies):
        return _written(key, tables)
    return "\n".join([f"[[{key}]]\n{body}" for body in bodies])


def _line(key: str, value: object) -> str:
    """Return `key = value` for a key that needs no quotes."""
    plain = _plain(value)
    if plain:
        return f"{key} = {plain}\n"
    if type(value) is list and value:
        items = [_plain(item) for item in value]
        if all(items):
            return f"{key} = [\n    " + ",\n    ".join(items) + ",\n]\n"
    return _written(key, value)


def _plain(value: object) -> str:
    """Return the text of a number, or of a string without anything to escape; '' for all else."""
    kind = type(value)
    if kind is str:
        return "" if _ESCAPED.search(str(value)) else f'"{value}"'
    if kind is bool:
        return "true" if value else "false"
    return str(value) if kind is int or kind is float else ""


def _written(key: str, value: object) -> str:
    import tomli_w

    return tomli_w.dumps({key: value}, multiline_strings=True)
