"""Phrase plans: how a piece puts its phrases together, and what a section does with them.

A plan is eight cells (eight bars of 4/4) in phrases of two or three. A phrase is written
`m= n~ .o`: cells of motif, then a cadence cell. Letters name what is played (`IDEAS`), the sign
behind a letter says where: `=` at home, `^` a fourth above it, `+` in sequence, `-` a degree below
the last statement, `~` from where the tune stands. The cadence says where the phrase ends: `1` on
the final, `o` open (on the question's degree), `x` inside the period. The plans are ours, after
the forms that go by these names; kinds of work with a motif: craft.md 4, rules 1 to 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

Work = Literal["theme", "sequence", "fragment", "inversion", "augmentation", "rhythm", "pitches", "climb"]

# m, n first and second motif; i, j their inversions; h the head twice; r the rhythm with new
# pitches, p the pitches in a new rhythm; a, b two halves of the motif at half speed; c the cascade.
IDEAS = "mnijhrpabc"

PLANS = (
    ("period", 3.0, "m= .x | n~ .o | m= .x | n~ .1"),
    ("aaba", 2.0, "m= .o | m= .1 | n^ .o | m= .1"),
    ("sentence", 3.0, "m= .o | m+ .x | h~ .o | m= .1"),
    ("ladder", 1.5, "m= .x | m+ .o | m+ .x | n~ .1"),
    ("descent", 1.5, "m^ .o | m= .x | m- .o | h~ .1"),
    ("five-three", 0.8, "m= .x | n~ h~ .o | m= h~ .1"),
    ("mirror", 1.5, "m= .x | i~ .o | n~ .x | m= .1"),
    ("turnabout", 1.5, "m= .1 | n^ .o | n~ .x | m= .1"),
)
DEPARTURES = (
    "n^ .o | i~ .x | h~ .o | n~ .1",
    "n= .x | n+ .o | p~ .x | i~ .1",
    "r^ .o | n~ .x | r= .o | h~ .1",
)

# What a section makes of a plan: letters that take others' places, or a plan of its own.
SWAPS = {
    "inversion": str.maketrans("mn", "ij"),
    "rhythm": str.maketrans("mn", "rr"),
    "pitches": str.maketrans("mn", "pp"),
    "augmentation": str.maketrans("mnhirp", "aaaaaa"),
}
OWN = {
    "sequence": "m= m+ m+ .o | m^ m- m- .1",
    "fragment": "h= h+ .o | h+ h+ .x | m= .1",
}


@dataclass(frozen=True)
class Phrase:
    """Cells of motif, then a cadence; `shift` moves a whole phrase by degrees (the küy's climb)."""

    cells: tuple[str, ...]
    end: str
    shift: int = 0

    def __len__(self) -> int:
        return len(self.cells) + 1


@cache
def parse_plan(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of a plan.

    >>> parse_plan("m= .o | n~ h~ .1")[1]
    Phrase(cells=('n~', 'h~'), end='1', shift=0)
    """
    phrases = []
    for part in text.split("|"):
        *cells, end = part.split()
        phrases.append(Phrase(tuple(cells), end[1]))
    return tuple(phrases)


def layout(plan: str, departure: str, count: int, work: Work, fourth: int, octave: int) -> list[Phrase]:
    """Return the phrases of a section of `count` cells.

    Periods first: one; statement and return; statement, departure, return. What is left
    over takes the opening and the closing phrase. `fourth` and `octave` are in degrees.

    >>> [len(phrase) for phrase in layout("m= .x | n~ .o | m= .x | n~ .1", "", 11, "theme", 3, 7)]
    [2, 2, 2, 2, 3]
    """
    if work == "climb":
        return _climb(count, fourth, octave)
    swap = SWAPS.get(work, {})
    plan, departure = (OWN.get(work, text).translate(swap) for text in (plan, departure))
    whole, rest = divmod(count, sum(map(len, parse_plan(plan))))
    roles = {1: "A", 2: "AA", 3: "ABA"}.get(whole, ("AABA" * whole)[: max(0, whole - 1)] + "A" * (whole > 0))
    phrases = [phrase for role in roles for phrase in parse_plan(plan if role == "A" else departure or plan)]
    return phrases + _rest(parse_plan(plan), rest)


def _rest(plan: tuple[Phrase, ...], count: int) -> list[Phrase]:
    """Return phrases for fewer cells than a plan has: how it opens, how it closes, and a fragment between."""
    opening, closing = Phrase(plan[0].cells[:1], "o"), Phrase(plan[-1].cells[:1], "1")
    middle = [Phrase(plan[len(plan) // 2].cells[:1], "x")] if count >= 6 else []
    if count < 2:
        return [Phrase((), "1")] * count
    if count % 2:
        closing = Phrase((*closing.cells, closing.cells[0][0] + "+"), "1")
    return [opening, *middle, closing] if count >= 4 else [closing]


def _climb(count: int, fourth: int, octave: int) -> list[Phrase]:
    """Return the küy's device: a block, the same at the fourth and at the octave, a cascade home.

    As Keñes and Balbyrauyn have it, where bars return at +5 and +12 semitones (kazakh.md 3.3).
    """
    if count < 3:
        return [Phrase(("m=",), "1"), Phrase((), "1")][-count:] if count == 1 else [Phrase(("m^",), "1")]
    size = max(1, min(count // 4, 4)) if count > 3 else 1
    shifts = (0, fourth, octave) if count > 3 else (0, octave)
    left = count - size * len(shifts)
    while left > max(4, size):  # a long section says its block twice before it climbs
        shifts, left = (0, *shifts), left - size
    block = {
        1: (Phrase((), "1"),),
        2: (Phrase(("m=",), "1"),),
        3: (Phrase(("m=", "n~"), "1"),),
        4: (Phrase(("m=",), "x"), Phrase(("n~",), "1")),
    }[size]
    climbed = [Phrase(item.cells, item.end, shift) for shift in shifts for item in block]
    return [*climbed, Phrase(("c",) * (left - 1), "1")]
