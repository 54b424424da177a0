"""The plan of a line before its notes: where it opens and ends, and the contour between.

Openings and contours are drawn together, since a line that comes down cannot open below its end.
Places on the ladder are states (song_scale); heights are semitones above the final.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sirtak.harmony.song import Song, VerseLine
from sirtak.harmony.song_draw import NEVER, Floats, pick
from sirtak.harmony.song_scale import Ladder, kinds

PEAKED = ("convex", "descending")  # contours that a line with the highest note may have


@dataclass(frozen=True)
class Plan:
    """Where a line begins and ends, its contour, and which note is the highest of the stanza."""

    opening: int
    ending: int
    shape: str
    top: int | None
    bend: float
    much: float


def plan_line(
    song: Song, ladder: Ladder, index: int, draws: list[float], ending: int, before: int, rhyme: int
) -> Plan:
    """Return the plan of a line from eight draws.

    `before` is the height on which the last line ended, `rhyme` the syllables of the last foot,
    in which the highest note has no place.
    """
    line, top = song.line[index], len(ladder.heights) - 1
    openings = _openings(song, line, ladder, before)
    if index + 1 == song.peak:
        reached = int(ladder.heights[top])
        begins = bool(kinds(np.array([reached - before, reached])).min() >= 0)
        return _peak_plan(song, line, openings, draws, ending, top, begins, rhyme)
    # Opening and contour together: a line that descends cannot begin below its end.
    pairs = {
        (state, shape): share * weight * _fits(shape, state, ending, top)
        for state, share in openings.items()
        for shape, weight in _shapes(song, line).items()
        if state < top
    }
    if not sum(pairs.values()):
        pairs = {(min(ending, top - 1), shape): weight for shape, weight in _shapes(song, line).items()}
    opening, shape = pick(pairs, draws[1])
    return Plan(opening, ending, shape, None, 0.3 + 0.4 * draws[2], draws[3])


def _peak_plan(
    song: Song,
    line: VerseLine,
    openings: dict[int, float],
    draws: list[float],
    ending: int,
    top: int,
    begins: bool,
    rhyme: int,
) -> Plan:
    """Return the plan of the line that has the highest note: on its first syllable or in its middle."""
    shares = {item: song.contour.get(item, 0.0) for item in PEAKED}
    drawn = pick(shares, draws[0]) if sum(shares.values()) else "convex"
    shape = line.shape or drawn
    latest = line.syllables - rhyme - 1
    if latest < 1 or (shape == "descending" and begins):
        return Plan(top, ending, "descending", 0, 0.5, 0.5)
    peak = max(1, min(latest, round((0.25 + 0.4 * draws[2]) * line.syllables)))
    lower = {state: share for state, share in openings.items() if state < top} or {min(ending, top - 1): 1.0}
    return Plan(pick(lower, draws[1]), ending, "convex", peak, peak / max(line.syllables - 1, 1), 1.0)


def _openings(song: Song, line: VerseLine, ladder: Ladder, before: int) -> dict[int, float]:
    """Return the states that a line may begin on, none a tritone or a seventh from the line before."""
    if line.around is not None and not line.opens:
        return {ladder.around(line.around): 1.0}
    table: dict[int, float] = {}
    for key, share in (line.opens or song.openings).items():
        state = ladder.state(int(key))
        reached = int(ladder.heights[state])
        near = abs(reached - int(key)) <= 2
        sung = kinds(np.array([reached - before, reached])).min() >= 0
        table[state] = table.get(state, 0.0) + (share if near and sung else share * NEVER)
    return table


def _shapes(song: Song, line: VerseLine) -> dict[str, float]:
    """Return the contours of a line that has not the highest note.

    That one is convex or descending whatever the shares, so the others are it less often.
    """
    if line.shape:
        return {line.shape: 1.0}
    peaked = sum(song.contour.get(shape, 0.0) for shape in PEAKED) or 1.0
    count = len(song.line)
    shapes: dict[str, float] = {}
    for shape, share in song.contour.items():
        taken = 100 * share / peaked if shape in PEAKED and not song.line[song.peak - 1].shape else 0.0
        shapes[shape] = max(count * share - taken, 0.1 * share)
    return shapes


def _fits(shape: str, opening: int, ending: int, top: int) -> float:
    """Return whether a contour can be sung between two states."""
    if shape == "descending":
        return float(opening >= ending + 2)
    if shape == "ascending":
        return float(opening <= ending - 2)
    if shape == "convex":
        return float(max(opening, ending) <= top - 2)
    return float(min(opening, ending) >= 2)


def curve(plan: Plan, count: int, top: int) -> Floats:
    """Return the state that a line leans to at each note: two straight stretches."""
    opening, ending = plan.opening, plan.ending
    middle = opening + (ending - opening) * plan.bend
    if plan.shape == "convex":
        upper = max(opening, ending)
        middle = top if plan.top else upper + 1 + plan.much * max(0, min(3, top - 2 - upper))
    elif plan.shape == "concave":
        lower = min(opening, ending)
        middle = lower - 1 - plan.much * max(0, min(2, lower - 1))
    elif plan.top is None:
        # A line that climbs or comes down does so early: its middle is heard apart from its end.
        middle += 0.8 if plan.shape == "ascending" else -0.8
    places = np.linspace(0, 1, count) if count > 1 else np.zeros(1)
    return np.interp(places, [0, max(plan.bend, 0.01), 1], [opening, middle, ending])
