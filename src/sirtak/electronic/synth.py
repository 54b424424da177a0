"""The synth lead: the theme or its answer in one voice, and, if asked, the theme an octave above its lead.

Notes slide into each other by pitch bend, two semitones at the most, and are back in the centre
before they end; long notes tremble by modulation (CC1), which sets in late. Our invention.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from sirtak.notes import PPQ, Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.curves import line
from sirtak.scene.mono import by_hand, one_at_a_time, slides
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line
from sirtak.scene.register import fold, sing

MODULATION = 1
LONG = PPQ * 3 // 4  # ticks from which on a note trembles


class SynthSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the synth lead."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 81
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 90
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 0.4
    glide: Annotated[float, knob("how slowly it slides into its notes; 0 not at all", 0, 1)] = 0.3
    vibrato: Annotated[float, knob("how deep long notes tremble (CC1); 0 not at all", 0, 1)] = 0.3
    double: Annotated[bool, knob("where another part leads, double its theme an octave up")] = False
    low: Annotated[int, knob("lowest note of its tune", 48, 84)] = 60
    high: Annotated[int, knob("highest note of its tune", 60, 103)] = 84


def synth(spec: SynthSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of synth: its tune, the doubling, or nothing."""
    tune = own_line(scene, dice.part)
    doubling = spec.double and scene.lead != "" and not len(tune)
    if doubling:
        tune = scene.theme
    if not len(tune):
        return Notes.empty()
    pitch = sing(tune, scene.mode, scene.tonic, spec.low, spec.high)
    if doubling:
        pitch = fold(pitch + 12, spec.low, 115)
    onset = by_hand(scene, dice, tune.onset, 8 * spec.human)
    velocity = dynamics(spec, scene, dice, tune.onset, tune.accent, 54 if doubling else 74)
    return one_at_a_time(scene, onset, tune.duration, pitch, velocity)


def lead_control(spec: SynthSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the slides and the vibrato."""
    if not len(notes):
        return Controls.empty()
    return _glides(spec, notes) | _vibrato(spec, scene, notes)


def _glides(spec: SynthSpec, notes: Notes) -> Controls:
    """Return a slide into each note that follows another within a sixteenth by a fifth or less."""
    if spec.glide == 0:
        return Controls.empty()
    onset, pitch = notes.onset.astype(np.int64), notes.pitch.astype(np.int64)
    interval = -np.diff(pitch, prepend=pitch[:1])
    bound = np.append(False, onset[1:] - notes.end[:-1].astype(np.int64) <= PPQ // 4) & (
        np.abs(interval) <= 7
    )
    length = np.rint(np.minimum(notes.duration * 0.5, PPQ) * spec.glide).astype(np.int64)
    return slides(notes, np.where(bound & (length >= 24), interval, 0), length)


def _vibrato(spec: SynthSpec, scene: Scene, notes: Notes) -> Controls:
    """Return modulation that sets in after a third of each long note and is gone when it ends."""
    long = notes[notes.duration >= LONG]
    if spec.vibrato == 0 or not len(long):
        return Controls.empty()
    share = np.array([0.3, 0.45, 0.6, 0.75, 0.9])
    ticks = long.onset[:, None] + np.rint(long.duration[:, None] * share).astype(np.int64)
    depth = np.tile(np.array([0.15, 0.4, 0.7, 1.0, 0.0]) * 90 * spec.vibrato, len(long))
    return line(MODULATION, ticks.reshape(-1), depth, scene.bars.ticks, rest=0)
