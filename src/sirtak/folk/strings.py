"""Sounding strokes: two strings as notes, with the spread of a strum and the left hand's ornaments.

A down stroke meets the bass string first, an up stroke the melody string. Pull-offs, hammer-ons and
grace notes stand where the measured küy have them (kazakh.md 2.2); how strong they sound is stated
there for pull-offs alone (about 60 %), the rest is ours. Note columns: string 1 is the melody
string, 2 the bass string.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.fretted import Fretted
from sirtak.scene.play import dynamics
from sirtak.theory.mode import Mode
from sirtak.theory.neck import STRETCH
from sirtak.theory.tuning import FRETS, Tuning

Ints = NDArray[np.int64]

UP = 0.84  # velocity of an up stroke against a down stroke
PULLED, HAMMERED, GRACED = 0.6, 0.75, 0.6
GRACE_MS, GRACE_TICKS = 55, 110  # a grace note lasts 55 ms, and less than an eighth of a quarter
PULLED_FROM = (5, 10)  # frets that the thumb pulls off from
EIGHTH = 480
GAP = 12  # ticks between two notes of one string


@dataclass(frozen=True)
class Touch:
    """How strokes are sounded: timing in milliseconds of deviation, spread in milliseconds, loudness."""

    human: float
    spread: float
    base: float = 74.0


@dataclass(frozen=True)
class _String:
    """Events of one string: onset, fret, velocity."""

    onset: Ints
    fret: Ints
    velocity: Ints


def sound(spec: PartSpec, scene: Scene, dice: Dice, strokes: Fretted, tuning: Tuning, touch: Touch) -> Notes:
    """Return strokes as notes, at most one at a time on each string and never off the frets."""
    if not len(strokes):
        return Notes.empty()
    strokes, pulled, hammered = _left_hand(scene, dice, strokes)
    velocity = dynamics(spec, scene, dice, strokes.onset, strokes.level, touch.base) * np.where(
        strokes.down, 1.0, UP
    )
    velocity *= np.where(pulled, PULLED, np.where(hammered, HAMMERED, 1.0))
    strong = np.maximum(np.rint(velocity), 8).astype(np.int64)
    onset = scene.touch(dice, strokes.onset, touch.human * spec.human)
    both = (strokes.melody >= 0) & (strokes.bass >= 0)
    gap = np.where(both, round(touch.spread * scene.ticks_per_ms), 0)
    tune, under = strokes.melody >= 0, strokes.bass >= 0
    melody = _String((onset + np.where(strokes.down, gap, 0))[tune], strokes.melody[tune], strong[tune])
    quieter = np.where(both, np.maximum(strong - 10, 8), strong)
    bass = _String((onset + np.where(strokes.down, 0, gap))[under], strokes.bass[under], quieter[under])
    melody = _with_graces(scene, dice, strokes, melody, tuning)
    return _rung(scene, (melody, tuning.melody), (bass, tuning.bass))


def _left_hand(
    scene: Scene, dice: Dice, strokes: Fretted
) -> tuple[Fretted, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the strokes with what the left hand sounds alone, and which those are."""
    none = np.zeros(len(strokes), bool)
    if not (strokes.pull_off or strokes.hammer_on):
        return strokes, none, none
    bass, melody = strokes.bass.copy(), strokes.melody.copy()
    before = np.concatenate([[-2], melody[:-1]])
    held = np.concatenate([[-2], bass[:-1]])
    same = strokes.inside & (melody == before) & (bass == held)
    long = np.diff(strokes.onset, prepend=-9999) >= EIGHTH
    pulled = hammered = none
    if strokes.pull_off:
        stopped = (bass == PULLED_FROM[0]) | (bass == PULLED_FROM[1])
        pulled = same & strokes.refrain & stopped & long
        pulled &= scene.draw(dice, "pull off", strokes.onset) < strokes.pull_off
        # The thumb lets go and the open string sounds: nothing is struck, and the tune rings on.
        bass[pulled], melody[pulled] = 0, -1
    if strokes.hammer_on:
        rise = melody - before
        hammered = strokes.inside & ~long & (rise >= 1) & (rise <= 2) & (before >= 0)
        hammered &= _reached(melody, held)
        hammered &= scene.draw(dice, "hammer on", strokes.onset) < strokes.hammer_on
        hammered[1:] &= ~hammered[:-1]
        bass[hammered] = -1
    return replace(strokes, bass=bass, melody=melody), pulled, hammered


