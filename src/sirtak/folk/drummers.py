"""Five players of one instrument each: dauylpaz, dabyl, dangyra, asatayaq and tuyaq.

What the instruments are is sourced, weakly ([C], kazakh.md 4.4): a wooden kettledrum for signals, a
loud drum with two skins, a frame drum with rings inside, a staff with rings that is shaken in
rhythm, hoof clappers. Kazakh küy had no drum part [G] and no notated pattern was found, so every
stroke here is invented: the beats (files in patterns/beats, marked so), the keys of General MIDI
that stand for the instruments, the accents, rolls and rings, and what a drum does with a tune.

As accompaniment each plays its own beat in 4/4, 2/4, 3/4, 6/8, 5/8 or 7/8. Where it answers, it drums
the reply's rhythm in its place; where it leads, the theme's rhythm over its own first strokes of
the bar. What lies above the middle of a bar of the tune is drummed high, the rest low. Thinner where
the energy is low; at the end of a piece one stroke on the last bar line.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from sirtak.folk.percussion import PercussionSpec
from sirtak.folk.voice import by_hand, let_ring
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene import Line, Scene
from sirtak.scene.beat import check_beat, play_beat
from sirtak.scene.part import Checks, knob
from sirtak.scene.play import dynamics, own_line
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Meter

_WORDS = {
    "4/4": "four",
    "2/4": "two",
    "3/4": "three",
    "6/8": "six",
    "5/8 (3+2)": "five",
    "7/8 (3+2+2)": "seven",
}
STROKE = 120  # ticks that a stroke lasts, as in beats


class DrummerSpec(PercussionSpec, frozen=True, kw_only=True):
    """The knobs that the five have in common."""

    INSTRUMENT: ClassVar[str] = ""
    LOW: ClassVar[str] = ""
    HIGH: ClassVar[str] = ""

    accent: Annotated[float, knob("how far the first strokes of groups stand out", 0, 1)] = 0.4


class DauylpazSpec(DrummerSpec, frozen=True, kw_only=True):
    """The knobs of the dauylpaz."""

    INSTRUMENT: ClassVar[str] = "dauylpaz"
    LOW: ClassVar[str] = "dauylpaz"
    HIGH: ClassVar[str] = "dauylpaz-high"

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Dauylpaz"
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.9
    accent: Annotated[float, knob("how far the first strokes of groups stand out", 0, 1)] = 0.6
    calls: Annotated[float, knob("how often a phrase opens with a signal; more only adds", 0, 1)] = 0.3


class DabylSpec(DrummerSpec, frozen=True, kw_only=True):
    """The knobs of the dabyl."""

    INSTRUMENT: ClassVar[str] = "dabyl"
    LOW: ClassVar[str] = "dabyl"
    HIGH: ClassVar[str] = "dabyl-high"

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Dabyl"
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.95
    vary: Annotated[float, knob("how often every fourth bar takes the variation", 0, 1)] = 0.35
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 0.8


class DangyraSpec(DrummerSpec, frozen=True, kw_only=True):
    """The knobs of the dangyra."""

    INSTRUMENT: ClassVar[str] = "dangyra"
    LOW: ClassVar[str] = "dangyra-low"
    HIGH: ClassVar[str] = "dangyra"

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Dañğyra"
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.9
    rolls: Annotated[float, knob("how often the rings roll into a phrase; more only adds", 0, 1)] = 0.4


class AsatayaqSpec(DrummerSpec, frozen=True, kw_only=True):
    """The knobs of the asatayaq."""

    INSTRUMENT: ClassVar[str] = "asatayaq"
    LOW: ClassVar[str] = "asatayaq"
    HIGH: ClassVar[str] = "asatayaq-shake"

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Asatayaq"
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 80
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.9
    accent: Annotated[float, knob("how far the first strokes of groups stand out", 0, 1)] = 0.3
    rings: Annotated[float, knob("how often the rings sing out on a bar line; more only adds", 0, 1)] = 0.25


class TuyaqSpec(DrummerSpec, frozen=True, kw_only=True):
    """The knobs of the tuyaq."""

    INSTRUMENT: ClassVar[str] = "tuyaq"
    LOW: ClassVar[str] = "tuyaq-low"
    HIGH: ClassVar[str] = "tuyaq"

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Tūyaq"
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 86
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.95
    vary: Annotated[float, knob("how often every fourth bar turns to 1-1-2", 0, 1)] = 0.5
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 0.7


@cache
def beats_of(instrument: str) -> dict[str, str]:
    """Return an instrument's own beat for each meter.

    >>> beats_of("tuyaq")["6/8"]
    'tuyaq-six'
    """
    return {meter: f"{instrument}-{word}" for meter, word in _WORDS.items()}


def drummer(spec: DrummerSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of one of the five."""
    # A quiet section is thinner too; the factor is the section's own, so more density only adds.
    share = min(1.0, 0.8 + 0.4 * scene.mean_energy)
    thinned = msgspec.structs.replace(spec, density=spec.density * share)
    notes = _accented(spec, scene, play_beat(thinned, scene, dice, beats_of(spec.INSTRUMENT)))
    extras = _extras(spec, scene, dice) if spec.density > 0 else Notes.empty()
    line = own_line(scene, dice.part)
    if not (len(extras) or len(line) or scene.closing or spec.crash):
        return notes  # a beat alone rings as it should
    notes |= extras
    if len(line):
        notes = _instead(notes, line, leading=dice.part == scene.lead, scene=scene)
        notes |= _drummed(spec, scene, dice, line)
    elif scene.closing and scene.bars.count > 1:
        notes = _closed(spec, scene, dice, notes)
    return let_ring(notes, scene.bars.ticks)


