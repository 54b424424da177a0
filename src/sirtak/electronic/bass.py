"""The bass: one policy towards the kick, never two, and one of four sounds.

The policy says where it plays. `lock` is on the kick, `off` between the beats and never on a kick, `rumble`
on the three weaker quarters of each beat, `long` one note a chord. Always one voice, between MIDI 28 and
47; roots are commonest, then the seventh and the fifth (measured shares 47, 10, 8 %, craft.md 3).

The sound says how long and how deep; programs stay free.

| sound | notes | register | length | controllers |
|---|---|---|---|---|
| `plain` | as drawn | low to high | `gate`, a beat and a half at the most | none |
| `sub` | as drawn | the lowest octave | to the next; `long` ends two beats early | CC11 fades with it |
| `reese` | as drawn | low to high | to the next | `glide`, slow CC74 by `movement` |
| `808` | as drawn | the lowest octave and a half | rings to the next, two bars at the most | `glide` |

A glide is a pitch bend into a note from the one before. The bend range is two semitones (correct in
programs that lose the RPN, too), so a wider interval is slid into from two semitones away.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import PPQ, Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.curves import BRIGHTNESS, EXPRESSION, REST, SLOW, line
from sirtak.scene.mono import slides
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.scene.register import fold
from sirtak.theory.meter import among, joined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Policy = Literal["lock", "off", "rumble", "long"]
Sound = Literal["plain", "sub", "reese", "808"]

EARLY = 2 * PPQ  # how long before the next one a sub's long note has faded (craft.md 4.1)
SPAN = {"sub": 12, "808": 18}  # semitones above the lowest note


class BassSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the bass."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 38
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 100
    policy: Annotated[Policy, knob("what it does with the kick")] = "lock"
    sound: Annotated[Sound, knob("how long, how deep, how it moves")] = "plain"
    density: Annotated[float, knob("how many of its places sound; more only adds", 0, 1)] = 0.8
    colour: Annotated[float, knob("how often weak notes leave the root for fifth or seventh", 0, 1)] = 0.35
    pickup: Annotated[float, knob("how often the last weak note before a chord leads into it", 0, 1)] = 0.0
    gate: Annotated[float, knob("length of a plain note as a share of the way to the next", 0.1, 1)] = 0.85
    glide: Annotated[float, knob("how many notes of a reese or an 808 slide from the last", 0, 1)] = 0.3
    movement: Annotated[float, knob("how far the filter of a reese moves (CC74)", 0, 1)] = 0.5
    low: Annotated[int, knob("lowest note", 24, 40)] = 28
    high: Annotated[int, knob("highest note", 38, 55)] = 44


def bass(spec: BassSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of bass: one note at a time, from the first tick to the last."""
    ticks = _places(spec, scene)
    strength = scene.strength(ticks)
    draw = scene.draw(dice, "density", ticks)
    if spec.policy == "off":
        kept = draw < spec.density
    else:
        kept = (draw * (1 - 0.9 * strength) < spec.density * 0.9) | among(ticks, scene.chords.onsets)
    ticks = ticks[kept]
    if not len(ticks):
        return Notes.empty()
    strength = strength[kept]
    pitch = _pitches(spec, scene, dice, ticks, strength)
    velocity = dynamics(spec, scene, dice, ticks, strength, 84)
    return Notes.of(ticks, _lengths(spec, scene, ticks), pitch, velocity)


def _lengths(spec: BassSpec, scene: Scene, ticks: Ints) -> Ints:
    """Return durations by the sound: never beyond the next note, nor beyond the section."""
    room = np.append(ticks[1:], scene.bars.ticks) - ticks
    if spec.sound == "plain":
        length = np.maximum(np.rint(room * spec.gate).astype(np.int64), 60)
        if spec.policy != "long":
            length = np.minimum(length, 1440)
        elif scene.closing:
            length[-1] = max(960, int(length[-1]) - 1920)
        plain: Ints = np.minimum(length, room)
        return plain
    if spec.sound == "808":
        return np.minimum(room, 2 * scene.bars.lengths[scene.bars.bar_of(ticks)])
    if spec.sound == "sub" and spec.policy == "long":
        return np.where(room >= 2 * EARLY, room - EARLY, room)
    return room


def _places(spec: BassSpec, scene: Scene) -> Ints:
    """Return the ticks that the policy allows."""
    onsets = scene.chords.onsets
    if spec.policy == "long":
        return onsets
    if spec.policy == "lock":
        # A new chord is heard in the bass even where the kick waits.
        return joined(scene.kicks if len(scene.kicks) else scene.bars.group_starts, onsets)
    quarters = (1, 2, 3) if spec.policy == "rumble" else (2,)
    beats = [
        np.arange(0, meter.ticks, meter.beat) + start + meter.beat * quarter // 4
        for bar, start in enumerate(scene.bars.starts.tolist())
        for meter in (scene.bars.meter(bar),)
        for quarter in quarters
    ]
    places = np.sort(np.concatenate(beats))
    return places[~among(places, scene.maybe_kicks)]


