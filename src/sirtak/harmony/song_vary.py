"""Small changes to a sung line: passing notes that differ, melismas, and mended leaps.

Degrees are those of the mode, 0 its degree 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from sirtak.theory.mode import Mode

WIDTH = 16  # draws a line: one for each syllable


def vary(
    mode: Mode, degrees: Sequence[int], fixed: set[int], top: int, draws: Sequence[float], share: float
) -> list[int]:
    """Return a line with some passing notes a step off, none leaping or above `top`.

    Two draws a note: whether, and which way. A larger share only changes more notes' chances.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> vary(load_mode(Library(), "dorian"), [0, 1, 2], {0, 2}, 7, [0.9] * 32, 1.0)
    [0, 0, 2]
    """
    varied = list(degrees)
    for note in range(1, len(varied) - 1):
        if note in fixed or draws[note] >= share:
            continue
        before, after = varied[note - 1], degrees[note + 1]
        ways = (1, -1) if draws[WIDTH + note] < 0.5 else (-1, 1)
        for way in ways:
            other = degrees[note] + way
            apart = abs(other - before) + abs(other - after)
            # The new note stays on the way: no wider in sum than the old one, or a neighbour of both.
            near = apart <= max(2, abs(degrees[note] - before) + abs(degrees[note] - after))
            sung = not awkward(mode, before, other) and not awkward(mode, other, after)
            if near and sung and other <= top:
                varied[note] = other
                break
    return varied


def awkward(mode: Mode, one: int, other: int) -> bool:
    """Return whether two degrees are a tritone, a seventh or more than an octave apart."""
    semitones = mode.semitones
    size = len(semitones)
    leap = abs(semitones[one % size] - semitones[other % size] + 12 * (one // size - other // size))
    return leap in (6, 10, 11) or leap > 12


def turn_of(mode: Mode, degree: int, following: int, top: int) -> int | None:
    """Return the second note of a melisma: on the way to the next note, or a neighbour below `top`.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> dorian = load_mode(Library(), "dorian")
    >>> turn_of(dorian, 4, 2, 9), turn_of(dorian, 4, 4, 9), turn_of(dorian, 8, 8, 9)
    (3, 5, 7)
    """
    gap = following - degree
    turn = degree + (gap > 0) - (gap < 0) if abs(gap) > 1 else degree + 1
    turn = degree - 1 if turn >= top else turn
    return None if awkward(mode, degree, turn) or awkward(mode, turn, following) else turn


def mended(mode: Mode, degrees: Sequence[int], syllables: Sequence[int]) -> list[int]:
    """Return degrees without melodic tritones and sevenths, which a lifted or varied line can have.

    The note inside a line gives way to its neighbours by a degree; firsts of lines stay where they can.
    """
    fixed = list(degrees)
    for note in range(1, len(fixed)):
        if not awkward(mode, fixed[note - 1], fixed[note]):
            continue
        following = fixed[note + 1] if note + 1 < len(fixed) else None
        tries = [(note, fixed[note] + way) for way in (-1, 1)] if following is not None else []
        tries += [(note - 1, fixed[note - 1] + way) for way in (1, -1)]
        for at, other in tries:
            left = fixed[at - 1] if at else other
            right = fixed[at + 1] if at + 1 < len(fixed) else other
            if not awkward(mode, left, other) and not awkward(mode, other, right):
                fixed[at] = other
                break
    return fixed
