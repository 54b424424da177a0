"""Modes: degrees in cents above the final, some of them variable.

Degree 0 is the final; degree n (the number of degrees) is its octave; negative degrees lie below.
Evidence tags: P counted from scores or data, S sourced, C weaker source, G general knowledge
(unsourced), U uncertain, invented (ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.spec import Document, convert

Tag = Literal["P", "S", "C", "G", "U", "invented"]
Rule = Literal["high", "neighbour", "rising"]
Cents = Annotated[float, msgspec.Meta(ge=0, lt=1200)]

# The place of a semitone in a seven-step scale: how a numeral finds its degree in any mode.
_STEP_OF_SEMITONE = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A degree with a second form.

    `rule` says when the second form sounds: `high` from the final's octave upwards, `neighbour`
    as a lower neighbour between two notes a degree above, `rising` when the next note is higher.
    """

    degree: Annotated[int, msgspec.Meta(ge=0, le=23, description="which degree, 0 is the final")]
    cents: Annotated[Cents, msgspec.Meta(description="its second form")]
    rule: Annotated[Rule, msgspec.Meta(description="when the second form sounds")]
    about: str = ""


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
        dict[str, float], msgspec.Meta(description="share of sounding time by semitone, in percent")
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
    def pitch_classes(self) -> frozenset[int]:
        """Every semitone (0 to 11) that the mode can use, second forms included."""
        second = (round(item.cents / 100) % 12 for item in self.variable)
        return frozenset({*(item % 12 for item in self.semitones), *second})

    @property
    def minor(self) -> bool:
        """True where the third (or the lack of a major one) makes the mode minor."""
        return 4 not in self.pitch_classes

    @property
    def microtonal(self) -> bool:
        """True where a degree lies between the semitones."""
        return any(cents % 100 for cents in (*self.cents, *(item.cents for item in self.variable)))

    def pitches(self, degrees: ArrayLike, base: int, second: ArrayLike | None = None) -> NDArray[np.int64]:
        """Return MIDI numbers of degrees in playing order; degree 0 is `base`.

        `second` marks the notes that take a variable degree's second form; left out, the rules
        of the mode decide from the line itself. Degrees between the semitones are rounded.
        """
        line = np.asarray(degrees, np.int64)
        size = len(self.cents)
        octave, place = line // size, line % size
        pitch = np.asarray(self.semitones)[place] + 12 * octave + base
        for item in self.variable:
            marked = self._marked(item, line, size) if second is None else np.asarray(second)
            here = (place == item.degree) & marked
            pitch = np.where(here, base + 12 * octave + round(item.cents / 100), pitch)
        return pitch

    @staticmethod
    def _marked(item: Variable, line: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
        """Return which notes of a line meet a variable degree's rule."""
        marked: NDArray[np.bool_] = np.zeros(line.shape, bool)
        if item.rule == "high":
            marked = line >= size
        elif item.rule == "rising" and line.size:
            marked[:-1] = line[1:] > line[:-1]
        elif item.rule == "neighbour" and line.size > 2:
            marked[1:-1] = (line[:-2] == line[1:-1] + 1) & (line[2:] == line[1:-1] + 1)
        return marked

    @cached_property
    def _by_step(self) -> dict[int, int]:
        steps: dict[int, int] = {}
        for degree, semitone in enumerate(self.semitones):
            steps.setdefault(_STEP_OF_SEMITONE[semitone % 12], degree)
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
    if any(a >= b for a, b in zip(fields.cents, fields.cents[1:], strict=False)):
        raise document.error(("cents",), "cents: the degrees must rise, without repeats")
    for index, item in enumerate(fields.variable):
        if item.degree >= len(fields.cents):
            raise document.error(
                ("variable", index, "degree"),
                f"variable[{index + 1}].degree: there is no degree {item.degree}",
                f"the mode has degrees 0 to {len(fields.cents) - 1}",
            )
    if fields.final >= len(fields.cents):
        raise document.error(("final",), f"final: there is no degree {fields.final}")
    return Mode(
        name=fields.name,
        cents=tuple(fields.cents),
        final=fields.final,
        variable=tuple(fields.variable),
        title=fields.title or fields.name.capitalize(),
        weights=_weights(document, fields.weights),
        observed=fields.observed,
        source=fields.source,
        tag=fields.tag,
    )


def _weights(document: Document, table: Mapping[str, Any]) -> dict[int, float] | None:
    if not table:
        return None
    for key, value in table.items():
        if not key.isdigit() or int(key) > 11 or value < 0:
            raise document.error(("weights", key), f"weights.{key}: semitones 0 to 11, shares from 0")
    return {int(key): float(value) for key, value in table.items()}


def load_mode(library: Library, name: str) -> Mode:
    """Return a mode by name."""
    return build_mode(library.document("mode", name))
