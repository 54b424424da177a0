"""The sybyzgy: an end-blown flute of the steppe, and the voice that may hum below it.

Range MIDI 57 to 88 with overblowing (general knowledge, unsourced [G]); that the player sings a
drone with the flute tone is sourced [S], its octave below is not (kazakh.md 1.7, 5). One tube and
one voice: at most two notes at once, and without `drone` never more than one. Invented: when a
note breaks over into its octave or fifth, where graces and mordents stand, how long a breath
lasts, the long notes in the background, and that the voice holds the final.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from sirtak.folk.voice import Ints, breathing, by_hand, neighbour, one_at_a_time, phrases
from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line
from sirtak.scene.register import fold, sing

LOW, HIGH = 57, 88
REST = 360  # ticks that a breath takes: three sixteenths


class SybyzgySpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the sybyzgy."""

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Sybyzğy"
    program: Annotated[int, knob("General MIDI program; 77 is the shakuhachi", 0, 127)] = 77
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 92
    density: Annotated[float, knob("how much of the background sounds; more only adds", 0, 1)] = 0.6
    breath: Annotated[float, knob("quarters on one breath", 2, 16)] = 7.0
    overblow: Annotated[float, knob("how often a long note breaks into octave or fifth", 0, 1)] = 0.2
    grace: Annotated[float, knob("how often a note gets a grace note or a mordent", 0, 1)] = 0.3
    drone: Annotated[float, knob("how many of the breaths the voice hums through", 0, 1)] = 0.0
    below: Annotated[int, knob("octaves that the voice lies below the flute", 1, 2)] = 1
    swell: Annotated[float, knob("how far long notes swell (CC11)", 0, 1)] = 0.7
    low: Annotated[int, knob("lowest note of the flute", LOW, 72)] = LOW
    high: Annotated[int, knob("highest note of the flute", 69, HIGH)] = 84


