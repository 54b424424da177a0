"""Strokes: a rhythm's grid laid over a section, with the hand's directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.rhythm import Rhythm, load_rhythm
from sirtak.scene import Scene
from sirtak.sequencer import lay
from sirtak.theory.meter import Meter, among, format_meters


@dataclass(frozen=True, eq=False)
class Strokes:
    """Columns of one length: onset in ticks, down (True) or up, level 0 to 1 (accent 1)."""

    onset: NDArray[np.int64]
    down: NDArray[np.bool_]
    level: NDArray[np.float64]

    def chosen(self, mask: NDArray[Any]) -> Strokes:
        """Return the strokes where the mask is true."""
        return Strokes(self.onset[mask], self.down[mask], self.level[mask])


# What a dombra strums when nothing is said, by meter.
RHYTHMS = {
    "4/4": "gallop",
    "2/4": "c22",
    "6/8": "jig",
    "7/8 (3+2+2)": "seven-gallop",
    "7/8 (2+2+3)": "koroghly7",
    "5/8 (3+2)": "alatau-a",
}


def chosen_rhythm(name: str, meters: tuple[Meter, ...], library: Library) -> Rhythm | None:
    """Return the rhythm named, or one that suits the meter, or None; SpecError where it does not fit."""
    meter = format_meters(meters)
    name = name or RHYTHMS.get(meter) or RHYTHMS.get(meter.partition(" ")[0], "")
    if not name:
        return None
    rhythm = load_rhythm(library, name)
    if not rhythm.fits(meters):
        raise SpecError(
            f"rhythm '{name}' is in {format_meters(rhythm.meters)}, and the piece is in {meter}",
            hint="leave the rhythm out, or write one in this meter beside the piece",
        )
    return rhythm


def strokes(scene: Scene, name: str) -> Strokes:
    """Return a rhythm's strokes over the section's bars; SpecError where it does not fit them."""
    rhythm = chosen_rhythm(name, scene.bars.meters, scene.library)
    if rhythm is None:
        return _every_eighth(scene)
    laid = lay(rhythm, scene.bars)
    return Strokes(laid.onset, laid.down, laid.level / 3)


def _every_eighth(scene: Scene) -> Strokes:
    """Down and up in even eighths, down wherever a group begins: it fits every meter."""
    onset = np.arange(0, scene.bars.ticks, 480)
    starts = among(onset, scene.bars.group_starts)
    since = np.arange(len(onset)) - np.maximum.accumulate(np.where(starts, np.arange(len(onset)), 0))
    return Strokes(onset, since % 2 == 0, np.where(starts, 0.9, 0.55))
