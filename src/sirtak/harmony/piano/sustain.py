"""The sustain pedal (CC64), and the bars in which a ballad rests.

`open` and an accompanying `ostinato` hold the pedal through each harmony, `ballad` too, but lets go in
the middle of a bar that rests; running figures change it on every bar line; stabs are dry. Ticks
count from the section's start.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.harmony.piano.spec import PianoSpec
from sirtak.notes import Controls, Notes
from sirtak.rng import Dice
from sirtak.scene import Scene
from sirtak.theory.meter import joined

LIFT, DOWN = 20, 40  # ticks: up so long before a change, down so long after it
_BLOCK = 8


def resting(spec: PianoSpec, scene: Scene, dice: Dice) -> NDArray[np.bool_]:
    """Return the bars in which a ballad's accompaniment is silent: three of eight at density 0.5.

    Bars that end a phrase of four rest first, bars with a new chord last, the first bar never
    (craft.md 4.1: rests in 25 to 40 % of bars).
    """
    count = scene.bars.count
    blocks = -(-count // _BLOCK)
    number = np.arange(blocks * _BLOCK)
    # Drawn once for the piece: silence comes back where it was.
    drawn = np.resize(dice.at("").rows("rest", 1, _BLOCK)[0], blocks * _BLOCK)
    rank = drawn - 0.6 * (number % 4 == 3) + 2 * (number % _BLOCK == 0)
    rank[scene.bars.bar_of(scene.chords.onsets)] += 1
    rank[0] += 2
    silent = round(_BLOCK * (0.5 - 0.3 * spec.density))
    order = np.argsort(np.argsort(rank.reshape(blocks, _BLOCK), axis=1, kind="stable"), axis=1)
    rests: NDArray[np.bool_] = (order < silent).reshape(-1)[:count]
    return rests


def spans(spec: PianoSpec, scene: Scene, dice: Dice) -> NDArray[np.int64]:
    """Return (spans, 2): the ticks from and to which one pedal sounds; none where it is not used."""
    leads = dice.part == scene.lead
    rule = spec.left if leads and spec.left != "none" else spec.manner
    if not spec.pedal or rule == "stabs":
        return np.empty((0, 2), np.int64)
    onsets = scene.chords.onsets
    # An ostinato is chord tones alone; under a tune of its own it would blur that.
    long = rule in ("open", "none", "ballad") or (rule == "ostinato" and not leads)
    starts = onsets if long else joined(onsets, scene.bars.starts)
    if rule != "ballad":
        return np.stack([starts, np.append(starts[1:], scene.bars.ticks)], axis=1)
    rests = resting(spec, scene, dice)
    # After a rest the pedal goes down again with the next bar.
    starts = joined(onsets, scene.bars.starts[np.flatnonzero(rests[:-1] & ~rests[1:]) + 1])
    ends = np.append(starts[1:], scene.bars.ticks)
    middles = (scene.bars.starts + scene.bars.lengths // 2)[rests]
    first = np.searchsorted(middles, starts)
    let_go = np.append(middles, scene.bars.ticks)[first]
    kept = ~(rests[scene.bars.bar_of(starts)])
    return np.stack([starts, np.minimum(ends, let_go)], axis=1)[kept]


def pedal(spec: PianoSpec, scene: Scene, dice: Dice, notes: Notes) -> Controls:
    """Return the sustain pedal: up just before each change, down just after it."""
    held = spans(spec, scene, dice) if len(notes) else np.empty((0, 2), np.int64)
    if not len(held):
        return Controls.empty()
    ticks = (held + np.array([DOWN, -LIFT])).reshape(-1)
    return Controls.cc(64, ticks, np.tile([127, 0], len(held)))


def ring(
    spec: PianoSpec, scene: Scene, dice: Dice, ticks: NDArray[np.int64], least: NDArray[np.int64] | int
) -> NDArray[np.int64]:
    """Return how long notes at `ticks` ring: to the end of their pedal, or `least` without one."""
    held = spans(spec, scene, dice)
    floor = np.broadcast_to(np.asarray(least, np.int64), ticks.shape)
    if not len(held):
        return floor
    place = np.maximum(np.searchsorted(held[:, 0], ticks, side="right") - 1, 0)
    inside = (ticks >= held[place, 0]) & (ticks < held[place, 1])
    return np.where(inside, np.maximum(held[place, 1] - LIFT - ticks, 60), floor)