def _reached(fret: Ints, bass: Ints) -> NDArray[np.bool_]:
    """Return where the fingers reach a fret while the thumb is on the bass string's."""
    near: NDArray[np.bool_] = (bass <= 0) | (np.abs(fret - bass) <= STRETCH)
    return near


def _with_graces(scene: Scene, dice: Dice, strokes: Fretted, melody: _String, tuning: Tuning) -> _String:
    """Return the melody string with the upper neighbour struck just before off-beat refrain notes.

    Only where the neighbour is a semitone higher and in the mode, as in Adai and Alatau, and where the
    fingers reach it from the bass frets before and after.
    """
    if not strokes.grace:
        return melody
    tune = strokes.melody >= 0
    fret = strokes.melody[tune]
    near = _half_steps(scene.mode)[(fret + tuning.melody - scene.tonic) % 12] & (fret < FRETS)
    chosen = near & (strokes.refrain & strokes.inside)[tune]
    for bass in (strokes.bass, np.concatenate([[-2], strokes.bass[:-1]])):
        chosen &= _reached(fret + 1, bass[tune])
    chosen &= scene.draw(dice, "grace", strokes.onset[tune]) < strokes.grace
    ticks = min(GRACE_TICKS, round(GRACE_MS * scene.ticks_per_ms))
    room = np.diff(melody.onset, prepend=-9999) > 3 * ticks
    chosen &= room & (melody.onset > ticks)
    if not chosen.any():
        return melody
    onset = np.concatenate([melody.onset, melody.onset[chosen] - ticks])
    order = np.argsort(onset, kind="stable")
    faint = np.maximum(melody.velocity[chosen] * GRACED, 8).astype(np.int64)
    return _String(
        onset[order],
        np.concatenate([melody.fret, fret[chosen] + 1])[order],
        np.concatenate([melody.velocity, faint])[order],
    )


@cache
def _half_steps_of(classes: frozenset[int], forms: frozenset[tuple[int, int]]) -> NDArray[np.bool_]:
    return np.array(
        [(step + 1) % 12 in classes and (step, (step + 1) % 12) not in forms for step in range(12)]
    )


def _half_steps(mode: Mode) -> NDArray[np.bool_]:
    """Return for each semitone above the tonic whether the next one up is another degree of the mode.

    The two forms of one degree are no neighbours.
    """
    first = mode.semitones
    forms = {(first[item.degree] % 12, round(item.cents / 100) % 12) for item in mode.variable}
    return _half_steps_of(mode.pitch_classes, frozenset(forms | {(b, a) for a, b in forms}))


def _rung(scene: Scene, *strings: tuple[_String, int]) -> Notes:
    """Return the notes of strings (with the pitch of each when open), ringing until the next on their own.

    None rings for longer than a bar.
    """
    longest = int(scene.bars.lengths.max())
    columns = []
    for number, (string, open_string) in enumerate(strings, 1):
        order = np.argsort(string.onset, kind="stable")
        onset = string.onset[order]
        following = np.append(onset[1:], scene.bars.ticks)
        # A gap before the next note, as far as there is room for one.
        room = following - onset
        length = np.minimum(np.maximum(room - np.minimum(GAP, np.maximum(room - 1, 0)), 1), longest)
        pitch, velocity = open_string + string.fret[order], np.minimum(string.velocity[order], 127)
        columns.append((onset, length, pitch, velocity, np.full(len(onset), number)))
    onset, length, pitch, velocity, played = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Notes.of(onset, length, pitch, velocity, string=played)
