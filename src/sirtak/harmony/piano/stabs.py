"""Stabs: short chords between the beats, never on the bar line.

A rhythm is a list of places in the order in which density brings them in: off-beats, the charleston
turned round (so that its long note, not its bar line, is heard), and the 3-3-2 of the tresillo,
which in a bar of twos and threes is the meter's own. Ours, after the commonplaces of dance music.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.harmony.piano.figures import Hand
from sirtak.notes import Notes
from sirtak.scene.play import dynamics, within
from sirtak.scene.register import voice_lead
from sirtak.theory.meter import Meter

RHYTHMS = ("offbeat", "charleston", "tresillo")
_BEAT = 960
# Places in a bar of 4/4 in sixteenths, first those that the rhythm is known by.
_FOUR: dict[str, tuple[int, ...]] = {
    "offbeat": (6, 14, 2, 10, 11, 7),
    "charleston": (2, 8, 14, 6, 11, 3),
    "tresillo": (6, 12, 3, 11, 14, 9),
}
_TOP = (0, -5, 7)  # velocity of the bottom, middle and top voice: the top sings


@cache
def places(meter: Meter, rhythm: str) -> tuple[int, ...]:
    """Return ticks in a bar, first come first: never 0.

    >>> from sirtak.theory.meter import parse_meters
    >>> [tick // 240 for tick in places(parse_meters("4/4")[0], "tresillo")]
    [6, 12, 3, 11, 14, 9]
    >>> [tick // 480 for tick in places(parse_meters("7/8 (3+2+2)")[0], "offbeat")]
    [2, 4, 6, 1]
    """
    if (meter.numerator, meter.denominator) == (4, 4) and set(meter.groups) == {1}:
        return tuple(place * 240 for place in _FOUR[rhythm])
    starts = meter.group_ticks.tolist()
    ends = [*starts[1:], meter.ticks]
    half = min(meter.beat, 480) if meter.denominator > 4 else meter.beat // 2
    last = [end - half for end in ends]
    inner = [start + half for start in starts]
    order = {
        "offbeat": [*last, *inner],
        "charleston": [*inner[:1], *starts[1:2], *last[::-1]],
        "tresillo": [*starts[1:], *last[:1], *inner],
    }[rhythm]
    return tuple(dict.fromkeys(tick for tick in order if 0 < tick < meter.ticks))


def stabs(hand: Hand) -> Notes:
    """Return three voices on the places of one rhythm; every other bar plays its last place anew."""
    spec, scene, dice = hand.spec, hand.scene, hand.dice
    rhythm: str = spec.stab
    if rhythm == "auto":
        # One rhythm for the whole piece, whichever section it is.
        rhythm = RHYTHMS[int(dice.at("").rows("stab", 1, 1)[0, 0] * len(RHYTHMS))]
    struck = [
        start + tick
        for bar, start in enumerate(scene.bars.starts.tolist())
        for order in (_turned(places(scene.bars.meter(bar), rhythm), bar),)
        for rank, tick in enumerate(order)
        if 0.05 + 0.7 * (rank / len(order)) < spec.density
    ]
    if not struck:
        return Notes.empty()
    ticks = np.array(sorted(struck), np.int64)
    voiced = np.array(voice_lead(scene.chords, scene.mode, scene.tonic, 57, 77, 3, full=True))
    pitch = voiced[scene.chords.index_at(ticks)]
    onset = scene.touch(dice, ticks, 5 * spec.human)
    velocity = dynamics(spec, scene, dice, ticks, 0.5, 62)
    louder = np.minimum(np.maximum(velocity[:, None] + np.array(_TOP), 1), 127)
    length = within(scene, onset, _lengths(hand, ticks))
    return Notes.of(np.repeat(onset, 3), np.repeat(length, 3), pitch.reshape(-1), louder.reshape(-1))


def _turned(order: tuple[int, ...], bar: int) -> tuple[int, ...]:
    """Return the places of a bar: in odd bars the second and third to come are exchanged."""
    if bar % 2 == 0 or len(order) < 3:
        return order
    return (order[0], order[2], order[1], *order[3:])


def _lengths(hand: Hand, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return durations: short, now and then held, and let go before the next."""
    held = np.where(hand.pattern(ticks) < 0.25, 420, 190)
    room = np.append(np.diff(ticks), 960)
    lengths: NDArray[np.int64] = np.minimum(held, room - 40)
    return lengths
