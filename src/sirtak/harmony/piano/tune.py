"""The pianist's right hand: the theme where it leads, the answer elsewhere.

Pitches are MIDI numbers. Octaves are struck with the tune; an answer keeps a fifth or more from
the tune that it answers where its range allows (craft.md 4, rule 8). Grace notes, sixths and the
swell of a phrase are ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.harmony.piano.spec import PianoSpec
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import Line, Scene
from sirtak.scene.play import play_line
from sirtak.scene.register import sing

FIFTH = 7
_GRACE = 90  # ticks of a grace note


def tune(spec: PianoSpec, scene: Scene, dice: Dice, line: Line) -> Notes:
    """Return a line as the right hand plays it, each finger up before the next note."""
    answers = dice.part != scene.lead
    pitch = sing(line, scene.mode, scene.tonic, spec.low, spec.high)
    if answers and len(line):
        pitch = _apart(spec, scene, pitch)
    notes = play_line(spec, scene, dice, line, pitch, base=66, ms=9)
    if not len(notes):
        return notes
    notes = notes.but(velocity=lambda n: np.minimum(np.maximum(n.velocity + _swell(spec, line), 8), 127))
    doubled = _doubled(spec, scene, dice, line)
    made = notes | _under(notes[doubled], np.full(int(doubled.sum()), 12))
    if answers:
        made |= _touches(spec, scene, dice, line, notes, doubled)
    return _lifted(made)


def _apart(spec: PianoSpec, scene: Scene, pitch: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an answer's pitches, an octave up or down where it would lie within a fifth of the tune."""
    if not len(scene.theme):
        return pitch
    degree, size = scene.theme.degree - scene.theme.lift, len(scene.mode)
    semitones = np.asarray(scene.mode.semitones)[degree % size] + 12 * (degree // size)
    height = scene.tonic + float(np.mean(semitones))
    leader = height + 12 * round((sum(scene.lead_range) / 2 - height) / 12)
    for octave in (0, 12, -12):
        moved = pitch + octave
        inside = spec.low <= int(moved.min()) and int(moved.max()) <= spec.high
        if abs(float(np.mean(moved)) - leader) >= FIFTH and (inside or not octave):
            return moved
    return pitch


def _doubled(spec: PianoSpec, scene: Scene, dice: Dice, line: Line) -> NDArray[np.bool_]:
    """Return which notes are struck in octaves: accented ones by the knob, more of them with energy.

    The manner `octaves` doubles all of a tune that leads, from energy 0.5 on.
    """
    energy = scene.energy_at(line.onset)
    by_knob = (line.accent >= 0.7) & (scene.draw(dice, "octave", line.onset) < spec.octaves * (0.5 + energy))
    whole = spec.manner == "octaves" and dice.part == scene.lead
    chosen: NDArray[np.bool_] = by_knob | (whole & (energy >= 0.5))
    return chosen


def _swell(spec: PianoSpec, line: Line) -> NDArray[np.int64]:
    """Return velocities to add: each phrase swells to its middle and fades into its last note."""
    breaks = np.append(True, line.onset[1:] - line.end[:-1] > 120)
    number = np.cumsum(breaks) - 1
    first = line.onset[breaks]
    last = line.onset[np.append(np.flatnonzero(breaks)[1:] - 1, len(line) - 1)]
    place = (line.onset - first[number]) / np.maximum(last - first, 1)[number]
    arch = 16 * np.sin(np.pi * np.minimum(place, 1) ** 0.8) - 8
    swell: NDArray[np.int64] = np.rint(spec.phrasing * arch).astype(np.int64)
    return swell


def _under(notes: Notes, below: NDArray[np.int64]) -> Notes:
    """Return notes so many semitones lower and a little softer."""
    return notes.but(
        pitch=lambda n: np.maximum(n.pitch.astype(int) - below, 24),
        velocity=lambda n: np.maximum(n.velocity.astype(int) - 10, 8),
    )


def _touches(
    spec: PianoSpec, scene: Scene, dice: Dice, line: Line, notes: Notes, doubled: NDArray[np.bool_]
) -> Notes:
    """Return what an answer is adorned with: a grace note before it, a sixth or octave at its end."""
    draw = scene.draw(dice, "touch", line.onset)
    # `play_line` keeps the order of the line, since a hand moves no note past its neighbour.
    begins = np.append(True, line.onset[1:] - line.end[:-1] > 480)
    ends = np.append(begins[1:], True)
    classes = {(scene.tonic + item) % 12 for item in scene.mode.semitones}
    rows = notes[ends & ~doubled & (draw < spec.touch)]
    below = np.array(
        [next((item for item in (9, 8) if (p - item) % 12 in classes), 12) for p in rows.pitch.tolist()], int
    )
    graces = notes[begins & (draw < spec.touch)]
    over = np.array(
        [
            next((item for item in (2, 1, 3, 4) if (p + item) % 12 in classes), 0)
            for p in graces.pitch.tolist()
        ],
        int,
    )
    # A second form of a degree may have no neighbour above it in the mode: no grace note then.
    graces, over = graces[over > 0], over[over > 0]
    graces = graces.but(
        onset=lambda n: n.onset - _GRACE,
        duration=_GRACE,
        pitch=lambda n: np.minimum(n.pitch + over, 127),
        velocity=lambda n: np.maximum(n.velocity.astype(int) - 14, 8),
    )
    return _under(rows, below) | graces[graces.onset >= 0]


def _lifted(notes: Notes) -> Notes:
    """Return notes that end where the hand strikes again."""
    onset = notes.onset.astype(np.int64)
    strikes = onset[np.append(True, onset[1:] != onset[:-1])] if len(onset) else onset
    following = np.append(strikes[1:], 2**30)[np.searchsorted(strikes, onset)]
    return notes.but(duration=np.minimum(notes.duration, following - onset))
