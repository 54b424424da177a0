"""Playing a beat file in a scene: which of its grids sounds in which bar, how loud, how dense.

Shared by the electronic drums and the folk percussion; they differ in kit and touch alone.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.notes import Notes
from sirtak.rhythm import Beat, Grid, load_beat
from sirtak.rng import Dice
from sirtak.scene.part import PartSpec, knob
from sirtak.scene.scene import Scene
from sirtak.sequencer import kick_onsets, sequence
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, format_meters


class BeatSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of every part that plays a beat."""

    beat: Annotated[str, knob("a beat's name; left out, one that suits the meter")] = ""
    kit: Annotated[str, knob("gm, electronic, folk or a kit of your own")] = "gm"
    swing: Annotated[float, knob("MPC percent, 50 is straight; left out, the beat's own", 50, 75)] | None = None
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.8
    fills: Annotated[bool, knob("fill the last bar of sections that ask for it")] = True
    vary: Annotated[float, knob("how often every fourth bar takes the variation", 0, 1)] = 0.5
    crash: Annotated[bool, knob("a crash on the first beat of loud sections")] = False


def chosen_beat(spec: BeatSpec, scene: Scene, fallback: dict[str, str]) -> Beat:
    """Return the part's beat; SpecError where it does not fit the meter."""
    meter = format_meters(scene.bars.meters)
    plain = meter.partition(" ")[0]
    name = spec.beat or fallback.get(meter) or fallback.get(plain, "")
    if not name:
        raise SpecError(
            f"no beat is known for the meter {meter}",
            hint="write a beat file of your own beside the piece and name it: beat = …",
        )
    beat = load_beat(scene.library, name)
    if not beat.fits(scene.bars.meters):
        known = ", ".join(sorted(fallback))
        raise SpecError(
            f"beat '{name}' is in {beat.meter_text}, and the piece is in {meter}",
            hint=f"beats are at hand for {known}; or write one beside the piece",
        )
    return beat
