"""The dombra: two strings, nineteen frets, strokes down and up.

The tune lies on the melody string (fret = semitones above it), and below it on the bass string
alone; otherwise the bass string answers on a fret drawn from measured odds, or stays open as the
drone. `strum` (tökpe) repeats the tune's note in
the strokes of a rhythm, `pluck` (shertpe) plays the tune alone over a sparse drone. Tuning
follows the tonic: in minor modes the open bass string is the tonic, in major ones the open
melody string (kazakh.md 1.5), so the instrument is retuned rather than played off its frets.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fretboard import bass_odds
from sirtak.folk.strokes import Strokes, chosen_rhythm, strokes
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.part import Checks, knob
from sirtak.scene.play import dynamics, own_line, within
from sirtak.scene.register import sing
from sirtak.theory.meter import Meter, among
from sirtak.theory.pitch import near
from sirtak.theory.tuning import FRETS, Tuning, load_tuning

Manner = Literal["strum", "pluck"]


class DombraSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the dombra."""

    program: Annotated[int, knob("General MIDI program; 106 is the shamisen", 0, 127)] = 106
    manner: Annotated[Manner, knob("strum (tökpe) or pluck (shertpe)")] = "strum"
    tuning: Annotated[str, knob("on, teris, qalys, shalys, tel or a tuning of your own")] = "on"
    rhythm: Annotated[str, knob("stroke pattern; left out, one that suits the meter")] = ""
    density: Annotated[float, knob("how many of the strokes sound; more only adds", 0, 1)] = 0.8
    drone: Annotated[float, knob("how often the bass string stays open; more only opens", 0, 1)] = 0.35
    grace: Annotated[float, knob("how often a plucked note gets an upper grace note", 0, 1)] = 0.15
    spread: Annotated[float, knob("milliseconds between the strings of one stroke", 0, 30)] = 9.0


def tuned(spec: DombraSpec, scene: Scene) -> Tuning:
    """Return the tuning with its strings moved to the piece's tonic, by a tritone at the most."""
    tuning = load_tuning(scene.library, spec.tuning)
    string = tuning.bass if scene.mode.minor else tuning.melody
    return tuning.shifted(near(scene.tonic, string) - string)


def check(spec: DombraSpec, meters: tuple[Meter, ...], library: Library) -> Checks:
    """Yield what the tuning and the rhythm must pass."""
    yield "tuning", lambda: load_tuning(library, spec.tuning)
    if spec.manner == "strum":
        yield "rhythm", lambda: chosen_rhythm(spec.rhythm, meters, library)


