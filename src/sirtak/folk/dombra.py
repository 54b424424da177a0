"""The dombra: two strings, nineteen frets, strokes down and up.

Where the piece has a küy and the dombra leads, it plays the küy's own strokes. Otherwise the tune
lies on the melody string (fret = semitones above it), and below it on the bass string alone; the
thumb's frets on the bass string are the shortest path of one hand over what was measured
(`fingering`). `strum` (tökpe) repeats the tune's note in the strokes of a rhythm, `pluck` (shertpe)
plays the tune alone over a sparse drone. Tuning follows the tonic: in minor modes the open bass
string is the tonic, in major ones the open melody string (kazakh.md 1.5), so the instrument is
retuned rather than played off its frets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.folk.fingering import finger, reach_of
from sirtak.folk.hand import bent, let_go
from sirtak.folk.strings import Touch, sound
from sirtak.folk.strokes import Strokes, chosen_rhythm, strokes
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.fretted import Fretted
from sirtak.scene.part import Checks, knob
from sirtak.scene.play import own_line
from sirtak.scene.register import sing
from sirtak.scene.scene import SLOTS
from sirtak.theory.meter import Meter, among
from sirtak.theory.mode import Mode
from sirtak.theory.neck import load_neck
from sirtak.theory.pitch import near
from sirtak.theory.tuning import FRETS, Tuning, load_tuning

Manner = Literal["strum", "pluck"]
Output = Literal["one", "split"]


class DombraSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the dombra."""

    program: Annotated[int, knob("General MIDI program; 106 is the shamisen", 0, 127)] = 106
    manner: Annotated[Manner, knob("strum (tökpe) or pluck (shertpe)")] = "strum"
    tuning: Annotated[str, knob("on, teris, qalys, shalys, tel, octave or a tuning of your own")] = "on"
    rhythm: Annotated[str, knob("stroke pattern; left out, one that suits the meter")] = ""
    density: Annotated[float, knob("how many of the strokes sound; more only adds", 0, 1)] = 0.8
    drone: Annotated[float, knob("how much oftener the bass string stays open; more only opens", 0, 1)] = 0.1
    grace: Annotated[float, knob("how often a plucked note gets an upper grace note", 0, 1)] = 0.15
    spread: Annotated[float, knob("milliseconds between the strings of one stroke", 0, 30)] = 9.0
    neck: Annotated[str, knob("chromatic, bokey … or a neck of your own: sirtak list frets")] = "chromatic"
    cents: Annotated[bool, knob("movable frets off the semitone (unsourced); needs split strings")] = False
    strings: Annotated[Output, knob("one track, or split: a track for each string")] = "one"


def tuned(spec: DombraSpec, scene: Scene) -> Tuning:
    """Return the tuning with its strings moved to the piece's tonic, by a tritone at the most.

    A küy brings its own tuning along: its frets are fixed, and the strings follow the tonic.
    """
    if scene.kuy is not None and scene.kuy.tuning is not None:
        return scene.kuy.tuning
    tuning = load_tuning(scene.library, spec.tuning)
    string = tuning.bass if scene.mode.minor else tuning.melody
    return tuning.shifted(near(scene.tonic, string) - string)


def check(spec: DombraSpec, meters: tuple[Meter, ...], library: Library) -> Checks:
    """Yield what the tuning and the rhythm must pass."""
    yield "tuning", lambda: load_tuning(library, spec.tuning)
    yield "neck", lambda: load_neck(library, spec.neck)
    yield "cents", lambda: _check_cents(spec)
    if spec.manner == "strum":
        yield "rhythm", lambda: chosen_rhythm(spec.rhythm, meters, library)


def _check_cents(spec: DombraSpec) -> None:
    if spec.cents and spec.strings != "split":
        raise SpecError(
            "two strings on one channel cannot be bent apart",
            hint='set strings = "split" as well: a track and a channel for each string',
        )


def open_strings(spec: DombraSpec, scene: Scene) -> tuple[int, int]:
    """Return the open strings as MIDI numbers, the melody string first."""
    tuning = tuned(spec, scene)
    return tuning.melody, tuning.bass


def missing_frets(spec: DombraSpec, mode: Mode, library: Library) -> list[int]:
    """Return the frets of the melody string that a mode needs in its tuning, and the neck has not."""
    tuning, neck = load_tuning(library, spec.tuning), load_neck(library, spec.neck)
    open_degree = tuning.melody - tuning.bass if mode.minor else 0
    wanted = [fret for fret in range(1, FRETS + 1) if (fret + open_degree) % 12 in mode.pitch_classes]
    return [fret for fret in wanted if not bool(neck.has(fret))]


