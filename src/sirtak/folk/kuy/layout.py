"""Which figure stands where: the sections of a küy filled with its few figures.

Figures: `R0` to `R2` the refrain, which `R2` closes, `T0` to `T3` the theme (`T3` ends it), `H0` to `H2`
the way home, `L` and `M` the ways up to the middle zone and to the sağa, `S0` to `S2` the top (`S2`
leads down), `C0 C1 …` a cascade, `E` the last stop. The theme does not change with the zone: it is
moved up by a fourth (5 semitones) or an octave (12), kazakh.md 3.3. Orders of figures are ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.form import Link

PERIOD = ("T0", "T1", "T0", "T2", "T0", "T1", "T2", "T3")
TOP = ("S0", "S1")
FOURTH, OCTAVE = 5, 12
LONG_OPENING = 7  # figures from which the first section has the theme before the refrain


@dataclass(frozen=True)
class Use:
    """A figure where it sounds, `semitones` higher; a number behind a point marks a variant."""

    figure: str
    semitones: int = 0


def plain(figure: str) -> str:
    """Return the figure that a variant varies.

    >>> plain("T0.2")
    'T0'
    """
    return figure.partition(".")[0]


def cycled(names: tuple[str, ...], count: int, last: str = "") -> list[str]:
    """Return `count` names in turn, the last one replaced where `last` is given.

    >>> cycled(("a", "b"), 3, "z")
    ['a', 'b', 'z']
    """
    found = [names[place % len(names)] for place in range(count)]
    return [*found[:-1], last] if last and count else found


def fill(link: Link) -> list[Use]:
    """Return the figures of a section of a küy that stands alone.

    >>> [use.figure for use in fill(Link("bas", 4))]
    ['R0', 'R1', 'R0', 'R2']
    """
    uses = _FILLS[link.zone](link)
    if link.place == "last":
        uses[-1] = Use("E")
        if len(uses) > 1:
            uses[-2] = Use("R2")
    return uses


def refrain(count: int) -> list[Use]:
    """Return `count` figures of refrain: pairs that open, and a close every fourth figure and at the end.

    >>> [use.figure for use in refrain(5)]
    ['R0', 'R1', 'R0', 'R1', 'R2']
    """
    names = ["R2" if place % 4 == 3 and count - place != 2 else f"R{place % 2}" for place in range(count)]
    return [Use(name) for name in [*names[:-1], "R2"]]


def theme(count: int, semitones: int = 0, last: str = "T3") -> list[Use]:
    """Return `count` figures of the theme, moved up."""
    return [Use(name, semitones) for name in cycled(PERIOD, count, last if count > 2 else "")]


def _bas(link: Link) -> list[Use]:
    """The refrain; where there is room for it, the theme comes before."""
    count = link.figures
    sung = 0
    if count >= (LONG_OPENING if link.place == "first" else 11):
        sung = max(4, (count * 5 // 8) // 4 * 4)
    return [*theme(sung), *refrain(count - sung)]


def _orta(link: Link) -> list[Use]:
    """The way up, the theme a fourth higher, and the way home."""
    count = link.figures
    if count < 4:
        return theme(max(1, count - 1), FOURTH) + homeward(min(1, count - 1))
    up = round(count * 0.55) if count < 7 else count - 2 - count // 5
    return [Use("L"), *theme(up - 1, FOURTH, ""), *homeward(count - up)]


def homeward(count: int) -> list[Use]:
    """Return `count` figures of the way home, which `H2` ends."""
    return [Use(name) for name in cycled(("H0", "H1"), count, "H2")]


def _kishi(link: Link) -> list[Use]:
    """The way up and the theme an octave higher; where it is all the sağa there is, its top as well."""
    count = link.figures
    own = 0 if link.great or count < 5 else 2 if count < 9 else 3
    high = theme(count - 1 - own, OCTAVE)
    top = [Use(name) for name in cycled(TOP, own)]
    return [Use("M"), *high[:-1], *top, *high[-1:]]


def _ulken(link: Link) -> list[Use]:
    """The top, until it leads down."""
    return [Use(name) for name in cycled(TOP, link.figures, "S2" if link.figures > 1 else "")]


def _home(link: Link) -> list[Use]:
    """A cascade, and the last of the way home."""
    count = min(link.figures - 1, link.stairs)
    return [*(Use(f"C{place}") for place in range(count)), *homeward(link.figures - count)]


_FILLS = {"bas": _bas, "orta": _orta, "kishi_saga": _kishi, "ulken_saga": _ulken, "home": _home}
HEIGHT = {"bas": 0, "home": 0, "orta": 1, "kishi_saga": 2, "ulken_saga": 3}


def fill_song(link: Link, before: str, after: str) -> list[Use]:
    """Return the figures of a section of a song, between sections in other zones ('' at the ends).

    A build climbs on instead of going home, the sağa that a build led to begins with its theme, and
    what comes down from it goes by the cascade.

    >>> [use.figure for use in fill_song(Link("orta", 4), "bas", "kishi_saga")]
    ['L', 'T0', 'T1', 'M']
    """
    count, here = link.figures, HEIGHT[link.zone]
    if link.zone == "orta" and HEIGHT.get(after, 0) > here and count > 1:
        return [Use("L"), *theme(count - 2, FOURTH, ""), Use("M")]
    if here >= 2 and count > 3:
        led = HEIGHT.get(before, 0) > 0
        down = 2 if HEIGHT.get(after, 0) < here and count > 5 else 0
        body = _long_saga(count - down - (not led), link)
        return [*([] if led else [Use("M")]), *body, *(Use(f"C{place}") for place in range(down))]
    return fill(link)


def _long_saga(count: int, link: Link) -> list[Use]:
    """Return the theme an octave higher, with four figures of the top after every eight."""
    uses: list[Use] = []
    while len(uses) < count:
        uses += theme(min(8, count - len(uses)), OCTAVE)
        uses += _ulken(Link("ulken_saga", min(4, count - len(uses)))) if len(uses) < count else []
    return uses


def vary(sections: Sequence[list[Use]], draws: NDArray[np.float64], share: float) -> list[list[Use]]:
    """Return the figures of sections; where one returns in its zone, some in a variant of their own.

    `draws` has shape (sections, 64). What comes first stays: a theme is heard plain before it is
    varied, and so does the last stop. More `share` only varies more.

    >>> varied = vary([fill(Link("orta", 4))] * 2, np.zeros((2, 64)), 1.0)
    >>> [use.figure for use in varied[1]]
    ['L', 'T0.1', 'H0.1', 'H2.1']
    """
    heard: set[Use] = set()
    turns: Counter[str] = Counter()
    filled = []
    varies = (draws < share).tolist()
    for number, section in enumerate(sections):
        here = varies[number % len(varies)]
        uses = list(section)
        for place, use in enumerate(uses):
            known = use in heard and place and use.figure[0] not in "CELM"
            # The refrain is to be known again: one bar of three may differ.
            last = place == len(section) - 1 or section[-1].figure == "E"
            known = known and (use.figure[0] != "R" or (place % 3 == 1 and not last))
            if known and here[place % len(here)]:
                turns[use.figure] += 1
                uses[place] = Use(f"{use.figure}.{turns[use.figure]}", use.semitones)
            heard.add(use)
        filled.append(uses)
    return filled
