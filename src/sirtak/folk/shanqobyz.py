"""The shan-qobyz: a jaw harp, one pulsing note and the harmonics that the mouth picks out of it.

Its pulsing timbre is sourced [S]; the fundamental, MIDI 38 to 50, and partials 4 to 12 are general
knowledge and physics [G] (kazakh.md 1.4, 1.7, 5). The limping rhythm is the 1:3 snap printed in
Aqsaq qulan, the gallop the cell 2-1-1 [P] (4.2). Invented: the rhythms in threes and fives, the
rests, and that the mouth follows the theme even where the others play it.

One tongue: the fundamental is the tonic, one note at a time, and it never leaves it. The mouth
shows as brightness (CC74) and, by `overtones`, as a soft second note: a partial of the series,
rounded to the semitone. Partials get no cents: they sound with the fundamental, and one channel
bends all of its notes together (export/smf.py). At most two notes at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.voice import Ints, by_hand, one_at_a_time
from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics, own_line
from sirtak.scene.register import sing
from sirtak.scene.scene import SLOTS

Rhythm = Literal["straight", "gallop", "limping"]

LOW = 38
# Semitones of partials 4 to 12 above the fundamental: 386, 969, 1404 cents and so on, rounded.
PARTIALS = np.array([24, 28, 31, 34, 36, 38, 40, 42, 43])

# Onsets in sixteenths for a group of two eighths, of three, and of one.
_CELLS: dict[str, dict[int, tuple[int, ...]]] = {
    "straight": {1: (0,), 2: (0, 2), 3: (0, 2, 4)},
    "gallop": {1: (0,), 2: (0, 2, 3), 3: (0, 2, 4, 5)},
    "limping": {1: (0,), 2: (0, 1), 3: (0, 1, 4)},
}


class ShanQobyzSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the shan-qobyz."""

    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = "Shañ-qobyz"
    program: Annotated[int, knob("General MIDI program; 84 is a plucked lead", 0, 127)] = 84
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 84
    rhythm: Annotated[Rhythm, knob("straight eighths, gallop 2-1-1 or limping 1-3")] = "gallop"
    density: Annotated[float, knob("how many of the strokes sound; more only adds", 0, 1)] = 0.7
    overtones: Annotated[float, knob("how many strokes sing a partial; more only adds", 0, 1)] = 0.4
    wah: Annotated[float, knob("how far the mouth opens and closes (CC74)", 0, 1)] = 0.8
    phrase: Annotated[int, knob("bars before the tongue rests for a beat", 1, 16)] = 4


