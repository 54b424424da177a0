"""The left hand of a küy: every figure fingered once, wherever it stands on the neck.

Each figure has several drafts: shortest paths over pairs of frets (see `fingering`), each tilted
by draws of its own so that the rarer pairs come too. Of these the küy takes the drafts that
together have the measured dyads and, in each zone, the measured share of the open bass string.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fingering import Reach, finger
from sirtak.folk.kuy.choose import choose, divergence_from
from sirtak.folk.kuy.figure import Figure
from sirtak.folk.kuy.layout import Use, plain
from sirtak.folk.kuy.material import Material
from sirtak.folk.kuy.measured import drone_by_zone
from sirtak.folk.kuy.types import KuyType
from sirtak.folk.kuy.zones import ZONES, zone_of
from sirtak.rng import Dice, stream
from sirtak.theory.tuning import FRETS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAFTS = (28, 18)  # of each figure, where they are few and where they are many
DYADS = 3 * FRETS + 1  # bins of dyads, from 19 below to 38 above
OVER_DRONE = 2  # the home fret that stands over the open string in 74 strokes of 100 (kazakh.md 2.2)
PIN = 6.0
MANY = 50
CROSSED = 0.02  # most of strokes on an open melody string below the bass string's note
FUSED = (0.457, 0.63)  # least and most of fourths and fifths
NEAR = 0.08  # how far a zone's open strings may be from what was measured before it costs
TILT = 1.2  # of a Gumbel draw: with no ways to go, each note would follow the counted shares


@dataclass(eq=False)
class Hand:
    """Bass frets for the strokes of any figure, the same wherever the figure returns."""

    material: Material
    reach: Reach
    _known: dict[Use, Ints] = field(default_factory=dict)

    def bass(self, use: Use) -> Ints:
        """Return the bass fret of each stroke of a figure; a figure not met before is fingered plainly."""
        if use not in self._known:
            melody, run, _ = _notes([self.material.at(use)])
            self._known[use] = finger(self.reach, melody)[0, run[0]]
        return self._known[use]


def hand_of(kind: KuyType, material: Material, reach: Reach, uses: list[Use], dice: Dice) -> Hand:
    """Return the hand for a küy of a type, set on the figures of its usual form."""
    places = Counter(use for use in uses if use.figure in material.figures)
    names = list(places)
    melody, run, strokes = _notes([material.at(use) for use in names])
    weight = np.asarray(strokes * np.array([places[use] for use in names])[:, None], np.float64)
    many = len(names) > MANY
    shape = (len(names), DRAFTS[many], melody.shape[1], reach.frets.shape[1])
    bias = _whims(dice, shape)
    if kind.home == OVER_DRONE:
        _pin(bias, names, strokes)
    paths = finger(reach, melody[:, None], bias)
    counts = _counts(kind, reach, melody, paths, weight)
    fit = _fit(kind, reach, material.scale.open_degree)
    # With many figures one look settles them; with few, each weighs more and a second look pays.
    taken = choose(list(counts), np.zeros(counts.shape[2]), fit, rounds=1 if many else 2)
    # Back from notes to strokes, which are as many as the figure has.
    sizes = [len(material.figures[use.figure].frets) for use in names]
    known = {
        use: paths[number, taken[number], run[number, :size]]
        for number, (use, size) in enumerate(zip(names, sizes, strict=True))
    }
    return Hand(material, reach, known)


def _pin(bias: NDArray[np.float32], names: list[Use], strokes: Ints) -> None:
    """Draw the open string under the notes on which a refrain begins and closes.

    There the drone is the tonic, and it is heard where the ear looks for it. The open string is the
    first choice on every fret.
    """
    refrain = np.array([use.figure[0] == "R" and not use.semitones for use in names])
    closes = np.flatnonzero(refrain & [plain(use.figure) == "R2" for use in names])
    bias[refrain, :, 0, 0] -= PIN
    bias[closes, :, (strokes[closes] > 0).sum(axis=1) - 1, 0] -= PIN


def _notes(figures: list[Figure]) -> tuple[Ints, Ints, Ints]:
    """Return the notes of melodies (runs of one fret), the note of each stroke, and the strokes of each note.

    Shapes are (figures, notes), (figures, strokes), (figures, notes); a shorter tune is filled up
    with its last note, which has no strokes there and costs a path next to nothing. On the last fret
    every beat is a note of its own: there the roles are inverted, the melody string holds and the
    bass string moves (kazakh.md 2.2).
    """
    longest = max(len(figure.frets) for figure in figures)
    frets = np.array([[*f.frets.tolist(), *[f.frets[-1]] * (longest - len(f.frets))] for f in figures])
    inside = np.array([[*f.inside.tolist(), *[True] * (longest - len(f.frets))] for f in figures])
    new = (frets == FRETS) & ~inside
    new[:, 1:] |= frets[:, 1:] != frets[:, :-1]
    new[:, 0] = True
    run = np.cumsum(new, axis=1) - 1
    count = int(run.max()) + 1
    row = np.arange(len(figures))[:, None]
    melody = np.repeat(frets[:, -1:], count, axis=1)
    melody[row, run] = frets
    sounding = np.arange(longest) < np.array([[len(figure.frets)] for figure in figures])
    strokes = np.bincount((row * count + run)[sounding], minlength=len(figures) * count)
    return melody, run, strokes.reshape(len(figures), count)


def _whims(dice: Dice, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return Gumbel draws (turned over: less is dearer) of a shape; places in a fixed table are drawn."""
    table = _gumbel()
    size = int(np.prod(shape[2:]))
    starts = (dice.stream("bass").random(shape[:2]) * (len(table) - size)).astype(np.int64)
    whims: NDArray[np.float32] = table[starts[..., None] + np.arange(size)].reshape(shape)
    return whims


