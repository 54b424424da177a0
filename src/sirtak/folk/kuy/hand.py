"""The left hand of a küy: every figure fingered once, wherever it stands on the neck.

Each figure has several drafts: shortest paths over pairs of frets (see `fingering`), each tilted
by draws of its own so that the rarer pairs come too. Of these the küy takes the drafts that
together have the measured dyads and, in each zone, the measured share of the open bass string.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fingering import Reach, finger
from sirtak.folk.kuy.choose import choose, divergence
from sirtak.folk.kuy.layout import Use
from sirtak.folk.kuy.material import Figure, Material
from sirtak.folk.kuy.measured import ZONES, drone_by_zone, zone_of
from sirtak.folk.kuy.types import KuyType
from sirtak.rng import Dice
from sirtak.theory.tuning import FRETS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAFTS = 32
DYADS = 3 * FRETS + 1  # bins of dyads, from 19 below to 38 above
FUSED = (0.465, 0.63)  # least and most of fourths and fifths
NEAR = 0.075  # how far a zone's open strings may be from what was measured before it costs
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
            tune, run = _notes(self.material.at(use))
            self._known[use] = finger(self.reach, tune)[run]
        return self._known[use]


def hand_of(kind: KuyType, material: Material, reach: Reach, uses: list[Use], dice: Dice) -> Hand:
    """Return the hand for a küy of a type, set on the figures of its usual form."""
    places = Counter(use for use in uses if use.figure in material.figures)
    names = list(places)
    tunes = [_notes(material.at(use)) for use in names]
    longest = max(len(tune) for tune, _ in tunes)
    # Shorter tunes are filled up with their last note, which costs the path next to nothing.
    padded = np.stack([np.pad(tune, (0, longest - len(tune)), mode="edge") for tune, _ in tunes])
    draws = np.clip(dice.stream("bass").random((len(names), DRAFTS, longest, reach.frets.shape[1])), 1e-9, 1)
    bias = TILT * np.log(-np.log(draws * (1 - 1e-9)))
    melody = np.broadcast_to(padded[:, None], draws.shape[:3])
    paths = finger(reach, melody, bias)
    counts, taken = [], []
    for number, (use, (tune, run)) in enumerate(zip(names, tunes, strict=True)):
        weight = np.asarray(np.bincount(run, minlength=len(tune)) * places[use], np.float64)
        counts.append(_counts(reach, tune, paths[number, :, : len(tune)], weight))
    taken = choose(counts, np.zeros(DYADS + 2 * len(ZONES)), _fit(kind, reach, material.scale.open_degree))
    known = {
        use: paths[number, taken[number], : len(tune)][run]
        for number, (use, (tune, run)) in enumerate(zip(names, tunes, strict=True))
    }
    return Hand(material, reach, known)


def _notes(figure: Figure) -> tuple[Ints, Ints]:
    """Return the notes of a melody (runs of one fret) and the number of the note of each stroke.

    On the last fret every beat is a note of its own: there the roles are inverted, the melody
    string holds and the bass string moves (kazakh.md 2.2).
    """
    frets = figure.frets
    new = (np.diff(frets, prepend=-1) != 0) | ((frets == FRETS) & ~figure.inside)
    return frets[new], np.cumsum(new) - 1


def _counts(reach: Reach, tune: Ints, bass: Ints, weight: Floats) -> Floats:
    """Return dyads, open strings by zone and strokes by zone for drafts of a fingering."""
    row = np.arange(len(bass))[:, None] * DYADS
    often = np.tile(weight, len(bass))
    dyads = np.bincount((row + reach.dyad(tune, bass) + FRETS).reshape(-1), often, len(bass) * DYADS)
    here = zone_of(tune)[:, None] == np.arange(len(ZONES))
    opened = (bass == 0) @ (here * weight[:, None])
    return np.hstack([dyads.reshape(-1, DYADS), opened, np.broadcast_to(weight @ here, opened.shape)])


def _fit(kind: KuyType, reach: Reach, open_degree: int) -> Callable[[Floats], Floats]:
    """Return the cost of rows of counts: the distance of the dyads, and each zone's open strings."""
    listed = list(kind.dyads)
    classes = np.zeros((DYADS, len(listed) + 1))
    for step in range(-FRETS, DYADS - FRETS):
        classes[step + FRETS, listed.index(step) if step in kind.dyads else len(listed)] = 1
    # What the reference does not list is one class, with what its list leaves of 100 %.
    wanted = np.array([*kind.dyads.values(), max(0.0, 100 - sum(kind.dyads.values()))])
    drone = np.array(drone_by_zone(kind, reach.interval, open_degree)) / 100

    def cost(rows: Floats) -> Floats:
        opened, strokes = rows[:, DYADS : DYADS + len(ZONES)], rows[:, DYADS + len(ZONES) :]
        miss = np.maximum(np.abs(opened / np.maximum(strokes, 1) - drone) - NEAR, 0) / 0.01
        fused = rows[:, [FRETS + 5, FRETS + 7]].sum(axis=1) / rows[:, :DYADS].sum(axis=1)
        # Kelinshek's own fourths and fifths lie below those of the other küy: stay in touch with both.
        found: Floats = (
            divergence(rows[:, :DYADS] @ classes, wanted) / 0.002
            + (miss**2 * (strokes > 0)).sum(axis=1)
            + ((np.maximum(FUSED[0] - fused, 0) + np.maximum(fused - FUSED[1], 0)) / 0.005) ** 2
        )
        return found

    return cost
