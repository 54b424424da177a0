"""Ours held against what was measured: floors for every figure, and the nearest type.

The bounds are ours; they are wide enough that the counted küy lie inside, and narrow enough that
chance does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sirtak.analysis.kuy import KuyFigures, distance
from sirtak.analysis.kuy_measured import TYPES, Measured, measured

FEWEST = 16  # strokes in a zone, below which its drone is not judged
DRONE_WITHIN = 10  # percentage points
UNLISTED = 1.5  # percent that a printed table may lack by rounding alone


@dataclass(frozen=True)
class Check:
    """One figure: what ours is, what is wanted, and whether it holds."""

    name: str
    ours: float | None
    wanted: str
    ok: bool

    def __str__(self) -> str:
        ours = "none" if self.ours is None else f"{self.ours:g}"
        return f"{'ok ' if self.ok else 'OFF'} {self.name:<22} {ours:>7}   wanted {self.wanted}"


def apart(ours: Mapping[Any, float], listed: Mapping[Any, float]) -> float:
    """Return the Jensen-Shannon distance (base 2) of our shares from a printed table.

    A table in print that leaves more than 1.5 of its 100 % unlisted has that rest as one class, and
    what of ours it does not list counts there.

    >>> apart({"a": 50, "b": 40, "x": 6, "y": 4}, {"a": 50, "b": 40})
    0.0
    """
    rest = 100 - sum(listed.values())
    if rest <= UNLISTED:
        return distance(ours, listed)
    kept = {key: share for key, share in ours.items() if key in listed}
    return distance({**kept, "rest": sum(ours.values()) - sum(kept.values())}, {**listed, "rest": rest})


def far(figures: KuyFigures, wanted: Measured, name: str) -> float:
    """Return how far a table (cells, dyads, intervals, degrees) is from the measured one."""
    return round(apart(getattr(figures, name), getattr(wanted, name)), 3)


def held(figures: KuyFigures, wanted: Measured) -> list[Check]:
    """Return every check of a küy against a type.

    >>> import sirtak
    >>> from sirtak.analysis.kuy import kuy_figures
    >>> checks = held(kuy_figures(sirtak.compose("kazan").arrangement), measured("adai"))
    >>> [check.name for check in checks][:3]
    ['repeats', 'steps', 'fourths and fifths']
    """
    return [*_texture(figures, wanted), *_distances(figures, wanted), *_form(figures, wanted)]


def _within(name: str, ours: float | None, low: float, high: float) -> Check:
    return Check(name, ours, f"{low:g} to {high:g}", ours is not None and low <= ours <= high)


def _texture(figures: KuyFigures, wanted: Measured) -> Iterator[Check]:
    yield _within("repeats", figures.repeats, 45, 58)
    yield _within("steps", figures.steps, 60, 78)
    yield _within("fourths and fifths", figures.fourths_and_fifths, wanted.fused - 10, wanted.fused + 10)
    for name, share in wanted.drone_by_zone.items():
        if figures.strokes_by_zone.get(name, 0) >= FEWEST:
            low, high = max(0, share - DRONE_WITHIN), min(100, share + DRONE_WITHIN)
            yield _within(f"drone {name}", figures.drone_by_zone[name], round(low, 1), round(high, 1))
    yield Check("playable", figures.playable, "100", figures.playable == 100)


def _distances(figures: KuyFigures, wanted: Measured) -> Iterator[Check]:
    for name, most in (("cells", 0.05), ("dyads", 0.10), ("intervals", 0.10), ("degrees", 0.10)):
        found = far(figures, wanted, name)
        yield Check(f"{name} distance", found, f"at most {most:g}", found <= most)


def _form(figures: KuyFigures, wanted: Measured) -> Iterator[Check]:
    form = figures.form
    if wanted.saga:
        yield _within("saga entry", form.saga_entry, 0.25, 0.65)
        yield _within("saga share", form.saga_share, 0.15, 0.35)
    yield Check("refrains", form.refrains, f"{form.climbs} climbs", 0 < form.climbs == form.refrains)
    if figures.motif_gain is not None:  # too few notes to tell motifs from chance
        yield _within("motif gain", figures.motif_gain, 0.25, 0.60)
    yield Check("longest run", form.longest_run, "at most 8", form.longest_run <= 8)


def nearness(figures: KuyFigures, wanted: Measured) -> float:
    """Return how far a küy is from a type: the mean distance of cells, degrees and dyads."""
    return round(sum(far(figures, wanted, name) for name in ("cells", "degrees", "dyads")) / 3, 3)


def nearest(figures: KuyFigures) -> Measured:
    """Return the type that a küy is nearest to."""
    return min((measured(name) for name in TYPES), key=lambda item: nearness(figures, item))
