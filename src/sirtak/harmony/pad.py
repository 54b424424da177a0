"""The pad: the chords held, moving by the shortest way.

Ranges are MIDI numbers; craft.md keeps pads between 52 and 67.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.curves import EXPRESSION, settled
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import voice_lead


class PadSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the pad."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 89
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 82
    voices: Annotated[int, knob("notes in a chord", 2, 3)] = 3
    low: Annotated[int, knob("lowest note", 36, 72)] = 52
    high: Annotated[int, knob("highest note", 55, 96)] = 71
    swell: Annotated[float, knob("how far the expression (CC11) opens over a chord", 0, 1)] = 0.5


def pad(spec: PadSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of held chords."""
    voicings = voice_lead(scene.chords, scene.mode, scene.tonic, spec.low, spec.high, spec.voices)
    onset, duration, pitch = [], [], []
    for chord, voicing in zip(scene.chords, voicings, strict=True):
        # Two beats of air before the very end of the piece.
        length = chord.duration - (1920 if scene.closing and chord is scene.chords.items[-1] else 30)
        for note in voicing:
            onset.append(chord.onset)
            duration.append(max(length, 240))
            pitch.append(note)
    ticks = np.array(onset)
    return Notes.of(ticks, duration, pitch, dynamics(spec, scene, dice, ticks, 0.3, 58))


def swell(spec: PadSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the expression: each chord opens over its first half and closes again."""
    if spec.swell == 0 or not len(notes):
        return Controls.empty()
    shape = np.sin(np.linspace(0, np.pi, 9))[:-1]
    ticks = [chord.onset + chord.duration * step // 8 for chord in scene.chords for step in range(8)]
    values = np.rint(110 - 50 * spec.swell * (1 - np.tile(shape, len(scene.chords))))
    return settled(Controls.cc(EXPRESSION, ticks, values.astype(int)), EXPRESSION, scene.bars.ticks)