def sybyzgy(spec: SybyzgySpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of sybyzgy: the tune, the reply, or long notes behind the others."""
    line = own_line(scene, dice.part)
    if len(line):
        tube = _tune(spec, scene, dice, line)
    elif dice.part in (scene.lead, scene.answer):
        return Notes.empty()
    else:
        tube = _background(spec, scene, dice)
    return tube | _voice(spec, scene, dice, tube)


def _tune(spec: SybyzgySpec, scene: Scene, dice: Dice, line: Line) -> Notes:
    pitch = sing(line, scene.mode, scene.tonic, spec.low, spec.high)
    onset = by_hand(scene, dice, line.onset, 12 * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, 70)
    length = breathing(line, round(spec.breath * 960), REST)
    grace, mordent = _ornaments(spec, scene, dice, line, onset, pitch, velocity)
    over = _broken_over(spec, scene, dice, line.onset, onset, line.duration, pitch, velocity)
    return _together(scene, (onset, length, pitch, velocity), [*mordent, over], grace)


Columns = tuple[Ints, Ints, Ints, Ints]


def _together(scene: Scene, main: Columns, parts: list[Columns], grace: Columns | None = None) -> Notes:
    """Return a tune with additions as one voice; what is added to a note is over when its breath is."""
    ends = main[0] + main[1]
    kept = [main] if grace is None else [main, grace]
    for onset, length, pitch, velocity in parts:
        end = ends[np.maximum(np.searchsorted(main[0], onset, side="right") - 1, 0)]
        inside = onset + 60 < end
        room = np.minimum(length, end - onset)
        kept.append((onset[inside], room[inside], pitch[inside], velocity[inside]))
    return one_at_a_time(scene, *(np.concatenate(column) for column in zip(*kept, strict=True)))


def _broken_over(
    spec: SybyzgySpec,
    scene: Scene,
    dice: Dice,
    ticks: Ints,
    onset: Ints,
    duration: Ints,
    pitch: Ints,
    velocity: Ints,
) -> Columns:
    """The second half of long notes, blown over: the octave, or the fifth above an octave."""
    long = duration >= 1300  # a dotted quarter, less what articulation takes of it
    chosen = (scene.draw(dice, "overblow", ticks) < spec.overblow) & long
    # Blown over, a tube gives octave and twelfth: a note that is its octave already gives the fifth.
    over = np.where(pitch >= spec.low + 12, pitch + 7, pitch + 12)
    within = np.array([int(p - scene.tonic) % 12 in scene.mode.pitch_classes for p in over], bool)
    over = np.where(within, over, pitch + 12)
    chosen &= over <= spec.high
    if scene.closing and len(ticks):
        chosen[-1] = False  # the last note of a piece stays where it is
    half = duration // 2
    return (
        (onset + half)[chosen],
        (duration - half)[chosen],
        over[chosen],
        np.maximum(velocity - 6, 8)[chosen],
    )


def _ornaments(
    spec: SybyzgySpec, scene: Scene, dice: Dice, line: Line, onset: Ints, pitch: Ints, velocity: Ints
) -> tuple[Columns, list[Columns]]:
    """Return grace notes before, and mordents on, some notes: the upper neighbour in the mode."""
    quick = max(60, round(70 * scene.ticks_per_ms))
    above = pitch + neighbour(scene.mode, line.degree)
    chosen = (scene.draw(dice, "grace", line.onset) < spec.grace) & (above <= spec.high) & (above > pitch)
    turned = scene.draw(dice, "mordent", line.onset) < 0.4
    softer = np.maximum(velocity - 12, 8)
    gap = np.diff(onset, prepend=0)
    before = chosen & ~turned & (gap >= 4 * quick)
    full = np.full(len(onset), quick)
    mordent = chosen & turned & (line.duration >= 6 * quick)
    return ((onset - quick)[before], full[before], above[before], softer[before]), [
        ((onset + quick)[mordent], full[mordent], above[mordent], softer[mordent]),
        ((onset + 2 * quick)[mordent], line.duration[mordent], pitch[mordent], velocity[mordent]),
    ]


def _background(spec: SybyzgySpec, scene: Scene, dice: Dice) -> Notes:
    """Long tones of the chords, a breath each, moving to the nearest tone: the wind behind the rest."""
    starts = scene.bars.starts
    pitch = _long_tones(spec, scene)
    fresh = np.isin(starts, scene.chords.onsets)
    wanted = np.where(fresh, 0.0, 0.5) + 0.5 * scene.draw(dice, "density", starts)
    sounding = wanted < spec.density * (0.7 + 0.5 * scene.energy_at(starts))
    if spec.density == 0 or not sounding.any():
        return Notes.empty()
    ticks = starts[sounding]
    air = min(1920, int(scene.bars.lengths[-1]) // 2) if scene.closing else 0
    following = np.append(ticks[1:], scene.bars.ticks - air)
    length = np.clip(following - ticks - REST, 240, round(spec.breath * 960))
    onset = by_hand(scene, dice, ticks, 16 * spec.human)
    velocity = dynamics(spec, scene, dice, ticks, 0.3, 56)
    bar = scene.bars.lengths[sounding]
    over = _broken_over(spec, scene, dice, ticks, onset, bar, pitch[sounding], velocity)
    return _together(scene, (onset, length, pitch[sounding], velocity), [over])


def _long_tones(spec: SybyzgySpec, scene: Scene) -> Ints:
    """Return a chord tone for every bar, each the nearest to the one before; at the very end the final."""
    last, found = (spec.low + min(spec.high, spec.low + 24)) // 2, []
    for number in scene.chords.index_at(scene.bars.starts).tolist():
        tones = np.array(scene.chords.items[number].tones)
        classes = scene.mode.pitches(tones, scene.tonic, np.zeros(len(tones), bool)) % 12
        near = [range(spec.low + (int(p) - spec.low) % 12, spec.high + 1, 12) for p in classes]
        last = min((p for row in near for p in row), key=lambda p: (abs(p - last), p))
        found.append(last)
    if scene.closing:
        home = scene.tonic + scene.mode.semitones[scene.mode.final]
        found[-1] = int(fold(np.array([home + 60]), spec.low, spec.high)[0])
    return np.array(found, np.int64)


def _voice(spec: SybyzgySpec, scene: Scene, dice: Dice, tube: Notes) -> Notes:
    """The hum under some breaths: the final, one or two octaves below the flute's own lowest one."""
    spans = [span for span in phrases(tube, REST // 2) if span[1] - span[0] >= 960]
    if not spans or spec.drone == 0:
        return Notes.empty()
    start, end = np.array(spans, np.int64).T
    hums = scene.draw(dice, "drone", start) < spec.drone
    low = LOW + (scene.tonic - LOW) % 12 - 12 * spec.below
    velocity = np.maximum(dynamics(spec, scene, dice, start, 0.2, 50), 8)
    return Notes.of(start, end - start, low, velocity)[hums]


def breath(spec: SybyzgySpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the breath as expression (CC11): long notes begin softly, swell and fall; short ones speak."""
    tube = notes[notes.pitch >= LOW]
    if spec.swell == 0 or not len(tube):
        return Controls.empty()
    long = tube.duration >= 960
    share = np.arange(10) / 10
    shape = np.sin(np.pi * np.minimum(0.18 + share * 0.9, 1) ** 1.3)
    ticks = tube.onset[long][:, None].astype(np.int64) + np.rint(tube.duration[long][:, None] * share).astype(
        np.int64
    )
    values = np.rint(112 - 60 * spec.swell * (1 - shape)).astype(int)
    swells = Controls.cc(11, ticks.reshape(-1), np.tile(values, int(long.sum())))
    return swells | Controls.cc(11, tube.onset[~long], 104)
