"""Electronic drums: a beat file played through an electronic kit, with fills and a crash."""

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
    "4/4": "four-floor",
    "3/4": "waltz-three",
    "2/4": "kenes-two",
    "2/4+3/4": "aqqu-mixed",
    "7/8 (2+2+3)": "aqsaq-seven",
    "7/8 (3+2+2)": "aqsaq-break",
    "5/8 (3+2)": "alatau-five",
    "6/8": "jig-six",
}


class DrumsSpec(BeatSpec, frozen=True, kw_only=True):
    """The knobs of the electronic drums."""

    kit: Annotated[str, knob("gm, electronic, 808, 909, folk or a kit of your own")] = "electronic"
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 110
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 0.4
    crash: Annotated[bool, knob("a crash on the first beat of loud sections")] = True


def drums(spec: DrumsSpec, scene: Scene, dice: Dice) -> Notes:
    """Return one section of electronic drums."""
    return play_beat(spec, scene, dice, BEATS)


def drum_locks(spec: DrumsSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the parameter locks of one section."""
    return beat_locks(spec, scene, dice, BEATS)


def check(spec: DrumsSpec, meters: tuple[Meter, ...], library: Library) -> Checks:
    """Yield what the beat and the kit must pass."""
    yield from check_beat(spec, meters, library, BEATS)
