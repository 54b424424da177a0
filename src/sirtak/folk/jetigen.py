"""The jetigen: a plucked zither whose strings ring on, tuned to five notes of the mode.

Seven strings over knucklebone bridges, twelve or fifteen on later instruments, and bends by
pressing a string behind its bridge are sourced [S]; the pentatonic tuning and the range, MIDI 43
to 79, are general knowledge [G] (kazakh.md 1.7, 5). Invented: which five notes of a mode are
taken, the arpeggios, rolls and sweeps, how long a string rings, and where one is pressed.

A tune keeps to the strings there are. A note that no string has is played on the nearest one or,
by `press`, on the next string below: the note stands at its sounding pitch and the pitch bend
rises into it from the string's own, two semitones at the most. One channel bends all that sounds,
so at a pressed note every other string is damped, and the bend is over before another is plucked.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.voice import Ints, by_hand, let_ring, slides
from sirtak.folk.zither import PRESS, tuned_strings
from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line
from sirtak.scene.register import sing
from sirtak.theory.meter import among

Manner = Literal["arpeggio", "roll", "drone"]
# Strings of a chord that a manner plucks at one place; a sweep goes on from there.
_PLUCKED = {"arpeggio": 1, "roll": 3, "drone": 2}


class JetigenSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the jetigen."""

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Jetigen"
    program: Annotated[int, knob("General MIDI program; 107 is the koto", 0, 127)] = 107
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 96
    strings: Annotated[Literal[7, 12, 15], knob("how many strings")] = 7
    manner: Annotated[Manner, knob("how it accompanies: arpeggios, rolled chords or bare fifths")] = (
        "arpeggio"
    )
    density: Annotated[float, knob("how many of its places sound; more only adds", 0, 1)] = 0.6
    roll: Annotated[float, knob("how often a chord is swept over the strings; more only adds", 0, 1)] = 0.3
    press: Annotated[float, knob("how many missing tune notes are pressed, not moved", 0, 1)] = 0.7
    ring: Annotated[float, knob("quarters that a string rings on", 0.25, 8)] = 3.0


