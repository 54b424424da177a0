"""The numbers behind a beat, each at an address of its own: voice, take, bar, place in the bar.

A voice has the same draws in every scene, and a step draws whether it sounds or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sirtak.rng import Dice

Floats = NDArray[np.float64]
Address = tuple[str, int, int]  # voice, take, addresses in a step


COLUMNS = {"": 3, "if": 2, "groove": 1}  # numbers that a place needs for each purpose


@dataclass(frozen=True, eq=False)
class Draws:
    """The draws of some addresses over `count` bars of up to `width` steps, `widest` places a bar.

    `addresses` say whether any of their steps needs a draw to sound.
    """

    dice: Dice
    addresses: Mapping[Address, bool]
    count: int
    width: int
    widest: int
    _drawn: dict[str, Floats] = field(default_factory=dict)

    def table(self, lane: str) -> Floats:
        """Return draws of shape (columns, addresses, bars, places) of one purpose, drawn once.

        Those of the lane "if" are zeros for addresses that no step needs.
        """
        if lane not in self._drawn:
            self._drawn[lane] = self._table(lane)
        return self._drawn[lane]

    def _table(self, lane: str) -> Floats:
        columns = COLUMNS[lane]
        drawn = np.zeros((columns, len(self.addresses), self.count, self.widest))
        for number, ((voice, take, fine), uncertain) in enumerate(self.addresses.items()):
            if lane == "if" and not uncertain:
                continue
            places = self.width * fine
            name = voice + (f" take {take}" if take else "") + (" fine" if fine > 1 else "")
            rows = self.dice.rows(f"{name} {lane}" if lane else name, self.count, columns * places)
            drawn[:, number, :, :places] = rows.reshape(self.count, columns, places).swapaxes(0, 1)
        return drawn
