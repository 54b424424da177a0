"""The arpeggio: the tones of the chords one after the other, on the groups of the meter.

`rate` is a note value (8, 12 for triplet eighths, 16). A step keeps its tone whether its neighbours
sound or not, so more density only adds notes. Which tones and steps is our invention.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from sirtak.electronic.steps import Ints, evenly, steps
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.mono import by_hand, one_at_a_time
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import voice_lead
from sirtak.theory.meter import WHOLE

Order = Literal["up", "down", "up-down", "played"]


class ArpSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the arpeggio."""

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Arpeggio"
    program: Annotated[int, knob("General MIDI program", 0, 127)] = 81
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 80
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 0.2
    order: Annotated[Order, knob("which way; played is root, fifth, colour tone")] = "up"
    rate: Annotated[Literal[8, 12, 16], knob("note value of a step; 12 is the triplet eighth")] = 16
    octaves: Annotated[int, knob("octaves that it runs through", 1, 3)] = 2
    density: Annotated[float, knob("how many of its steps sound; more only adds", 0, 1)] = 0.75
    gate: Annotated[float, knob("length of a note as a share of its step", 0.1, 1)] = 0.6
    low: Annotated[int, knob("lowest note", 36, 79)] = 57
    high: Annotated[int, knob("highest note", 60, 103)] = 88


def arp(spec: ArpSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of arpeggio: one note at a time."""
    ticks, number, length = steps(scene.bars, WHOLE // spec.rate)
    order = evenly(number)
    # A little of it is drawn, so that two seeds do not leave out the same steps.
    order = np.where(
        number > 0, np.clip(order + 0.3 * (scene.figure(dice, "steps", ticks) - 0.5), 0.01, 0.99), 0
    )
    chosen = order < spec.density
    if scene.closing:
        # The piece ends on one note, held.
        chosen &= ticks <= scene.bars.starts[-1]
    pitch = _tones(spec, scene, ticks, number)[chosen]
    ticks, length = ticks[chosen], length[chosen]
    if not len(ticks):
        return Notes.empty()
    accent = np.where(number[chosen] == 0, 0.8, 0.3)
    velocity = dynamics(spec, scene, dice, ticks, accent, 62)
    duration = np.maximum(np.rint(length * spec.gate), 20).astype(np.int64)
    if scene.closing:
        duration[-1] = scene.bars.lengths[-1]
    return one_at_a_time(scene, by_hand(scene, dice, ticks, 3 * spec.human), duration, pitch, velocity)


def _tones(spec: ArpSpec, scene: Scene, ticks: Ints, number: Ints) -> Ints:
    """Return the pitch of every step: its place in the run of the chord over it."""
    top = max(spec.low + 16, 0)
    voicings = voice_lead(scene.chords, scene.mode, scene.tonic, spec.low, min(top, spec.high), 3)
    runs = [
        _run(spec, tuple(chord.tones), voicing, _classes(scene, chord.tones))
        for chord, voicing in zip(scene.chords, voicings, strict=True)
    ]
    sizes = np.array([len(run) for run in runs])
    begins = np.cumsum(sizes) - sizes
    chord = scene.chords.index_at(ticks)
    flat = np.concatenate([np.array(run, np.int64) for run in runs])
    tones: Ints = flat[begins[chord] + number % sizes[chord]]
    return tones


def _classes(scene: Scene, tones: tuple[int, ...]) -> list[int]:
    plain = scene.mode.pitches(list(tones), scene.tonic, second=np.zeros(len(tones), bool))
    return [int(pitch) % 12 for pitch in plain]


def _run(spec: ArpSpec, tones: tuple[int, ...], voicing: tuple[int, ...], classes: list[int]) -> list[int]:
    """Return the notes of a chord in the order that they are played in, within the range."""
    if spec.order == "played":
        rank = {pitch_class: place for place, pitch_class in reversed(list(enumerate(classes)))}
        voicing = tuple(sorted(voicing, key=lambda pitch: rank.get(pitch % 12, len(tones))))
    run = [
        pitch + 12 * octave
        for octave in range(spec.octaves)
        for pitch in voicing
        if pitch + 12 * octave <= spec.high
    ]
    if spec.order == "down":
        return run[::-1]
    return run + run[-2:0:-1] if spec.order == "up-down" else run
