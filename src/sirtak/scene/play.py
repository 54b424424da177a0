"""Playing a tune: what every single-voice player does with a line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Notes
from sirtak.rng import Dice
from sirtak.scene.line import Line
from sirtak.scene.part import PartSpec
from sirtak.scene.scene import Scene


def own_line(scene: Scene, part: str) -> Line:
    """Return the tune that a part plays in this section: the theme, the reply, or none."""
    if part == scene.lead:
        return scene.theme
    return scene.reply if part == scene.answer else Line.empty()


def dynamics(
    spec: PartSpec, scene: Scene, dice: Dice, ticks: NDArray[Any], accent: NDArray[Any] | float, base: float
) -> NDArray[np.int64]:
    """Return velocities, 1 to 127: a base that grows with the energy, accents, and a hand's unevenness."""
    energy = scene.energy_at(ticks)
    hand = (scene.draw(dice, "velocity", ticks) - 0.5) * 14 * spec.human
    level = (base + 30 * (energy - 0.5) + 18 * (np.asarray(accent) - 0.4)) * spec.level + hand
    velocity: NDArray[np.int64] = np.minimum(np.maximum(np.rint(level), 8), 127).astype(np.int64)
    return velocity


def within(scene: Scene, onset: NDArray[Any], duration: NDArray[Any]) -> NDArray[np.int64]:
    """Return durations that end by the section's end and last at least a 1/128."""
    kept: NDArray[np.int64] = np.maximum(np.minimum(duration, scene.bars.ticks - onset), 30)
    return kept


def play_line(
    spec: PartSpec,
    scene: Scene,
    dice: Dice,
    line: Line,
    pitch: NDArray[Any],
    *,
    base: float,
    ms: float,
) -> Notes:
    """Return a line as notes: pitches given, velocities by accent and energy, timing by hand."""
    if not len(line):
        return Notes.empty()
    onset = scene.touch(dice, line.onset, ms * spec.human)
    velocity = dynamics(spec, scene, dice, line.onset, line.accent, base)
    return Notes.of(onset, within(scene, onset, line.duration), pitch, velocity)
