"""The form of a küy: a grammar over its zones, from the low refrain up and home again.

    kuy    → opening climb* saga-climb climb*      where the type has a sağa
           → opening climb*                        where it has none
    climb  → orta bas                              up by a fourth, and the refrain closes it
    saga-climb → kishi_saga [ulken_saga] home bas  up by an octave, and cascades lead home

Lengths are figures (a bar, or two short ones). How often and how long is drawn within what was
counted (kazakh.md 3.2), so that the sağa enters and fills where it does in the models. That the
sections are laid out by a grammar is ours; labels of zones are disputed (kazakh.md 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from sirtak.errors import SpecError
from sirtak.folk.kuy.types import LEAST, KuyType, figure_length
from sirtak.rng import Dice
from sirtak.scene.part import knob

TITLES = {
    "bas": "Bas buyn",
    "orta": "Orta buyn",
    "kishi_saga": "Kishi sağa",
    "ulken_saga": "Ülken sağa",
    "home": "Home",
}
Zone = Literal["", "bas", "orta", "kishi_saga", "ulken_saga", "home"]


class KuySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of the küy, which the leading dombra plays."""

    type: Annotated[str, knob("adai, balbyrauyn, kenes, aijan, kelinshek …; left out, there is no küy")] = ""
    take: Annotated[int, knob("another küy of the type", 0, 999)] = 0
    bars: Annotated[int, knob("length in bars, exactly, without short bars; 0 is the type's own", 0, 512)] = 0
    saga: Annotated[float, knob("the sağa's share of the length; left out, drawn", 0, 0.5)] | None = None
    variation: Annotated[float, knob("how often a returning figure differs", 0, 1)] = 0.5
    grace: Annotated[float, knob("scales the type's grace notes; more only adds", 0, 3)] = 1.0
    pull_off: Annotated[float, knob("scales the type's pull-offs; more only adds", 0, 3)] = 1.0


@dataclass(frozen=True)
class Link:
    """A section: its zone, its length in figures, and whether it is the first or the last.

    `great` says that the type has a great sağa, which then keeps the top to itself, `stairs` how many
    figures its cascade has.
    """

    zone: str
    figures: int
    place: str = ""
    great: bool = False
    stairs: int = 2


def figure_bars(kind: KuyType) -> int:
    """Return the bars of a figure: one, or more where a bar is shorter than seven eighths."""
    return figure_length((kind.meter,))


def stairs(kind: KuyType) -> int:
    """Return the figures of a cascade: six turns in bars of two beats (kazakh.md 3.3), else four."""
    return 3 if figure_bars(kind) == 2 else 2


def grow(kind: KuyType, spec: KuySpec, dice: Dice) -> tuple[Link, ...]:
    """Return the sections of a küy; the same dice and length give the same form.

    SpecError where the bars asked for are fewer than ten figures.

    >>> from sirtak.library import Library
    >>> from sirtak.folk.kuy.types import load_kuy_type
    >>> links = grow(load_kuy_type(Library(), "kenes"), KuySpec(), Dice(1, "kuy"))
    >>> [link.zone for link in links][:3]
    ['bas', 'orta', 'bas']
    """
    draws = dice.stream("form").random(512).tolist()
    bars = spec.bars or round(kind.file.bars * (0.95 + 0.1 * draws[0]))
    total = round(bars / figure_bars(kind))
    if total < LEAST:
        raise SpecError(f"{bars} is too short for a küy", hint=f"at least {LEAST * figure_bars(kind)} bars")
    share = _drawn(kind.file.saga, draws[1]) if spec.saga is None else spec.saga
    lengths = iter(draws[8:])
    if share <= 0:
        links = _climbing(kind, total, lengths, first=True)
    else:
        links = _with_saga(kind, total, share, _drawn(kind.file.entry, draws[2]), lengths)
    places = ["first", *[""] * (len(links) - 2), "last"]
    great, down = kind.file.ulken, stairs(kind)
    return tuple(
        replace(link, place=place, great=great, stairs=down)
        for link, place in zip(links, places, strict=True)
    )


def _drawn(span: list[float] | list[int], draw: float) -> float:
    return span[0] + (span[1] - span[0]) * draw


def _with_saga(kind: KuyType, total: int, share: float, entry: float, lengths: Iterator[float]) -> list[Link]:
    """Return opening, climbs, the sağa with its way home, and climbs."""
    saga = max(2, round(total * share))
    before = min(max(3, round(total * entry)), total - saga - 4)
    links = _climbing(kind, before, lengths, first=True)
    great = max(2, round(saga * 0.45)) if kind.file.ulken and saga >= 5 else 0
    links.append(Link("kishi_saga", saga - great))
    if great:
        links.append(Link("ulken_saga", great))
    after = total - before - saga
    home = min(stairs(kind) + 1, after - 1)
    links.append(Link("home", home))
    # What is left begins with the refrain, like an opening that is short.
    return links + _climbing(kind, after - home, lengths, first=False)


def _climbing(kind: KuyType, total: int, lengths: Iterator[float], *, first: bool) -> list[Link]:
    """Return bas (orta bas)* of `total` figures: as many climbs as the counted lengths make room for."""
    span = figure_bars(kind)
    low, middle = kind.file.refrain, kind.file.orta
    opening = kind.file.opening if first else low
    start, bas, orta = (sum(item) / 2 / span for item in (opening, low, middle))
    climbs = max(1 if first else 0, round((total - start) / (bas + orta)))
    while climbs and total < 3 * climbs + 1:
        climbs -= 1
    names = ["bas", *["orta", "bas"] * climbs]
    wanted = [_drawn(opening, next(lengths)) / span]
    wanted += [_drawn(middle if name == "orta" else low, next(lengths)) / span for name in names[1:]]
    return [Link(name, size) for name, size in zip(names, shared(total, wanted), strict=True)]


def shared(total: int, wanted: list[float]) -> list[int]:
    """Return whole numbers in the proportions wanted, at least 1 each, that add up to `total`.

    >>> shared(10, [1.0, 2.0, 1.0])
    [2, 6, 2]
    """
    scale = total / sum(wanted)
    edges = [0.0]
    for item in wanted:
        edges.append(edges[-1] + item * scale)
    sizes = [max(1, round(b) - round(a)) for a, b in pairwise(edges)]
    while sum(sizes) > total:
        sizes[sizes.index(max(sizes))] -= 1
    return sizes
