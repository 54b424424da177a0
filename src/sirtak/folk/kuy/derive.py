"""What follows from counted tables: pure functions, so that any type can be derived in the same way.

Shares are percent, frets semitones above the open string, zones those of `zones`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from sirtak.folk.kuy.zones import ZONES, zone

Table = Mapping[Any, float]


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


def opened_by_zone(
    bass_given_melody: Mapping[int, Table], weights: Table, overall: float | None = None
) -> dict[str, float]:
    """Return the share of the open bass string in each zone, in percent.

    The shares by melody fret are averaged with the weights of the frets. Where `overall` is known,
    all zones are then moved alike in log odds until the whole agrees with it.

    >>> opened_by_zone({0: {0: 50, 5: 50}, 14: {0: 70, 12: 30}}, {0: 60, 14: 40})
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
