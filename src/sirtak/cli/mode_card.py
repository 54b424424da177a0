"""The card of a mode: its notes from a tonic, cents, steps, second forms, weights and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sirtak.theory.mode import Mode


def mode_lines(mode: Mode, tonic: str) -> list[str]:
    """Return what stands under the title; names are spelled from the tonic's own name.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> print("\\n".join(mode_lines(load_mode(Library(), "do-pentatonic"), "G")[:3]))
      notes        G    A    B    D    E    G
      cents        0  200  400  700  900 1200
      steps          2    2    3    2    3
    """
    from sirtak.cli.cards import entry
    from sirtak.theory.spelling import canonical, note_names, tonic_for

    semitones = [*mode.semitones, 12]
    names = note_names(mode, tonic, semitones)
    exact = [name + _off(item) for name, item in zip(names, (*mode.cents, 1200.0), strict=True)]
    cents = [f"{item:g}" for item in (*mode.cents, 1200.0)]
    between = [f"{(b - a) / 100:g}" for a, b in pairwise((*mode.cents, 1200.0))]
    width = max(4, *(len(item) + 1 for item in (*exact, *cents, *between)))
    lines = [
        _row("notes", exact, width),
        _row("cents", cents, width),
        "  steps    " + " " * (width // 2) + "".join(f"{item:>{width}}" for item in between),
    ]
    lines.append(f"  final    {names[mode.final]}")
    root = tonic_for(mode, tonic)
    if root != canonical(tonic):
        lines[-1] += f"   ({canonical(tonic)} is written {root}: fewer accidentals)"
    for item in mode.variable:
        first, second = note_names(mode, tonic, [mode.semitones[item.degree], round(item.cents / 100)])
        lines.append(f"  variable {first} becomes {second} ({item.cents:g} cents) {item.when}")
        lines += entry("", item.about)
    if mode.weights:
        lines.append(f"  weights  {_shares(mode, tonic, mode.weights)}")
    for name, shares in (mode.profiles or {}).items():
        lines.append(f"    {name:<10}{_shares(mode, tonic, shares)}")
    return lines


def _off(cents: float) -> str:
    """Return how far a degree lies from the semitone that its name stands for."""
    off = cents - 100 * round(cents / 100)
    return f"{off:+g}" if off else ""


def _row(head: str, cells: Iterable[str], width: int) -> str:
    return f"  {head:<9}" + "".join(f"{cell:>{width}}" for cell in cells)


def _shares(mode: Mode, tonic: str, shares: Mapping[int, float]) -> str:
    from sirtak.theory.spelling import note_names

    names = note_names(mode, tonic, sorted(shares))
    return "  ".join(f"{name} {shares[step]:g}%" for name, step in zip(names, sorted(shares), strict=True))
