"""The recipe: a piece as one self-contained TOML text that makes it again."""

from __future__ import annotations

from typing import Any

import msgspec

from sirtak.composer.fusion import FusionSpec
from sirtak.composer.piece import Piece

Table = dict[str, Any]

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
    import tomli_w

    return tomli_w.dumps(expanded(piece), multiline_strings=True)
