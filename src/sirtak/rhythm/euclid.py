"""Euclidean rhythms: hits spread over steps as evenly as can be."""

from __future__ import annotations

from sirtak.errors import SpecError


def euclid(hits: int, steps: int, rotation: int = 0) -> tuple[bool, ...]:
    """Return which of `steps` sound: step i does where ((i - rotation) · hits) mod steps < hits.

    The necklace is Bjorklund's; this one always begins on a hit when the rotation is 0.

    >>> "".join("x" if hit else "-" for hit in euclid(3, 8))
    'x--x--x-'
    """
    if not (steps >= 1 and 0 <= hits <= steps):
        raise SpecError(
            f"euclid({hits}, {steps}): no such rhythm", hint="0 to as many hits as there are steps"
        )
    return tuple((index - rotation) * hits % steps < hits for index in range(steps))
