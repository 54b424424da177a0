"""The qyl-qobyz: two horsehair strings, a drone with slow swells, or a bowed tune.

The range is MIDI 50 to 86 with flageolets (general knowledge, unsourced; kazakh.md 5); that the
drone sounds final and fifth, and its bow changes, are ours.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line, play_line
from sirtak.scene.register import sing
from sirtak.theory.pitch import near


class QobyzSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the qobyz."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 110
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 88
    bars: Annotated[int, knob("bars on one bow", 1, 8)] = 2
    fifth: Annotated[float, knob("how often the fifth joins the final; more only adds", 0, 1)] = 0.7
    low: Annotated[int, knob("lowest note", 43, 62)] = 50
    high: Annotated[int, knob("highest note", 62, 86)] = 79
    swell: Annotated[float, knob("how far the bow swells (CC11)", 0, 1)] = 0.7


def qobyz(spec: QobyzSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of qobyz: the tune where it leads or answers, a drone elsewhere."""
    line = own_line(scene, dice.part)
    if len(line):
        pitch = sing(line, scene.mode, scene.tonic, spec.low + 5, spec.high)
        return play_line(spec, scene, dice, line, pitch, base=70, ms=14)
    starts = scene.bars.starts[:: spec.bars]
    ends = np.append(starts[1:], scene.bars.ticks)
    length = ends - starts - 60
    if scene.closing:
        length[-1] = max(960, int(length[-1]) - 1920)
    final = near(scene.tonic, spec.low + 3)
    final += 12 if final < spec.low else 0
    velocity = dynamics(spec, scene, dice, starts, 0.3, 60)
    drone = Notes.of(starts, length, final, velocity)
    joins = scene.draw(dice, "fifth", starts) < spec.fifth
    fifth = Notes.of(starts, length, final + _fifth(scene), np.maximum(velocity - 8, 8))
    # The columns are in time order, so the mask fits the table.
    return drone | fifth[joins]


def _fifth(scene: Scene) -> int:
    """Return the semitones of the mode's fifth (or what stands nearest to one)."""
    return scene.mode.semitones[scene.mode.nearest_degree(7)]


def bow(spec: QobyzSpec, scene: Scene, notes: Notes) -> Controls:
    """Return the bow's pressure as expression (CC11): each long note swells and dies."""
    if spec.swell == 0 or not len(notes):
        return Controls.empty()
    long = notes[notes.duration >= 1920]
    first = np.flatnonzero(np.diff(long.onset, prepend=-1))
    starts = long.onset[first]
    if not len(starts):
        return Controls.cc(11, [max(0, int(notes.onset[0]))], [110])
    length = long.duration[first].astype(np.int64)
    steps = np.arange(8)
    ticks = starts[:, None].astype(np.int64) + length[:, None] * steps // 8
    values = 112 - 55 * spec.swell * (1 - np.sin(np.pi * (steps + 0.5) / 8))
    return Controls.cc(11, ticks.reshape(-1), np.tile(np.rint(values).astype(int), len(starts)))
