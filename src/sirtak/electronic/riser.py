"""The riser: notes that climb faster and faster through a build, up to the silence before the drop.

It plays in builds (`scene = "build"`) and nowhere else: quarters, eighths, sixteenths, thirty-seconds
over a quarter of its bars each, as the roll of the drums (craft.md 3), from the tonic up to a fifth of
the mode, and stops where the drums are silent. Expression (CC11) and filter (CC74) rise with it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from sirtak.electronic.steps import Floats, Ints
from sirtak.notes import PPQ, Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import PartSpec, Scene
from sirtak.scene.curves import BRIGHTNESS, EXPRESSION, REST, SLOW, line
from sirtak.scene.mono import one_at_a_time
from sirtak.scene.part import knob
from sirtak.scene.play import dynamics
from sirtak.sequencer.rolls import silent_from

UNIT = PPQ // 8  # a 1/32: the grid of its steps
FASTEST_MS = 35.0  # no step is shorter
ARRIVAL = 0.92  # the share of the way after which it has arrived


class RiserSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the riser."""

    program: Annotated[int, knob("General MIDI program", 0, 127)] = 81
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 76
    human: Annotated[float, knob("unevenness of velocity, 0 is a machine", 0, 2)] = 0.0
    manner: Annotated[Literal["climb", "trill"], knob("one note after the other, or with its neighbour")] = (
        "climb"
    )
    bars: Annotated[int, knob("bars before the drop that it takes", 1, 64)] = 8
    fastest: Annotated[Literal[8, 16, 32], knob("the shortest note value")] = 32
    rise: Annotated[float, knob("how far CC11 and CC74 rise", 0, 1)] = 0.7
    low: Annotated[int, knob("lowest note", 36, 79)] = 60
    high: Annotated[int, knob("highest note", 60, 108)] = 91


def span(scene: Scene, bars: int) -> tuple[int, int]:
    """Return the ticks from and to which a section's last bars last: in a build, up to the silence."""
    last = scene.bars.count - 1
    end = silent_from(scene.bars, last) if scene.scene == "build" else scene.bars.ticks
    return int(scene.bars.starts[max(0, scene.bars.count - bars)]), end


def riser(spec: RiserSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of riser: nothing where the section is no build."""
    if scene.scene != "build":
        return Notes.empty()
    start, end = span(scene, spec.bars)
    ticks, length = _steps(spec, scene, start, end)
    share = (ticks - start) / (end - start)
    # From about 40 to 100, as the roll of the drums does.
    velocity = dynamics(spec, scene, dice, ticks, 3.2 * share, 48)
    return one_at_a_time(
        scene, ticks, np.maximum(length * 9 // 10, 1), _pitches(spec, scene, share), velocity
    )


def _steps(spec: RiserSpec, scene: Scene, start: int, end: int) -> tuple[Ints, Ints]:
    """Return (tick, length) of steps that halve with every quarter of the way."""
    grid = np.arange((end - start) // UNIT)
    # Quarters of the way, from the beat before them on, so that eighths stay on eighths.
    part = np.searchsorted(np.arange(1, 4) * len(grid) // 32 * 8, grid, side="right")
    shortest = max(32 // spec.fastest, FASTEST_MS * scene.ticks_per_ms / UNIT)
    allowed = np.array([8 >> halved for halved in range(4)])
    allowed = np.maximum(allowed, min(8, 1 << int(np.ceil(np.log2(shortest)))))
    size = allowed[part]
    first = np.searchsorted(part, part)
    on = (grid - first) % size == 0
    ticks = start + grid[on] * UNIT
    return ticks, np.diff(ticks, append=end)


def _pitches(spec: RiserSpec, scene: Scene, share: Floats) -> Ints:
    """Return degrees of the mode that never fall: a trill goes to the neighbour above on every other step."""
    mode = scene.mode
    ladder = np.array(
        [p for p in range(spec.low, spec.high + 1) if (p - scene.tonic) % 12 in mode.pitch_classes]
    )
    above = (ladder - scene.tonic) % 12
    fifth = mode.semitones[mode.nearest_degree(mode.semitones[mode.final] + 7)] % 12
    begin = int(np.argmax(above == mode.semitones[mode.final] % 12))
    until = int(np.flatnonzero(above == fifth)[-1])
    begin = begin if begin < until else 0
    # It arrives a little before the end, and stays: that is the call for the drop.
    arrival = min(ARRIVAL, float(share.max(initial=0))) or 1.0
    place = begin + np.rint(np.minimum(share / arrival, 1) * (until - begin)).astype(np.int64)
    if spec.manner == "trill":
        place = np.minimum(place + np.arange(len(place)) % 2, until)
    pitch: Ints = ladder[place]
    return pitch


def rise(spec: RiserSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return expression and filter, both rising through the climb."""
    if spec.rise == 0 or not len(notes):
        return Controls.empty()
    start, end = span(scene, spec.bars)
    ticks = np.arange(start, end, SLOW)
    away = spec.rise * (1 - (ticks - start) / (end - start)) ** 1.5
    loud = line(EXPRESSION, ticks, REST * (1 - 0.8 * away), scene.bars.ticks)
    return loud | line(BRIGHTNESS, ticks, REST * (1 - 0.85 * away), scene.bars.ticks)
