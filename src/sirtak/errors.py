"""What sirtak raises when the input is wrong.

SirtakError                 anything a user can put right; the CLI prints it and exits 2
├── SpecError               a TOML file, a knob or an argument that cannot be used
│   ├── GridError           a step grid that does not parse
│   └── UnknownName         a mode, beat, style, part … that does not exist
├── MidiFileError           a .mid file that cannot be read
└── OutputError             a file that cannot be written

Every message says where (file and line), what is wrong, the offending text and a way out.
Anything else that escapes is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable


class SirtakError(Exception):
    """A mistake in the input, with the place and a way out.

    >>> print(SirtakError("tempo: 0 is below 20", file="a.toml", line=3, text="tempo = 0"))
    a.toml:3: tempo: 0 is below 20
        tempo = 0
    """

    def __init__(
        self,
        message: str,
        *,
        file: object = None,
        line: int | None = None,
        text: str | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = None if file is None else str(file)
        self.line = line
        self.text = text
        self.column = column
        self.hint = hint

    def __str__(self) -> str:
        where = "" if self.file is None else self.file + ":"
        where += "" if self.line is None else f"{self.line}:"
        lines = [f"{where} {self.message}" if where else self.message]
        if self.text is not None:
            lines.append(f"    {self.text}")
            if self.column is not None:
                lines.append("    " + " " * self.column + "^")
        if self.hint is not None:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class SpecError(SirtakError):
    """A TOML file, a knob or an argument that cannot be used."""


class GridError(SpecError):
    """A step grid that does not parse."""


class UnknownName(SpecError):
    """A name that stands for nothing; the nearest known names are the hint."""


class MidiFileError(SirtakError):
    """A .mid file that cannot be read."""


class OutputError(SirtakError):
    """A file that cannot be written."""


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a hint with the nearest known names, or all of them when they are few.

    >>> did_you_mean("denisty", ["density", "takes"])
    "did you mean 'density'?"
    >>> did_you_mean("H", ["C", "D"])
    'known: C, D'
    """
    import difflib

    names = sorted(set(known))
    folded = {item.casefold(): item for item in names}
    near = difflib.get_close_matches(name.casefold(), folded, n=2, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(f"'{folded[item]}'" for item in near) + "?"
    if not names:
        return None
    shown = ", ".join(names[:24])
    return f"known: {shown}" + (f" and {len(names) - 24} more" if len(names) > 24 else "")


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """Return the error for a name that is not there.

    >>> print(unknown("mode", "doria", ["dorian", "ionian"]))
    unknown mode 'doria'
      hint: did you mean 'dorian'?
    """
    return UnknownName(f"unknown {kind} '{name}'", hint=did_you_mean(name, known))
