"""The rules of the album: what a plan must keep, and what a planned track is.

Tempi are quarters a minute, keys are told apart by the accidentals of their signatures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sirtak.library import Library
from sirtak.theory.key import nearest_signature
from sirtak.theory.mode import load_mode

LENGTH = (35 * 60, 45 * 60)  # seconds of the whole
TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
RELATED, CONTRAST = 2, 3  # accidentals between two signatures
MOVEMENT = ("love",) * 4 + ("loss",) * 3 + ("resilience",) * 3


@dataclass(frozen=True)
class Entry:
    """A track as it is planned; `family` names the theme that it shares, '' where it has its own."""

    number: int
    movement: str
    style: str
    title: str
    english: str
    seed: int
    tonic: str
    mode: str
    meter: str
    tempo: float
    folk: float
    east: float
    kuy: str = ""
    family: str = ""
    theme: int | None = None
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """What its files are called: its number and its English title."""
        plain = self.english.lower().replace("ü", "u").replace(" ", "-")
        return f"{self.number:02}-{plain}"

    @property
    def signature(self) -> int:
        """The sharps (negative: flats) of its key."""
        mode = load_mode(Library(), self.mode)
        return nearest_signature(TONICS.index(self.tonic), mode)[0]

    @property
    def mixed(self) -> bool:
        """True where its bars have groups of different lengths, or follow each other in different meters."""
        return "+" in self.meter


Plan = tuple[Entry, ...]


def faults(plan: Plan) -> list[str]:
    """Return the rules that a plan breaks, in words."""
    return [*_order_faults(plan), *_key_faults(plan), *_family_faults(plan)]


def _order_faults(plan: Plan) -> list[str]:
    styles = [entry.style for entry in plan]
    tempo = {name: _mean([e.pace for e in _paced(plan) if e.movement == name]) for name in set(MOVEMENT)}
    length = sum(entry.seconds for entry in plan)
    rules = {
        "no style twice": len(set(styles)) == len(styles),
        "two additive or mixed meters": sum(entry.mixed for entry in plan) >= 2,
        "loss is slowest, resilience fastest": tempo["loss"] < tempo["love"] < tempo["resilience"],
        "neighbours differ in tempo": all(abs(a.tempo - b.tempo) >= 2 for a, b in pairwise(plan)),
        "35 to 45 minutes": LENGTH[0] <= length <= LENGTH[1],
    }
    return [rule for rule, kept in rules.items() if not kept]


@dataclass(frozen=True)
class _Paced:
    movement: str
    pace: float


def _paced(plan: Plan) -> list[_Paced]:
    """Return tempi as they are felt: trap is counted at half its tempo."""
    return [_Paced(e.movement, e.tempo / 2 if e.style == "terme-trap" else e.tempo) for e in plan]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _key_faults(plan: Plan) -> list[str]:
    found = []
    for a, b in pairwise(plan):
        gap = apart(a.signature, b.signature)
        if a.movement == b.movement and gap > RELATED:
            found.append(f"tracks {a.number} and {b.number} are related in key")
        if a.movement != b.movement and gap < CONTRAST:
            found.append(f"tracks {a.number} and {b.number} are a wrench apart")
        if (a.tonic, a.mode) == (b.tonic, b.mode):
            found.append(f"tracks {a.number} and {b.number} are not in one key")
    title = next(entry for entry in plan if entry.style == "sirtak")
    if apart(title.signature, plan[-1].signature) > 1:
        found.append("the last track comes back to the title track's key")
    return found


def _family_faults(plan: Plan) -> list[str]:
    return [
        f"the theme of {name} is heard in three tracks"
        for name in ("sirtak", "kazan")
        if sum(entry.family == name for entry in plan) < 3
    ]


def apart(a: int, b: int) -> int:
    """Return how many accidentals two signatures are apart, by the shorter way round the circle.

    >>> apart(-1, 2), apart(-5, 6)
    (3, 1)
    """
    return min((a - b) % 12, (b - a) % 12)