def dombra(spec: DombraSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of dombra; never more than two notes at once, never off the frets."""
    line = own_line(scene, dice.part)
    tuning = tuned(spec, scene)
    if spec.manner == "pluck":
        return _pluck(spec, scene, dice, line, tuning)
    beats = strokes(scene, spec.rhythm)
    if dice.part == scene.answer:
        beats = _inside(beats, line)
    if not len(line):
        line = _chord_line(scene)
    return _strum(spec, scene, dice, line, tuning, beats)


def _inside(beats: Strokes, line: Line) -> Strokes:
    """Return the strokes during which a line sounds: a reply does not strum on through the theme."""
    if not len(line):
        return beats.chosen(np.zeros(len(beats.onset), bool))
    at = line.at(beats.onset)
    return beats.chosen((beats.onset >= line.onset[at]) & (beats.onset < line.end[at]))


def _chord_line(scene: Scene) -> Line:
    """Return what an accompanying dombra holds: the fifth of each chord, where the küy lives."""
    rows = [
        (chord.onset, chord.duration, chord.tones[1] if len(chord.tones) > 1 else chord.root, 0.5)
        for chord in scene.chords
    ]
    return Line.of(rows)


def _frets(scene: Scene, line: Line, tuning: Tuning) -> NDArray[np.int64]:
    """Return the melody fret of each note of a line; below 0 the bass string plays it alone."""
    return sing(line, scene.mode, scene.tonic, tuning.bass, tuning.melody + FRETS) - tuning.melody


def _bass_frets(
    spec: DombraSpec,
    scene: Scene,
    dice: Dice,
    tuning: Tuning,
    frets: NDArray[np.int64],
    ticks: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return a bass fret for each melody fret, one draw a note, the open string by the drone knob."""
    interval = tuning.melody - tuning.bass
    odds = bass_odds(interval, (scene.tonic - tuning.bass) % 12, scene.mode.pitch_classes)[
        np.maximum(frets, 0)
    ]
    draw = scene.draw(dice, "bass", ticks)
    stopped = np.sum(draw[:, None] >= odds, axis=1).clip(0, FRETS)
    stopped = np.where(scene.draw(dice, "drone", ticks) < spec.drone, 0, stopped)
    return np.where(frets < 0, frets + interval, stopped)


def _strum(spec: DombraSpec, scene: Scene, dice: Dice, line: Line, tuning: Tuning, beats: Strokes) -> Notes:
    ticks, down, level = beats.onset, beats.down, beats.level
    # Weak strokes are the first to go when the density falls; the tune's own notes always sound.
    strength = scene.strength(ticks)
    starts = among(ticks, line.onset)
    kept = starts | (scene.draw(dice, "density", ticks) * (1.1 - strength) < spec.density)
    ticks, down, level = ticks[kept], down[kept], level[kept]
    if not len(ticks):
        return Notes.empty()
    frets = _frets(scene, line, tuning)
    bass = _bass_frets(spec, scene, dice, tuning, frets, line.onset)
    note = line.at(ticks)
    # Between the tune's notes the strokes lean back, and in its rests they are a whisper.
    resting = ticks >= line.end[note]
    accent = level + 0.25 * among(ticks, line.onset) - 0.3 * resting
    velocity = dynamics(spec, scene, dice, ticks, accent, 74)
    velocity = np.maximum(np.where(down, velocity, velocity * 0.84), 8).astype(np.int64)
    onset = scene.touch(dice, ticks, 8 * spec.human)
    gap = round(spec.spread * scene.ticks_per_ms)
    low = frets[note] < 0
    other = tuning.bass + np.where(resting & ~low, 0, bass[note])
    both = ~low
    # Down strokes meet the bass string first, up strokes the melody string.
    return _strings(
        scene,
        ((onset + np.where(down, gap, 0))[both], (tuning.melody + frets[note])[both], velocity[both]),
        (onset + np.where(down, 0, gap), other, np.where(low, velocity, np.maximum(velocity - 10, 8))),
    )


def _strings(
    scene: Scene,
    melody: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    bass: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> Notes:
    """Return both strings as notes, each ringing until its next stroke and a bar at the most."""
    tables = []
    longest = int(scene.bars.lengths.max())
    for string in (melody, bass):
        order = np.argsort(string[0], kind="stable")
        onset, pitch, velocity = (column[order] for column in string)
        following = np.append(onset[1:], scene.bars.ticks)
        length = np.clip(following - onset - 12, 30, longest)
        tables.append(Notes.of(onset, within(scene, onset, length), pitch, velocity))
    return tables[0] | tables[1]


def _pluck(spec: DombraSpec, scene: Scene, dice: Dice, line: Line, tuning: Tuning) -> Notes:
    if not len(line):
        return _open_strings(spec, scene, dice, tuning)
    frets = _frets(scene, line, tuning)
    onset = scene.touch(dice, line.onset, 10 * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, 72)
    melody = Notes.of(onset, within(scene, onset, line.duration), tuning.melody + frets, velocity)
    stopped = _bass_frets(spec, scene, dice, tuning, frets, line.onset)
    joined = (line.accent >= 0.7) | (scene.draw(dice, "join", line.onset) < spec.density - 0.5)
    joined &= frets >= 0  # a tune on the bass string leaves it no drone
    thumb = np.maximum(onset - round(spec.spread * scene.ticks_per_ms), 0)
    following = np.append(line.onset[joined][1:], scene.bars.ticks)
    ring = within(scene, thumb[joined], np.maximum(following - line.onset[joined] - 30, 60))
    bass = Notes.of(
        thumb[joined], ring, (tuning.bass + stopped)[joined], np.maximum(velocity[joined] - 14, 8)
    )
    return melody | bass | _graces(spec, scene, dice, line, tuning.melody + frets, velocity)


def _graces(
    spec: DombraSpec,
    scene: Scene,
    dice: Dice,
    line: Line,
    pitch: NDArray[np.int64],
    velocity: NDArray[np.int64],
) -> Notes:
    """The upper neighbour in the mode, struck just before a long or off-beat note (kazakh.md 2.2)."""
    chosen = (
        (scene.draw(dice, "grace", line.onset) < spec.grace) & (line.onset > 200) & (line.duration >= 480)
    )
    if not chosen.any():
        return Notes.empty()
    above = scene.mode.pitches(line.degree + 1, 0) - scene.mode.pitches(line.degree, 0)
    grace = np.minimum(pitch + above, 127)[chosen]
    return Notes.of(line.onset[chosen] - 110, 90, grace, np.maximum(velocity[chosen] * 6 // 10, 8))


def _open_strings(spec: DombraSpec, scene: Scene, dice: Dice, tuning: Tuning) -> Notes:
    """The open bass string under each new chord: all that an idle plucked dombra adds."""
    ticks = scene.chords.onsets[scene.draw(dice, "open", scene.chords.onsets) < spec.density]
    if not len(ticks):
        return Notes.empty()
    velocity = dynamics(spec, scene, dice, ticks, 0.3, 56)
    length = np.full(len(ticks), 1920)
    return Notes.of(ticks, within(scene, ticks, length), tuning.bass, velocity)
