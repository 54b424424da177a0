"""Modal harmony: chords on degrees of the mode, open rather than triadic.

Progressions are Roman numerals by degree of the mode ("i VI i VII"); upper and lower case mean
the same, since the third is optional. There is no leading-note dominant: a chord on the fifth never
has the tone a semitone under the final (craft.md 4, rule 10). With colour `auto` each chord takes
what agrees best with the tune over it; a root may give way to another by `listen`.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, cycle, pairwise
from typing import Annotated, Literal

import msgspec
import numpy as np

from sirtak.errors import SpecError
from sirtak.harmony.listening import AGAINST_DRONE, Floats, Tones, above, heard_root, rubs, sung_in
from sirtak.scene.line import Chord, Chords, Line
from sirtak.scene.part import knob
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

# Semitones above the root beside root and fifth (a stack of fourths has no fifth), and the liking of
# `auto`: thirds say which key it is, ninths keep it open; fourths are taken where the tune asks for them.
_COLOURS: dict[str, tuple[tuple[int, ...], float]] = {
    "third": ((3, 4), 0.4),
    "add2": ((2,), 0.3),
    "sus4": ((5,), 0.0),
    "quartal": ((5, 10), -0.05),
}
_BARE = -0.05  # how much `auto` likes root and fifth alone
_STACKED = ("quartal", "quintal")

Colour = Literal["auto", "open", "add2", "third", "sus4", "quartal", "quintal"]
Voicing = Literal["close", "spread"]
Rhythm = Annotated[
    tuple[Annotated[int, msgspec.Meta(ge=1, le=16)], ...],
    msgspec.Meta(
        max_length=16,
        description="bars for each chord in turn, e.g. [2, 2, 4]; all as long as 'bars' if left out",
        extra={"hint": "one to sixteen whole numbers from 1 to 16, e.g. rhythm = [2, 2, 4]"},
    ),
]


class HarmonySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of the harmony that pads, piano and bass share."""

    chords: Annotated[str, knob("Roman numerals, repeated in turn; sections may bring their own")] = (
        "i VI i VII"
    )
    bars: Annotated[int, knob("bars for each chord", 1, 16)] = 2
    rhythm: Rhythm = ()
    colour: Annotated[Colour, knob("what stands beside root and fifth; quartal and quintal are stacks")] = (
        "auto"
    )
    voicing: Annotated[Voicing, knob("close, or voices a fourth or more apart where there is room")] = "close"
    listen: Annotated[
        float, knob("how soon a chord that the tune rubs gives way to another: 0 never, 1 always", 0, 1)
    ] = 0.3


def parse_progression(text: str, mode: Mode) -> list[int]:
    """Return the root degrees of a progression; SpecError where the mode lacks one.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> parse_progression("i VI - i VII", load_mode(Library(), "aeolian"))
    [0, 5, 0, 6]
    """
    numerals = text.replace("-", " ").replace("|", " ").split()
    if not numerals:
        raise SpecError("the progression is empty", hint='write numerals, e.g. "i VI i VII"')
    return [mode.degree_of(numeral) for numeral in numerals]


RUB = 0.2  # share of a tune's time a semitone off a root, from which a drone tune keeps its pedal


def make_chords(
    spec: HarmonySpec,
    mode: Mode,
    bars: Bars,
    line: Line,
    progression: str = "",
    closing: bool = False,
    pedal: bool = False,
) -> Chords:
    """Return the chords of a section; a closing section comes home in its last chord.

    With `pedal` a root that the tune rubs against gives way to the final: a tune that lives over a
    drone, as a küy does, was never meant for it.
    """
    roots = parse_progression(progression or spec.chords, mode)
    firsts = _first_bars(spec, bars.count)
    ticks = [*bars.starts[firsts].tolist(), bars.ticks]
    heard = sung_in(mode, bars, line, ticks)
    items = []
    for number, ((start, end), sung) in enumerate(zip(pairwise(ticks), heard, strict=True)):
        root = roots[number % len(roots)]
        if closing and end == bars.ticks:
            root = mode.final
        elif pedal:
            root = mode.final if rubs(mode.semitones[root % len(mode)], sung) > RUB else root
        else:
            root = heard_root(mode, roots, number, sung, spec.listen)
        name = spec.colour if spec.colour != "auto" else _agreeing(mode, root, sung)
        tones = chord_tones(mode, root, name)
        items.append(Chord(start, end - start, root, tones, spec.voicing == "spread" or name in _STACKED))
    return Chords(tuple(items))


