"""Steps and rows: what one character of a grid can be, and what its row's table adds.

Steps count from 0 here and from 1 where people write them. A step lasts 1 / steps_per_beat of
the meter's beat, divided by its row's speed. Micro-timing is in 1/384 of a whole note (10 ticks of
960 to the quarter; a sixteenth is 24), later when positive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import GridError
from sirtak.rhythm.condition import Condition

MAX_STEPS = 1024  # in a row as it is written
REST, GHOST, HIT, ACCENT = 0, 1, 2, 3
LEVELS = (0, 38, 96, 120)  # velocities: ghost 25-50, hit 85-105, accent 115-127 (craft.md 3)
LANE = "accent"  # the row that sounds nothing and makes every voice louder on its steps

# character: (level, stroke)
MARKS = {
    "X": (ACCENT, ""),
    "x": (HIT, ""),
    "o": (GHOST, ""),
    "D": (ACCENT, "D"),
    "d": (HIT, "D"),
    "U": (ACCENT, "U"),
    "u": (HIT, "U"),
}
LETTERS = {mark: letter for letter, mark in MARKS.items()}
SPEEDS = tuple(Fraction(text) for text in ("1/8", "1/4", "1/2", "3/4", "1", "3/2", "2"))
NUDGE_TICKS = 10  # ticks in 1/384 of a whole note
NUDGES = 23  # so a step of a sixteenth is never left
# What a row has beside its steps, in the order in which files say it.
FIELDS = ("speed", "rotate", "pulses", "swing", "nudge", "chance", "choke", "take", "mute", "cc")


@dataclass(frozen=True)
class Ratchet:
    """A step struck several times: `count` strokes over its length, or one every `rate` whole notes.

    `ramp` is what the last stroke's velocity has over the first's; `gate` is the share of the
    time to the next stroke that each sounds; `span` is how many steps the strokes fill (0: the
    step's length).
    """

    count: int = 0
    rate: Fraction | None = None
    ramp: int = 0
    gate: float = 1.0
    span: float = 0.0


@dataclass(frozen=True)
class Step:
    """A sounding step: where, how strong (1 ghost, 2 hit, 3 accent), how many steps long, which stroke.

    `velocity` (1 to 127) stands in for the level's; `chance` (0 to 1) is drawn on every play and
    seen by no condition; `nudge` and `flam` are in 1/384 of a whole note: how late the hit is, and
    how far before it a grace note of `flam_velocity` (.6 of the hit's where 0). `cc` are
    parameter locks, (controller, value) pairs that hold for this hit alone.
    """

    index: int
    level: int
    length: int = 1
    stroke: str = ""
    velocity: int = 0
    chance: float = 1.0
    condition: Condition | None = None
    ratchet: Ratchet | None = None
    nudge: float = 0.0
    flam: float = 0.0
    flam_velocity: int = 0
    cc: tuple[tuple[int, int], ...] = ()

    @property
    def plain(self) -> bool:
        """Whether its character says everything."""
        return self == Step(self.index, self.level, self.length, self.stroke)


@dataclass(frozen=True)
class Row:
    """One voice: its sounding steps, and how many steps it has before it repeats.

    `speed` divides the length of its steps; `rotate` turns it right by steps; `pulses` are
    relative lengths of its successive steps; `swing` is its own (None: the beat's); `nudge` and
    `chance` hold for all its hits; a hit ends what rings in other rows of the same `choke` group;
    `take` draws anew for this row alone; a muted row counts, draws and chokes, and is not heard;
    `cc` are the values that its parameter locks return to.
    """

    voice: str
    size: int
    steps: tuple[Step, ...]
    speed: Fraction = Fraction(1)
    rotate: int = 0
    swing: float | None = None
    pulses: tuple[float, ...] | None = None
    nudge: float = 0.0
    chance: float = 1.0
    choke: str = ""
    take: int = 0
    mute: bool = False
    cc: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.voice or re.search(r"\s", self.voice) or self.voice[0] in "#[":
            raise GridError(f"'{self.voice}' is no voice", hint="one word, e.g. kick")
        if self.speed not in SPEEDS:
            raise GridError(
                f"row '{self.voice}': there is no speed {self.speed}", hint=", ".join(map(str, SPEEDS))
            )

    @cached_property
    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return (index, level, length) of the sounding steps as arrays."""
        table = np.array([(item.index, item.level, item.length) for item in self.steps], np.int64)
        index, level, length = table.reshape(-1, 3).T
        return index, level, length

    @cached_property
    def uncertain(self) -> bool:
        """Whether any of its steps needs a draw to sound."""
        return self.chance < 1 or any(
            step.chance < 1 or (step.condition is not None and step.condition.kind == "chance")
            for step in self.steps
        )

    @cached_property
    def usual(self) -> bool:
        """Whether its steps are as long as the grid's."""
        return self.speed == 1

    @cached_property
    def address(self) -> tuple[str, int, int]:
        """Whose draws it takes: voice, take, and how many addresses a step of the grid has for it."""
        return self.voice, self.take, 2 if self.speed > 1 else 1

    def but(self, **changes: Any) -> Row:
        """Return the row with fields replaced."""
        return replace(self, **changes)

    def moved(self, places: Iterable[int]) -> Row:
        """Return the row with its steps at other places, in order."""
        steps = [replace(step, index=place) for step, place in zip(self.steps, places, strict=True)]
        return self.but(steps=tuple(sorted(steps, key=lambda step: step.index)))

    def baked(self) -> Row:
        """Return the row with its rotation written into its steps."""
        return self.moved((step.index + self.rotate) % self.size for step in self.steps).but(rotate=0)

    @property
    def period(self) -> Fraction:
        """Its length in steps of the grid."""
        return self.size / self.speed
