"""Modal harmony: chords on degrees of the mode, open rather than triadic.

Progressions are Roman numerals by degree of the mode ("i VI i VII"); upper and lower case mean
the same, since the third is optional. There is no leading-note dominant (craft.md 4, rule 10).
Each chord takes the colour tone (ninth, third or fourth) that agrees best with the tune over it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from sirtak.errors import SpecError
from sirtak.scene.line import Chord, Chords, Line
from sirtak.scene.part import knob
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

# Thirds say which key it is, ninths keep it open; a fourth is taken where the tune asks for it.
_LIKING = {"third": 0.4, "add2": 0.3, "sus4": 0.0}

Colour = Literal["auto", "open", "add2", "third", "sus4"]


class HarmonySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of the harmony that pads, piano and bass share."""

    chords: Annotated[str, knob("Roman numerals, repeated in turn; sections may bring their own")] = (
        "i VI i VII"
    )
    bars: Annotated[int, knob("bars for each chord", 1, 16)] = 2
    colour: Annotated[Colour, knob("what stands beside root and fifth")] = "auto"


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
    items = []
    for number, first in enumerate(range(0, bars.count, spec.bars)):
        root = roots[number % len(roots)]
        last = min(first + spec.bars, bars.count)
        if closing and last == bars.count:
            root = mode.final
        start = int(bars.starts[first])
        end = int(bars.starts[last]) if last < bars.count else bars.ticks
        if pedal and _rubs(mode, root, _sung(mode, line, start, end)) > RUB:
            root = mode.final
        items.append(Chord(start, end - start, root, _tones(spec.colour, mode, root, line, start, end)))
    return Chords(tuple(items))


def _rubs(mode: Mode, degree: int, sung: dict[int, float]) -> float:
    """Return the share of the tune's time that lies a semitone from a degree."""
    tone = mode.semitones[degree % len(mode)]
    return sum(share for note, share in sung.items() if (tone - note) % 12 in (1, 11))


def _tones(colour: Colour, mode: Mode, root: int, line: Line, start: int, end: int) -> tuple[int, ...]:
    """Return the degrees of a chord: root, the tone a fifth above, and the colour tone."""
    size = len(mode)
    semitones = mode.semitones
    root_tone = semitones[root % size]
    fifth = root + (mode.nearest_degree(root_tone + 7) - root) % size
    offsets = {"add2": 2, "third": 3 if mode.minor else 4, "sus4": 5}
    if colour == "open":
        return (root, fifth)
    choices = [colour] if colour != "auto" else list(offsets)
    sung = _sung(mode, line, start, end)
    best: tuple[float, int] | None = None
    for name in choices:
        degree = root + (mode.nearest_degree(root_tone + offsets[name]) - root) % size
        tone = semitones[degree % size]
        rubs = _rubs(mode, degree, sung)
        score = 1.5 * rubs - 0.3 * sung.get(tone, 0.0) - _LIKING[name] + 2 * (degree in (root, fifth))
        if best is None or score < best[0]:
            best = (score, degree)
    assert best is not None
    return tuple(dict.fromkeys((root, fifth, best[1])))


def _sung(mode: Mode, line: Line, start: int, end: int) -> dict[int, float]:
    """Return the share of the tune's time that each semitone of the mode has in [start, end)."""
    inside = (line.onset >= start) & (line.onset < end)
    lengths = line.duration[inside].tolist()
    shares: dict[int, float] = {}
    for degree, length in zip(line.degree[inside].tolist(), lengths, strict=True):
        tone = mode.semitones[degree % len(mode)]
        shares[tone] = shares.get(tone, 0.0) + length / sum(lengths)
    return shares
