"""The bass: one policy towards the kick, never two.

`lock` plays on the kick, `off` between the beats and never on a kick, `rumble` on the three
weaker quarters of each beat, `long` one note a chord. Always one voice, between MIDI 28 and 47;
roots are commonest, then the seventh and the fifth (measured shares 47, 10, 8 %, craft.md 3).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import fold
from sirtak.theory.meter import among, joined

Policy = Literal["lock", "off", "rumble", "long"]


class BassSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the bass."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 38
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 100
    policy: Annotated[Policy, knob("what it does with the kick")] = "lock"
    density: Annotated[float, knob("how many of its places sound; more only adds", 0, 1)] = 0.8
    colour: Annotated[float, knob("how often weak notes leave the root for fifth or seventh", 0, 1)] = 0.35
    gate: Annotated[float, knob("length of a note as a share of the way to the next", 0.1, 1)] = 0.85
    low: Annotated[int, knob("lowest note", 24, 40)] = 28
    high: Annotated[int, knob("highest note", 38, 55)] = 44


def bass(spec: BassSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of bass."""
    ticks = _places(spec, scene)
    strength = scene.strength(ticks)
    kept = (scene.draw(dice, "density", ticks) * (1 - 0.9 * strength) < spec.density * 0.9) | among(
        ticks, scene.chords.onsets
    )
    if spec.policy == "off":
        kept = scene.draw(dice, "density", ticks) < spec.density
    ticks = ticks[kept]
    if not len(ticks):
        return Notes.empty()
    following = np.append(ticks[1:], scene.bars.ticks)
    length = np.maximum(np.rint((following - ticks) * spec.gate).astype(np.int64), 60)
    if scene.closing and spec.policy == "long":
        length[-1] = max(960, int(length[-1]) - 1920)
    elif spec.policy != "long":
        length = np.minimum(length, 1440)
    pitch = _pitches(spec, scene, dice, ticks)
    velocity = dynamics(spec, scene, dice, ticks, scene.strength(ticks), 84)
    return Notes.of(ticks, length, pitch, velocity)


def _places(spec: BassSpec, scene: Scene) -> NDArray[np.int64]:
    """Return the ticks that the policy allows."""
    onsets = scene.chords.onsets
    if spec.policy == "long":
        return onsets
    if spec.policy == "lock" and len(scene.kicks):
        # A new chord is heard in the bass even where the kick waits.
        return joined(scene.kicks, onsets)
    beats = [
        np.arange(0, meter.ticks, meter.beat) + start
        for bar, start in enumerate(scene.bars.starts.tolist())
        for meter in (scene.bars.meter(bar),)
    ]
    grid = np.concatenate(beats)
    beat = scene.bars.meters[0].beat
    if spec.policy == "lock":
        return joined(scene.bars.group_starts, onsets)
    if spec.policy == "rumble":
        places = np.concatenate([grid + beat * part // 4 for part in (1, 2, 3)])
    else:
        places = grid + beat // 2
    places = np.sort(places[places < scene.bars.ticks])
    return places[~among(places, scene.maybe_kicks)]


def _pitches(spec: BassSpec, scene: Scene, dice: Dice, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return roots, and on weak places now and then the fifth, the seventh or the octave."""
    mode, size = scene.mode, len(scene.mode)
    root = scene.chords.roots_at(ticks) % size
    semitone = np.asarray(mode.semitones)
    fifths = np.array([mode.nearest_degree(int(semitone[d]) + 7) for d in range(size)])
    sevenths = np.array([mode.nearest_degree(int(semitone[d]) + 10) for d in range(size)])
    weak = (scene.strength(ticks) < 0.7) & ~among(ticks, scene.chords.onsets)
    draw, which = scene.draw(dice, "colour", ticks), scene.draw(dice, "which", ticks)
    other = np.where(which < 0.45, sevenths[root], fifths[root])
    degree = np.where(weak & (draw < spec.colour), other, root)
    base = 12 * (spec.low // 12) + scene.tonic
    return fold(semitone[degree] + base, spec.low, spec.high)
