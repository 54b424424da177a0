"""The piano: leads or answers with the right hand, accompanies in one of the manners.

`open` slow fifths and ninths, `ballad` one to three notes a bar and silence, `broken` chords over the
pedal, `ostinato` the motif's rhythm on the chord, `stabs` short off-beat chords, `octaves` the low
end in octaves, `none`. Where the piano leads, `left` is what its left hand plays. Pedal is CC64.
A hand holds five notes and spans a tenth (16 semitones) at most, and hands do not cross.
"""

from __future__ import annotations

import numpy as np

from sirtak.harmony.piano.figures import FIGURES, Figure, Hand
from sirtak.harmony.piano.places import Ints, pitches_of
from sirtak.harmony.piano.spec import PianoSpec
from sirtak.harmony.piano.stabs import stabs
from sirtak.harmony.piano.tune import tune
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import Line, Scene
from sirtak.scene.play import dynamics, own_line
from sirtak.theory.meter import among
from sirtak.theory.pitch import near

_UNDER = 42  # loudness of a left hand under its own tune


def piano(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of piano: its tune where it leads, chords and its answers elsewhere."""
    line = own_line(scene, dice.part)
    if dice.part == scene.lead:
        right = tune(spec, scene, dice, line)
        return right if spec.left == "none" else right | _left_hand(spec, scene, dice, right)
    play = MANNERS.get(spec.manner)
    notes = Notes.empty() if play is None else play(Hand(spec, scene, dice))
    notes |= _flat_second(spec, scene, dice)
    if not len(line):
        return notes
    return tune(spec, scene, dice, line) | _aside(notes, line)


def _aside(notes: Notes, line: Line) -> Notes:
    """Return the accompaniment silent from a sixteenth before an answer to its end: one hand does both."""
    coming = line.at(notes.onset + 240)
    answering = (notes.onset + 240 >= line.onset[coming]) & (notes.onset < line.end[coming])
    notes = notes[~answering]
    following = np.append(line.onset, 2**30)[np.searchsorted(line.onset, notes.onset)]
    return notes.but(duration=lambda n: np.minimum(n.duration, following - n.onset))


def _left_hand(spec: PianoSpec, scene: Scene, dice: Dice, right: Notes) -> Notes:
    """Return the left hand under a tune: the figure an octave lower where the hands would cross."""
    lowest = _lowest(scene, right)
    left = FIGURES[spec.left](Hand(spec, scene, dice, _UNDER, lowest))
    # What still reaches into the right hand is left out.
    free = left.pitch.astype(np.int64) < lowest[scene.chords.index_at(left.onset)]
    return left[free]


def _lowest(scene: Scene, right: Notes) -> Ints:
    """Return the lowest pitch that the right hand has in each chord's time, 72 where it has none."""
    first = np.append(scene.chords.onsets, scene.bars.ticks)
    lows = np.full(len(scene.chords), 72, np.int64)
    for number in range(len(lows)):
        inside = (right.onset < first[number + 1]) & (right.end > first[number])
        lows[number] = min(right.pitch[inside].tolist(), default=72)
    return lows


def _open(hand: Hand) -> Notes:
    """Root, fifth and colour tone one after the other on the groups, ringing to the chord's end."""
    spec, scene = hand.spec, hand.scene
    starts = scene.bars.starts.tolist()
    groups = [scene.bars.meter(bar).group_ticks for bar in range(scene.bars.count)]
    ticks = np.concatenate([start + group for start, group in zip(starts, groups, strict=True)])
    tone = np.concatenate([np.resize(np.array([0, 1, 2, 1]), len(group)) for group in groups])
    weight = scene.strength(ticks)
    wanted = np.where(weight == 1.0, 0.0, 0.2 + 0.75 * hand.pattern(ticks))
    chosen = (wanted < spec.density) & (
        (weight < 1) | among(ticks, scene.chords.onsets) | (wanted < spec.density - 0.3)
    )
    ticks, tone = ticks[chosen], tone[chosen]
    pitch = _open_tones(scene)[scene.chords.index_at(ticks), tone]
    onset = scene.touch(hand.dice, ticks, 10 * spec.human)
    ends = np.append(scene.chords.onsets[1:], scene.bars.ticks)[scene.chords.index_at(ticks)]
    velocity = dynamics(spec, scene, hand.dice, ticks, weight[chosen] * 0.6, 52)
    return Notes.of(onset, np.maximum(ends - onset, 30), pitch, velocity)


def _open_tones(scene: Scene) -> Ints:
    """Return a table (chords, 3) of open voicings: root near 48, fifth above, colour tone above that."""
    rows = []
    for chord in scene.chords:
        pitches = pitches_of(scene, chord)
        root = near(pitches[0] % 12, 48)
        fifth = root + ((pitches[1] - root) % 12 if len(pitches) > 1 else 12)
        colour = fifth + (pitches[-1] - fifth) % 12 if len(pitches) > 2 else root + 12
        rows.append((root, fifth, colour))
    return np.array(rows)


MANNERS: dict[str, Figure] = {"open": _open, "stabs": stabs} | {
    name: figure for name, figure in FIGURES.items() if name != "fifths"
}


def _has_second(scene: Scene, start: int, end: int) -> bool:
    """Return whether theme or reply sounds a whole tone above the final between two ticks."""
    for line in (scene.theme, scene.reply):
        here = (line.onset < end) & (line.end > start)
        if bool((scene.mode.pitches(line.degree[here], 0) % 12 == 2).any()):
            return True
    return False


def _flat_second(spec: PianoSpec, scene: Scene, dice: Dice) -> Notes:
    """The flat second over the drone, once in eight bars, falling to the final (craft.md 4.1).

    A bar in whose second half a tune has the natural second goes without.
    """
    rows = []
    draws = dice.rows("colour", scene.bars.count, 1)
    for bar in range(7, scene.bars.count, 8):
        if draws[bar, 0] < spec.colour:
            start, length = int(scene.bars.starts[bar]), int(scene.bars.lengths[bar])
            if _has_second(scene, start + length // 2, start + length):
                continue
            home = near(scene.tonic, 66)
            rows += [
                (start + length // 2, length // 4, home + 1),
                (start + 3 * length // 4, length // 4, home),
            ]
    if not rows:
        return Notes.empty()
    onset, duration, pitch = (np.array(column) for column in zip(*rows, strict=True))
    return Notes.of(onset, duration, pitch, dynamics(spec, scene, dice, onset, 0.3, 50))
