"""The qyl-qobyz: two horsehair strings, a drone with slow swells, or a bowed tune.

The range is MIDI 50 to 86 with flageolets (general knowledge, unsourced [G]; kazakh.md 5); that
its sound is rich in harmonics through stopping and bowing is sourced [S] (1.7). Invented: that the
drone sounds final and fifth, its bow changes, which notes glide and which become flageolets.
The hair is stopped beside the string and not against a fingerboard, so a note may be slid into:
`glide` is a pitch bend of two semitones at the most that is at rest before the note is over, and
only where one string sounds. Never more than two notes at once: two strings.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from sirtak.folk.voice import by_hand, one_at_a_time, slides
from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line, play_line
from sirtak.scene.register import sing
from sirtak.theory.pitch import near

TOP = 86  # the highest flageolet


class QobyzSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the qobyz."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 110
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 88
    bars: Annotated[int, knob("bars on one bow", 1, 8)] = 2
    fifth: Annotated[float, knob("how often the fifth joins the final; more only adds", 0, 1)] = 0.7
    low: Annotated[int, knob("lowest note", 43, 62)] = 50
    high: Annotated[int, knob("highest note", 62, 86)] = 79
    swell: Annotated[float, knob("how far the bow swells (CC11)", 0, 1)] = 0.7
    glide: Annotated[
        float, knob("how slowly a tune slides into its notes (pitch bend); 0 not at all", 0, 1)
    ] = 0.0
    flageolet: Annotated[
        float, knob("how many long notes end in a flageolet, up to 86; more only adds", 0, 1)
    ] = 0.0


def qobyz(spec: QobyzSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of qobyz: the tune where it leads or answers, a drone elsewhere."""
    line = own_line(scene, dice.part)
    if len(line):
        return _tune(spec, scene, dice, line)
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
    chosen = scene.draw(dice, "flageolet", starts) < spec.flageolet
    if not chosen.any():
        return drone | fifth[joins]
    return drone | _harmonics(spec, scene, dice, fifth, joins, chosen)


def _tune(spec: QobyzSpec, scene: Scene, dice: Dice, line: Line) -> Notes:
    """Return the bowed tune; with `flageolet` some of its long notes end in their octave, softer."""
    pitch = sing(line, scene.mode, scene.tonic, spec.low + 5, spec.high)
    if spec.glide == 0 and spec.flageolet == 0:
        return play_line(spec, scene, dice, line, pitch, base=70, ms=14)
    # One string at a time, so that a bend moves the note that it is meant for.
    onset = by_hand(scene, dice, line.onset, 14 * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, 70)
    ends = (scene.draw(dice, "flageolet", line.onset) < spec.flageolet) & (line.duration >= 1200)
    ends &= pitch + 12 <= TOP
    if scene.closing:
        ends[-1] = False  # the last note of a piece stays where it is
    half = line.duration // 2
    return one_at_a_time(
        scene,
        np.concatenate([onset, (onset + half)[ends]]),
        np.concatenate([line.duration, (line.duration - half)[ends]]),
        np.concatenate([pitch, pitch[ends] + 12]),
        np.concatenate([velocity, np.maximum(velocity - 14, 8)[ends]]),
    )


def _harmonics(
    spec: QobyzSpec, scene: Scene, dice: Dice, fifth: Notes, joins: np.ndarray, chosen: np.ndarray
) -> Notes:
    """Return the upper string of the drone: where chosen, its second half is a flageolet of that string.

    Octave (partial 2) or twelfth (partial 3) of the open upper string, whichever a draw says and
    both the mode and the instrument have.
    """
    half = fifth.duration.astype(np.int64) // 2
    octave, twelfth = fifth.pitch.astype(int) + 12, fifth.pitch.astype(int) + 19
    wide = (scene.draw(dice, "partial", fifth.onset) < 0.4) & (twelfth <= TOP)
    wide &= np.array([(int(p) - scene.tonic) % 12 in scene.mode.pitch_classes for p in twelfth], bool)
    pitch = np.where(wide, twelfth, octave)
    chosen = chosen & (pitch <= TOP)
    velocity = np.maximum(fifth.velocity.astype(int) - 10, 8)
    light = Notes.of(fifth.onset + half, fifth.duration - half, pitch, velocity)
    stopped = fifth.but(duration=np.where(chosen, half, fifth.duration))
    return stopped[joins] | light[chosen]


def _fifth(scene: Scene) -> int:
    """Return the semitones of the mode's fifth (or what stands nearest to one)."""
    return scene.mode.semitones[scene.mode.nearest_degree(7)]


def bow(spec: QobyzSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the bow's pressure as expression (CC11), each long note swelling and dying, and the glides."""
    return _pressure(spec, notes) | _glides(spec, notes)


def _pressure(spec: QobyzSpec, notes: Notes) -> Controls:
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


def _glides(spec: QobyzSpec, notes: Notes) -> Controls:
    """Return a slide into every note that follows another by a third or less, up to a fourth on long ones.

    `glide` 1 takes half of the note, at most a quarter beat and a half. A leap, a note after a
    rest and a note beside another are struck plainly.
    """
    if spec.glide == 0 or len(notes) < 2:
        return Controls.empty()
    pitch, onset, end = (column.astype(np.int64) for column in (notes.pitch, notes.onset, notes.end))
    interval = np.diff(pitch, prepend=pitch[:1]) * -1
    gap = onset - np.concatenate([onset[:1], end[:-1]])
    alone = gap >= 0
    alone[:-1] &= gap[1:] >= 0
    near_enough = np.abs(interval) <= np.where(notes.duration >= 960, 5, 4)
    length = np.rint(np.minimum(notes.duration * 0.5, 1440) * spec.glide).astype(np.int64)
    bound = alone & near_enough & (gap <= 300) & (length >= 24)
    return slides(notes, np.where(bound, interval, 0), length)
