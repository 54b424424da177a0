"""Figures of either hand over the chords: open fifths, ballad, broken chords, ostinato, octaves.

The left hand plays them under a tune of its own pianist, both hands where the piano accompanies.
Every figure thins out by density, and its bar lines last. Ticks count from the section's start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.harmony.piano.places import Ints, Steps, heard, low_tones, steps_of
from sirtak.harmony.piano.spec import PianoSpec
from sirtak.harmony.piano.sustain import resting, ring
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import Scene
from sirtak.scene.play import dynamics, within
from sirtak.scene.register import voice_lead
from sirtak.theory.meter import among, joined

LOW, MID = 41, 48  # lowest roots: of a left hand, of a ballad


@dataclass(frozen=True, eq=False)
class Hand:
    """Who plays a figure: the knobs, the scene, the draws; the loudness; what it must stay under.

    `below` is a pitch for each chord, None where there is no tune above.
    """

    spec: PianoSpec
    scene: Scene
    dice: Dice
    base: float = 54
    below: Ints | None = None

    def notes(self, ticks: Ints, pitch: Ints, accent: NDArray[Any], least: Ints | int) -> Notes:
        """Return notes at ticks that ring in their pedal; without one they last `least` ticks."""
        spec, scene = self.spec, self.scene
        onset = scene.touch(self.dice, ticks, 7 * spec.human)
        length = ring(spec, scene, self.dice, ticks, least)
        velocity = dynamics(spec, scene, self.dice, ticks, accent, self.base)
        return Notes.of(onset, within(scene, onset, length), pitch, velocity)

    def pattern(self, ticks: Ints) -> NDArray[np.float64]:
        """Return a draw for each tick that comes back every other bar."""
        return self.scene.figure(self.dice, "figure", ticks)


Figure = Callable[[Hand], Notes]


def rolled(hand: Hand, notes: Notes, ticks: Ints, rank: Ints) -> Notes:
    """Return chord tones (at `ticks`, `rank` from the bottom) spread where a phrase or the section ends.

    The last chord of a section and the last bar of every four are spread upwards; elsewhere the hand
    strikes together. The columns must stand in the order of the notes.
    """
    bar = hand.scene.bars.bar_of(ticks)
    ends = (bar % 4 == 3) | (ticks == hand.scene.chords.onsets[-1])
    late = np.rint(ends * rank * hand.spec.roll * hand.scene.ticks_per_ms).astype(np.int64)
    late = np.minimum(late, notes.duration.astype(np.int64) - 30)
    late = np.maximum(late, 0)
    return notes.but(onset=lambda n: n.onset + late, duration=lambda n: n.duration - late)


def _stacked(hand: Hand, ticks: Ints, table: Ints, sounding: NDArray[np.bool_], least: Ints) -> Notes:
    """Return chords at ticks: the columns of `table` (ticks, tones) where they are `sounding`."""
    size = table.shape[1]
    rank = np.tile(np.arange(size), len(ticks))
    every = np.repeat(ticks, size)
    keep = sounding.reshape(-1)
    if not keep.any():
        return Notes.empty()
    every, rank, pitch = every[keep], rank[keep], table.reshape(-1)[keep]
    accent = 0.55 - 0.1 * rank
    made = hand.notes(every, pitch, accent, np.repeat(least, size)[keep])
    # One hand strikes a chord with one touch, so the order of ticks and pitches is that of the notes.
    return rolled(hand, made, every, rank)


def fifths(hand: Hand) -> Notes:
    """Open fifths on the chords, by density again on the bar lines between, and on the middle of the bar."""
    scene = hand.scene
    table = low_tones(scene, LOW, hand.below, reach=2)
    onsets = scene.chords.onsets
    ticks = joined(onsets, scene.bars.starts, _middles(steps_of(scene.bars)))
    new, line = among(ticks, onsets), among(ticks, scene.bars.starts)
    wanted = np.where(line, 0.25, 0.7) + 0.25 * hand.pattern(ticks)
    ticks = ticks[new | (wanted < hand.spec.density)]
    new = among(ticks, onsets)
    chord = scene.chords.index_at(ticks)
    sounding = np.stack([new | (scene.strength(ticks) == 1), np.ones(len(ticks), bool)], axis=1)
    following = np.append(ticks[1:], scene.bars.ticks)
    return _stacked(hand, ticks, table[chord][:, :2], sounding, following - ticks - 20)


def _middles(steps: Steps) -> Ints:
    """Return the ticks at which a bar's second cell begins."""
    ticks: Ints = steps.tick[(steps.cell == 1) & (steps.step == 0)]
    return ticks