def _key(spec: DrummerSpec, scene: Scene, voice: str) -> int:
    return load_kit(scene.library, spec.kit).note(voice)


def _accented(spec: DrummerSpec, scene: Scene, notes: Notes) -> Notes:
    """Return the notes with group starts louder and the places between them softer."""
    if not len(notes) or spec.accent == 0:
        return notes
    # A hand is up to 20 ms off the grid: the nearest sixteenth says which place was meant.
    place = (notes.onset.astype(np.int64) + 120) // 240 * 240
    place = np.minimum(np.maximum(place, 0), scene.bars.ticks - 1)
    factor = 1 + 0.4 * spec.accent * (scene.strength(place) - 0.5)
    velocity = np.minimum(np.maximum(np.rint(notes.velocity * factor), 1), 127)
    return notes.but(velocity=velocity.astype(np.int64))


def _extras(spec: DrummerSpec, scene: Scene, dice: Dice) -> Notes:
    """Return what an instrument adds to its beat: signals, rolls, rings."""
    if isinstance(spec, DauylpazSpec):
        return _calls(spec, scene, dice)
    if isinstance(spec, DangyraSpec):
        return _rolls(spec, scene, dice)
    return _rings(spec, scene, dice) if isinstance(spec, AsatayaqSpec) else Notes.empty()


def _calls(spec: DauylpazSpec, scene: Scene, dice: Dice) -> Notes:
    """Three high strokes on the first sixteenths of a phrase's second beat, growing: a signal."""
    starts = scene.bars.starts[::4]
    starts = starts[scene.draw(dice, "calls", starts) < spec.calls]
    beat = scene.bars.meters[0].beat
    ticks = (starts[:, None] + beat + 120 * np.arange(1, 4)).reshape(-1)
    step = np.tile(np.arange(3), len(starts))
    inside = ticks < scene.bars.ticks - STROKE
    return _struck(spec, scene, dice, ticks[inside], 62 + 12 * step[inside], "dauylpaz-high")


