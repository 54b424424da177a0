"""Modes: degrees in cents above the final, some of them variable.

Degree 0 is the final; degree n (the number of degrees) is its octave; negative degrees lie below.
Evidence tags: P counted from scores or data, S sourced, C weaker source, G general knowledge
(unsourced), U uncertain, invented (ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.variable import Cents, Variable, Voice

Tag = Literal["P", "S", "C", "G", "U", "invented"]
Shares = dict[str, float]

# The place of a semitone in a seven-step scale: how a numeral finds its degree in any mode.
STEP_OF_SEMITONE = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")


class ModeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a mode file."""

    format: Literal[1]
    kind: Literal["mode"] = "mode"
    name: str
    title: str = ""
    cents: Annotated[list[Cents], msgspec.Meta(min_length=3, max_length=24)]
    final: Annotated[int, msgspec.Meta(ge=0, description="degree on which tunes end")] = 0
    variable: list[Variable] = []
    weights: Annotated[
        Shares, msgspec.Meta(description="share of sounding time by semitone, in percent")
    ] = {}
    profiles: Annotated[
        dict[str, Shares], msgspec.Meta(description="the same, counted in single pieces, by name")
    ] = {}
    observed: str = ""
    source: str
    tag: Tag


@dataclass(frozen=True)
class Mode:
    """A mode, ready to turn degrees into pitches.

    >>> mode = load_mode(Library(), "dorian")
    >>> mode.pitches([0, 1, 2, 7, -1], base=62).tolist()
    [62, 64, 65, 74, 60]
    """

    name: str
    cents: tuple[float, ...]
    final: int = 0
    variable: tuple[Variable, ...] = ()
    title: str = ""
    weights: Mapping[int, float] | None = None
    profiles: Mapping[str, Mapping[int, float]] | None = None
    observed: str = ""
    source: str = ""
    tag: str = "invented"

    def __len__(self) -> int:
        return len(self.cents)

    @cached_property
    def semitones(self) -> tuple[int, ...]:
        """The degrees in whole semitones above the final."""
        return tuple(round(cents / 100) for cents in self.cents)

    @cached_property
    def _semitones(self) -> NDArray[np.int64]:
        return np.array(self.semitones, np.int64)

    @cached_property
    def pitch_classes(self) -> frozenset[int]:
        """Every semitone (0 to 11) that a tune can use, second forms included.

        Forms that belong to the bass string's own line are left out: they colour a walk, and a
        drone or a chord that took them up would change the mode.
        """
        second = (round(item.cents / 100) % 12 for item in self.variable if item.voice == "any")
        return frozenset({*(item % 12 for item in self.semitones), *second})

    @property
    def minor(self) -> bool:
        """True where the third (or the lack of a major one) makes the mode minor."""
        return 4 not in self.pitch_classes

    @property
    def microtonal(self) -> bool:
        """True where a degree lies between the semitones."""
        return any(cents % 100 for cents in (*self.cents, *(item.cents for item in self.variable)))

    def pitches(
        self, degrees: ArrayLike, base: int, second: ArrayLike | None = None, voice: Voice = "any"
    ) -> NDArray[np.int64]:
        """Return MIDI numbers of degrees in playing order; degree 0 is `base`.

        `second` marks the notes that take a variable degree's second form; left out, the rules
        of the mode decide from the line itself. Forms of the voice `bass` sound only where the
        line is said to be the bass string's. Degrees between the semitones are rounded.
        """
        line = np.asarray(degrees, np.int64)
        size = len(self.cents)
        octave, place = line // size, line % size
        pitch: NDArray[np.int64] = self._semitones[place] + 12 * octave + base
        for item in self.variable:
            if item.voice not in ("any", voice):
                continue
            marked = item.marks(line, size) if second is None else np.asarray(second)
            here = (place == item.degree) & marked
            pitch = np.where(here, base + 12 * octave + round(item.cents / 100), pitch)
        return pitch

    @cached_property
    def _by_step(self) -> dict[int, int]:
        steps: dict[int, int] = {}
        for degree, semitone in enumerate(self.semitones):
            steps.setdefault(STEP_OF_SEMITONE[semitone % 12], degree)
        return steps

    def degree_of(self, numeral: str) -> int:
        """Return the degree on which a Roman numeral stands; SpecError where the mode has none.

        >>> load_mode(Library(), "do-pentatonic").degree_of("v")
        3
        """
        name = numeral.strip().upper()
        if name not in NUMERALS:
            raise SpecError(f"'{numeral}' is not a chord numeral", hint="I to VII, upper or lower case")
        step = NUMERALS.index(name)
        if step not in self._by_step:
            has = ", ".join(NUMERALS[item] for item in sorted(self._by_step))
            raise SpecError(f"mode {self.name} has no degree {name}", hint=f"it has {has}")
        return self._by_step[step]

    def nearest_degree(self, semitone: int) -> int:
        """Return the degree (0 to n-1) whose semitone is nearest to one above the final."""
        return self._nearest[semitone % 12]

    @cached_property
    def _nearest(self) -> tuple[int, ...]:
        near = self.semitones
        return tuple(min(range(len(near)), key=lambda d: (abs(near[d] - s), d)) for s in range(12))


