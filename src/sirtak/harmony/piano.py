"""The piano: leads or answers with the right hand, accompanies in one of four manners.

Ranges are MIDI numbers. Accompaniment stays open (root, fifth, colour tone); the manners are
`open` (slow broken fifths and ninths), `broken` (running figure), `stabs` (short off-beat
chords) and `none`. Pedal is CC64, changed with the harmony.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line, play_line, within
from sirtak.scene.register import sing, voice_lead
from sirtak.scene.scene import SLOTS
from sirtak.theory.meter import among
from sirtak.theory.pitch import near

Manner = Literal["open", "broken", "stabs", "none"]


class PianoSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the piano."""

    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 104
    manner: Annotated[Manner, knob("how it accompanies where it does not lead")] = "open"
    density: Annotated[float, knob("how much of the accompaniment sounds; more only adds", 0, 1)] = 0.5
    low: Annotated[int, knob("lowest note of its tune", 36, 84)] = 60
    high: Annotated[int, knob("highest note of its tune", 60, 103)] = 84
    octaves: Annotated[float, knob("share of accented tune notes doubled an octave below", 0, 1)] = 0.0
    colour: Annotated[float, knob("how often the flat second darkens the bar before a return", 0, 1)] = 0.0
    pedal: Annotated[bool, knob("sustain pedal changed with the harmony")] = True