def ballad(hand: Hand) -> Notes:
    """One to three notes a bar, open fifths and ninths, and bars of silence (craft.md 4.1)."""
    scene, density = hand.scene, hand.spec.density
    table = low_tones(scene, MID, hand.below)
    table[:, 2] -= 12 * ((table[:, 2] > 72) & (table[:, 2] - table[:, 0] > 12))
    silent = resting(hand.spec, scene, hand.dice)
    starts = scene.bars.starts
    new = among(starts, scene.chords.onsets)
    # Two bars of draws for the whole piece: what it plays comes back.
    draws = np.resize(hand.dice.at("").rows("ballad", 2, 2), (scene.bars.count, 2))
    # With a new chord root and fifth, later in it the upper tones alone.
    sounding = np.stack([new, ~new | (draws[:, 0] < 0.3 + 0.9 * density), np.zeros(len(new), bool)], axis=1)
    sounding &= ~silent[:, None]
    chord = scene.chords.index_at(starts)
    grounds = _stacked(hand, starts, table[chord], sounding, scene.bars.lengths - 20)
    # The ninth follows in the second half of the bar, and rings.
    steps = steps_of(scene.bars)
    later = _middles(steps)
    bar = scene.bars.bar_of(later)
    later = later[~silent[bar] & (draws[bar, 1] < 0.25 + 0.9 * density)]
    ninth = table[scene.chords.index_at(later), 2]
    return grounds | hand.notes(later, ninth, np.full(len(later), 0.25), 900)


def soft(notes: Notes, level: float) -> Notes:
    """Return notes at the loudness of a ballad: velocities 35 to 70 before the part's level.

    A player's range, not a fault: the same steps of energy fit into it (craft.md 4.1).
    """
    fitted = np.clip(35 + (notes.velocity / level - 30) * 0.55, 35, 70) * level
    return notes.but(velocity=np.clip(np.rint(fitted), 1, 127))


def broken(hand: Hand) -> Notes:
    """Broken chords in the groups of the bar: root, fifth and tenth, over the pedal."""
    scene = hand.scene
    table = low_tones(scene, LOW if hand.below is not None else 45, hand.below)
    steps = steps_of(scene.bars)
    halves = np.array([set(meter.groups) == {1} for meter in scene.bars.meters])
    whole = halves[steps.bar % len(halves)]
    up = np.array([0, 1, 2, 1, 2, 1])[steps.step % 6]
    # A bar of twos and threes has one bass: its later groups swing between fifth and tenth.
    later = np.array([1, 2, 1, 2, 1, 2])[steps.step % 6]
    place = np.where((steps.cell == 0) | whole, up, later)
    ticks = steps.tick
    place = np.where(among(ticks, scene.chords.onsets), 0, place)
    weight = scene.strength(ticks)
    chosen = hand.pattern(ticks) * (0.95 - 0.8 * weight) < hand.spec.density
    ticks, place = ticks[chosen], place[chosen]
    pitch = table[scene.chords.index_at(ticks), place]
    following = np.append(ticks[1:], scene.bars.ticks)
    return hand.notes(ticks, pitch, weight[chosen] - 0.1, np.minimum(following - ticks, 900))