def jetigen(spec: JetigenSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of jetigen: chords, and in front of them its tune or reply."""
    strings = tuned_strings(scene.mode, scene.tonic, spec.strings)
    line = own_line(scene, dice.part)
    tune, pressed = _tune(spec, scene, dice, line, strings)
    tables = _chord_strings(scene, strings)
    filling = _chords(spec, scene, dice, tables) | _sweeps(spec, scene, dice, tables)
    if len(line):
        filling = _behind(filling, line)
    end = scene.bars.ticks
    if scene.closing:  # the last bar is one chord left to ring, and silence
        end -= int(scene.bars.lengths[-1]) // 4
        filling = filling[filling.onset < scene.bars.starts[-1] + 400]
    return _damped(let_ring(tune | filling, scene.bars.ticks), tune, pressed, end)


def _tune(
    spec: JetigenSpec, scene: Scene, dice: Dice, line: Line, strings: Ints
) -> tuple[Notes, NDArray[np.bool_]]:
    """Return the tune on the strings there are, and which of its notes are pressed."""
    if not len(line):
        return Notes.empty(), np.empty(0, bool)
    wanted = sing(line, scene.mode, scene.tonic, int(strings[0]), max(int(strings[-1]), int(strings[0]) + 12))
    lower = strings[np.maximum(np.searchsorted(strings, wanted, side="right") - 1, 0)]
    nearest = strings[np.argmin(np.abs(strings[None, :] - wanted[:, None]), axis=1)]
    up = wanted - lower
    pressed = (up > 0) & (up <= PRESS) & (scene.draw(dice, "press", line.onset) < spec.press)
    pressed &= line.duration >= 240
    pitch = np.where(pressed, wanted, nearest)
    onset = by_hand(scene, dice, line.onset, 8 * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, 74)
    following = np.append(onset[1:], scene.bars.ticks)
    ring = np.maximum(line.duration, round(spec.ring * 960))
    length = np.where(pressed, np.minimum(line.duration, following - onset), ring)
    length = np.clip(length, 1, np.maximum(scene.bars.ticks - onset, 1))
    return Notes.of(onset, length, pitch, velocity), pressed


def _places(scene: Scene) -> tuple[Ints, Ints]:
    """Return the eighths of every bar, and each one's number inside its bar."""
    ticks: list[int] = []
    number: list[int] = []
    for bar, start in enumerate(scene.bars.starts.tolist()):
        inside = range(0, scene.bars.meter(bar).ticks, 480)
        ticks += [start + tick for tick in inside]
        number += range(len(inside))
    return np.array(ticks, np.int64), np.array(number, np.int64)


def _chords(spec: JetigenSpec, scene: Scene, dice: Dice, tables: list[Ints]) -> Notes:
    """Return the accompaniment: the chord's strings up and down in eighths, or fewer, plucked together."""
    ticks, number = _places(scene)
    weight = scene.strength(ticks)
    if spec.manner != "arpeggio":
        chosen = weight >= (0.7 if spec.manner == "roll" else 1.0)
        ticks, number, weight = ticks[chosen], number[chosen], weight[chosen]
    # One draw for each place in a pair of bars: a figure is a figure by returning.
    figure = scene.figure(dice, "figure", ticks)
    chosen = figure * (1.15 - weight) < spec.density * (0.55 + 0.5 * scene.energy_at(ticks))
    chosen &= spec.density > 0
    ticks, number, weight = ticks[chosen], number[chosen], weight[chosen]
    if not len(ticks):
        return Notes.empty()
    which = scene.chords.index_at(ticks)
    pitch = np.array([_turn(tables[c], n) for c, n in zip(which.tolist(), number.tolist(), strict=True)])
    onset = by_hand(scene, dice, ticks, 7 * spec.human)
    velocity = dynamics(spec, scene, dice, ticks, weight * 0.7, 62)
    notes = _ringing(spec, scene, which, onset, pitch, velocity)
    if spec.manner == "arpeggio":
        return notes
    # A rolled chord or a bare fifth: the other strings follow from the lowest up.
    others = [table[1 : _PLUCKED[spec.manner]] for table in tables]
    return notes | _swept(spec, scene, others, which, onset, np.maximum(velocity - 6, 8), 1)


def _turn(strings: Ints, number: int) -> int:
    """Return the string of an arpeggio's step: up to the top and down again.

    >>> [_turn(np.array([50, 57, 62]), step) for step in range(6)]
    [50, 57, 62, 57, 50, 57]
    """
    top = len(strings) - 1
    if top == 0:
        return int(strings[0])
    place = number % (2 * top)
    return int(strings[place if place <= top else 2 * top - place])


def _sweeps(spec: JetigenSpec, scene: Scene, dice: Dice, tables: list[Ints]) -> Notes:
    """Return quick sweeps over the chord's upper strings, on the bar line where a draw wants one."""
    ticks = scene.bars.starts
    swept = scene.draw(dice, "roll", ticks) * np.where(among(ticks, scene.chords.onsets), 1, 1.6) < spec.roll
    ticks = ticks[swept]
    if not len(ticks):
        return Notes.empty()
    velocity = np.maximum(dynamics(spec, scene, dice, ticks, 0.4, 58), 8)
    onset = by_hand(scene, dice, ticks, 7 * spec.human)
    first = _PLUCKED[spec.manner]
    others = [table[first : first + 6] for table in tables]
    return _swept(spec, scene, others, scene.chords.index_at(ticks), onset, velocity, first)


def _swept(
    spec: JetigenSpec,
    scene: Scene,
    tables: list[Ints],
    which: Ints,
    onset: Ints,
    velocity: Ints,
    first: int,
) -> Notes:
    """Return strings one after the other, 28 ms apart and growing softer; `first` is their place."""
    gap = max(1, round(28 * scene.ticks_per_ms))
    rows = [
        (chord, tick + step * gap, string, max(8, loud - 2 * step))
        for tick, chord, loud in zip(onset.tolist(), which.tolist(), velocity.tolist(), strict=True)
        for step, string in enumerate(tables[chord].tolist(), first)
        if tick + step * gap < scene.bars.ticks - 60
    ]
    if not rows:
        return Notes.empty()
    return _ringing(spec, scene, *(np.array(column, np.int64) for column in zip(*rows, strict=True)))


def _ringing(spec: JetigenSpec, scene: Scene, which: Ints, onset: Ints, pitch: Ints, velocity: Ints) -> Notes:
    """Return plucked strings, each of a chord: it rings for `ring` quarters, but hardly into the next."""
    until = np.append(scene.chords.onsets[1:], scene.bars.ticks)[which] + 240
    length = np.minimum(round(spec.ring * 960), np.minimum(until, scene.bars.ticks) - onset)
    return Notes.of(onset, np.maximum(length, 1), pitch, velocity)


def _chord_strings(scene: Scene, strings: Ints) -> list[Ints]:
    """Return for each chord the strings that sound well with it, lowest first; at least the tonic's."""
    known: dict[tuple[int, ...], Ints] = {}
    for chord in scene.chords:
        if chord.tones not in known:
            plain = np.zeros(len(chord.tones), bool)
            tones = scene.mode.pitches(list(chord.tones), scene.tonic, plain) % 12
            known[chord.tones] = np.array(_sounding(strings.tolist(), tones.tolist()))
    return [known[chord.tones] for chord in scene.chords]


def _sounding(strings: list[int], tones: list[int]) -> list[int]:
    """Return the strings of a chord's tones; where they are few, all that do not rub with it."""
    inside = [string for string in strings if string % 12 in tones]
    if len(inside) >= 3:
        return inside
    # A string a semitone or a tritone from root or fifth would rub; all others are let ring.
    rubbing = {(tone + step) % 12 for tone in tones[:2] for step in (1, 6, 11)}
    return [string for string in strings if string % 12 not in rubbing] or strings[:1]


def _behind(filling: Notes, line: Line) -> Notes:
    """Return what fills a tune's rests and long notes: nothing within three quarters of its onsets."""
    if not len(filling):
        return filling
    onset = filling.onset.astype(np.int64)
    after = np.searchsorted(line.onset, onset, side="right")
    since = onset - np.append(-(1 << 30), line.onset)[after]
    ahead = np.append(line.onset, 1 << 30)[after] - onset
    soft = filling[(since >= 900) & (ahead > 400)]
    return soft.but(velocity=np.maximum(soft.velocity.astype(int) - 10, 8))


def _damped(notes: Notes, tune: Notes, pressed: NDArray[np.bool_], end: int) -> Notes:
    """Return the notes with every other string silent from a pressed note's onset to its end."""
    if not len(notes):
        return notes
    # A reply may run through the last beat of a piece: only what rings from before it is silenced.
    early = notes.onset < end - 480
    notes = notes.but(duration=np.where(early, np.minimum(notes.duration, end - notes.onset), notes.duration))
    if not pressed.any():
        return notes
    starts, ends = (tune.onset[pressed].astype(np.int64), tune.end[pressed].astype(np.int64))
    onset, length = notes.onset.astype(np.int64), notes.duration.astype(np.int64)
    # The next pressed note after each onset damps what still rings.
    coming = np.append(starts, np.iinfo(np.int64).max)[np.searchsorted(starts, onset, side="right")]
    length = np.minimum(length, coming - onset)
    inside = np.maximum(np.searchsorted(starts, onset, side="right") - 1, 0)
    own = among(onset, starts) & np.isin(notes.pitch, tune.pitch[pressed])
    during = (onset >= starts[inside]) & (onset < ends[inside]) & ~own
    return notes.but(duration=length)[~during]


def press(spec: JetigenSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the bends of pressed strings: from the string's own pitch up to the note, in 90 ms."""
    if not len(notes):
        return Controls.empty()
    strings = tuned_strings(scene.mode, scene.tonic, spec.strings)
    pitch = notes.pitch.astype(np.int64)
    lower = strings[np.maximum(np.searchsorted(strings, pitch, side="right") - 1, 0)]
    ticks = np.full(len(notes), max(24, round(90 * scene.ticks_per_ms)))
    return slides(notes, np.where(among(pitch, strings), 0, lower - pitch), ticks)
