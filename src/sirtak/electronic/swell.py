"""The reversed swell: the last harmony of a section, growing out of nothing up to the next one.

It plays where something louder comes: in the last bars of builds (up to the drums' silence), intros and
breaks, and of sections whose energy rises; never at the end of the piece. A sample played backwards
said in notes: held or in sixteenths, with an expression (CC11) that rises slowly and then fast.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from sirtak.electronic.riser import span
from sirtak.notes import PPQ, Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.curves import EXPRESSION, POINT, REST, line
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import voice_lead

LEADING = ("intro", "break", "build")  # scenes after which something comes


class SwellSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the reversed swell."""

    program: Annotated[int, knob("General MIDI program; 95 is a sweep pad", 0, 127)] = 95
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 80
    human: Annotated[float, knob("unevenness of velocity, 0 is a machine", 0, 2)] = 0.0
    manner: Annotated[Literal["held", "pulsed"], knob("one long chord, or sixteenths")] = "held"
    bars: Annotated[int, knob("bars that it takes", 1, 16)] = 2
    rise: Annotated[float, knob("how far the expression (CC11) rises; 1 from silence", 0, 1)] = 0.9
    voices: Annotated[int, knob("notes in the chord", 2, 3)] = 2
    low: Annotated[int, knob("lowest note", 43, 79)] = 55
    high: Annotated[int, knob("highest note", 60, 96)] = 76


def swell(spec: SwellSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of swell: nothing where it leads to nothing."""
    rising = float(scene.energy[-1]) > float(scene.energy[0]) + 0.02
    if scene.closing or not (rising or scene.scene in LEADING):
        return Notes.empty()
    start, end = span(scene, spec.bars)
    step = PPQ // 4 if spec.manner == "pulsed" else end - start
    ticks = np.arange(start, end, step)
    length = np.diff(ticks, append=end)
    chord = voice_lead(scene.chords, scene.mode, scene.tonic, spec.low, spec.high, spec.voices)[-1]
    velocity = dynamics(spec, scene, dice, ticks, 2 * (ticks - start) / (end - start), 62)
    return Notes.merge(*(Notes.of(ticks, length, pitch, velocity) for pitch in sorted(set(chord))))


def reverse(spec: SwellSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the expression: from (nearly) nothing to all of it, most of the way in the last third."""
    if spec.rise == 0 or not len(notes):
        return Controls.empty()
    start, end = span(scene, spec.bars)
    ticks = np.arange(start, end, POINT)
    missing = 1 - ((ticks - start) / (end - start)) ** 2
    return line(EXPRESSION, ticks, REST * (1 - spec.rise * missing), scene.bars.ticks)