def octaves(hand: Hand) -> Notes:
    """The root in octaves on the chords and, by density, on the groups; the fifth leads to the next."""
    scene = hand.scene
    roots = low_tones(scene, 33, None if hand.below is None else hand.below + 4)
    steps = steps_of(scene.bars)
    ticks = joined(steps.tick[steps.step == 0], scene.chords.onsets)
    weight = scene.strength(ticks)
    new = among(ticks, scene.chords.onsets)
    leads = np.append(new[1:], False) & ~new
    wanted = np.where(weight == 1, 0.1, 0.3 + 0.6 * hand.pattern(ticks))
    chosen = new | (wanted < hand.spec.density)
    ticks, leads = ticks[chosen], leads[chosen]
    root, middle = roots[scene.chords.index_at(ticks)][:, :2].T
    tone = np.where(leads & (middle - root < 12), middle, root)
    table = np.stack([tone, tone + 12], axis=1)
    following = np.append(ticks[1:], scene.bars.ticks)
    return _stacked(hand, ticks, table, np.ones(table.shape, bool), np.minimum(following - ticks - 20, 900))


def ostinato(hand: Hand) -> Notes:
    """The motif's rhythm as a figure of chord tones that comes back in every bar."""
    scene = hand.scene
    ticks, place = _motif(hand)
    weight = scene.strength(ticks)
    chosen = hand.pattern(ticks) * (1.1 - weight) < hand.spec.density
    ticks, place = ticks[chosen], place[chosen]
    if hand.below is None:
        voiced = voice_lead(scene.chords, scene.mode, scene.tonic, 57, 76, 3, full=True)
        # A mode of five tones may have chords of two; they go on an octave higher.
        table = np.array([(*chord, *(pitch + 12 for pitch in chord))[:4] for chord in voiced])
    else:
        low = low_tones(scene, LOW, hand.below)
        table = np.concatenate([low, low[:, 1:2]], axis=1)
    pitch = table[scene.chords.index_at(ticks), place]
    following = np.append(ticks[1:], scene.bars.ticks)
    figure = hand.notes(ticks, pitch, weight[chosen], np.minimum(following - ticks - 20, 480))
    if hand.below is not None:
        return figure
    ground = low_tones(scene, LOW)[:, :2]
    onsets = scene.chords.onsets
    length = np.append(onsets[1:], scene.bars.ticks) - onsets - 20
    return figure | _stacked(hand, onsets, ground, np.ones(ground.shape, bool), length)


def _motif(hand: Hand) -> tuple[Ints, Ints]:
    """Return (ticks, chord tone 0 to 3) of the ostinato: the theme's first bar in every bar.

    A bar of which the theme plays less than three notes takes the steps of its groups instead. High
    notes of the motif become high tones of the chord.
    """
    scene, bars = hand.scene, hand.scene.bars
    steps = steps_of(bars)
    figures = []
    for number, inside in enumerate(heard(scene, bars)):
        here = steps.tick[steps.bar == number] - int(bars.starts[number])
        line = scene.theme
        if len(inside) >= 3:
            degree = line.degree[line.at(inside + int(bars.starts[number]))]
            rank = np.searchsorted(np.unique(degree), degree)
            figures.append((inside, np.minimum(rank, 3)))
        else:
            figures.append((here, np.array([0, 2, 1, 3, 2, 1])[np.arange(len(here)) % 6]))
    ticks = [figures[bar % len(figures)][0] + start for bar, start in enumerate(bars.starts.tolist())]
    places = [figures[bar % len(figures)][1] for bar in range(bars.count)]
    return np.concatenate(ticks), np.concatenate(places)


def _soft_ballad(hand: Hand) -> Notes:
    return soft(ballad(hand), hand.spec.level)


FIGURES: dict[str, Figure] = {
    "fifths": fifths,
    "ballad": _soft_ballad,
    "broken": broken,
    "ostinato": ostinato,
    "octaves": octaves,
}
