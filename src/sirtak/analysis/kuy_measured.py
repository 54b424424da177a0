"""What was counted in five küy in print, by type, and what follows from it.

Shares are percent; frets are semitones above the open string, zones those of `kuy_form`. Tables
come from kazakh.md 1.5, 2.2, 2.4, 4.2 and 10 (2,230 strokes, tag P); `sources` says for each
table whose it is and how it was derived. The functions are pure and take their tables as arguments,
so that a type that is written elsewhere can be measured the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from sirtak.analysis.kuy_form import ZONES, zone
from sirtak.folk.fretboard import BASS_FRETS

Table = Mapping[Any, float]

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
REPEATS, STEPS = 51.0, 69.0

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
SIX_EIGHT: dict[str, dict[str, float]] = {
    "4-2": {"4-2": 63, "2-2-2": 23, "6": 14},
    "2-2-2": {"4-2": 59, "2-2-2": 41},
    "6": {"4-2": 100},
}
DRONE = {"kenes": 8.0, "aijan": 57.0, "kelinshek": 57.0}
MINOR = ("adai", "aijan")
TYPES = ("adai", "aijan", "balbyrauyn", "kelinshek", "kenes")


@dataclass(frozen=True)
class Measured:
    """What ours is held against. `drone_by_zone` leaves out zones of which nothing is known.

    `drone` is the overall share where the type's own is known, `saga` whether the type has one,
    `sources` the evidence for each table: its tag and how it was derived.
    """

    name: str
    cells: Table
    dyads: Table
    intervals: Table
    degrees: Table
    drone_by_zone: Mapping[str, float]
    drone: float | None = None
    saga: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)


def stationary(table: Mapping[Any, Table]) -> dict[Any, float]:
    """Return how often each state is come to in the long run, in percent; rows need not add up.

    >>> stationary({"a": {"a": 50, "b": 50}, "b": {"a": 100}})
    {'a': 66.67, 'b': 33.33}
    """
    names = list(table)
    chain = np.array([[table[a].get(b, 0) for b in names] for a in names], float)
    chain /= chain.sum(axis=1, keepdims=True)
    # The left eigenvector of 1, as the solution of share @ (chain - 1) = 0 with the shares adding up to 1.
    system = np.vstack([chain.T - np.eye(len(names)), np.ones(len(names))])
    share = np.linalg.lstsq(system, np.append(np.zeros(len(names)), 1.0), rcond=None)[0]
    return {name: round(100 * float(item), 2) for name, item in zip(names, share, strict=True)}


def remainder(pooled: Table, known: Iterable[tuple[Table, float]], rest: float) -> dict[Any, float]:
    """Return the shares of the part of a pool that is left when the known parts are taken away.

    `known` is (shares, size) of each part, `rest` the size of the part left. What comes out below
    one percent is rounding in the tables and counts as nothing.

    >>> remainder({"x": 50, "y": 50}, [({"x": 100}, 10)], 30)
    {'x': 33.3, 'y': 66.7}
    """
    parts = [(table, size) for table, size in known]
    whole = rest + sum(size for _, size in parts)
    left = {
        name: share * whole / 100 - sum(table.get(name, 0) * size for table, size in parts) / 100
        for name, share in pooled.items()
    }
    left = {name: count for name, count in left.items() if count >= rest / 100}
    total = sum(left.values())
    return {name: round(100 * count / total, 1) for name, count in left.items()}


def filled(known: Table, pooled: Table) -> dict[Any, float]:
    """Return known shares, filled up to 100 in the proportions of the pooled rest.

    >>> filled({7: 60}, {7: 50, 5: 30, 4: 10})
    {7: 60, 5: 30.0, 4: 10.0}
    """
    rest = {name: share for name, share in pooled.items() if name not in known}
    scale = (100 - sum(known.values())) / sum(rest.values())
    return {**known, **{name: round(share * scale, 1) for name, share in rest.items()}}


def fret_weights(visits: Table, degrees: Table | None = None, open_degree: int = 0) -> dict[int, float]:
    """Return how long the tune stays on each melody fret, in percent.

    `visits` alone, or the time of each degree divided between its frets as these are visited;
    `open_degree` is the open melody string in semitones above the tonic.

    >>> fret_weights({0: 30, 12: 10, 2: 60}, {0: 80, 2: 20})
    {0: 60.0, 12: 20.0, 2: 20.0}
    """
    if degrees is None:
        return dict(visits)
    together: dict[int, float] = {}
    for fret, visit in visits.items():
        degree = (fret + open_degree) % 12
        together[degree] = together.get(degree, 0) + visit
    found = {}
    for fret, visit in visits.items():
        degree = (fret + open_degree) % 12
        found[fret] = degrees.get(degree, 0) * visit / together[degree] if together[degree] else 0.0
    total = sum(found.values())
    return {fret: 100 * value / total for fret, value in found.items()}


def drone_by_zone(
    bass_given_melody: Mapping[int, Table], weights: Table, overall: float | None = None
) -> dict[str, float]:
    """Return the share of the open bass string in each zone, in percent.

    The shares by melody fret are averaged with the weights of the frets. Where `overall` is known,
    all zones are then moved alike in log odds until the whole agrees with it.

    >>> drone_by_zone({0: {0: 50, 5: 50}, 14: {0: 70, 12: 30}}, {0: 60, 14: 40})
    {'bas': 50.0, 'kishi saga': 70.0}
    """
    mass = dict.fromkeys((name for name, _ in ZONES), 0.0)
    opened = dict(mass)
    for fret, table in bass_given_melody.items():
        weight = weights.get(fret, 0.0)
        mass[zone(fret)] += weight
        opened[zone(fret)] += weight * table.get(0, 0) / sum(table.values())
    names = [name for name, weight in mass.items() if weight > 0]
    share = np.array([opened[name] / mass[name] for name in names])
    if overall is not None:
        total = np.array([mass[name] for name in names])
        share = _moved(share, total / total.sum(), overall / 100)
    return {name: round(100 * float(item), 1) for name, item in zip(names, share, strict=True)}


def _moved(share: Any, weight: Any, wanted: float) -> Any:
    """Return shares moved alike in log odds until their weighted mean is `wanted`."""
    odds = np.log(np.clip(share, 0.01, 0.99) / (1 - np.clip(share, 0.01, 0.99)))
    low, high = -9.0, 9.0
    for _ in range(40):
        middle = (low + high) / 2
        mean = float((weight / (1 + np.exp(-(odds + middle)))).sum())
        low, high = (middle, high) if mean < wanted else (low, middle)
    return 1 / (1 + np.exp(-(odds + low)))


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


@cache
def measured(name: str) -> Measured:
    """Return what was measured of a type: adai, aijan, balbyrauyn, kelinshek or kenes.

    >>> measured("adai").cells["1-1-2"], measured("kenes").saga
    (22, False)
    """
    from sirtak.errors import unknown

    if name not in TYPES:
        raise unknown("type of küy", name, TYPES)
    minor, own = name in MINOR, DRONE.get(name)
    degrees = DEGREES_D if minor else DEGREES_G
    cells, how = cells_of_type(name)
    weights = fret_weights(stationary(MOVES), degrees, 5 if minor else 0)
    return Measured(
        name=name,
        cells=cells,
        dyads=filled(KELINSHEK_DYADS, DYADS) if name == "kelinshek" else DYADS,
        intervals=INTERVALS,
        degrees=degrees,
        drone_by_zone=drone_by_zone(BASS_FRETS, weights, own),
        drone=own,
        saga=name != "kenes",
        sources={
            "cells": how,
            "dyads": "P for 7, 5 and 4; U: the rest in proportion to the pooled four küy"
            if name == "kelinshek"
            else "P: four küy, 1,954 strokes; 7 % are not printed",
            "intervals": "P: five küy",
            "degrees": "P: Adai and Aijan qyz" if minor else "P: Balbyrauyn, Keñes and Kelinshek",
            "drone_by_zone": "derived: open bass string given the melody fret, weighted by the degrees' time "
            "and how often the measured moves come to each fret"
            + (f"; moved to the type's own {own:g} % [P]" if own is not None else ""),
        },
    )