def _pitches(spec: BassSpec, scene: Scene, dice: Dice, ticks: Ints, strength: Floats) -> Ints:
    """Return roots, and on weak places now and then the fifth, the seventh or the octave."""
    mode, size = scene.mode, len(scene.mode)
    root = scene.chords.roots_at(ticks) % size
    semitone = np.asarray(mode.semitones)
    fifths = np.array([mode.nearest_degree(int(semitone[d]) + 7) for d in range(size)])
    sevenths = np.array([mode.nearest_degree(int(semitone[d]) + 10) for d in range(size)])
    weak = (strength < 0.7) & ~among(ticks, scene.chords.onsets)
    draw, which = scene.draw(dice, "colour", ticks), scene.draw(dice, "which", ticks)
    other = np.where(which < 0.45, sevenths[root], fifths[root])
    degree = np.where(weak & (draw < spec.colour), other, root)
    base = 12 * (spec.low // 12) + scene.tonic
    high = min(spec.high, spec.low + SPAN.get(spec.sound, 99))
    pitch = fold(semitone[degree] + base, spec.low, high)
    if spec.pickup == 0:
        return pitch
    leads, towards = _pickups(spec, scene, dice, ticks, strength, fifths)
    leading = semitone[towards] + base
    # The octave that lies nearest to the note that it leads to.
    target = pitch[leads + 1]
    leading = target + (leading - target + 6) % 12 - 6
    pitch[leads] = fold(leading, spec.low, high)
    return pitch


def _pickups(
    spec: BassSpec, scene: Scene, dice: Dice, ticks: Ints, strength: Floats, fifths: Ints
) -> tuple[Ints, Ints]:
    """Return which notes lead into the next chord, and their degrees: a step below or above, or its fifth.

    The last note before another root, within two beats of it and not on a bar line. A leading tone
    is not among them: its place is taken by the fifth, or by the root itself.
    """
    mode, chords = scene.mode, scene.chords
    size, semitone = len(mode), np.asarray(mode.semitones)
    index = chords.index_at(ticks)
    roots = np.array([chord.root for chord in chords]) % size
    following = np.append(index[1:], index[-1:])
    near = chords.onsets[following] - ticks <= EARLY
    changes = (roots[following] != roots[index]) & (strength < 1) & near
    leads = np.flatnonzero(changes & (scene.draw(dice, "pickup", ticks) < spec.pickup))
    root, which = roots[following[leads]], scene.draw(dice, "towards", ticks)[leads]
    fifth = np.where((semitone[fifths[root]] - semitone[mode.final]) % 12 == 11, root, fifths[root])
    step = np.where(which < 0.4, root - 1, np.where(which < 0.65, root + 1, fifth)) % size
    towards: Ints = np.where((semitone[step] - semitone[mode.final]) % 12 == 11, fifth, step)
    return leads, towards


def bass_control(spec: BassSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the glides of a reese or an 808, the movement of a reese, the fade of a sub."""
    if not len(notes) or spec.sound == "plain":
        return Controls.empty()
    if spec.sound == "sub":
        return _fade(spec, scene, notes)
    return _glides(spec, scene, dice, notes) | _movement(spec, scene)


def _glides(spec: BassSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return bends into notes that follow another without a rest: half of the note, a beat at the most."""
    onset, pitch = notes.onset.astype(np.int64), notes.pitch.astype(np.int64)
    interval = -np.diff(pitch, prepend=pitch[:1])
    bound = np.append(False, onset[1:] - notes.end[:-1].astype(np.int64) <= 60)
    bound &= (scene.draw(dice, "glide", onset) < spec.glide) & (notes.duration >= 120)
    longest = PPQ if spec.sound == "808" else PPQ // 2
    return slides(notes, np.where(bound, interval, 0), np.minimum(notes.duration // 2, longest))


def _movement(spec: BassSpec, scene: Scene) -> Controls:
    """Return the filter of a reese, closed on every other bar line and open on those between."""
    if spec.sound != "reese" or spec.movement == 0:
        return Controls.empty()
    ticks = np.arange(0, scene.bars.ticks, SLOW)
    bar = scene.bars.bar_of(ticks)
    turn = bar + (ticks - scene.bars.starts[bar]) / scene.bars.lengths[bar]
    closed = (1 + np.cos(np.pi * turn)) / 2
    return line(BRIGHTNESS, ticks, REST * (1 - 0.7 * spec.movement * closed), scene.bars.ticks)


def _fade(spec: BassSpec, scene: Scene, notes: Notes) -> Controls:
    """Return the fade of a sub's long notes: over their last beat, and back with the next note."""
    long = notes[notes.duration >= EARLY] if spec.policy == "long" else notes[:0]
    if not len(long):
        return Controls.empty()
    onset, end = long.onset.astype(np.int64)[:, None], long.end.astype(np.int64)[:, None]
    share = np.arange(0, 9) / 8
    falling = end - PPQ + np.rint(share * PPQ).astype(np.int64)
    ticks = np.concatenate([onset, falling], axis=1)
    values = np.tile(np.append(REST, REST * (1 - 0.85 * share)), (len(long), 1))
    return line(EXPRESSION, ticks.reshape(-1), values.reshape(-1), scene.bars.ticks)
