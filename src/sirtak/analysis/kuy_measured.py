"""What was counted in five küy in print, by type, and what follows from it.

Shares are percent; frets are semitones above the open string, zones those of `kuy_form`. Tables
come from kazakh.md 1.5, 2.2, 2.4, 4.2 and 10 (2,230 strokes, tag P); `sources` says for each
table whose it is and how it was derived (by `kuy_derive`). A type that is written elsewhere makes a
`Measured` of its own tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sirtak.analysis.kuy_derive import Table, drone_by_zone, filled, fret_weights, remainder, stationary
from sirtak.folk.fretboard import BASS_FRETS

# The next different melody fret, by melody fret; five küy.
MOVES: dict[int, dict[int, float]] = {
    0: {2: 59, 5: 10, 7: 7, 4: 6, 12: 6, 17: 4, 9: 3},
    2: {0: 31, 4: 22, 3: 19, 7: 12, 5: 7, 10: 5, 14: 2},
    3: {2: 57, 0: 28, 5: 15},
    4: {0: 34, 2: 24, 5: 22, 7: 20},
    5: {7: 49, 2: 20, 4: 19, 3: 6, 9: 5, 10: 1},
    7: {9: 32, 5: 23, 4: 15, 2: 13, 3: 8, 10: 4, 0: 3},
    9: {7: 33, 10: 30, 5: 25, 11: 6, 12: 3, 0: 3, 14: 1},
    10: {9: 49, 12: 29, 14: 11, 7: 11},
    11: {12: 75, 9: 25},
    12: {14: 41, 10: 25, 9: 16, 0: 7, 11: 5, 4: 5},
    14: {16: 42, 12: 38, 10: 14, 11: 3, 0: 1, 7: 1},
    16: {14: 50, 17: 37, 0: 8, 19: 3, 12: 2},
    17: {16: 96, 14: 4},
    19: {16: 50, 14: 25, 17: 25},
}
INTERVALS: dict[int, float] = {
    2: 27.2, -2: 21.0, -1: 10.6, 1: 10.3, -3: 7.6, -4: 7.4, 3: 3.5, 5: 3.1, -5: 1.8, 4: 1.8,
    7: 0.9, 12: 0.8, 8: 0.6, -7: 0.5, -12: 0.5, -16: 0.5,
}  # fmt: skip
REPEATS, STEPS, FUSED, KELINSHEK_FUSED = 51.0, 69.0, 55.0, 43.0

# Melody minus bass, semitones; four küy, 1,954 strokes. What is left out (7 %) is not printed.
DYADS: dict[int, float] = {7: 32, 5: 23, 4: 7, 8: 7, 3: 6, 0: 5, 19: 5, 21: 3, 22: 3, 17: 2}
KELINSHEK_DYADS: dict[int, float] = {7: 32, 5: 11, 4: 19}

# The melody string's time by semitone above the tonic.
DEGREES_D: dict[int, float] = {0: 8.9, 2: 8.6, 3: 9.8, 5: 7.6, 7: 44.6, 8: 4.4, 9: 3.3, 10: 12.9}
DEGREES_G: dict[int, float] = {0: 28.8, 2: 12.7, 4: 20.2, 5: 6.8, 7: 21.7, 9: 5.1, 10: 2.7, 11: 1.9}

CELLS: dict[str, float] = {"2-2": 65.3, "4": 14.8, "1-1-2": 8.3, "2-1-1": 6.0, "1-3": 2.7, "1-1-1-1": 2.4}
# Printed shares add up to 99. What Adai leaves can only be a `4`, what Balbyrauyn leaves only a `1-1-2`:
# the tables of what follows what in their meters have no other cell. Aijan qyz may leave either.
CELLS_OF: dict[str, dict[str, float]] = {
    "adai": {"2-2": 69, "1-1-2": 22, "1-3": 8, "4": 1},
    "balbyrauyn": {"2-2": 68, "2-1-1": 21, "1-1-1-1": 8, "4": 2, "1-1-2": 1},
    "aijan": {"4": 55, "2-2": 44},
}
BEATS = {"adai": 331, "balbyrauyn": 284, "aijan": 252, "kenes": 122}
# What follows a cell in the next beat: Adai and Aijan qyz, Balbyrauyn and Keñes, Kelinshek.
FOUR_FOUR: dict[str, dict[str, float]] = {
    "2-2": {"2-2": 52, "1-1-2": 21, "4": 19, "1-3": 8},
    "1-1-2": {"2-2": 100},
    "1-3": {"2-2": 96, "1-3": 4},
    "4": {"4": 53, "2-2": 46, "12": 1},
}
TWO_FOUR: dict[str, dict[str, float]] = {
    "2-2": {"2-2": 68, "2-1-1": 19, "1-1-1-1": 8, "1-1-2": 3},
    "2-1-1": {"2-2": 100},
    "1-1-1-1": {"2-2": 100},
    "1-1-2": {"2-2": 100},
    "4": {"2-2": 50, "4": 38, "2-1-1": 12},
}
SIX_EIGHT: dict[str, dict[str, float]] = {
    "4-2": {"4-2": 63, "2-2-2": 23, "6": 14},
    "2-2-2": {"4-2": 59, "2-2-2": 41},
    "6": {"4-2": 100},
}
# How often a note is struck before the next different one; 5 is five times and more.
REPEAT_RUNS: dict[int, float] = {1: 64.5, 2: 18.6, 3: 9.4, 4: 3.8, 5: 3.7}
DRONE = {"kenes": 8.0, "aijan": 57.0, "kelinshek": 57.0}
MINOR = ("adai", "aijan")
TYPES = ("adai", "aijan", "balbyrauyn", "kelinshek", "kenes")


@dataclass(frozen=True)
class Measured:
    """What ours is held against. `drone_by_zone` leaves out zones of which nothing is known.

    `follows` says what follows a cell, `uncertain` are dyads whose single shares are guesses, `fused`
    is the share of fourths and fifths, `drone` the overall share where the type's own is known, `saga`
    whether the type has one, `sources` the evidence for each table: its tag and how it was derived.
    """

    name: str
    cells: Table
    dyads: Table
    intervals: Table
    degrees: Table
    drone_by_zone: Mapping[str, float]
    follows: Mapping[str, Table] = field(default_factory=dict)
    uncertain: tuple[int, ...] = ()
    fused: float = FUSED
    drone: float | None = None
    saga: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)


def cells_of_type(name: str) -> tuple[dict[str, float], str]:
    """Return a type's beat cells and where they come from."""
    if name == "kelinshek":
        return stationary(SIX_EIGHT), "P, derived: stationary distribution of what follows what in 6/8"
    if name == "kenes":
        # Adai's `4` is less than the rounding of the pooled share, which leaves two of them for Keñes.
        adai = {cell: share for cell, share in CELLS_OF["adai"].items() if cell != "4"}
        tables = {**CELLS_OF, "adai": adai}
        known = [(table, BEATS[other]) for other, table in tables.items()]
        return remainder(CELLS, known, BEATS["kenes"]), (
            "P, derived: the pooled shares less Adai, Balbyrauyn and Aijan qyz by their beats (331, 284, "
            "252), 122 beats left"
        )
    rest = "; the 1 % left out in print is its only other cell" if name != "aijan" else ""
    return CELLS_OF[name], f"P: counted, {BEATS[name]} beats{rest}"


