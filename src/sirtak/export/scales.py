"""Modes to and from music21 scales and Scala files.

Cents count from the final. A Scala file lists every degree but the first, the octave last, as
cents (with a point) or as a ratio; its first line that is no remark is the description.
"""

from __future__ import annotations

import math
import re
from typing import Any

from sirtak.errors import SpecError
from sirtak.theory.mode import Mode
from sirtak.theory.pitch import near, parse_tonic


def to_music21_scale(mode: Mode, tonic: str = "D") -> Any:
    """Return a music21 ConcreteScale with the mode's notes from a tonic's name upwards.

    Degrees between the semitones keep their cents as microtones; second forms of variable
    degrees are left out, since a music21 scale has one form of each degree. Raises SpecError
    for what is no tonic.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> scale = to_music21_scale(load_mode(Library(), "dorian"), "D")
    >>> [pitch.name for pitch in scale.getPitches("D4", "D5")]
    ['D', 'E', 'F', 'G', 'A', 'B', 'C', 'D']
    """
    from music21 import pitch as m21pitch
    from music21 import scale

    base = near(parse_tonic(tonic), 60)
    pitches: list[Any] = []
    for cents in (*mode.cents, 1200.0):
        semitone = round(cents / 100)
        made = m21pitch.Pitch()
        made.midi = base + semitone
        if cents != semitone * 100:
            made.microtone = cents - semitone * 100
        pitches.append(made)
    return scale.ConcreteScale(tonic=pitches[0], pitches=pitches)


def from_music21_scale(scale: Any, name: str) -> Mode:
    """Return the mode of a music21 scale: one octave from its tonic upwards, microtones included.

    >>> from music21 import scale
    >>> from_music21_scale(scale.DorianScale("D"), "mine").cents
    (0.0, 200.0, 300.0, 500.0, 700.0, 900.0, 1000.0)
    """
    tonic = scale.tonic
    if tonic is None:
        raise SpecError("this scale has no tonic", hint="build it with one: scale.DorianScale('D')")
    low = tonic.__class__(tonic.name)
    low.octave, low.microtone = 4, tonic.microtone
    pitches = scale.getPitches(low, low.transpose("P8"))
    cents = sorted({round((pitch.ps - pitches[0].ps) * 100, 6) for pitch in pitches})
    return Mode(name=name, cents=tuple(item for item in cents if item < 1200), source="a music21 scale")


def format_scl(mode: Mode) -> str:
    """Return a mode as Scala text; second forms of variable degrees stand in remarks.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> print(format_scl(load_mode(Library(), "do-pentatonic")).splitlines()[4])
     5
    """
    about = f"{mode.title or mode.name} [{mode.tag}]"
    lines = [
        f"! {mode.name}.scl",
        "!",
        *(f"! degree {v.degree} also at {v.cents:.5f}" for v in mode.variable),
    ]
    lines += [f"! {mode.source}"[:200], about, f" {len(mode)}", "!"]
    return "\n".join([*lines, *(f" {cents:.5f}" for cents in (*mode.cents[1:], 1200.0))]) + "\n"


def parse_scl(text: str, name: str = "scl") -> Mode:
    """Return the mode of a Scala text; SpecError with the line where it is none.

    >>> parse_scl("a fifth\\n2\\n3/2\\n2/1\\n").cents[1]
    701.955001
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if not line.startswith("!")]
    if len(lines) < 2:
        raise SpecError(
            "this is not a Scala file", file=name, hint="a description, a count, then the degrees"
        )
    number, counted = lines[1]
    found = re.match(r"\s*(\d+)", counted)
    degrees = [_scl_degree(name, n, line) for n, line in lines[2:] if line.strip()]
    if not found or int(found[1]) != len(degrees):
        message = f"{len(degrees)} degrees, where the count says '{counted.strip()}'"
        raise SpecError(message, file=name, line=number, text=counted)
    if not degrees or abs(degrees[-1] - 1200) > 1e-6 or sorted(set(degrees)) != degrees or degrees[0] <= 0:
        raise SpecError("the degrees must rise to the octave (2/1)", file=name, line=lines[-1][0])
    return Mode(name=name, cents=(0.0, *degrees[:-1]), title=lines[0][1].strip(), source="a Scala file")


def _scl_degree(name: str, number: int, line: str) -> float:
    """Return the cents of one line of a Scala file."""
    word = line.split(maxsplit=1)[0]
    ratio = re.fullmatch(r"(\d+)(?:/(\d+))?", word)
    if ratio and int(ratio[1]) and int(ratio[2] or 1):
        return round(1200 * math.log2(int(ratio[1]) / int(ratio[2] or 1)), 6)
    if re.fullmatch(r"\d+\.\d*", word):
        return float(word)
    raise SpecError(f"'{word}' is no degree", file=name, line=number, text=line, hint="write 203.91 or 9/8")