def _first_bars(spec: HarmonySpec, count: int) -> list[int]:
    """Return the bars on which the chords of a section of `count` bars begin."""
    firsts = [0]
    for first in accumulate(cycle(spec.rhythm or (spec.bars,))):
        if first >= count:
            break
        firsts.append(first)
    return firsts


def chord_tones(mode: Mode, root: int, colour: str) -> tuple[int, ...]:
    """Return the degrees of a chord: root, the fifth where it is perfect, and its colour.

    A colour that the mode lacks on this root, or that would make a leading-note dominant, gives way
    to the nearest open one: add2, then sus4, then none.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> ionian = load_mode(Library(), "ionian")
    >>> chord_tones(ionian, 0, "third"), chord_tones(ionian, 4, "third"), chord_tones(ionian, 4, "quartal")
    ((0, 4, 2), (4, 8, 5), (4, 7, 10))
    """
    return _chord_tones(mode.semitones, root, colour)


@lru_cache(maxsize=4096)
def _chord_tones(tones: Tones, root: int, colour: str) -> tuple[int, ...]:
    fifth = above(tones, root, 7)
    bare = (root,) if fifth is None else (root, fifth)
    if colour == "open":
        return bare
    for name in dict.fromkeys(("add2" if colour == "quintal" else colour, "add2", "sus4")):
        extra = _extra(tones, root, name)
        if extra:
            return (root, *extra) if name == "quartal" else (*bare, *extra)
    return bare


def _extra(tones: Tones, root: int, name: str) -> tuple[int, ...]:
    """Return the degrees that a colour adds; none where the mode lacks one or it would lead to the final."""
    size = len(tones)
    found = [degree for item in _COLOURS[name][0] if (degree := above(tones, root, item)) is not None]
    if name == "third":
        found = found[:1]
    leading = tones[root % size] % 12 == 7 and any(tones[degree % size] % 12 == 11 for degree in found)
    complete = len(found) == (1 if name == "third" else len(_COLOURS[name][0]))
    return tuple(found) if complete and not leading else ()


@lru_cache(maxsize=1024)
def _scores(tones: Tones, root: int) -> tuple[tuple[str, ...], Floats, Floats]:
    """Return the colours that a root may take, their costs (colours, 12) by tone of the tune, and their own.

    None of them holds what rubs against the drone.
    """
    size = len(tones)
    names, rows, own = ["open"], [np.zeros(12)], [-_BARE]
    for name, (_, liking) in _COLOURS.items():
        added = [tones[degree % size] % 12 for degree in _extra(tones, root, name)]
        if not added or any(tone in AGAINST_DRONE for tone in added):
            continue
        row = np.zeros(12)
        for tone in added:
            row[[(tone + 1) % 12, (tone - 1) % 12]] += 1.5
            row[tone] -= 0.6
        if name == "quartal":  # it has no fifth
            row[(tones[root] + 7) % 12] += 0.6
        names.append(name)
        rows.append(row)
        own.append(-liking)
    return tuple(names), np.array(rows), np.array(own)


def _agreeing(mode: Mode, root: int, sung: Floats) -> str:
    """Return the colour that contains most of the tune and rubs least, never against the drone."""
    names, rows, own = _scores(mode.semitones, root % len(mode))
    return names[int(np.argmin(rows @ sung + own))]
