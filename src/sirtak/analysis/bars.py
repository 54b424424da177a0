"""Where notes stand in their bars: bar number and step, as the measures and pictures see them.

Bars and steps count from 0. A step is a sixteenth (240 ticks). A note up to 90 ticks before a step
counts as on it, and up to 149 behind it: hands are early by little, swing is late by more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SirtakError
from sirtak.notes import PPQ, Arrangement, Notes
from sirtak.theory.meter import default_groups

STEP = PPQ // 4
EARLY = 90  # ticks
MOST_BARS = 4000  # a matrix of all pairs of bars is the largest thing that is built
MOST_PLACES = 200_000  # bars times steps: odd meters can make a few bars as large as thousands

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _spans(arrangement: Arrangement) -> list[range]:
    """Return the bar lines of each meter as a range, which costs nothing however long it is."""
    bounds = [*(item.tick for item in arrangement.meters[1:]), arrangement.length]
    return [
        range(item.tick, min(end, arrangement.length), max(1, item.bar_ticks))
        for item, end in zip(arrangement.meters, bounds, strict=True)
    ]


def _count(arrangement: Arrangement) -> int:
    return sum(map(len, _spans(arrangement)))


def bar_starts(arrangement: Arrangement) -> Ints:
    """Return the tick of every bar line, the last one included.

    >>> bar_starts(Arrangement((), length=9600)).tolist()
    [0, 3840, 7680, 9600]
    """
    spans = [np.arange(item.start, item.stop, item.step, dtype=np.int64) for item in _spans(arrangement)]
    return np.append(np.concatenate(spans), arrangement.length)


@dataclass(frozen=True, eq=False)
class Frame:
    """The bars of a piece: `starts` has one tick more than there are bars, `beats` the steps of
    each bar at which a beat (or a group, as in 7/8) begins, `steps` the longest bar in steps."""

    starts: Ints
    beats: tuple[tuple[int, ...], ...]
    steps: int

    @classmethod
    def of(cls, arrangement: Arrangement) -> Frame:
        """Return the frame of a piece; SirtakError where it has more than 4000 bars, or bars so
        long that they come to more than 200,000 steps.

        >>> from sirtak.notes import MeterChange
        >>> Frame.of(Arrangement((), length=3360, meters=(MeterChange(0, 7, 8),))).beats
        ((0, 6, 10),)
        """
        bars = _count(arrangement)
        if bars > MOST_BARS:
            raise SirtakError(f"{bars} bars are too many to measure", hint=f"the most is {MOST_BARS}")
        starts = bar_starts(arrangement)
        steps = max((-(-int(span) // STEP) for span in np.diff(starts)), default=1)
        if bars * steps > MOST_PLACES:
            raise SirtakError(f"{bars} bars of up to {steps} sixteenths are too many to measure")
        meters = arrangement.meters
        ticks = [item.tick for item in meters]
        kinds = [_beat_steps(item.numerator, item.denominator) for item in meters]
        chosen = np.searchsorted(ticks, starts[:-1], side="right") - 1
        return cls(starts, tuple(kinds[max(0, at)] for at in chosen.tolist()), max(1, steps))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def places(self, notes: Notes) -> tuple[Ints, Ints]:
        """Return the bar and the step in it of every note.

        >>> frame = Frame.of(Arrangement((), length=7680))
        >>> [column.tolist() for column in frame.places(Notes.of([0, 280, 3800], 9, 60))]
        [[0, 0, 1], [0, 1, 0]]
        """
        ticks = notes.onset.astype(np.int64) + EARLY
        bar = np.clip(np.searchsorted(self.starts, ticks, side="right") - 1, 0, max(0, len(self) - 1))
        return bar, np.clip((ticks - self.starts[bar]) // STEP, 0, self.steps - 1)

    def on_beat(self, notes: Notes) -> NDArray[np.bool_]:
        """Return which notes begin on a beat."""
        table = np.zeros((max(1, len(self)), self.steps), bool)
        for bar, steps in enumerate(self.beats):
            table[bar, [step for step in steps if step < self.steps]] = True
        found: NDArray[np.bool_] = table[self.places(notes)]
        return found


def _beat_steps(numerator: int, denominator: int) -> tuple[int, ...]:
    """Return the steps at which the beats of a meter begin."""
    groups = np.cumsum([0, *default_groups(numerator, denominator)[:-1]])
    return tuple(int(place) * 16 // denominator for place in groups)


def metric_weights(numerator: int, denominator: int) -> Floats:
    """Return the weight of each step of a bar: 4 its start, 3 half of four equal beats, 2 other
    beats or groups, 1 the eighths between them, 0 the rest.

    After the trees of Longuet-Higgins and Lee (Music Perception 1(4), 1984).

    >>> metric_weights(4, 4).astype(int).tolist()
    [4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0]
    """
    steps = max(1, numerator * 16 // denominator)
    weights = np.zeros(steps)
    weights[::2] = 1
    beats = _beat_steps(numerator, denominator)
    weights[[step for step in beats if step < steps]] = 2
    if len(beats) == 4 and beats[2] * 2 == steps:
        weights[beats[2]] = 3
    weights[0] = 4
    return weights
