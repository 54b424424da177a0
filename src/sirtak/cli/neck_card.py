"""The card of a neck: its frets on both strings, nut above, as the player looks down on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sirtak.theory.neck import Neck
    from sirtak.theory.tuning import Tuning

_WIRE = {"open": "═", "fixed": "─", "movable": "~"}


def neck_lines(neck: Neck, tuning: Tuning) -> list[str]:
    """Return a neck as text, one row a semitone, with what is known of each fret.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.neck import load_neck
    >>> from sirtak.theory.tuning import load_tuning
    >>> lines = neck_lines(load_neck(Library(), "bokey"), load_tuning(Library(), "on"))
    >>> print("\\n".join(lines[1:5]))
        0   D3══════G3    open strings
        1    │       │
        2   E3──────A3    fixed
        3   F3~~~~~~Bb3   movable, saryarqa perne
    """
    from sirtak.cli.cards import entry

    counts = f"{len(neck.frets)} frets: {len(neck.fixed)} fixed, {len(neck.movable)} movable"
    lines = [f"  {counts}; {tuning.title}, bass string left, melody string right"]
    for fret in range(neck.last + 1):
        lines.append(f"  {fret:>3}   {_strings(neck, tuning, fret)}".rstrip())
    lines.append(f"  stretch  {neck.stretch} frets between thumb and fingers (invented)")
    for name, gloss in neck.unplaced.items():
        lines += entry("perne", f"{name}: {gloss}; on which fret is not known")
    if neck.cents:
        cents = ", ".join(f"fret {fret} at {value:g}" for fret, value in sorted(neck.cents.items()))
        words = f"{cents}, each give or take {neck.offset:g}; off unless a player asks for them"
        lines += entry("cents", f"{words} [{neck.cents_tag}: {neck.cents_source}]")
    return lines + entry("about", neck.about)


def _strings(neck: Neck, tuning: Tuning, fret: int) -> str:
    """Return one row: the two strings at a fret, and the remark beside it."""
    from sirtak.theory.pitch import usual_name

    kind = neck.kind(fret)
    if kind is None:
        return " │       │"
    bass, melody = usual_name(tuning.bass + fret), usual_name(tuning.melody + fret)
    remarks: list[str] = ["open strings" if kind == "open" else kind]
    remarks += [neck.names[fret]] if fret in neck.names else []
    remarks += ["our reading"] if fret in neck.assumed else []
    return f"{bass}{_WIRE[kind] * (8 - len(bass))}{melody:<6}{', '.join(remarks)}"