def _rolls(spec: DangyraSpec, scene: Scene, dice: Dice) -> Notes:
    """The rings rolled in thirty-seconds into the next phrase: six of them, louder and louder."""
    ends = np.append(scene.bars.starts[4::4], scene.bars.ticks)
    ends = ends[scene.draw(dice, "rolls", ends - 1) < spec.rolls]
    ticks = (ends[:, None] - 120 * np.arange(6, 0, -1)).reshape(-1)
    step = np.tile(np.arange(6), len(ends))
    return _struck(spec, scene, dice, ticks[ticks >= 0], 40 + 9 * step[ticks >= 0], "dangyra")


def _rings(spec: AsatayaqSpec, scene: Scene, dice: Dice) -> Notes:
    """The staff held still after a stroke on the bar line, so that its rings sing."""
    starts = scene.bars.starts
    starts = starts[scene.draw(dice, "rings", starts) < spec.rings]
    return _struck(spec, scene, dice, starts, np.full(len(starts), 66), "asatayaq-open")


def _struck(
    spec: DrummerSpec, scene: Scene, dice: Dice, ticks: NDArray[Any], loud: NDArray[Any], voice: str
) -> Notes:
    """Return strokes on one voice, their loudness after the energy."""
    if not len(ticks):
        return Notes.empty()
    onset = by_hand(scene, dice, ticks, 3 * spec.human)
    level = loud * (0.72 + 0.36 * scene.energy_at(ticks)) * spec.level
    velocity = np.minimum(np.maximum(np.rint(level), 8), 127).astype(np.int64)
    return Notes.of(onset, np.minimum(STROKE, scene.bars.ticks - onset), _key(spec, scene, voice), velocity)


def _instead(notes: Notes, line: Line, *, leading: bool, scene: Scene) -> Notes:
    """Return the beat without what a drummed tune replaces: its reply's span, or all but the bar lines."""
    onset = notes.onset.astype(np.int64)
    if leading:
        since = onset - scene.bars.starts[scene.bars.bar_of(onset + 100)]
        return notes[(since < 120) | ~_sounding(line, onset)]
    return notes[~_sounding(line, onset + 60)]


def _sounding(line: Line, ticks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether a tune is under way at each tick: within a quarter of one of its notes."""
    at = line.at(ticks)
    found: NDArray[np.bool_] = (ticks >= line.onset[at]) & (
        ticks < np.maximum(line.end[at], line.onset[at] + 960)
    )
    return found


def _drummed(spec: DrummerSpec, scene: Scene, dice: Dice, line: Line) -> Notes:
    """Return a tune's rhythm: high strokes in the upper half of what it does in a bar, low ones below."""
    bar = scene.bars.bar_of(line.onset)
    count = np.maximum(np.bincount(bar, minlength=scene.bars.count), 1)
    middle = np.bincount(bar, line.degree, scene.bars.count) / count
    keys = np.where(line.degree > middle[bar], _key(spec, scene, spec.HIGH), _key(spec, scene, spec.LOW))
    onset = by_hand(scene, dice, line.onset, 5 * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, 82)
    return Notes.of(onset, np.minimum(STROKE, scene.bars.ticks - onset), keys, velocity)


def _closed(spec: DrummerSpec, scene: Scene, dice: Dice, notes: Notes) -> Notes:
    """Return the last section of a piece: the last bar is one stroke."""
    if not len(notes):
        return notes
    last = scene.bars.starts[-1:]
    return notes[notes.onset < last[0] - 100] | _struck(spec, scene, dice, last, np.array([96]), spec.LOW)


def check(spec: DrummerSpec, meters: tuple[Meter, ...], library: Library) -> Checks:
    """Yield what the beat and the kit must pass, the voices of tunes and additions too."""
    yield from check_beat(spec, meters, library, beats_of(spec.INSTRUMENT))
    kit_voices = (spec.LOW, spec.HIGH, *_MORE.get(spec.INSTRUMENT, ()))
    yield "kit", lambda: [load_kit(library, spec.kit).note(voice) for voice in kit_voices]


_MORE = {"asatayaq": ("asatayaq-open",)}