def piano(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of piano: its tune where it leads, chords and its answers elsewhere."""
    line = own_line(scene, dice.part)
    if dice.part == scene.lead:
        return _tune(spec, scene, dice)
    play = {"open": _open, "broken": _broken, "stabs": _stabs}.get(spec.manner)
    notes = Notes.empty() if play is None else play(spec, scene, dice)
    notes |= _flat_second(spec, scene, dice)
    if not len(line):
        return notes
    # It answers with the hand that accompanies: from a sixteenth before the answer to its end
    # the chords are silent.
    coming = line.at(notes.onset + 240)
    answering = (notes.onset + 240 >= line.onset[coming]) & (notes.onset < line.end[coming])
    return _tune(spec, scene, dice) | notes[~answering]


def _tune(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    line = own_line(scene, dice.part)
    pitch = sing(line, scene.mode, scene.tonic, spec.low, spec.high)
    notes = play_line(spec, scene, dice, line, pitch, base=66, ms=9)
    doubled = (line.accent >= 0.7) & (scene.draw(dice, "octave", line.onset) < spec.octaves)
    below = notes[doubled] if len(notes) else notes
    return notes | below.but(
        pitch=lambda n: np.maximum(n.pitch.astype(int) - 12, 24),
        velocity=lambda n: np.maximum(n.velocity.astype(int) - 10, 8),
    )


def _figure(
    scene: Scene, per_bar: int, order: tuple[int, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (ticks, chord tone) of a figure: `per_bar` even steps, on the meter's groups where odd."""
    ticks, tones = [], []
    for bar, start in enumerate(scene.bars.starts.tolist()):
        meter = scene.bars.meter(bar)
        steps = meter.group_ticks.tolist() if per_bar == 0 else range(0, meter.ticks, meter.beat // per_bar)
        for number, tick in enumerate(steps):
            ticks.append(start + tick)
            tones.append(order[number % len(order)])
    return np.array(ticks), np.array(tones)


def _pattern(scene: Scene, dice: Dice, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a draw for each tick by its place in a pair of bars: a figure is a figure by returning."""
    return dice.rows("figure", 2, SLOTS).reshape(-1)[scene.slots(ticks) % (2 * SLOTS)]


def _open(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """Root, fifth and colour tone one after the other on the groups, ringing to the chord's end."""
    ticks, tone = _figure(scene, 0, (0, 1, 2, 1))
    weight = scene.strength(ticks)
    wanted = np.where(weight == 1.0, 0.0, 0.2 + 0.75 * _pattern(scene, dice, ticks))
    chosen = (wanted < spec.density) & (
        (weight < 1) | among(ticks, scene.chords.onsets) | (wanted < spec.density - 0.3)
    )
    ticks, tone = ticks[chosen], tone[chosen]
    pitch = _tones(scene, 48)[scene.chords.index_at(ticks), tone]
    ends = [*scene.chords.onsets[1:].tolist(), scene.bars.ticks]
    length = np.array(ends)[scene.chords.index_at(ticks)] - ticks
    onset = scene.touch(dice, ticks, 10 * spec.human)
    velocity = dynamics(spec, scene, dice, ticks, weight[chosen] * 0.6, 52)
    return Notes.of(onset, within(scene, onset, length), pitch, velocity)


def _tones(scene: Scene, centre: int) -> NDArray[np.int64]:
    """Return a table (chords, 3) of open voicings: root, fifth above, colour tone above that."""
    rows = []
    for chord in scene.chords:
        pitches = scene.mode.pitches(
            list(chord.tones), scene.tonic, second=np.zeros(len(chord.tones), bool)
        ).tolist()
        root = near(pitches[0] % 12, centre)
        fifth = root + (pitches[1] - root) % 12
        colour = fifth + (pitches[-1] - fifth) % 12
        rows.append((root, fifth, colour))
    return np.array(rows)


def _broken(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """A running figure of four tones, two to the beat; density brings in its weak steps."""
    ticks, place = _figure(scene, 2, (0, 1, 2, 1))
    weight = scene.strength(ticks)
    chosen = _pattern(scene, dice, ticks) * (1.2 - weight) < spec.density
    ticks, place = ticks[chosen], place[chosen]
    voicings = voice_lead(scene.chords, scene.mode, scene.tonic, 57, 79, 3)
    table = np.array(
        [(*chord, chord[0])[:3] if len(chord) > 2 else (*chord, chord[0] + 12) for chord in voicings]
    )
    pitch = table[scene.chords.index_at(ticks), place]
    onset = scene.touch(dice, ticks, 6 * spec.human)
    velocity = dynamics(spec, scene, dice, ticks, weight[chosen], 60)
    return Notes.of(onset, within(scene, onset, np.full(len(ticks), 420)), pitch, velocity)


def _stabs(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """Short chords between the beats, never on the bar line: the piano of the dance floor."""
    ticks, _ = _figure(scene, 2, (0,))
    weight = scene.strength(ticks)
    # One draw for each place in the bar keeps the rhythm the same in every bar of the section.
    pattern = dice.rows("stabs", 1, 64)[0]
    place = scene.slots(ticks) % 32
    chosen = (weight < 1) & (pattern[place] * (0.4 + 1.2 * weight) < spec.density)
    ticks = ticks[chosen]
    voicings = voice_lead(scene.chords, scene.mode, scene.tonic, 57, 77, 3)
    tables = []
    for voice in range(3):
        column = np.array(
            [chord[voice % len(chord)] + (12 if voice >= len(chord) else 0) for chord in voicings]
        )
        pitch = column[scene.chords.index_at(ticks)]
        onset = scene.touch(dice, ticks, 5 * spec.human)
        velocity = dynamics(spec, scene, dice, ticks, 0.5, 68)
        tables.append(Notes.of(onset, within(scene, onset, np.full(len(ticks), 200)), pitch, velocity))
    return Notes.merge(*tables)


def _flat_second(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """The flat second over the drone, once in eight bars, falling to the final (craft.md 4.1)."""
    rows = []
    draws = dice.rows("colour", scene.bars.count, 1)
    for bar in range(7, scene.bars.count, 8):
        if draws[bar, 0] < spec.colour:
            start, length = int(scene.bars.starts[bar]), int(scene.bars.lengths[bar])
            home = near(scene.tonic, 66)
            rows += [
                (start + length // 2, length // 4, home + 1),
                (start + 3 * length // 4, length // 4, home),
            ]
    if not rows:
        return Notes.empty()
    onset, duration, pitch = (np.array(column) for column in zip(*rows, strict=True))
    return Notes.of(onset, duration, pitch, dynamics(spec, scene, dice, onset, 0.3, 50))


def pedal(spec: PianoSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the sustain pedal: up just before each harmony, down just after it."""
    if not spec.pedal or spec.manner in ("stabs", "broken") or not len(notes):
        return Controls.empty()
    on = scene.chords.onsets
    lift = np.append(on[1:], scene.bars.ticks) - 20
    ticks = np.stack([on + 40, lift], axis=1).reshape(-1)
    return Controls.cc(64, ticks, np.tile([127, 0], len(on)))
