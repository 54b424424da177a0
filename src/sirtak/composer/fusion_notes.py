"""Fusion, the notes: the side that is left is thinned stroke by stroke, and softer.

A stroke (both strings, a whole chord) has a threshold of its own, by its place in the bar and by a
draw that its part and its tick name: what is weak in the bar goes first, and what has gone stays
away. Drums are thinned by row and by place in the bar, the same in every bar, so that a beat stays a
beat: rows beside kick and snare first, then the snare, and the kick on the first beat last of all.
Ticks count from the section's start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.composer.fusion import FusionSpec, share_of, side_of
from sirtak.composer.players import PLAYERS
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.play import own_line
from sirtak.scene.scene import SLOTS
from sirtak.theory.kit import load_kit

Floats = NDArray[np.float64]

GRID = 240  # ticks of a 1/16, to which strokes are read: a hand and swing move them by less
STROKE = 40  # ticks within which notes are one stroke: the spread of two strings
SOFT = 0.55  # what is left of a velocity where nearly nothing is left of a side

# Thresholds of drum rows, from the strongest place in a bar to the weakest.
ROWS = {"kick": (0.0, 0.4), "snare": (0.05, 0.6), "clap": (0.05, 0.6), "rim": (0.05, 0.7)}
OTHERS = (0.2, 1.0)
HANDS = (0.0, 1.0)  # folk percussion has no kick to stand back for


def thinned(fusion: FusionSpec, spec: PartSpec, scene: Scene, dice: Dice, notes: Notes) -> Notes:
    """Return what is left of a part's notes in a section; all of them where its side is whole.

    A theme with holes is none: who leads is only softer, and so is an answer while it sounds.
    """
    share = share_of(side_of(spec), fusion.folk)
    if share >= 1 or not len(notes):
        return notes
    if PLAYERS[spec.player].drums:
        kept = _drum_thresholds(spec, scene, dice, notes.onset, notes.pitch) < share
    else:
        kept = (_thresholds(scene, dice, notes) < share) | _tune(scene, dice.part, notes)
    level = SOFT + (1 - SOFT) * share
    return notes[kept].but(velocity=lambda n: np.maximum(np.rint(n.velocity * level), 1))


def sounding_kicks(
    fusion: FusionSpec, spec: PartSpec, scene: Scene, dice: Dice, kicks: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the kicks of a drum part that are left: those that the bass must hear."""
    share = share_of(side_of(spec), fusion.folk)
    if share >= 1 or not len(kicks):
        return kicks
    kick = _kit(spec, scene).get("kick", 36)
    return kicks[_drum_thresholds(spec, scene, dice, kicks, np.full(len(kicks), kick)) < share]


def _grid(scene: Scene, onset: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the 1/16 at which each stroke is meant."""
    places: NDArray[np.int64] = (onset.astype(np.int64) + GRID // 2) // GRID * GRID
    return np.clip(places, 0, scene.bars.ticks - 1)


def _thresholds(scene: Scene, dice: Dice, notes: Notes) -> Floats:
    """Return the share at which each note begins to sound; notes of one stroke have the same."""
    onset = notes.onset.astype(np.int64)
    first = np.flatnonzero(np.diff(onset, prepend=onset[0] - 2 * STROKE) > STROKE)
    stroke = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(onset))))
    places = _grid(scene, onset[first])
    strength = scene.strength(places)
    # 0 to .45 on the bar line, .12 to .6 on a group, .25 to .8 on a beat, .37 to 1 between them.
    low = np.interp(strength, (0.15, 0.4, 0.7, 1.0), (0.37, 0.25, 0.12, 0.0))
    high = np.interp(strength, (0.15, 0.4, 0.7, 1.0), (1.0, 0.8, 0.6, 0.45))
    return (low + (high - low) * scene.draw(dice, "fusion", places))[stroke]


def _tune(scene: Scene, part: str, notes: Notes) -> NDArray[np.bool_]:
    """Return which notes are the theme's or its answer's."""
    if part == scene.lead:
        return np.ones(len(notes), bool)
    line = own_line(scene, part)
    if not len(line):
        return np.zeros(len(notes), bool)
    at = line.at(notes.onset + GRID // 2)
    return (notes.onset + GRID // 2 >= line.onset[at]) & (notes.onset < line.end[at])


def _kit(spec: PartSpec, scene: Scene) -> dict[str, int]:
    return dict(load_kit(scene.library, getattr(spec, "kit", "gm")).voices)


def _drum_thresholds(
    spec: PartSpec, scene: Scene, dice: Dice, onset: NDArray[np.int64], pitch: NDArray[np.int64]
) -> Floats:
    """Return the share at which each hit begins to sound, the same wherever its place in a bar comes back."""
    others = HANDS if side_of(spec) == "folk" else OTHERS
    low, high = np.full(128, others[0]), np.full(128, others[1])
    kicks = np.zeros(128, bool)
    for voice, note in _kit(spec, scene).items():
        name = voice.partition("-")[0]
        low[note], high[note] = ROWS.get(name, others)
        kicks[note] = name == "kick"
    draws = dice.at("").rows("fusion", 128, SLOTS + 1)
    places, row = _grid(scene, onset), pitch.astype(np.int64)
    strength = scene.strength(places)
    weak = (1 - strength) / 0.85
    mixed = 0.5 * weak + 0.2 * draws[row, scene.slots(places) % SLOTS] + 0.3 * draws[row, SLOTS]
    mixed = np.where(kicks[row] & (strength == 1), 0.0, mixed)
    return np.asarray(low[row] + (high[row] - low[row]) * mixed, np.float64)
