"""The tune of a stanza: one degree for each syllable of each line.

Line after line is drawn: its opening, its ending and its contour by the form's shares, then many
drafts of the way between them, of which the one that sings best is kept. Lines that rhyme share
the degrees of their last foot, moved to where the line ends; a line that keeps more feet leans
on those of the line it rhymes with. One note of one line is the highest of all (craft.md 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sirtak.harmony.song import Song, VerseLine
from sirtak.harmony.song_draw import NEVER, Floats, Ints, draw_paths, pick
from sirtak.harmony.song_plan import Plan, curve, plan_line
from sirtak.harmony.song_scale import KINDS, LEAP, Ladder, kinds, nearest, shares_of
from sirtak.rng import Dice
from sirtak.theory.mode import Mode

DRAFTS = 24
ATTEMPTS = 6
WIDTH = 8  # draws of a line's plan, before those of its notes
SPREAD = 1.5  # how far a line strays from its contour, in degrees
CLING = 2.2  # how closely kept feet follow the line they come from

Feet = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class Tune:
    """The degrees of every line (0 is the mode's degree 0) and the feet of every line."""

    lines: tuple[tuple[int, ...], ...]
    feet: tuple[tuple[int, ...], ...]


def make_tune(song: Song, mode: Mode, leaps: float, dice: Dice) -> Tune:
    """Return the tune of a song's stanza; the same dice make the same tune in any meter.

    A stanza whose range is not the form's, or in which a degree's second form makes a tritone or
    a seventh, is drawn anew, six times at the most; the best of them is kept.

    >>> from sirtak.harmony.song import load_song
    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> song, mode = load_song(Library(), "qara-oleng"), load_mode(Library(), "dorian")
    >>> tune = make_tune(song, mode, 0.12, Dice(3, "melody"))
    >>> [len(line) for line in tune.lines], tune.lines[3][-1]
    ([11, 11, 11, 11], 0)
    """
    best, least = None, float("inf")
    for attempt in range(ATTEMPTS):
        tune = _stanza(song, mode, leaps, dice, f"song {attempt + 1} ")
        faults = _faults(song, mode, tune)
        if faults < least:
            best, least = tune, faults
        if not faults:
            break
    assert best is not None
    return best


def _faults(song: Song, mode: Mode, tune: Tune) -> int:
    """Return how far the stanza's range is from the form's, and its awkward moves, in semitones."""
    pitches = mode.pitches(np.concatenate([np.array(line) for line in tune.lines]), 0)
    span = int(np.ptp(pitches))
    away = max(song.range[0] - span, span - song.range[1], 0)
    return away + 12 * int(np.sum(kinds(np.diff(pitches)) < 0))


def _stanza(song: Song, mode: Mode, leaps: float, dice: Dice, name: str) -> Tune:
    general = dice.stream(name + "range").random(2).tolist()
    lowest = int(pick(song.low, general[0]))
    # Most songs lie near the lower bound of the range (craft.md 2.1: 14, 14.5 and 20 semitones).
    span = song.range[0] + general[1] ** 3 * (song.range[1] - song.range[0])
    low = nearest(mode, lowest)
    ladder = Ladder(song, mode, low, nearest(mode, max(12, round(lowest + span))), leaps)
    # The feet do not depend on the attempt.
    feet = {
        int(key): tuple(options[int(dice.stream(f"feet {key}").random() * len(options))])
        for key, options in song.feet.items()
    }
    draw = {letter: float(dice.stream(f"{name}ends {letter}").random()) for letter in song.scheme}
    ends = [ladder.states_of(int(pick(line.ends, draw[line.rhyme])), 3.0) for line in song.line]
    # The highest note stands above every ending with a step to spare.
    high = max(nearest(mode, round(lowest + span)), low + max(ends) + 2)
    ladder = Ladder(song, mode, low, high, leaps)
    made: list[Ints] = []
    plans: list[Plan] = []
    counted = np.zeros(len(KINDS))
    for index, line in enumerate(song.line):
        draws = dice.stream(f"{name}line {index + 1}").random((DRAFTS, WIDTH + line.syllables))
        model = next((at for at in range(index) if song.line[at].rhyme == line.rhyme), None)
        before = int(ladder.heights[made[-1][-1]]) if made else 0
        plan = plan_line(
            song, ladder, index, draws[0, :WIDTH].tolist(), ends[index], before, feet[line.syllables][-1]
        )
        if model is not None and line.keep == len(feet[line.syllables]):
            below = len(ladder.heights) - 2  # where the line before began on the highest note
            plan = replace(plan, opening=min(plans[model].opening, below), shape=plans[model].shape)
        plans.append(plan)
        kept = None if model is None else (song.line[model], made[model])
        moved = {
            end - ends[index] for end, other in zip(ends, song.line, strict=True) if other.rhyme == line.rhyme
        }
        size = feet[line.syllables][-1] - 1
        tails = [np.diff(path)[-size:] for path in made] if kept is None and size else []
        others = [tail for tail in tails if len(tail) == size]
        path = _draw_line(ladder, feet, line, plan, kept, moved, draws, counted, others)
        counted += np.bincount(np.maximum(kinds(np.diff(ladder.heights[path])), 0), minlength=len(KINDS))
        made.append(path)
    lines = tuple(tuple((path + low).tolist()) for path in made)
    return Tune(lines, tuple(feet[line.syllables] for line in song.line))


def _draw_line(
    ladder: Ladder,
    feet: Feet,
    line: VerseLine,
    plan: Plan,
    kept: tuple[VerseLine, Ints] | None,
    moved: set[int],
    draws: Floats,
    counted: Floats,
    others: list[Ints],
) -> Ints:
    """Return the best of many drafts of a line; a new rhyme is none of the `others`."""
    node = _nodes(ladder, line, feet[line.syllables], plan)
    move = np.repeat(ladder.move[None], line.syllables - 1, axis=0)
    if kept is None:
        _end_falling(ladder, move, draws[0, 4] * 100 < ladder.song.falling_end)
        _leave_room(node, move, feet[line.syllables][-1], moved)
    else:
        _keep(node, line, feet, *kept, plan)
    paths = draw_paths(node, move, draws[:, WIDTH:])
    worth = _worth(ladder, paths, plan, counted)
    for rhyme_before in others:
        ending = np.diff(paths, axis=1)[:, paths.shape[1] - 1 - len(rhyme_before) :]
        worth = worth - 10 * np.all(ending == rhyme_before, axis=1)
    return np.asarray(paths[int(np.argmax(worth))], np.int64)


def _leave_room(node: Floats, move: Floats, rhyme: int, moved: set[int]) -> None:
    """Keep a rhyme to what can be sung wherever it will be moved: below the top, without tritones."""
    place = np.arange(node.shape[1])
    plain = move[0].copy()
    for way in moved:
        there = place + way
        room = (there >= 0) & (there < node.shape[1] - 1)
        node[-rhyme:] *= np.where(room, 1.0, NEVER)
        there = np.clip(there, 0, node.shape[1] - 1)
        if rhyme > 1:
            move[-rhyme + 1 :] *= np.where(plain[np.ix_(there, there)] > NEVER, 1.0, NEVER)


def _nodes(ladder: Ladder, line: VerseLine, feet: tuple[int, ...], plan: Plan) -> Floats:
    """Return how welcome each state is at each note: contour, degrees, one highest note, two ends."""
    count, states = line.syllables, len(ladder.heights)
    top = states - 1
    lean = curve(plan, count, top)
    place = np.arange(states)
    if line.around is not None:
        lean = 0.35 * lean + 0.65 * ladder.around(line.around)
    node = np.exp(-((place[None, :] - lean[:, None]) ** 2) / (2 * SPREAD**2))
    # The first syllable of a foot is heard most, its last one longest: there the degrees weigh fully.
    heavy = np.full(count, 0.6)
    heavy[np.cumsum((0, *feet))[:-1]] = 1.2
    heavy[np.cumsum(feet) - 1] = 1.3
    node *= ladder.weights[None, :] ** heavy[:, None]
    node[:, top] *= NEVER
    node[:, 0] *= 2.0  # a range that is not used is none
    for note, state in ((0, plan.opening), (count - 1, plan.ending)):
        node[note] *= np.where(place == state, 1.0, NEVER**5)  # the ends come before all else
    if plan.top is not None:
        node[plan.top] = np.where(place == top, 1.0, NEVER)
    return node


def _end_falling(ladder: Ladder, move: Floats, falling: bool) -> None:
    """Make the last move a step down, or anything else."""
    gap = ladder.heights[None, :] - ladder.heights[:, None]
    step = (gap == -1) | (gap == -2)
    move[-1:] *= np.where(step == falling, 1.0, 1e-7)


def _keep(node: Floats, line: VerseLine, feet: Feet, model: VerseLine, path: Ints, plan: Plan) -> None:
    """Hold a line to the feet that it keeps: the last foot note by note, those before it nearly."""
    states = np.arange(node.shape[1])
    rhyme = min(feet[line.syllables][-1], feet[model.syllables][-1])
    moved = path[len(path) - rhyme :] + plan.ending - path[-1]
    for place, state in enumerate(moved.tolist(), start=line.syllables - rhyme):
        if 0 <= state < node.shape[1] - 1 and place:
            node[place] = np.where(states == state, 1.0, NEVER**5)
    kept = min(sum(feet[line.syllables][-line.keep :]), len(path), line.syllables)
    for back in range(rhyme + 1, kept + 1):
        # The nearer to a rhyme that has moved, the freer: there the line walks to it.
        cling = CLING * min(1.0, (back - rhyme - 1) / 2) if plan.ending != path[-1] else CLING
        node[line.syllables - back] *= np.exp(-cling * np.abs(states - path[len(path) - back]))


def _worth(ladder: Ladder, paths: Ints, plan: Plan, counted: Floats) -> Floats:
    """Return how well each draft sings, higher is better."""
    heights = ladder.heights[paths]
    moves = np.diff(heights, axis=1)
    kind = kinds(moves)
    own = np.stack([np.sum(kind == number, axis=1) for number in range(6)], axis=1)
    total = own + counted[None, :]
    shares = total / np.maximum(total.sum(axis=1, keepdims=True), 1)
    off = np.abs(shares - shares_of(ladder.song.moves)[None, :]).sum(axis=1)
    big, after = np.abs(moves[:, :-1]) >= LEAP, moves[:, 1:]
    # Leaps are for rising, and an octave or a sixth for once.
    wide = np.sum(np.abs(moves) > 7, axis=1) + 0.08 * np.sum(moves <= -LEAP, axis=1)
    unresolved = np.sum(big & ((np.sign(after) == np.sign(moves[:, :-1])) | (np.abs(after) >= LEAP)), axis=1)
    wobble = np.zeros(len(paths))
    if paths.shape[1] > 3:
        wobble = np.sum((paths[:, 3:] == paths[:, 1:-2]) & (paths[:, 2:-1] == paths[:, :-3]), axis=1)
    middle = heights[:, 1:-1].mean(axis=1) if paths.shape[1] > 2 else heights.mean(axis=1)
    up, down = middle - heights[:, 0], heights[:, -1] - middle
    wanted = {"convex": (1, -1), "descending": (-1, -1), "ascending": (1, 1), "concave": (-1, 1)}[plan.shape]
    other = (np.sign(up) != wanted[0]).astype(float) + (np.sign(down) != wanted[1])
    worth: Floats = (
        -1.5 * off
        - 20 * np.sum(kind < 0, axis=1)
        - 1.0 * unresolved
        - 0.7 * wide
        - 0.5 * wobble
        - 2.0 * other
    )
    return worth
