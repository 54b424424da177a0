"""Folk percussion: dauylpaz, asatayaq, tuyaq and their kin under the beat.

No notated traditional drum pattern was found (kazakh.md 4.4): every pattern here is ours, and
its file says so.
"""

from __future__ import annotations

from typing import Annotated

from sirtak.library import Library
from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Scene
from sirtak.scene.beat import BeatSpec, beat_locks, check_beat, play_beat
from sirtak.scene.part import Checks, knob
from sirtak.theory.meter import Meter

BEATS = {
    "4/4": "steppe-pulse",
    "7/8 (3+2+2)": "aqsaq-drums",
}


class PercussionSpec(BeatSpec, frozen=True, kw_only=True):
    """The knobs of the folk percussion."""

    kit: Annotated[str, knob("gm, electronic, 808, 909, folk or a kit of your own")] = "folk"
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 92
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 1.0


def percussion(spec: PercussionSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of folk percussion."""
    return play_beat(spec, scene, dice, BEATS)


def percussion_locks(spec: PercussionSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the parameter locks of one section."""
    return beat_locks(spec, scene, dice, BEATS)


def check(spec: PercussionSpec, meters: tuple[Meter, ...], library: Library) -> Checks:
    """Yield what the beat and the kit must pass."""
    yield from check_beat(spec, meters, library, BEATS)
