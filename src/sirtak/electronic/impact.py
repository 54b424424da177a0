"""The impact: a low hit with a long tail on the first beat of a drop or of a loud section.

One note on the root of the first harmony, silent everywhere else. That a loud section starts with one
is the commonplace of the dance floor; the rest is our invention.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from sirtak.notes import PPQ, Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.curves import EXPRESSION, REST, line
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import fold

QUIET = ("intro", "break", "build")  # scenes that never open with a hit


class ImpactSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the impact."""

    program: Annotated[int, knob("General MIDI program; 116 is the taiko", 0, 127)] = 116
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 104
    human: Annotated[float, knob("unevenness of velocity, 0 is a machine", 0, 2)] = 0.0
    threshold: Annotated[
        float, knob("energy from which on a section opens with it; a drop always does", 0, 1)
    ] = 0.75
    tail: Annotated[int, knob("bars that it rings", 1, 8)] = 2
    fade: Annotated[float, knob("how far the expression (CC11) falls in the tail", 0, 1)] = 0.8
    low: Annotated[int, knob("lowest note", 12, 48)] = 24
    high: Annotated[int, knob("highest note", 35, 60)] = 35


def impact(spec: ImpactSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of impacts: one note, or none."""
    loud = scene.scene not in QUIET and float(scene.energy[0]) >= spec.threshold
    if not (loud or scene.scene == "drop"):
        return Notes.empty()
    first = np.zeros(1, np.int64)
    root = scene.mode.pitches(scene.chords.roots_at(first), scene.tonic, np.zeros(1, bool))
    bars = min(spec.tail, scene.bars.count)
    length = int(scene.bars.lengths[:bars].sum())
    velocity = dynamics(spec, scene, dice, first, 1.0, 92)
    return Notes.of(first, length, fold(root, spec.low, spec.high), velocity)


def tail(spec: ImpactSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the expression of the tail, falling fast at first."""
    if spec.fade == 0 or not len(notes):
        return Controls.empty()
    ticks = np.arange(0, int(notes.end[0]), PPQ // 4)
    away = 1 - (1 - ticks / int(notes.end[0])) ** 2
    return line(EXPRESSION, ticks, REST * (1 - spec.fade * away), scene.bars.ticks)
