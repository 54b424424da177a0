"""The note table: a read-only, sorted numpy array with a small algebra.

Columns: onset and duration in ticks (960 to the quarter), pitch and velocity as MIDI numbers
(velocity 1 to 127), cents as the deviation from the tempered pitch (-200 to 200; 0 is tempered),
string as the one it is played on (1 is the highest, 2 the next; 0 where there are none).
A table does not know its length, so everything that joins in time takes ticks.
Onsets may be negative inside a section (an anticipated stroke); an arrangement refuses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sirtak.errors import SirtakError

PPQ = 960

NOTE = np.dtype(
    [
        ("onset", "<i4"),
        ("duration", "<i4"),
        ("pitch", "u1"),
        ("velocity", "u1"),
        ("cents", "<i2"),
        ("string", "u1"),
    ]
)

LIMITS = {
    "onset": (-(2**30), 2**30),
    "duration": (1, 2**30),
    "pitch": (0, 127),
    "velocity": (1, 127),
    "cents": (-200, 200),
    "string": (0, 8),
}

_NOTHING = np.empty(0, NOTE)
_NOTHING.flags.writeable = False

Columns = NDArray[Any]
Change = Callable[["Notes"], "Notes"]


def _checked(name: str, values: ArrayLike) -> Columns:
    """Return the values as an array, refusing what the column cannot hold."""
    low, high = LIMITS[name]
    column = np.asarray(values)
    if not column.size or (type(values) is int and low <= values <= high):
        return column
    if column.dtype.kind not in "iu":
        if column.dtype.kind != "f" or not bool(np.isfinite(column).all()):
            raise SirtakError(f"notes: {name} holds something that is not a finite number")
        if bool((column != np.rint(column)).any()):
            raise SirtakError(f"notes: {name} must be whole numbers", hint="round the values first")
    least, most = int(column.min()), int(column.max())
    if least < low or most > high:
        raise SirtakError(f"notes: {name} {least if least < low else most} is outside {low} to {high}")
    return column


def _copied(*tables: Columns) -> Columns:
    """Return the rows of tables, which are not all empty, in a table of their own."""
    # As bytes: numpy copies rows of fields one by one.
    rows: Columns = np.frombuffer(bytearray().join([table.tobytes() for table in tables]), NOTE)
    return rows


class Notes:
    """An immutable table of notes, sorted by onset and then by every other column.

    >>> a = Notes.of(onset=[0, 960], duration=480, pitch=[62, 69], velocity=90)
    >>> b = a.shift(480).but(pitch=lambda n: n.pitch + 5)
    >>> (a | b).onset.tolist()
    [0, 480, 960, 1440]
    >>> a | Notes.empty() == a
    True
    """

    __slots__ = ("_table",)

    def __init__(self, table: NDArray[Any]) -> None:
        if table.dtype != NOTE or table.ndim != 1:
            raise SirtakError(
                "notes: not a note table", hint="build one with Notes.of(onset=…, duration=…, …)"
            )
        if table.flags.writeable:
            table = self._sorted(table)
            table.flags.writeable = False
        self._table = table

    @staticmethod
    def _sorted(table: NDArray[Any]) -> NDArray[Any]:
        # Most tables come nearly sorted or without ties: one integer for onset and pitch settles them.
        key = table["onset"].astype(np.int64) << 7 | table["pitch"]
        steps = key[1:] > key[:-1]
        if steps.all():
            return table
        order = key.argsort(kind="stable")
        key = key[order]
        if not (key[1:] > key[:-1]).all():
            columns = ("string", "cents", "velocity", "duration", "pitch", "onset")
            order = np.lexsort([table[name] for name in columns])
        ordered: Columns = table.take(order)
        return ordered

    @classmethod
    def of(
        cls,
        onset: ArrayLike,
        duration: ArrayLike,
        pitch: ArrayLike,
        velocity: ArrayLike = 96,
        cents: ArrayLike = 0,
        string: ArrayLike = 0,
    ) -> Self:
        """Return a table from columns, which broadcast against each other.

        Raises SirtakError where a value is outside its column's range: nothing is clamped.
        """
        given = dict(zip(LIMITS, (onset, duration, pitch, velocity, cents, string), strict=True))
        columns = {name: _checked(name, values) for name, values in given.items()}
        shapes = {column.shape for column in columns.values() if column.ndim} or {(1,)}
        try:
            shape = shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)
        except ValueError as error:
            raise SirtakError(f"notes: columns of different lengths ({error})") from None
        table = np.empty(shape, NOTE)
        for name, column in columns.items():
            table[name] = column
        return cls(table.reshape(-1))

    @classmethod
    def empty(cls) -> Self:
        """Return the table without notes: the identity of ``|``."""
        return cls(_NOTHING)

    @classmethod
    def merge(cls, *tables: Notes) -> Self:
        """Return one table with the notes of all of them."""
        some = [item._table for item in tables if len(item._table)]
        if len(some) <= 1:
            return cls(some[0] if some else _NOTHING)
        return cls(_copied(*some))

    # -- columns ---------------------------------------------------------------------------

    @property
    def table(self) -> NDArray[Any]:
        """The read-only structured array itself (dtype NOTE)."""
        return self._table

    @property
    def onset(self) -> Columns:
        """Onsets in ticks."""
        return self._table["onset"]

    @property
    def duration(self) -> Columns:
        """Durations in ticks, at least 1."""
        return self._table["duration"]

    @property
    def end(self) -> Columns:
        """The ticks at which the notes end."""
        ends: Columns = self._table["onset"] + self._table["duration"]
        return ends

    @property
    def pitch(self) -> Columns:
        """MIDI note numbers."""
        return self._table["pitch"]

    @property
    def velocity(self) -> Columns:
        """MIDI velocities, 1 to 127."""
        return self._table["velocity"]

    @property
    def cents(self) -> Columns:
        """Deviations from the tempered pitch in cents."""
        return self._table["cents"]

    @property
    def string(self) -> Columns:
        """The strings that the notes are played on: 1 is the highest, 0 where there are none."""
        return self._table["string"]

    # -- the algebra -----------------------------------------------------------------------

    def __or__(self, other: Notes) -> Self:
        return type(self).merge(self, other)

    def then(self, other: Notes, after: int) -> Self:
        """Return these notes and the other's from tick `after` on."""
        return self | other.shift(after)

    def times(self, count: int, span: int) -> Self:
        """Return the notes played `count` times, `span` ticks apart."""
        if count < 0 or span < 0:
            raise SirtakError(f"notes: cannot repeat {count} times at {span} ticks")
        table = np.tile(self._table, count).copy()  # tile may return the table itself
        table["onset"] += np.repeat(np.arange(count, dtype=np.int64) * span, len(self)).astype("<i4")
        return type(self)(table)

    def shift(self, ticks: int) -> Self:
        """Return the notes `ticks` later (earlier when negative)."""
        if not len(self):
            return self
        # All move alike: the order is kept, and the first and the last are the limits.
        for onset in (self.onset[0], self.onset[-1]):
            _checked("onset", int(onset) + ticks)
        table = _copied(self._table)
        table["onset"] += ticks
        table.flags.writeable = False
        return type(self)(table)

    def rotate(self, ticks: int, span: int) -> Self:
        """Return a loop of `span` ticks turned by `ticks`: what leaves at the end enters in front."""
        if span < 1:
            raise SirtakError(f"notes: a loop of {span} ticks cannot be turned")
        return self.but(onset=lambda notes: (notes.onset.astype(np.int64) + ticks) % span)

    def stretch(self, ratio: Fraction | int) -> Self:
        """Return the notes slowed down by an exact ratio; times round to the nearest tick."""
        exact = Fraction(ratio)
        if exact <= 0:
            raise SirtakError(f"notes: cannot stretch by {ratio}")
        top, bottom = exact.numerator, exact.denominator

        def scaled(ticks: Columns) -> Columns:
            return (ticks.astype(np.int64) * top * 2 + bottom) // (2 * bottom)

        start, end = scaled(self.onset), scaled(self.end)
        return self.but(onset=start, duration=np.maximum(end - start, 1))

    def cut(self, start: int, end: int) -> Self:
        """Return the notes that begin in [start, end), shortened to end by `end`."""
        inside = self[(self.onset >= start) & (self.onset < end)]
        return inside.but(duration=np.minimum(inside.duration, end - inside.onset))

    def but(self, **columns: ArrayLike | Callable[[Notes], ArrayLike]) -> Self:
        """Return the notes with columns replaced by values, or by a function of the notes."""
        if not len(self):
            return self
        new = {name: value(self) if callable(value) else value for name, value in columns.items()}
        table = _copied(self._table)
        for name, values in new.items():
            if name not in LIMITS:
                raise SirtakError(f"notes: there is no column '{name}'", hint="columns: " + ", ".join(LIMITS))
            table[name] = _checked(name, values)
        return type(self)(table)

    def every(self, n: int, span: int, change: Change, first: int = 0) -> Self:
        """Return the notes with `change` applied in every n-th window of `span` ticks."""
        if n < 1 or span < 1:
            raise SirtakError(f"notes: cannot change every {n} windows of {span} ticks")
        window = self.onset // span
        chosen = (window >= first) & ((window - first) % n == 0)
        return self[~chosen] | change(self[chosen])

    # -- Python's own verbs ------------------------------------------------------------------

    def __getitem__(self, chosen: slice | NDArray[Any]) -> Self:
        table = self._table
        if isinstance(chosen, slice):
            table = table[chosen]
        elif chosen.dtype != bool:
            return type(self)(table.take(chosen))
        else:
            table = table.compress(chosen) if chosen.shape == table.shape else table[chosen]
        table.flags.writeable = False  # order is kept: no need to sort again
        return type(self)(table)

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        return iter(self._table.tolist())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Notes):
            return NotImplemented
        return bool(np.array_equal(self._table, other._table))

    def __hash__(self) -> int:
        return hash(self._table.tobytes())

    def __repr__(self) -> str:
        if not len(self):
            return "Notes(empty)"
        low, high = int(self.pitch.min()), int(self.pitch.max())
        span = f"ticks {int(self.onset[0])} to {int(self.end.max())}"
        return f"Notes({len(self)} notes, {span}, pitch {low} to {high})"
