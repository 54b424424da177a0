"""Curves that make a part sound produced: ducking from the kick, expression, a filter that opens.

Each is a factor between 0 and 1 over a section's ticks (960 to the quarter, from its start), and all
that move one controller are multiplied into one curve, the player's own included: two curves never
fight over CC11. A section's curve is stated anew at its first tick and ends at rest, 127, on its last
one, so that sections stay independent. Sidechain by craft.md 3; the shapes of expression and filter
are our invention.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import PPQ, Controls
from sirtak.notes.controls import CC
from sirtak.scene.part import PartSpec
from sirtak.scene.scene import Scene
from sirtak.theory.meter import joined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Factor = tuple[Ints, Callable[[Ints], Floats]]  # ticks at which it is sampled, and the factor there

EXPRESSION, BRIGHTNESS = 11, 74
REST = 127
RELEASE, CURVE = 0.875, 2.0  # quarters (7/32) and power: a pad's, softly back (craft.md 3)
POINT = PPQ // 16  # a 1/64: how often a duck is sampled (craft.md 3)
SLOW = PPQ // 4  # a 1/16: often enough for what moves over bars
PEAK = 0.62  # where in a phrase its arch is highest: climaxes lie at 55 to 75 % (craft.md 4, rule 4)


def produced(spec: PartSpec, scene: Scene, own: Controls) -> Controls:
    """Return a section's controllers with the part's sidechain, expression and filter worked in.

    `own` are those that the player has given, `scene.kicks` the kicks where they sound. Controllers that no
    knob touches are returned as they are.
    """
    loudness = [*_ducked(spec, scene), *_expressed(spec, scene)]
    for number, factors in ((EXPRESSION, loudness), (BRIGHTNESS, _filtered(spec, scene))):
        if factors:
            own = _worked_in(own, number, factors, scene.bars.ticks)
    return own


def ducking(ticks: Ints, kicks: Ints, floor: int, release: float, curve: float) -> Floats:
    """Return the values of CC11 under a sidechain: `floor` on a kick, back at 127 `release` ticks later.

    127 - (127 - floor) * (1 - x) ** curve, x the share of the release that is over (craft.md 3).

    >>> ducking(np.array([0, 240, 480, 960]), np.array([0, 960]), 47, 480.0, 2.0).tolist()
    [47.0, 107.0, 127.0, 47.0]
    """
    last = np.searchsorted(kicks, ticks, side="right") - 1
    since = np.where(last >= 0, ticks - kicks[np.maximum(last, 0)], np.inf)
    left = np.maximum(1 - since / release, 0)
    values: Floats = REST - (REST - floor) * left**curve
    return values


def _ducked(spec: PartSpec, scene: Scene) -> list[Factor]:
    if not spec.sidechain or not len(scene.kicks):
        return []
    floor, release = round(REST * (1 - spec.sidechain)), (spec.sidechain_release or RELEASE) * PPQ
    curve = spec.sidechain_curve or CURVE
    kicks = scene.kicks
    steps = np.append(np.arange(0, release, POINT), release)
    ticks = kicks[:, None] + np.rint(steps).astype(np.int64)
    # A duck is over when the next one begins.
    following = np.append(kicks[1:], scene.bars.ticks)
    ticks = ticks[ticks < following[:, None]]

    def factor(at: Ints) -> Floats:
        return np.rint(ducking(at, kicks, floor, release, curve)) / REST

    return [(ticks, factor)]


def _slow(scene: Scene) -> Ints:
    return np.arange(0, scene.bars.ticks, SLOW)


def _expressed(spec: PartSpec, scene: Scene) -> list[Factor]:
    """Louder with the energy, and an arch over each phrase: at 1 a quiet section opens from a half."""
    if not spec.expression:
        return []
    share = spec.expression

    def factor(at: Ints) -> Floats:
        away = 0.35 * (1 - _energy(scene, at)) + 0.2 * (1 - _arch(scene, at))
        return 1 - share * away

    return [(_slow(scene), factor)]


def _arch(scene: Scene, at: Ints) -> Floats:
    """Return how high a phrase's arch is at each tick: 0 at its ends, 1 at its peak."""
    meters = len(scene.bars.meters)
    span = meters * -(-4 // meters)
    first = scene.bars.starts[::span]
    ends = np.append(first[1:], scene.bars.ticks)
    phrase = np.searchsorted(first, at, side="right") - 1
    share = (at - first[phrase]) / (ends[phrase] - first[phrase])
    arch: Floats = np.sin(np.pi / 2 * np.interp(share, [0, PEAK, 1], [0, 1, 0]))
    return arch


def _energy(scene: Scene, at: Ints) -> Floats:
    """Return the energy at each tick, in a line from bar to bar: bars have theirs at their middles."""
    return np.interp(at, scene.bars.starts + scene.bars.lengths / 2, scene.energy)


def _filtered(spec: PartSpec, scene: Scene) -> list[Factor]:
    """As open as the section has energy; a build opens it all the way, most of it in its last third."""
    if not spec.filter:
        return []
    share = spec.filter

    def factor(at: Ints) -> Floats:
        energy = _energy(scene, at)
        if scene.scene == "build":
            energy = energy[:1] + (1 - energy[:1]) * (at / scene.bars.ticks) ** 2
        elif scene.scene == "drop":
            energy = np.ones(len(at))
        return 1 - share * 0.9 * (1 - energy)

    return [(_slow(scene), factor)]


def _worked_in(own: Controls, number: int, factors: list[Factor], end: int) -> Controls:
    """Return controllers with `number` multiplied by the factors, from the section's first tick to rest."""
    table = own.table
    mine = (table["kind"] == CC) & (table["number"] == number)
    given, values = table["tick"][mine].astype(np.int64), table["value"][mine] / REST
    edges = np.array([0, end - 1], np.int64)
    ticks = joined(edges, given, *(points for points, _ in factors))
    ticks = ticks[(ticks >= 0) & (ticks < end)]
    product = np.append(1.0, values)[np.searchsorted(given, ticks, side="right")]
    for _, factor in factors:
        product = product * factor(ticks)
    value = np.rint(REST * product).astype(np.int64)
    value[-1] = REST
    changed = np.append(True, value[1:] != value[:-1])
    return Controls(table[~mine]) | Controls.cc(number, ticks[changed], value[changed])


def settled(controls: Controls, number: int, end: int, rest: int = REST) -> Controls:
    """Return controllers of one kind brought to rest on a section's last tick.

    >>> settled(Controls.cc(11, [0, 480], [40, 90]), 11, 960).table["value"].tolist()
    [40, 90, 127]
    """
    return controls | Controls.cc(number, [end - 1], [rest]) if len(controls) else controls


def line(number: int, ticks: NDArray[Any], values: NDArray[Any], end: int, rest: int = REST) -> Controls:
    """Return a controller's values at rising ticks, each change once, at rest on the section's last tick.

    >>> line(11, np.array([0, 60, 120]), np.array([40.0, 40.2, 90.0]), 960).table["value"].tolist()
    [40, 90, 127]
    """
    ticks, values = np.asarray(ticks, np.int64), np.rint(values).astype(np.int64)
    inside = (ticks >= 0) & (ticks < end - 1)
    ticks, values = ticks[inside], values[inside]
    if not len(ticks):
        return Controls.empty()
    changed = np.append(True, values[1:] != values[:-1])
    found = Controls.cc(number, ticks[changed], values[changed])
    return found if values[-1] == rest else settled(found, number, end, rest)