def shanqobyz(spec: ShanQobyzSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of shan-qobyz: a pulse, and above it partials or its tune."""
    line = own_line(scene, dice.part)
    ticks = _strokes(spec, scene)
    strength = scene.strength(ticks)
    share = spec.density * (0.6 + 0.5 * scene.energy_at(ticks))
    kept = _figure(scene, dice, "density", 2, ticks) * (1.1 - strength) < share
    ticks = ticks[kept & (spec.density > 0)]
    pulse = _pulse(spec, scene, dice, ticks)
    return pulse | (_tune(spec, scene, dice, line) if len(line) else _mouth(spec, scene, dice, ticks))


def _figure(scene: Scene, dice: Dice, lane: str, bars: int, ticks: Ints) -> NDArray[np.float64]:
    """Return a draw for each tick by its place in a few bars: a figure is a figure by returning."""
    return dice.rows(lane, bars, SLOTS).reshape(-1)[scene.slots(ticks) % (bars * SLOTS)]


def fundamental(tonic: int) -> int:
    """Return the note of the tongue: the tonic from MIDI 38 up.

    >>> fundamental(2), fundamental(1)
    (38, 49)
    """
    return LOW + (tonic - LOW) % 12


def _strokes(spec: ShanQobyzSpec, scene: Scene) -> Ints:
    """Return the ticks of the rhythm's strokes, without the last group of every phrase."""
    cells = _CELLS[spec.rhythm]
    ticks: list[int] = []
    for bar, start in enumerate(scene.bars.starts.tolist()):
        meter = scene.bars.meter(bar)
        edges = [*meter.group_ticks.tolist(), meter.ticks]
        rests = (bar % spec.phrase == spec.phrase - 1 or bar == scene.bars.count - 1) and len(edges) > 2
        for first, last in pairwise(edges[:-1] if rests else edges):
            ticks += [start + tick for tick in _cells(cells, first, last)]
    if scene.closing:  # the last bar is one stroke
        ticks = [tick for tick in ticks if tick <= scene.bars.starts[-1]]
    return np.array(ticks, np.int64)


def _cells(cells: dict[int, tuple[int, ...]], first: int, last: int) -> list[int]:
    """Return the strokes of one group: cells of three eighths while they fit evenly, else of two and one."""
    ticks, eighths = [], (last - first) // 480
    size = 3 if eighths == 3 else 2
    for eighth in range(0, max(eighths, 1), size):
        cell = cells[min(size, max(1, eighths - eighth))]
        ticks += [first + 480 * eighth + 240 * step for step in cell]
    return [tick for tick in ticks if tick < last]


def _pulse(spec: ShanQobyzSpec, scene: Scene, dice: Dice, ticks: Ints) -> Notes:
    """Return the fundamental at every stroke, each sounding until the next, half a bar at the most."""
    if not len(ticks):
        return Notes.empty()
    onset = by_hand(scene, dice, ticks, 5 * spec.human)
    velocity = dynamics(spec, scene, dice, ticks, scene.strength(ticks), 66)
    following = np.append(onset[1:], scene.bars.ticks)
    length = np.minimum((following - onset) * 9 // 10, max(240, int(scene.bars.lengths.min()) // 2))
    return one_at_a_time(
        scene, onset, np.maximum(length, 1), np.full(len(ticks), fundamental(scene.tonic)), velocity
    )


def _partials(scene: Scene) -> Ints:
    """Return the pitches of the partials that the mode has; fundamental and fifth are always there."""
    inside = [int(p) % 12 in scene.mode.pitch_classes or int(p) % 12 in (0, 7) for p in PARTIALS]
    found: Ints = (PARTIALS + fundamental(scene.tonic))[np.array(inside)]
    return found


def _tune(spec: ShanQobyzSpec, scene: Scene, dice: Dice, line: Line) -> Notes:
    """Return the tune as far as one tongue can sing it: each note's nearest partial."""
    onset = by_hand(scene, dice, line.onset, 5 * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, 62)
    return one_at_a_time(scene, onset, line.duration, _nearest(scene, line), velocity)


def _nearest(scene: Scene, line: Line) -> Ints:
    """Return the partial nearest to each note of a tune, the tune laid where the partials are."""
    partials = _partials(scene)
    wanted = sing(line, scene.mode, scene.tonic, int(partials[0]), int(partials[-1]))
    found: Ints = partials[np.argmin(np.abs(partials[None, :] - wanted[:, None]), axis=1)]
    return found


# How a partial sounds with a tune's note, by the semitones between them: 0 best.
_RUB = np.array([0, 6, 3, 1, 1, 1, 5, 1, 1, 1, 3, 6])


def _mouth(spec: ShanQobyzSpec, scene: Scene, dice: Dice, ticks: Ints) -> Notes:
    """Return soft partials at some strokes: they follow the theme's contour and agree with its notes."""
    if not len(ticks):
        return Notes.empty()
    pitch = _shaped(scene, ticks)
    chosen = _figure(scene, dice, "overtones", 4, ticks) < spec.overtones
    onset = by_hand(scene, dice, ticks, 5 * spec.human)
    velocity = np.maximum(dynamics(spec, scene, dice, ticks, scene.strength(ticks), 44), 8)
    length = np.full(len(ticks), 700)
    return one_at_a_time(scene, onset[chosen], length[chosen], pitch[chosen], velocity[chosen])


def _shaped(scene: Scene, ticks: Ints) -> Ints:
    """Return the partial that the mouth is set to at each tick; without a theme it turns in a circle."""
    partials = _partials(scene)
    if not len(scene.theme):
        turn: Ints = partials[ticks // 960 % len(partials)]
        return turn
    at = scene.theme.at(ticks)
    sung = sing(scene.theme, scene.mode, scene.tonic, int(partials[0]), int(partials[-1]))[at]
    apart = np.abs(partials[None, :] - sung[:, None])
    found: Ints = partials[np.argmin(1.5 * _RUB[apart % 12] + 0.5 * apart, axis=1)]
    return found


def mouth(spec: ShanQobyzSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the mouth as brightness (CC74): brighter for higher partials, closing after each stroke."""
    low = fundamental(scene.tonic)
    pulse, sung = notes[notes.pitch == low], notes[notes.pitch > low]
    if spec.wah == 0 or not len(pulse):
        return Controls.empty()
    onset = pulse.onset.astype(np.int64)
    pitch = _shaped(scene, onset)
    if len(sung):
        last = np.maximum(np.searchsorted(sung.onset, onset, side="right") - 1, 0)
        sounding = (sung.onset[last] <= onset) & (onset < sung.end[last])
        pitch = np.where(sounding, sung.pitch[last], pitch)
    height = (pitch - low - PARTIALS[0]) / (PARTIALS[-1] - PARTIALS[0])
    share = np.array([0.0, 0.3, 0.6, 0.85])
    opening = np.array([0.8, 1.0, 0.65, 0.35])
    ticks = onset[:, None] + np.rint(pulse.duration[:, None].astype(np.int64) * share).astype(np.int64)
    values = 64 + spec.wah * ((0.35 + 0.65 * height[:, None]) * opening * 100 - 50)
    return Controls.cc(74, ticks.reshape(-1), np.clip(np.rint(values), 0, 127).astype(int).reshape(-1))
