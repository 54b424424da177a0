"""Grooves as text: the file that `build_groove` reads back as the same groove."""

from __future__ import annotations

from collections.abc import Mapping

from sirtak.rhythm.groove import Groove
from sirtak.rhythm.row_format import key, number, toml

_DEFAULTS = {"quantize": 0.0, "timing": 100.0, "random": 0.0, "velocity": 0.0}


def format_groove(groove: Groove) -> str:
    """Return the TOML of a groove, laid out like sirtak's own; `build_groove` reads it back as it was.

    >>> from sirtak.library import Library
    >>> from sirtak.rhythm.groove import build_groove, load_groove
    >>> from sirtak.spec import parse_document
    >>> groove = load_groove(Library(), "drunk")
    >>> build_groove(parse_document(format_groove(groove), "again")).offsets == groove.offsets
    True
    """
    lines = ["format = 1"]
    texts = ("kind", "groove"), ("name", groove.name), ("title", groove.title), ("about", groove.about)
    lines += [f"{name} = {toml(value)}" for name, value in texts if value]
    lines.append(f"base = {toml(groove.base)}")
    for name, default in _DEFAULTS.items():
        if (value := getattr(groove, name)) != default:
            lines.append(f"{name} = {number(value)}")
    lines += [f"source = {toml(groove.source)}", f"tag = {toml(groove.tag)}"]
    lines += ["", "[offsets]", *_rows(groove.offsets)]
    if groove.velocities:
        lines += ["", "[velocities]", *_rows(groove.velocities)]
    return "\n".join(lines) + "\n"


def _rows(table: Mapping[str, tuple[float, ...]]) -> list[str]:
    return [f"{key(voice)} = [{', '.join(map(number, values))}]" for voice, values in table.items()]
