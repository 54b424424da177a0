"""The two fusion knobs: who plays (`folk`) and in what harmony (`east`).

Both run from 0 to 1, and at 0.5 a piece is as it is written. What they do is ours: docs/fusion.md
says it in full. `share` is how much of a side is left: 1 from the middle outwards on its own side,
falling to 0 at the other end.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from sirtak.composer.players import PLAYERS
from sirtak.scene import PartSpec
from sirtak.scene.part import Side, knob

ACOUSTIC = 3  # the last General MIDI program that is a piano with strings


class FusionSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of the fusion: 0.5 is the style as written."""

    folk: Annotated[float, knob("who plays: 0 all electronic, 1 all folk", 0, 1)] = 0.5
    east: Annotated[float, knob("harmony and phrasing: 0 Western progressions, 1 a modal drone", 0, 1)] = 0.5


def side_of(spec: PartSpec) -> Side:
    """Return the side of a part: folk, electronic, or the bridge between them, the piano.

    A piano with the sound of a synthesizer is a synthesizer.

    >>> from sirtak.harmony.piano import PianoSpec
    >>> side_of(PianoSpec(player="piano")), side_of(PianoSpec(player="piano", program=81))
    ('bridge', 'electronic')
    """
    side = PLAYERS[spec.player].side
    return "electronic" if side == "bridge" and spec.program > ACOUSTIC else side


def share_of(side: Side, folk: float) -> float:
    """Return how much of a side's playing is left, 1 to 0, where the knob stands at `folk`.

    The piano is whole up to .75, so that it can carry the tune from one side to the other.

    >>> [share_of("folk", knob) for knob in (0.0, 0.25, 0.5, 1.0)]
    [0.0, 0.5, 1.0, 1.0]
    >>> [share_of("bridge", knob) for knob in (0.0, 0.75, 1.0)]
    [1.0, 1.0, 0.0]
    """
    left = {"folk": 2 * folk, "electronic": 2 * (1 - folk), "bridge": 4 * (1 - folk)}[side]
    return min(1.0, left)


def east_of(spec: FusionSpec) -> tuple[float, float]:
    """Return how far the harmony is turned to the West and to the East, each 0 to 1, one of them 0.

    >>> east_of(FusionSpec(east=0.75)), east_of(FusionSpec(east=0.0))
    ((0.0, 0.5), (1.0, 0.0))
    """
    return max(0.0, 1 - 2 * spec.east), max(0.0, 2 * spec.east - 1)
