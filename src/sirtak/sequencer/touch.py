"""How drums are touched: velocity by step, and time that drifts rather than jitters.

The velocity templates are means of played sixteenths (Groove MIDI, 306 straight performances,
craft.md 2.3) over their own average; timing is a fixed lead or lag of the voice plus a drift of
lag-1 correlation .35 with a standard deviation in milliseconds, 20 at the most (craft.md 3.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sirtak.rhythm.step import GHOST, LEVELS
from sirtak.theory.meter import Meter, among

_STEPS = {
    "kick": (79, 40, 70, 55, 75, 55, 61, 55, 77, 51, 68, 59, 77, 60, 62, 48),
    "snare": (48, 42, 66, 66, 110, 50, 66, 55, 72, 55, 73, 72, 109, 65, 85, 55),
    "hat": (77, 44, 67, 56, 83, 52, 69, 60, 73, 54, 71, 56, 79, 53, 68, 58),
}

# family: (lead or lag, drift) in milliseconds
_TIME = {"kick": (0.0, 3.0), "snare": (5.0, 5.0), "hat": (-6.0, 6.0)}

_FAMILY = {
    "kick": "kick",
    "dauylpaz": "kick",
    "dabyl": "kick",
    "snare": "snare",
    "clap": "snare",
    "rim": "snare",
    "tom": "snare",
}
HAT_GHOST = 44
KNEE, ABOVE = 115, 0.25
WEIGHT = 0.35  # how much of the measured unevenness machine patterns take on


def family(voice: str) -> str:
    """Return kick, snare or hat: whose touch a voice borrows.

    >>> family("tom-low"), family("shaker")
    ('snare', 'hat')
    """
    return _FAMILY.get(voice, _FAMILY.get(voice.partition("-")[0], "hat"))


def velocity_curve(voice: str, meter: Meter, steps: int) -> NDArray[np.float64]:
    """Return a factor around 1 for each of a bar's steps."""
    if meter.numerator == 4 and meter.denominator == 4 and steps == 16:
        measured = np.array(_STEPS[family(voice)], float)
        uneven: NDArray[np.float64] = 1 + WEIGHT * (measured / measured.mean() - 1)
        return uneven
    # No other bar was measured: groups lead, beats follow, the rest steps back.
    ticks = np.arange(steps) * meter.ticks / steps
    curve = np.where(ticks % meter.beat == 0, 1.0, 0.92)
    return np.where(among(ticks, meter.group_ticks), 1.06, curve)


def loudness(
    level: NDArray[np.int64], curve: NDArray[np.float64], *, hats: NDArray[np.bool_] | bool
) -> NDArray[np.float64]:
    """Return velocities (not rounded) of levels on steps with a factor from `velocity_curve`.

    Ghosts of hats and their like are a little louder; what is above a knee is pressed, since accents
    on strong steps would all be cut at 127.

    >>> loudness(np.array([1, 2, 3]), np.array([1.0, 1.0, 1.2]), hats=True).tolist()
    [44.0, 96.0, 122.25]
    """
    loud = np.where(hats & (level == GHOST), HAT_GHOST, np.array(LEVELS)[level]) * curve
    return np.where(loud > KNEE, KNEE + (loud - KNEE) * ABOVE, loud)


def drift(voices: Sequence[str], draws: NDArray[np.float64], amount: float) -> NDArray[np.float64]:
    """Return milliseconds off the grid from draws of shape (voices, bars, steps)."""
    lag, deviation = _times(tuple(voices))
    noise = (draws - 0.5) * (np.sqrt(12) * deviation)
    late = noise * 0.94
    # Bar by bar: a longer section leaves the bars before it as they were.
    late[:, :, 0] = noise[:, :, 0]
    late[:, :, 1:] += 0.35 * noise[:, :, :-1]
    moved: NDArray[np.float64] = np.minimum(np.maximum(amount * (lag + late), -20), 20)
    return moved


@lru_cache(maxsize=256)
def _times(voices: tuple[str, ...]) -> NDArray[np.float64]:
    """Return lag and deviation of voices in milliseconds, each of shape (voices, 1, 1)."""
    return np.array([_TIME[family(voice)] for voice in voices]).T[:, :, None, None]
