"""What a section has of its own: `set.bass.policy = "rumble"` turns a part's knobs for it alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sirtak.composer.piece import PieceFile
from sirtak.composer.players import PLAYERS
from sirtak.errors import did_you_mean
from sirtak.scene.part import TRACK_WIDE, PartSpec
from sirtak.spec import Document, convert

Own = dict[int, dict[str, PartSpec]]


def own_specs(layer: Document, file: PieceFile, parts: Mapping[str, PartSpec]) -> Own:
    """Return the specs of the parts that sections (by number, from 0) have otherwise than the piece.

    Raises SpecError, placed in `layer`, for a part that is not there and for a knob that belongs to
    the whole track.
    """
    return {
        index: {name: _own(layer, index, name, fields, parts) for name, fields in section.set.items()}
        for index, section in enumerate(file.section)
        if section.set
    }


def _own(
    layer: Document, index: int, name: str, fields: Mapping[str, Any], parts: Mapping[str, PartSpec]
) -> PartSpec:
    path = ("section", index, "set", name)
    if name not in parts:
        there: tuple[str | int, ...] = (*path, *list(fields)[:1])
        raise layer.error(there, f"set: there is no part '{name}'", did_you_mean(name, parts))
    for field in fields:
        if field in TRACK_WIDE:
            hint = f"say it once, under [{name}]"
            raise layer.error((*path, field), f"set.{name}.{field}: this is the whole track's", hint)
    base = msgspec.to_builtins(parts[name])
    stated = {key: value for key, value in base.items() if value is not None}
    return convert(layer, PLAYERS[parts[name].player].spec, path, {**stated, **fields})
