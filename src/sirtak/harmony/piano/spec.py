"""The knobs of the piano. Ranges are MIDI numbers."""

from __future__ import annotations

from typing import Annotated, Literal

from sirtak.scene import PartSpec
from sirtak.scene.part import knob

Manner = Literal["open", "ballad", "broken", "ostinato", "stabs", "octaves", "none"]
Left = Literal["none", "fifths", "ballad", "broken", "ostinato", "octaves"]
Stab = Literal["auto", "offbeat", "charleston", "tresillo"]


class PianoSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of the piano."""

    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 104
    manner: Annotated[Manner, knob("how it accompanies where it does not lead")] = "open"
    left: Annotated[Left, knob("what the left hand plays under the tune where it leads")] = "none"
    stab: Annotated[Stab, knob("the rhythm of stabs; auto draws one for the piece")] = "auto"
    density: Annotated[float, knob("how much of the accompaniment sounds; more only adds", 0, 1)] = 0.5
    low: Annotated[int, knob("lowest note of its tune", 36, 84)] = 60
    high: Annotated[int, knob("highest note of its tune", 60, 103)] = 84
    octaves: Annotated[
        float, knob("share of accented tune notes doubled an octave below; more of them with energy", 0, 1)
    ] = 0.0
    touch: Annotated[float, knob("how often answers have a grace note, a last sixth or octave", 0, 1)] = 0.3
    phrasing: Annotated[float, knob("how far a phrase of the tune swells and fades", 0, 1)] = 0.5
    roll: Annotated[float, knob("milliseconds from note to note of the chord that ends a phrase", 0, 80)] = (
        30.0
    )
    colour: Annotated[float, knob("how often the flat second darkens the bar before a return", 0, 1)] = 0.0
    pedal: Annotated[bool, knob("sustain pedal (CC64), changed as the manner asks")] = True
