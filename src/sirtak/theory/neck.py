"""Necks: which frets (perne) a dombra has, which of them stand fast and which can be moved.

Frets count semitones above the open string, 0 being the open string itself, which every neck has.
Cents count from the open string too, so fret 3 of a tempered neck lies at 300.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.mode import Tag

STRETCH = 5  # frets between thumb and fingers; our bound, the measured pairs stay inside it
MOST = 24  # no neck has more: the largest claim is 23 named frets (kazakh.md 1.1)

Fret = Annotated[int, msgspec.Meta(ge=1, le=MOST)]
Kind = Literal["open", "fixed", "movable"]


class Microtones(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where movable frets stand off the semitone. Nobody hears it unless a player is asked for it."""

    cents: dict[str, float]
    offset: Annotated[
        float, msgspec.Meta(ge=0, le=50, description="cents by which a stop may miss, either way")
    ] = 0.0
    source: str
    tag: Tag


class NeckFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a neck file."""

    format: Literal[1]
    kind: Literal["fret"] = "fret"
    name: str
    title: str = ""
    fixed: Annotated[list[Fret], msgspec.Meta(description="frets that stand fast")] = []
    movable: Annotated[list[Fret], msgspec.Meta(description="frets that can be moved")] = []
    assumed: Annotated[list[Fret], msgspec.Meta(description="those of them that no source names")] = []
    stretch: Annotated[
        int, msgspec.Meta(ge=1, le=12, description="frets between the thumb and the fingers")
    ] = STRETCH
    names: Annotated[dict[str, str], msgspec.Meta(description="perne names by fret")] = {}
    unplaced: Annotated[
        dict[str, str], msgspec.Meta(description="perne names whose fret is not known, with their gloss")
    ] = {}
    microtones: Microtones | None = None
    about: str = ""
    source: str
    tag: Tag


@dataclass(frozen=True)
class Neck:
    """A neck. `cents` and `offset` are what `microtones` says of its movable frets.

    >>> neck = load_neck(Library(), "bokey")
    >>> neck.has([0, 1, 2, 3]).tolist(), neck.kind(3)
    ([True, False, True, True], 'movable')
    """

    name: str
    fixed: frozenset[int]
    movable: frozenset[int] = frozenset()
    assumed: frozenset[int] = frozenset()
    stretch: int = STRETCH
    names: Mapping[int, str] = field(default_factory=dict, hash=False)
    unplaced: Mapping[str, str] = field(default_factory=dict, hash=False)
    cents: Mapping[int, float] = field(default_factory=dict, hash=False)
    offset: float = 0.0
    cents_source: str = ""
    cents_tag: str = ""
    title: str = ""
    about: str = ""
    source: str = ""
    tag: str = "invented"

    @cached_property
    def frets(self) -> tuple[int, ...]:
        """The frets from the nut upwards, without the open string."""
        return tuple(sorted(self.fixed | self.movable))

    @property
    def last(self) -> int:
        """The highest fret."""
        return self.frets[-1]

    def kind(self, fret: int) -> Kind | None:
        """Return what a fret is, or None where the neck has none."""
        if fret == 0:
            return "open"
        if fret in self.fixed:
            return "fixed"
        return "movable" if fret in self.movable else None

    @cached_property
    def _has(self) -> NDArray[np.bool_]:
        table = np.zeros(MOST + 2, bool)
        table[[0, *self.frets]] = True
        return table

    def has(self, frets: ArrayLike) -> NDArray[np.bool_]:
        """Return which frets exist on this neck; the open string does, a fret below 0 does not."""
        asked = np.asarray(frets, np.int64)
        found: NDArray[np.bool_] = self._has[np.where((asked < 0) | (asked > MOST), MOST + 1, asked)]
        return found

    @cached_property
    def deviations(self) -> NDArray[np.float64]:
        """Cents between each fret (0 to 24) and its semitone; 0 where the neck says nothing."""
        table = np.zeros(MOST + 1)
        for fret, cents in self.cents.items():
            table[fret] = cents - 100 * fret
        return table


@cache
def build_neck(document: Document) -> Neck:
    """Return the neck of a file; SpecError where it could not be built."""
    fields = convert(document, NeckFile)
    for key in ("fixed", "movable", "assumed"):
        _check_rising(document, key, getattr(fields, key))
    frets = {*fields.fixed, *fields.movable}
    both = sorted({*fields.fixed} & {*fields.movable})
    if both:
        raise document.error(("movable",), f"movable: fret {both[0]} is fixed as well")
    if not frets:
        raise document.error((), "the neck has no fret", "add fixed = [2, 4, 5, 7] or movable = […]")
    for fret in fields.assumed:
        if fret not in frets:
            raise document.error(("assumed",), f"assumed: the neck has no fret {fret}")
    names = {_fret(document, ("names", key), frets): text for key, text in fields.names.items()}
    micro = fields.microtones
    return Neck(
        name=fields.name,
        fixed=frozenset(fields.fixed),
        movable=frozenset(fields.movable),
        assumed=frozenset(fields.assumed),
        stretch=fields.stretch,
        names=names,
        unplaced=fields.unplaced,
        cents=_cents(document, micro, fields) if micro else {},
        offset=micro.offset if micro else 0.0,
        cents_source=micro.source if micro else "",
        cents_tag=micro.tag if micro else "",
        title=fields.title or fields.name.capitalize(),
        about=fields.about,
        source=fields.source,
        tag=fields.tag,
    )


def _check_rising(document: Document, key: str, frets: list[int]) -> None:
    if frets != sorted(set(frets)):
        raise document.error((key,), f"{key}: the frets must rise, without repeats")


def _fret(document: Document, path: tuple[str, ...], frets: set[int]) -> int:
    """Return the fret that is the last key of a path; SpecError where the neck has none."""
    key = path[-1]
    if not (key.isascii() and key.isdigit() and len(key) <= 2 and int(key) in frets):
        has = ", ".join(map(str, sorted(frets)))
        raise document.error(path, f"{'.'.join(path)}: the neck has no fret {key}", f"it has {has}")
    return int(key)


def _cents(document: Document, micro: Microtones, fields: NeckFile) -> dict[int, float]:
    """Return cents by fret: of movable frets alone, in order, within a semitone of their place."""
    table = {}
    for key, cents in micro.cents.items():
        path = ("microtones", "cents", key)
        fret = _fret(document, path, {*fields.fixed, *fields.movable})
        if fret not in fields.movable:
            raise document.error(
                path, f"{'.'.join(path)}: fret {fret} is fixed", "only movable frets have cents"
            )
        if abs(cents - 100 * fret) > 100:
            raise document.error(
                path,
                f"{'.'.join(path)}: {cents:g} is more than a semitone from fret {fret}",
                f"between {100 * fret - 100} and {100 * fret + 100}",
            )
        table[fret] = float(cents)
    placed = [table.get(fret, 100.0 * fret) for fret in sorted({0, *fields.fixed, *fields.movable})]
    if placed != sorted(set(placed)):
        raise document.error(
            ("microtones", "cents"), "microtones.cents: a fret lies on or behind the next one"
        )
    return table


def load_neck(library: Library, name: str) -> Neck:
    """Return a neck by name.

    >>> load_neck(Library(), "chromatic").last
    19
    """
    return build_neck(library.document("fret", name))