@cache
def _gumbel() -> NDArray[np.float32]:
    draws = np.clip(stream(0, "kuy", "whims").random(1 << 14), 1e-9, 1 - 1e-9)
    table: NDArray[np.float32] = (TILT * np.log(-np.log(draws))).astype(np.float32)
    return table


def _counts(kind: KuyType, reach: Reach, melody: Ints, paths: Ints, weight: Floats) -> Floats:
    """Return counts for drafts of fingerings, shape (figures, drafts, classes).

    Classes are the dyads listed for the type, the others together (what the reference does not
    list is one class, with what its list leaves of 100 %), those where the bass string sounds higher,
    open strings by zone, strokes by zone.
    """
    listed, zones = list(kind.dyads), len(ZONES)
    class_of = np.full(DYADS, len(listed))
    for number, step in enumerate(listed):
        class_of[step + FRETS] = number
    class_of[:FRETS] = len(listed) + 1
    width = len(listed) + 2 + 2 * zones
    figures, drafts, _ = paths.shape
    row = np.arange(figures * drafts).reshape(figures, drafts, 1) * width
    dyad = class_of[reach.dyad(melody[:, None], paths) + FRETS]
    zone = np.broadcast_to(zone_of(melody)[:, None] + len(listed) + 2, paths.shape)
    often = np.broadcast_to(weight[:, None], paths.shape)
    where = np.concatenate([row + dyad, row + zone, row + zone + zones], axis=2)
    share = np.concatenate([often, often * (paths == 0), often], axis=2)
    found = np.bincount(where.reshape(-1), share.reshape(-1), figures * drafts * width)
    return np.reshape(found, (figures, drafts, width))


def _fit(kind: KuyType, reach: Reach, open_degree: int) -> Callable[[Floats], Floats]:
    """Return the cost of rows of classes: the distance of the dyads, and each zone's open strings."""
    wanted = np.array([*kind.dyads.values(), max(0.0, 100 - sum(kind.dyads.values()))])
    drone = np.array(drone_by_zone(kind, reach.interval, open_degree)) / 100
    fused = np.array([step in (5, 7) for step in kind.dyads] + [False], float)
    dyads, zones = len(wanted), len(ZONES)
    divergence = divergence_from(wanted)

    def cost(rows: Floats) -> Floats:
        heard, opened, strokes = rows[:, : dyads + 1], rows[:, dyads + 1 : -zones], rows[:, -zones:]
        total = heard.sum(axis=1)
        crossed = heard[:, -1] / total
        listed = heard[:, :-1].copy()
        listed[:, -1] += heard[:, -1]
        miss = np.maximum(np.abs(opened / (strokes + 1e-9) - drone) - NEAR, 0) / 0.01
        share = (listed @ fused) / total
        # Kelinshek's own fourths and fifths lie below those of the other küy: stay in touch with both.
        off = np.maximum(FUSED[0] - share, 0) + np.maximum(share - FUSED[1], 0)
        found: Floats = (
            divergence(listed) / 0.002
            + (miss**2 * (strokes > 0)).sum(axis=1)
            + (off / 0.005) ** 2
            + (np.maximum(crossed - CROSSED, 0) / 0.01) ** 2
        )
        return found

    return cost
