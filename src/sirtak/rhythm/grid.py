"""Grids: rows of steps, and what can be done with them.

A row that is shorter or longer than the others turns against them: that is polymeter. A row of
another speed has shorter or longer steps. Every verb returns another grid; steps count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Any, Self, TypeVar

from sirtak.errors import GridError, did_you_mean
from sirtak.rhythm.step import FIELDS, LANE, MAX_STEPS, Row

T = TypeVar("T")

# What a row that goes on in another grid must be alike in: it has one of each.
JOINED = tuple(name for name in FIELDS if name != "rotate")


@dataclass(frozen=True)
class Grid:
    """Rows of steps; `master` steps after which all rows begin anew (0: they never do).

    >>> beat = Grid.parse("kick X---x---\\nhat  --x-", steps_per_beat=2)
    >>> beat["kick"].steps[1].index, beat.period
    (4, Fraction(8, 1))
    >>> print(beat.only("kick").rotate(1) | beat.only("hat").times(2))
    kick  -X---x--
    hat   --x---x-
    """

    rows: tuple[Row, ...]
    steps_per_beat: int
    master: int = 0

    @classmethod
    def parse(cls, text: str, *, steps_per_beat: int = 4, meter: str = "") -> Grid:
        """Return the grid of a text: rows of steps and, below them, tables such as [row.hat].

        With a meter, group lines and the lengths of rows are checked against it. Raises GridError
        and SpecError with line, caret and hint.

        >>> Grid.parse("hat x-x-\\n\\n[row.hat]\\nstep.3 = { if = '1:2' }")["hat"].steps[1].condition.b
        2
        """
        from sirtak.rhythm.grid_text import read_text

        return read_text(text, steps_per_beat, meter)

    def format(self) -> str:
        """Return the text that `parse` reads back."""
        from sirtak.rhythm.grid_text import format_grid

        return format_grid(self)

    def __str__(self) -> str:
        return self.format()

    def __getitem__(self, voice: str) -> Row:
        for row in self.rows:
            if row.voice == voice:
                return row
        raise KeyError(voice)

    def __hash__(self) -> int:
        return self.kept("hash", lambda: hash((self.rows, self.steps_per_beat, self.master)))

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What others have worked out from this grid; kept with it, since grids are used again."""
        return _Memo()

    def kept(self, key: Any, make: Callable[[], T]) -> T:
        """Return what was worked out under a key, or work it out and keep it."""
        found: T | None = self.memo.get(key)
        if found is None:
            found = self.memo[key] = make()
        return found

    @cached_property
    def voices(self) -> tuple[str, ...]:
        """The names of the rows that sound, top to bottom."""
        return tuple(row.voice for row in self.rows if row.voice != LANE)

    @property
    def period(self) -> Fraction:
        """Steps of the grid after which all rows stand together again: lcm of their lengths."""
        if self.master:
            return Fraction(self.master)
        lengths = [row.period for row in self.rows]
        return Fraction(lcm(*(item.numerator for item in lengths)), gcd(*(x.denominator for x in lengths)))

    def meets(self, bar: int) -> int:
        """Return after how many bars of so many steps all rows meet the bar line again; 0 where none turns.

        >>> Grid.parse("kick X---x---\\nrim x--", steps_per_beat=2).meets(8)
        3
        """
        if self.master or all((bar / row.period) % 1 == 0 or row.period % bar == 0 for row in self.rows):
            return 0
        period = self.period
        return lcm(period.numerator, bar * period.denominator) // (bar * period.denominator)

    # -- verbs over rows -----------------------------------------------------------------------

    def __or__(self, other: Grid) -> Self:
        """Return both grids at once; a voice that both have is the other's."""
        self._check_steps(other)
        own = {row.voice: row for row in self.rows}
        rows = {**own, **{row.voice: row for row in other.rows}}
        return replace(self, rows=tuple(rows.values()), master=max(self.master, other.master))

    def only(self, *voices: str) -> Self:
        """Return these rows alone."""
        return self._with([self[voice] for voice in self._known(voices)])

    def without(self, *voices: str) -> Self:
        """Return the other rows."""
        left = set(self._known(voices))
        return self._with([row for row in self.rows if row.voice not in left])

    def mute(self, *voices: str) -> Self:
        """Return the grid with rows that count, draw and choke and are not heard."""
        return self.but(*self._known(voices), mute=True)

    def but(self, *voices: str, **changes: Any) -> Self:
        """Return the grid with fields of these rows replaced (of all rows where none is named)."""
        chosen = set(self._known(voices)) or {row.voice for row in self.rows}
        return self._with([row.but(**changes) if row.voice in chosen else row for row in self.rows])

    def _known(self, voices: Iterable[str]) -> tuple[str, ...]:
        known = [row.voice for row in self.rows]
        for voice in voices:
            if voice not in known:
                raise GridError(f"the grid has no row '{voice}'", hint=did_you_mean(voice, known))
        return tuple(voices)

    def _with(self, rows: Iterable[Row]) -> Self:
        kept = tuple(rows)
        if not kept:
            raise GridError("no row is left", hint="a grid has one row at least")
        longest = max(row.size for row in kept)
        if longest > MAX_STEPS:
            raise GridError(f"a row of {longest} steps", hint=f"{MAX_STEPS} at the most")
        return replace(self, rows=kept)

    # -- verbs in time -------------------------------------------------------------------------

    def rotate(self, steps: int) -> Self:
        """Return every row turned right by steps of its own: what leaves at its end enters in front."""
        return self._with(
            [row.moved((step.index + steps) % row.size for step in row.steps) for row in self.rows]
        )

    def reverse(self) -> Self:
        """Return every row played backwards; a hold still begins at its hit."""
        return self._with(
            [
                row.moved((row.size - step.index - step.length) % row.size for step in row.steps).but(
                    rotate=-row.rotate
                )
                for row in self.rows
            ]
        )

    def stretch(self, factor: int) -> Self:
        """Return the grid with every step `factor` steps long."""
        if factor < 1:
            raise GridError(f"a grid cannot be stretched by {factor}", hint="1, 2, 3 …")
        rows = [
            row.but(
                size=row.size * factor,
                rotate=row.rotate * factor,
                steps=tuple(
                    replace(
                        step,
                        index=step.index * factor,
                        length=step.length * factor,
                        ratchet=step.ratchet and replace(step.ratchet, span=step.ratchet.span * factor),
                    )
                    for step in row.steps
                ),
            )
            for row in self.rows
        ]
        return replace(self._with(rows), master=self.master * factor)

    def times(self, count: int) -> Self:
        """Return the grid with every row written out `count` times."""
        if count < 1:
            raise GridError(f"a grid cannot be played {count} times", hint="1, 2, 3 …")
        if count == 1:
            return self
        rows = [
            row.but(
                size=row.size * count,
                steps=tuple(
                    replace(step, index=step.index + row.size * play)
                    for play in range(count)
                    for step in row.steps
                ),
            )
            for row in map(Row.baked, self.rows)
        ]
        return replace(self._with(rows), master=self.master * count)

    def then(self, other: Grid) -> Self:
        """Return this grid and the other after it, row by row; a row that one lacks rests there.

        Grids have the same steps in a beat and both a master length or none; rows of one voice are alike
        but for their steps.
        """
        self._check_joins(other)
        rows = {row.voice: row.baked() for row in self.rows}
        theirs = {row.voice: row.baked() for row in other.rows}
        joined = []
        for voice in dict.fromkeys((*rows, *theirs)):
            first = rows.get(voice) or _resting(theirs[voice], self)
            second = theirs.get(voice) or _resting(first, other)
            later = tuple(replace(step, index=step.index + first.size) for step in second.steps)
            joined.append(first.but(size=first.size + second.size, steps=first.steps + later))
        return replace(self._with(joined), master=self.master + other.master)

    def _check_steps(self, other: Grid) -> None:
        if other.steps_per_beat != self.steps_per_beat:
            raise GridError(
                f"{self.steps_per_beat} and {other.steps_per_beat} steps in a beat do not go together",
                hint="stretch one of them first",
            )

    def _check_joins(self, other: Grid) -> None:
        self._check_steps(other)
        if bool(self.master) != bool(other.master):
            raise GridError("one of the grids has a master length", hint="give both one, or none")
        own = {row.voice: row for row in self.rows}
        for row in other.rows:
            before = own.get(row.voice, row)
            for name in JOINED:
                if getattr(before, name) != getattr(row, name):
                    message = f"row '{row.voice}' has another {name} in the second grid"
                    raise GridError(message, hint=f"but('{row.voice}', {name}=…) makes them the same")

    def cut(self, start: int, end: int) -> Self:
        """Return steps `start` up to `end` of every row; holds end there too."""
        if not 0 <= start < end <= min(row.size for row in self.rows):
            shortest = min(row.size for row in self.rows)
            message = f"there are no steps {start} to {end} in every row"
            raise GridError(message, hint=f"0 up to {shortest}, the length of the shortest row")
        rows = []
        for row in map(Row.baked, self.rows):
            inside = [step for step in row.steps if start <= step.index < end]
            steps = (
                replace(step, index=step.index - start, length=min(step.length, end - step.index))
                for step in inside
            )
            rows.append(row.but(size=end - start, steps=tuple(steps)))
        return self._with(rows)

    def every(self, n: int, change: Callable[[Grid], Grid], first: int | None = None) -> Self:
        """Return `n` plays written out, the last (or number `first`, from 0) of them changed."""
        at = n - 1 if first is None else first
        if n < 1 or not 0 <= at < n:
            raise GridError(f"there is no play {at} in {n}", hint="n from 1, first from 0 to n - 1")
        plays: list[Grid] = [change(self) if number == at else self for number in range(n)]
        grid: Grid = plays[0]
        for play in plays[1:]:
            grid = grid.then(play)
        return replace(self, rows=grid.rows, master=grid.master)


def _resting(row: Row, grid: Grid) -> Row:
    """Return a row of rests as long as a grid, in the steps of `row`."""
    size = max(item.period for item in grid.rows) * row.speed
    if size.denominator > 1:
        message = f"row '{row.voice}' would have to rest for {size} steps"
        raise GridError(message, hint="make the grids whole steps of its speed long")
    return row.but(size=int(size), steps=())


class _Memo(dict[Any, Any]):
    """A few things that were worked out: what has lain longest goes first."""

    MOST = 48

    def __reduce__(self) -> Any:
        return _Memo, ()  # hashes of texts are others in another process

    def __setitem__(self, key: Any, value: Any) -> None:
        while len(self) >= self.MOST and key not in self:
            # Another thread may have been here: gone is gone.
            self.pop(next(iter(self), None), None)
        super().__setitem__(key, value)
