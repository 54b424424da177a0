"""Parts and players: what every part has in common, and how a player is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.notes import Controls, Notes
from sirtak.rhythm.pulses import Vector, check_pulses
from sirtak.rng import Dice
from sirtak.sequencer.pulses import Pulses, pulse_map
from sirtak.theory.meter import WHOLE, Bars, Meter

if TYPE_CHECKING:
    from sirtak.scene.scene import Scene


def knob(help: str, low: float | None = None, high: float | None = None) -> msgspec.Meta:
    """Return the annotation of a knob: its range (inclusive) and its help."""
    return msgspec.Meta(ge=low, le=high, description=help)


class PartSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs that every part has."""

    player: Annotated[str, knob("who plays: dombra, piano, drums … (the part's own name if left out)")] = ""
    title: Annotated[str, knob("the track's name in the DAW; any Unicode text")] = ""
    take: Annotated[int, knob("another take of this part alone", 0, 999)] = 0
    program: Annotated[int, knob("General MIDI program", 0, 127)] = 0
    bank: Annotated[int, knob("bank (CC0 and CC32)", 0, 16383)] = 0
    volume: Annotated[int, knob("channel volume (CC7)", 0, 127)] = 100
    pan: Annotated[int, knob("pan (CC10), 64 is the centre", 0, 127)] = 64
    level: Annotated[float, knob("scales all velocities", 0.2, 1.5)] = 1.0
    mute: Annotated[bool, knob("leave the part out")] = False
    human: Annotated[float, knob("timing and velocity of a player, 0 is a machine", 0, 2)] = 1.0
    pulses: Vector | None = None
    pulse: (
        Annotated[
            int, knob("the note value of the pulses: 8, 12 (triplet eighths), 16 …; 16 if left out", 2, 64)
        ]
        | None
    ) = None
    # Left out they are off, and the recipe of a piece does not speak of them.
    sidechain: (
        Annotated[
            float, knob("how deep each kick ducks it (CC11), 1 to silence; not at all if left out", 0, 1)
        ]
        | None
    ) = None
    sidechain_release: (
        Annotated[float, knob("quarters until it is back after a kick; 0.875 if left out", 0.1, 2)] | None
    ) = None
    sidechain_curve: Annotated[float, knob("2 comes back softly, 3 snappily; 2 if left out", 1, 4)] | None = (
        None
    )
    expression: (
        Annotated[float, knob("how far the loudness (CC11) follows energy and phrases", 0, 1)] | None
    ) = None
    filter: (
        Annotated[float, knob("how far the filter (CC74) opens with the energy and over builds", 0, 1)] | None
    ) = None

    def pulses_over(self, bars: Bars) -> Pulses | None:
        """Return the part's uneven pulses over bars; None where they are equal."""
        return None if self.pulses is None else pulse_map(self.pulses, bars, self.pulse or PULSE)


PULSE = 16  # the note value of a part's pulses where it states none


# Fields that belong to a track as a whole: a section cannot have them otherwise.
TRACK_WIDE = frozenset(
    ("player", "title", "program", "bank", "volume", "pan", "mute", "tuning", "neck", "cents", "strings")
)


Generator = Callable[[Any, "Scene", Dice], Notes]
Controller = Callable[[Any, "Scene", Dice, Notes], Controls]


# (field, look-up): what a spec names must exist and fit before anybody plays.
Checks = Iterator[tuple[str, Callable[[], object]]]
Checker = Callable[[Any, tuple[Meter, ...], Library], Checks]


# Curves over a part that is played in tones; a kit has the locks of its beat instead.
CURVES = ("sidechain", "expression", "filter")


def check_part(spec: PartSpec, meters: tuple[Meter, ...], *, drums: bool = False) -> Checks:
    """Yield what every part must pass, whoever plays it."""
    if drums:
        yield from ((field, _no_curve) for field in CURVES if getattr(spec, field))
    if spec.pulses is not None:
        vector, unit = spec.pulses, WHOLE / (spec.pulse or PULSE)
        yield "pulses", lambda: check_pulses(vector, [unit] * len(meters), meters)


def _no_curve() -> None:
    raise SpecError(
        "drums have no such curve", hint="give their beat locks of controllers: [row.hat] step.3 = { cc = … }"
    )


Side = Literal["folk", "electronic", "bridge"]
Strings = Callable[[Any, "Scene"], tuple[int, ...]]


@dataclass(frozen=True)
class Player:
    """A generator with its spec: `play(spec, scene, dice)` gives the notes of one section.

    `control` adds controllers to what was played; `check` yields the look-ups that the spec's
    fields must pass; `drums` puts the track on channel 10; `strings` gives the open strings of a
    fretted instrument (string 1 first), whose notes say which they are played on. `side` is where
    the fusion knob has it, the piano being the bridge; `tune` says that it can carry a theme.
    """

    spec: type[PartSpec]
    play: Generator
    about: str
    role: str
    control: Controller | None = None
    check: Checker | None = None
    drums: bool = False
    strings: Strings | None = None
    side: Side = "electronic"
    tune: bool = False