def dombra(spec: DombraSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of dombra; never more than two notes at once, never off the frets."""
    notes = _played(spec, scene, dice)
    if not spec.cents:
        return notes
    # One draw a pitch and part: a fret stays where it was tied.
    draws = dice.at("").rows("cents", 1, 128)[0][notes.pitch]
    return bent(notes, tuned(spec, scene), load_neck(scene.library, spec.neck), draws)


def _played(spec: DombraSpec, scene: Scene, dice: Dice) -> Notes:
    tuning = tuned(spec, scene)
    plucked = spec.manner == "pluck"
    if scene.kuy is not None and dice.part == scene.lead:
        score = _thinned(spec, scene, dice, scene.kuy) if plucked else scene.kuy
    else:
        line = own_line(scene, dice.part)
        score = (_pluck if plucked else _strum)(spec, scene, dice, line, tuning)
    notes = sound(spec, scene, dice, score, tuning, Touch(10.0 if plucked else 8.0, spec.spread))
    return let_go(notes, tuning, load_neck(scene.library, spec.neck))


def _thinned(spec: DombraSpec, scene: Scene, dice: Dice, score: Fretted) -> Fretted:
    """Return a küy as it is plucked: each note once and again on the beats, the drone where they begin."""
    new = np.diff(score.melody, prepend=-2) != 0
    kept = score.chosen(new | (score.level >= 0.7))
    joined = (kept.level >= 0.7) | (scene.draw(dice, "join", kept.onset) < spec.density - 0.5)
    return replace(kept, bass=np.where(joined, kept.bass, -1), down=np.ones(len(kept), bool), pull_off=0.0)


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
    spec: DombraSpec, scene: Scene, dice: Dice, tuning: Tuning, line: Line, frets: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return a bass fret for each note of a tune: one hand's shortest path, tilted by draws.

    The drone knob opens the string after the path is found, so that it changes nothing else.
    """
    tonic = (scene.tonic - tuning.bass) % 12
    neck = load_neck(scene.library, spec.neck)
    reach = reach_of(tuning.melody - tuning.bass, tonic, scene.mode.pitch_classes, neck)
    choices = reach.frets.shape[1]
    rows = dice.rows("bass", scene.bars.count, SLOTS * choices).reshape(-1, choices)
    draws = rows[scene.slots(line.onset)]
    stopped = finger(
        reach, np.maximum(frets, 0), np.log(-np.log(np.minimum(np.maximum(draws, 1e-9), 1 - 1e-9)))
    )
    opened = np.where(scene.draw(dice, "drone", line.onset) < spec.drone, 0, stopped)
    return np.where(frets < 0, frets + reach.interval, opened)


def _strum(spec: DombraSpec, scene: Scene, dice: Dice, line: Line, tuning: Tuning) -> Fretted:
    """Return the strokes of a rhythm, each on the note of the tune that sounds there."""
    beats = strokes(scene, spec.rhythm)
    if dice.part == scene.answer:
        beats = _inside(beats, line)
    if not len(line):
        line = _chord_line(scene)
    # Weak strokes are the first to go when the density falls; the tune's own notes always sound.
    starts = among(beats.onset, line.onset)
    draws = scene.draw(dice, "density", beats.onset)
    kept = starts | (draws * (1.1 - scene.strength(beats.onset)) < spec.density)
    beats, starts = beats.chosen(kept), starts[kept]
    ticks = beats.onset
    frets = _frets(scene, line, tuning)
    bass = _bass_frets(spec, scene, dice, tuning, line, frets)
    note = line.at(ticks)
    # Between the tune's notes the strokes lean back, and in its rests they are a whisper over the drone.
    resting = ticks >= line.end[note]
    return Fretted(
        onset=ticks,
        melody=np.maximum(frets[note], -1),
        bass=np.where(resting & (frets[note] >= 0), 0, bass[note]),
        down=beats.down,
        level=beats.level + 0.25 * starts - 0.3 * resting,
        inside=~starts,
        refrain=np.zeros(len(ticks), bool),
    )


def _pluck(spec: DombraSpec, scene: Scene, dice: Dice, line: Line, tuning: Tuning) -> Fretted:
    """Return the tune plucked, with the drone on its strong notes; without a tune, the open string."""
    if not len(line):
        ticks = scene.chords.onsets[scene.draw(dice, "open", scene.chords.onsets) < spec.density]
        return _plain(
            ticks, np.full(len(ticks), -1), np.zeros(len(ticks), np.int64), np.full(len(ticks), 0.0)
        )
    frets = _frets(scene, line, tuning)
    bass = _bass_frets(spec, scene, dice, tuning, line, frets)
    joined = (line.accent >= 0.7) | (scene.draw(dice, "join", line.onset) < spec.density - 0.5)
    # A tune on the bass string leaves it no drone.
    bass = np.where(joined | (frets < 0), bass, -1)
    plain = _plain(line.onset, np.maximum(frets, -1), bass, line.accent)
    # Long notes may be graced like those of a refrain off the beat.
    long = line.duration >= 480
    return replace(plain, inside=long, refrain=long, grace=spec.grace)


def _plain(
    ticks: NDArray[np.int64], melody: NDArray[np.int64], bass: NDArray[np.int64], level: NDArray[np.float64]
) -> Fretted:
    """Return plucks: down strokes without an ornament."""
    off = np.zeros(len(ticks), bool)
    return Fretted(ticks, melody, bass, ~off, level, off, off)
