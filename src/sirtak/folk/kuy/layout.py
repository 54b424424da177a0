"""Which figure stands where: the sections of a küy filled with its few figures.

Figures: `R0 R1` the refrain and `R2` its variant, `T0` to `T3` the theme (`T3` ends it), `H0` to
`H2` the way home, `L` the way up, `S0` to `S2` the top of the sağa, `C0 C1` a cascade, `E` the last stop.
The theme does not change with the zone: it is moved up by a fourth (5 semitones) or an octave
(12), kazakh.md 3.3. Orders of figures are ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.form import Link

REFRAIN = ("R0", "R1", "R0", "R2")
PERIOD = ("T0", "T1", "T0", "T2", "T0", "T1", "T2", "T3")
TOP = ("S0", "S1", "S0", "S2")
HOMEWARD = ("H0", "H1", "H0", "H2")

FOURTH, OCTAVE = 5, 12
CASCADE = ("C0", "C1")


@dataclass(frozen=True)
class Use:
    """A figure where it sounds, `semitones` higher; apostrophes mark its variants."""

    figure: str
    semitones: int = 0


def cycled(names: tuple[str, ...], count: int, last: str = "") -> list[str]:
    """Return `count` names in turn, the last one replaced where `last` is given.

    >>> cycled(("a", "b"), 3, "z")
    ['a', 'b', 'z']
    """
    found = [names[place % len(names)] for place in range(count)]
    return [*found[:-1], last] if last and count > 1 else found


def fill(link: Link) -> list[Use]:
    """Return the figures of a section.

    >>> [use.figure for use in fill(Link("bas", 4))]
    ['R0', 'R1', 'R0', 'R2']
    """
    uses = _FILLS[link.zone](link)
    if link.place == "last":
        uses[-1] = Use("E")
    return uses


def _bas(link: Link) -> list[Use]:
    """The refrain; where there is room for it, the theme comes before."""
    count = link.figures
    theme = 0
    if count >= (7 if link.place == "first" else 11):
        theme = max(4, (count * 5 // 8) // 4 * 4)
    return [Use(name) for name in [*cycled(PERIOD, theme, "T3"), *cycled(REFRAIN, count - theme)]]


def _orta(link: Link) -> list[Use]:
    """The theme a fourth higher, then the way home."""
    count = link.figures
    up = max(1, count - 1 if count <= 3 else round(count * 0.55) if count < 7 else count - 2 - count // 5)
    lead = ["L"] if count >= 6 else []
    theme = [Use(name, FOURTH) for name in cycled(PERIOD, up - len(lead))]
    return [*(Use(name) for name in lead), *theme, *_homeward(count - up)]


def _homeward(count: int) -> list[Use]:
    return [Use(name) for name in cycled(HOMEWARD, count, "H2")] if count > 1 else [Use("H2")] * count


def _kishi(link: Link) -> list[Use]:
    """The theme an octave higher, and figures of the high zone's own before it ends."""
    count = link.figures
    own = 0 if count < 5 else 2 if count < 9 else 3
    theme = [Use(name, OCTAVE) for name in cycled(PERIOD, count - own, "T3")]
    return [*theme[:-1], *(Use(name) for name in TOP[1 : 1 + own]), theme[-1]]


def _ulken(link: Link) -> list[Use]:
    """The top, and the theme's head once more before it comes down."""
    count = link.figures
    if count < 6:
        return [Use(name) for name in cycled(TOP, count)]
    back = count // 3
    return [Use(name) for name in cycled(TOP, count - back)] + [
        Use(name, OCTAVE) for name in cycled(PERIOD, back, "T3")
    ]


def _home(link: Link) -> list[Use]:
    """A cascade from the sağa down, and the way home where there is more room."""
    stairs = CASCADE[: link.figures]
    return [*(Use(name) for name in stairs), *_homeward(link.figures - len(stairs))]


_FILLS = {"bas": _bas, "orta": _orta, "kishi_saga": _kishi, "ulken_saga": _ulken, "home": _home}


def vary(links: Sequence[Link], draws: NDArray[np.float64], share: float) -> list[list[Use]]:
    """Return the figures of all sections; where a zone returns, some figures in their variant.

    `draws` has shape (sections, 64). What comes first stays: a theme is heard plain before it is
    varied, and so does the last stop. More `share` only varies more.

    >>> from sirtak.folk.kuy.form import Link
    >>> varied = vary([Link("orta", 4), Link("orta", 4)], np.zeros((2, 64)), 1.0)
    >>> [use.figure for use in varied[1]]
    ['T0', "T1'", "H0'", "H2'"]
    """
    heard: set[Use] = set()
    turns: Counter[str] = Counter()
    filled = []
    for number, link in enumerate(links):
        uses = fill(link)
        for place, use in enumerate(uses):
            known = use in heard and place and use.figure[0] not in "CE"
            # The refrain is to be known again: one bar of three may differ.
            known = known and (use.figure[0] != "R" or place % 3 == 2)
            if known and draws[number % len(draws), place % draws.shape[1]] < share:
                uses[place] = Use(use.figure + ("'", "''")[turns[use.figure] % 2], use.semitones)
                turns[use.figure] += 1
            heard.add(use)
        filled.append(uses)
    return filled
