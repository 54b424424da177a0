"""Controllers as a table beside the notes.

Columns: tick; kind (0 controller, 1 pitch bend, 2 channel pressure); number (the controller,
0 to 127; 0 for the other kinds); value (0 to 127; bends -8192 to 8191, 0 is the centre).
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sirtak.errors import SirtakError

CONTROL = np.dtype([("tick", "<i4"), ("kind", "u1"), ("number", "u1"), ("value", "<i2")])

CC, BEND, PRESSURE = 0, 1, 2

_NOTHING = np.empty(0, CONTROL)
_NOTHING.flags.writeable = False


class Controls:
    """An immutable table of controller events, in playing order.

    >>> pedal = Controls.cc(64, tick=[0, 960], value=[127, 0])
    >>> len(pedal | Controls.bend(tick=[480], value=[0]))
    3
    """

    __slots__ = ("_table",)

    def __init__(self, table: NDArray[Any]) -> None:
        tick = table["tick"]
        if table.flags.writeable:
            if not (tick[1:] >= tick[:-1]).all():
                # Stable: two values of one controller on one tick keep the order they came in.
                table = table.take(tick.argsort(kind="stable"))
            table.flags.writeable = False
        self._table = table

    @classmethod
    def _of(cls, kind: int, number: int, tick: ArrayLike, value: ArrayLike, low: int, high: int) -> Self:
        ticks, values = np.broadcast_arrays(np.atleast_1d(tick), np.atleast_1d(value))
        if values.size and (int(values.min()) < low or int(values.max()) > high):
            raise SirtakError(f"controls: value outside {low} to {high}")
        table = np.empty(ticks.shape, CONTROL)
        table["tick"], table["kind"], table["number"], table["value"] = ticks, kind, number, values
        return cls(table)

    @classmethod
    def cc(cls, number: int, tick: ArrayLike, value: ArrayLike) -> Self:
        """Return controller `number` (0 to 119) taking `value` (0 to 127) at each tick."""
        if not 0 <= number <= 119:
            raise SirtakError(f"controls: there is no controller {number}", hint="0 to 119")
        return cls._of(CC, number, tick, value, 0, 127)

    @classmethod
    def bend(cls, tick: ArrayLike, value: ArrayLike) -> Self:
        """Return pitch bends, -8192 to 8191 around 0."""
        return cls._of(BEND, 0, tick, value, -8192, 8191)

    @classmethod
    def pressure(cls, tick: ArrayLike, value: ArrayLike) -> Self:
        """Return channel pressure, 0 to 127."""
        return cls._of(PRESSURE, 0, tick, value, 0, 127)

    @classmethod
    def empty(cls) -> Self:
        """Return the table without events."""
        return cls(_NOTHING)

    @property
    def table(self) -> NDArray[Any]:
        """The read-only structured array itself (dtype CONTROL)."""
        return self._table

    @classmethod
    def merge(cls, *tables: Controls) -> Self:
        """Return the events of all tables; of two on one tick the later table's come last."""
        return cls(np.concatenate([np.empty(0, CONTROL), *(item._table for item in tables)]))

    def __or__(self, other: Controls) -> Controls:
        if not len(other) or not len(self):
            return self if len(self) else other
        return self.merge(self, other)

    def shift(self, ticks: int) -> Self:
        """Return the events `ticks` later."""
        if not len(self):
            return self
        table = self._table.copy()
        table["tick"] += ticks
        return type(self)(table)

    def __len__(self) -> int:
        return len(self._table)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Controls):
            return NotImplemented
        return bool(np.array_equal(self._table, other._table))

    def __hash__(self) -> int:
        return hash(self._table.tobytes())