def dyads_of_type(name: str) -> tuple[dict[int, float], tuple[int, ...], str]:
    """Return a type's dyads, which of them are uncertain, and where they come from."""
    if name == "kelinshek":
        table = filled(KELINSHEK_DYADS, DYADS)
        return (
            table,
            tuple(step for step in table if step not in KELINSHEK_DYADS),
            "P for 7, 5 and 4; U: the rest in proportion to the pooled four küy, held as one class",
        )
    if name == "kenes":
        # Twelfths and more are the open string under the sağa: this one has neither (8 %, no sağa).
        near = {step: share for step, share in DYADS.items() if step <= 12}
        return (
            filled({}, near),
            (),
            "P, derived: the pooled four küy within the octave, since it has no sağa and 8 % open strings",
        )
    return DYADS, (), "P: four küy, 1,954 strokes; 7 % are not printed and are one class"


def degrees_of_type(name: str) -> tuple[dict[int, float], str]:
    """Return a type's degrees and where they come from."""
    if name in MINOR:
        return DEGREES_D, "P: Adai and Aijan qyz"
    own, other = (11, 10) if name == "kelinshek" else (10, 11)
    table = {step: share for step, share in DEGREES_G.items() if step != other}
    table[own] = round(DEGREES_G[own] + DEGREES_G[other], 1)
    return table, (
        f"P: Balbyrauyn, Keñes and Kelinshek; derived: all sevenths as {own}, the one that its melody has"
    )


@cache
def measured(name: str) -> Measured:
    """Return what was measured of a type: adai, aijan, balbyrauyn, kelinshek or kenes.

    >>> measured("adai").cells["1-1-2"], measured("kenes").saga
    (22, False)
    """
    from sirtak.errors import unknown

    if name not in TYPES:
        raise unknown("type of küy", name, TYPES)
    own = DRONE.get(name)
    cells, about_cells = cells_of_type(name)
    dyads, uncertain, about_dyads = dyads_of_type(name)
    degrees, about_degrees = degrees_of_type(name)
    pooled = DEGREES_D if name in MINOR else DEGREES_G
    weights = fret_weights(stationary(MOVES), pooled, 5 if name in MINOR else 0)
    return Measured(
        name=name,
        cells=cells,
        dyads=dyads,
        intervals=INTERVALS,
        degrees=degrees,
        drone_by_zone=drone_by_zone(BASS_FRETS, weights, own),
        follows=SIX_EIGHT if name == "kelinshek" else FOUR_FOUR if name in MINOR else TWO_FOUR,
        uncertain=uncertain,
        fused=KELINSHEK_FUSED if name == "kelinshek" else FUSED,
        drone=own,
        saga=name != "kenes",
        sources={
            "cells": about_cells,
            "dyads": about_dyads,
            "intervals": "P: five küy; 1.9 % are not printed and are one class",
            "degrees": about_degrees,
            "drone_by_zone": "P, derived: open bass string given the melody fret, weighted by the degrees' "
            "time and how often the measured moves come to each fret"
            + (f"; moved to the type's own {own:g} %" if own is not None else ""),
        },
    )
