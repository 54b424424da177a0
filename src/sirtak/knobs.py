"""Knobs: the fields of a spec as people turn them, read from its annotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True)
class Knob:
    """A field of a spec, as people turn it."""

    name: str
    kind: str
    default: Any
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    help: str

    @property
    def range(self) -> str:
        """What the knob takes, in a few characters."""
        if self.choices:
            return "|".join(self.choices)
        if self.low is None and self.high is None:
            return self.kind
        low, high = self.low, self.high
        shown = "2^63-1" if high is not None and high > 1e15 else f"{high:g}" if high is not None else "…"
        return f"{low:g} to {shown}" if low is not None else f"up to {shown}"


def knobs_of(kind: Any) -> list[Knob]:
    """Return the knobs that a Struct declares: its fields with a plain value or a list of them each.

    >>> class Spec(msgspec.Struct):
    ...     swing: float = 50.0
    >>> knobs_of(Spec)[0].default
    50.0
    """
    from msgspec import inspect

    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return [knob for item in info.fields if (knob := _knob(item.encode_name, item.type, item.default))]


def _knob(name: str, kind: Any, default: Any) -> Knob | None:
    from msgspec import inspect

    about = ""
    if isinstance(kind, inspect.Metadata):
        about = (kind.extra_json_schema or {}).get("description", "")
        kind = kind.type
    if isinstance(kind, inspect.UnionType):  # a knob or nothing
        inner = [item for item in kind.types if not isinstance(item, inspect.NoneType)]
        found = _knob(name, inner[0], default) if len(inner) == 1 else None
        return found
    if isinstance(kind, inspect.ListType):
        kinds = {inspect.FloatType: "list of numbers", inspect.StrType: "list of names"}
        item = kind.item_type.type if isinstance(kind.item_type, inspect.Metadata) else kind.item_type
        return Knob(name, kinds[type(item)], None, None, None, (), about) if type(item) in kinds else None
    names: dict[Any, str] = {
        inspect.FloatType: "number",
        inspect.IntType: "whole number",
        inspect.StrType: "text",
        inspect.BoolType: "true or false",
        inspect.LiteralType: "choice",
        inspect.VarTupleType: "list of numbers",
    }
    if type(kind) not in names:
        return None
    return Knob(
        name=name,
        kind=names[type(kind)],
        default=None if default is msgspec.NODEFAULT else default,
        low=getattr(kind, "ge", None),
        high=getattr(kind, "le", None),
        choices=tuple(map(str, getattr(kind, "values", ()))),
        help=about,
    )
