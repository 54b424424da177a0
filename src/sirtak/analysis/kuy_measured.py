"""What was counted of a type of küy, for holding ours against it.

The tables are those of the type's own file (patterns/kuys), with what was counted in all five küy
together (`sirtak.folk.kuy.measured`); `sources` says for each table whose it is and how it was
derived. Shares are percent; frets are semitones above the open string.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sirtak.folk.kuy.derive import Table
from sirtak.folk.kuy.measured import FUSED, INTERVALS, drone_by_zone
from sirtak.folk.kuy.types import KuyType, load_kuy_type
from sirtak.folk.kuy.zones import ZONES
from sirtak.library import Library
from sirtak.theory.tuning import Tuning, load_tuning

TYPES = ("adai", "aijan", "balbyrauyn", "kelinshek", "kenes")  # the counted ones


@dataclass(frozen=True)
class Measured:
    """What ours is held against. `drone_by_zone` leaves out zones of which nothing is known.

    `follows` says what follows a cell, `fused` is the share of fourths and fifths, `drone` the
    overall share where the type's own is known, `saga` whether the type has one, `sources` the
    evidence for each table: its tag and how it was derived.
    """

    name: str
    cells: Table
    dyads: Table
    intervals: Table
    degrees: Table
    drone_by_zone: Mapping[str, float]
    follows: Mapping[str, Table] = field(default_factory=dict)
    fused: float = FUSED
    drone: float | None = None
    saga: bool = True
    sources: Mapping[str, str] = field(default_factory=dict)


def measured(name: str, library: Library | None = None) -> Measured:
    """Return what was measured of a type; of those that are not among the counted ones, what its file says.

    >>> measured("adai").cells["1-1-2"], measured("kenes").saga
    (22.0, False)
    """
    library = library or Library()
    kind = load_kuy_type(library, name)
    return _measured(kind, load_tuning(library, kind.file.tuning))


@cache
def _measured(kind: KuyType, tuning: Tuning) -> Measured:
    drone = drone_by_zone(kind, tuning.melody - tuning.bass, (tuning.melody - kind.tonic) % 12)
    zones = [name for name, _ in ZONES]
    own = kind.dyads.get(5, 0) + kind.dyads.get(7, 0)
    sources = {
        "intervals": "P: five küy; 1.9 % are not printed and are one class",
        "drone_by_zone": "P, derived: open bass string given the melody fret, weighted by the degrees' "
        "time and how often the measured moves come to each fret"
        + ("" if kind.file.drone is None else f"; moved to the type's own {kind.file.drone:g} %"),
    }
    return Measured(
        name=kind.name,
        cells=kind.cells,
        dyads=kind.dyads,
        intervals=INTERVALS,
        degrees=kind.degrees,
        drone_by_zone=dict(zip(zones, drone, strict=True)),
        follows=kind.follows,
        fused=min(own, FUSED),
        drone=kind.file.drone,
        saga=kind.has_saga,
        sources={**kind.file.evidence, **sources},
    )