@cache
def build_mode(document: Document) -> Mode:
    """Return the mode of a file; SpecError where it makes no sense."""
    fields = convert(document, ModeFile)
    if fields.cents[0] != 0:
        raise document.error(("cents",), f"cents: the first degree is {fields.cents[0]}, not 0")
    if any(a >= b for a, b in pairwise(fields.cents)):
        raise document.error(("cents",), "cents: the degrees must rise, without repeats")
    for index in range(len(fields.variable)):
        _check_variable(document, fields, index)
    if fields.final >= len(fields.cents):
        raise document.error(("final",), f"final: there is no degree {fields.final}")
    used = {round(cents / 100) % 12 for cents in (*fields.cents, *(v.cents for v in fields.variable))}
    profiles = {
        name: _shares(document, ("profiles", name), table, used) for name, table in fields.profiles.items()
    }
    return Mode(
        name=fields.name,
        cents=tuple(fields.cents),
        final=fields.final,
        variable=tuple(fields.variable),
        title=fields.title or fields.name.capitalize(),
        weights=_shares(document, ("weights",), fields.weights, used) if fields.weights else None,
        profiles=profiles or None,
        observed=fields.observed,
        source=fields.source,
        tag=fields.tag,
    )


def _check_variable(document: Document, fields: ModeFile, index: int) -> None:
    """Refuse a second form that has no degree, is no other form, or passes a neighbour."""
    item, size = fields.variable[index], len(fields.cents)
    if item.degree >= size:
        raise document.error(
            ("variable", index, "degree"),
            f"variable[{index + 1}].degree: there is no degree {item.degree}",
            f"the mode has degrees 0 to {size - 1}",
        )
    low = fields.cents[item.degree - 1] if item.degree else -1.0
    high = fields.cents[item.degree + 1] if item.degree + 1 < size else 1200.0
    if not low < item.cents < high or item.cents == fields.cents[item.degree]:
        raise document.error(
            ("variable", index, "cents"),
            f"variable[{index + 1}].cents: {item.cents:g} is no second form of degree {item.degree}",
            f"another value between its neighbours, {max(low, 0):g} and {high:g}",
        )
    if item.ahead and item.rule != "high":
        raise document.error(
            ("variable", index, "ahead"),
            f"variable[{index + 1}].ahead: goes with the rule 'high', not with '{item.rule}'",
        )


def _shares(
    document: Document, path: tuple[str, ...], table: Mapping[str, float], used: set[int]
) -> dict[int, float]:
    """Return shares by semitone; SpecError where a semitone is not the mode's, or the sum not 100."""
    place = ".".join(path)
    for key, value in table.items():
        if not key.isascii() or not key.isdigit() or int(key) > 11 or value < 0:
            raise document.error((*path, key), f"{place}.{key}: semitones 0 to 11, shares from 0")
        if int(key) not in used:
            has = ", ".join(map(str, sorted(used)))
            raise document.error(
                (*path, key), f"{place}.{key}: the mode has no such semitone", f"it has {has}"
            )
    total = sum(table.values())
    if not 95 <= total <= 105:  # counted shares are rounded, so they need not make 100 exactly
        raise document.error(path, f"{place}: the shares add up to {total:g} percent, not 100")
    return {int(key): float(value) for key, value in table.items()}


def load_mode(library: Library, name: str) -> Mode:
    """Return a mode by name."""
    return build_mode(library.document("mode", name))
