"""Synth stabs: short chords in a rhythm that returns, each moving to the next by the shortest way.

`off` is between the beats (in a meter of longer groups, one beat after each begins), `push` a
sixteenth before them, `threes` every three eighths from the bar line (in a meter of longer groups,
the groups). Which of the places sound is the same in every pair of bars. Our invention.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from sirtak.electronic.steps import Ints, grouped
from sirtak.notes import PPQ, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.mono import by_hand
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import voice_lead
from sirtak.theory.meter import Meter

Rhythm = Literal["off", "push", "threes"]


class StabsSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the stabs."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 62
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 84
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 0.2
    rhythm: Annotated[Rhythm, knob("where they may fall")] = "off"
    density: Annotated[float, knob("how many of the places sound; more only adds", 0, 1)] = 0.7
    gate: Annotated[float, knob("length as a share of the way to the next, a beat at the most", 0.1, 1)] = 0.4
    voices: Annotated[int, knob("notes in a chord", 2, 3)] = 3
    low: Annotated[int, knob("lowest note", 43, 72)] = 57
    high: Annotated[int, knob("highest note", 60, 96)] = 77


def stabs(spec: StabsSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of stabs."""
    ticks = _places(spec, scene)
    ticks = ticks[scene.figure(dice, "stabs", ticks) < spec.density]
    if scene.closing:
        ticks = ticks[ticks <= scene.bars.starts[-1]]
    if not len(ticks):
        return Notes.empty()
    onset = by_hand(scene, dice, ticks, 4 * spec.human)
    room = np.append(onset[1:], scene.bars.ticks) - onset
    length = np.maximum(np.minimum(np.rint(room * spec.gate), PPQ), 1).astype(np.int64)
    velocity = dynamics(spec, scene, dice, ticks, scene.strength(ticks), 72)
    voicings = voice_lead(scene.chords, scene.mode, scene.tonic, spec.low, spec.high, spec.voices)
    # A push belongs to the harmony that it comes before.
    ahead = PPQ // 4 if spec.rhythm == "push" else 0
    chord = scene.chords.index_at(ticks + ahead)
    sizes = np.array([len(voicing) for voicing in voicings])[chord]
    pitch = np.concatenate([voicings[number] for number in chord.tolist()])
    return Notes.of(np.repeat(onset, sizes), np.repeat(length, sizes), pitch, np.repeat(velocity, sizes))


def _places(spec: StabsSpec, scene: Scene) -> Ints:
    """Return the ticks on which a stab may fall."""
    kinds = [_bar(spec.rhythm, meter) for meter in scene.bars.meters]
    places = [kinds[bar % len(kinds)] + start for bar, start in enumerate(scene.bars.starts.tolist())]
    ticks = np.concatenate(places)
    return np.sort(ticks[(ticks >= 0) & (ticks < scene.bars.ticks)])


def _bar(rhythm: Rhythm, meter: Meter) -> Ints:
    """Return the places in one bar; those of a push may lie before it."""
    longer = grouped(meter)
    if rhythm == "threes" and not longer:
        return np.arange(0, meter.ticks, 3 * PPQ // 2)
    # Groups count in meters of eighths; in those of quarters every beat does.
    pulses = meter.group_ticks if longer else np.arange(0, meter.ticks, meter.beat)
    ahead = {"off": meter.beat if longer else meter.beat // 2, "push": -min(PPQ // 4, meter.beat // 2)}
    places: Ints = pulses + ahead.get(rhythm, 0)
    return places
