"""The numbers behind a beat, each at an address of its own: voice, take, bar, place in the bar.

A voice has the same draws in every scene, and a step draws whether it sounds or not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sirtak.rng import Dice

Floats = NDArray[np.float64]
Address = tuple[str, int, int]  # voice, take, addresses in a step


@dataclass(frozen=True, eq=False)
class Draws:
    """The draws of some addresses over `count` bars of up to `width` steps."""

    dice: Dice
    addresses: Sequence[Address]
    count: int
    width: int
    uncertain: Collection[Address] = ()
    _drawn: dict[str, Floats] = field(default_factory=dict)

    def table(self, lane: str, columns: int) -> Floats:
        """Return draws of shape (addresses, bars, columns, places) of one purpose, drawn once.

        Those of the lane "if" are zeros for addresses that no step needs.
        """
        if lane not in self._drawn:
            self._drawn[lane] = self._table(lane, columns)
        return self._drawn[lane]

    def _table(self, lane: str, columns: int) -> Floats:
        widest = max(self.width * fine for *_, fine in self.addresses)
        drawn = np.zeros((len(self.addresses), self.count, columns, widest))
        for number, (voice, take, fine) in enumerate(self.addresses):
            if lane == "if" and (voice, take, fine) not in self.uncertain:
                continue
            places = self.width * fine
            name = " ".join(
                [voice, *([f"take {take}"] if take else []), *(["fine"] if fine > 1 else []), *lane.split()]
            )
            rows = self.dice.rows(name, self.count, columns * places)
            drawn[number, :, :, :places] = rows.reshape(self.count, columns, places)
        return drawn
