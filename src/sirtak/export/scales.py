"""Modes to and from music21 scales, Scala files and mode files.

Cents count from the final. A Scala file has one form of each degree and a music21 scale too; the
second forms, the evidence and the weights go into a Scala file as remarks, which come back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from sirtak.errors import SpecError
from sirtak.export.names import ascii_name
from sirtak.scl import MOST, REMARK, parse_scala
from sirtak.theory.mode import Mode, build_mode
from sirtak.theory.pitch import near, parse_tonic
from sirtak.theory.spelling import note_names

Form = Literal["first", "second"]


def to_music21_scale(mode: Mode, tonic: str = "D", form: Form = "first") -> Any:
    """Return a music21 ConcreteScale with the mode's notes from a tonic's name upwards.

    A music21 scale has one form of each degree: the first forms, or with `form="second"` the
    second forms of all variable degrees that have one. Degrees between the semitones keep their
    cents as microtones. Raises SpecError for what is no tonic.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> mode = load_mode(Library(), "aeolian-dorian")
    >>> [str(pitch.name) for pitch in to_music21_scale(mode, "D").getPitches("D4", "D5")]
    ['D', 'E', 'F', 'G', 'A', 'B-', 'C', 'D']
    >>> [pitch.name for pitch in to_music21_scale(mode, "D", "second").getPitches("D4", "D5")][5]
    'B'
    """
    from music21 import pitch as m21pitch
    from music21 import scale

    base = near(parse_tonic(tonic), 60)
    cents = list(mode.cents)
    for item in mode.variable if form == "second" else ():
        cents[item.degree] = item.cents
    semitones = [round(item / 100) for item in cents]
    names = note_names(mode, tonic, semitones)
    pitches: list[Any] = []
    for name, semitone, exact in zip([*names, names[0]], [*semitones, 12], [*cents, 1200.0], strict=True):
        made = m21pitch.Pitch(name.replace("b", "-"))
        made.octave = 4
        made.octave += round((base + semitone - made.midi) / 12)
        if exact != semitone * 100:
            made.microtone = exact - semitone * 100
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


def mode_table(mode: Mode) -> dict[str, Any]:
    """Return a mode as the table of a mode file, without what says nothing.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> mode_table(load_mode(Library(), "do-pentatonic"))["cents"]
    [0.0, 200.0, 400.0, 700.0, 900.0]
    """
    plain = {"format": 1, "kind": "mode", "name": mode.name, "title": mode.title, "cents": list(mode.cents)}
    plain |= {"final": mode.final, "observed": mode.observed}
    table = {key: value for key, value in plain.items() if value not in ("", 0)}
    table |= {"source": mode.source or "not said", "tag": mode.tag}
    if mode.variable:
        table["variable"] = [_stated(msgspec.to_builtins(item)) for item in mode.variable]
    if mode.weights:
        table["weights"] = _by_text(mode.weights)
    if mode.profiles:
        table["profiles"] = {name: _by_text(shares) for name, shares in mode.profiles.items()}
    return table


def _stated(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a variable degree says beyond the defaults."""
    unsaid = {"ahead": 0, "repeats_as_one": False, "voice": "any", "about": ""}
    return {key: value for key, value in table.items() if unsaid.get(key) != value}


def _by_text(shares: Mapping[int, float]) -> dict[str, float]:
    return {str(semitone): share for semitone, share in shares.items()}


def format_mode(mode: Mode) -> str:
    """Return the text of a mode file: what `sirtak show FILE.scl --toml` prints.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> print(format_mode(load_mode(Library(), "do-pentatonic")).splitlines()[2])
    name = "do-pentatonic"
    """
    table = mode_table(mode)
    lines = [f"{key} = {_toml(value)}" for key, value in table.items() if not isinstance(value, dict | list)]
    lines.insert(4 if mode.title else 3, f"cents = {_toml(table['cents'])}")
    for item in table.get("variable", ()):
        lines += ["", "[[variable]]", *(f"{key} = {_toml(value)}" for key, value in item.items())]
    tables = [("weights", table["weights"])] if mode.weights else []
    tables += [(f"profiles.{_key(name)}", shares) for name, shares in table.get("profiles", {}).items()]
    for name, shares in tables:
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in shares.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any, ascii_only: bool = False) -> str:
    """Return a value as TOML on one line; whole numbers stay without a point."""
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        return "".join(_escaped(letter) for letter in quoted) if ascii_only else quoted
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{_key(key)} = {_toml(item, ascii_only)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item, ascii_only) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else repr(value)


def _escaped(letter: str) -> str:
    if letter.isascii():
        return letter
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"


def _key(name: str) -> str:
    bare = name.isascii() and name and all(letter.isalnum() or letter in "-_" for letter in name)
    return name if bare else _toml(name, ascii_only=True)


def format_scl(mode: Mode) -> str:
    """Return a mode as Scala text, in ASCII; what Scala has no place for stands in remarks.

    Raises SpecError for a mode of more degrees than can be read back.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> print("\\n".join(format_scl(load_mode(Library(), "do-pentatonic")).splitlines()[-7:]))
     5
    !
     200.00000
     400.00000
     700.00000
     900.00000
     1200.00000
    """
    if not 3 <= len(mode) <= MOST:
        raise SpecError(f"mode {mode.name}: {len(mode)} degrees, and a mode has 3 to {MOST}")
    table = mode_table(mode)
    lines = [f"! {ascii_name(mode.name, 'mode')}.scl", "!"]
    for item in table.pop("variable", ()):
        lines += [f"! degree {item['degree']} also at {_point(item['cents'])} cents"]
        lines += [f"{REMARK}variable = {_toml(item, ascii_only=True)}"]
    for key, value in table.items():
        if key not in ("format", "kind", "name", "cents"):
            lines.append(f"{REMARK}{key} = {_toml(value, ascii_only=True)}")
    about = ascii_name(f"{mode.title or mode.name} [{mode.tag}]", "a mode").lstrip("! ") or "a mode"
    return (
        "\n".join(
            [
                *lines,
                about,
                f" {len(mode)}",
                "!",
                *(f" {_point(cents)}" for cents in (*mode.cents[1:], 1200.0)),
            ]
        )
        + "\n"
    )


def _point(cents: float) -> str:
    """Return cents with a point and at least five decimals, more where they are needed."""
    import numpy as np

    return np.format_float_positional(cents, unique=True, min_digits=5)


def parse_scl(text: str, name: str = "scl") -> Mode:
    """Return the mode of a Scala text; SpecError with the line where it is none.

    >>> parse_scl("a fifth and a fourth\\n3\\n4/3\\n3/2\\n2/1\\n").cents[2]
    701.955001
    """
    return build_mode(parse_scala(text, name, name.removesuffix(".scl")))
