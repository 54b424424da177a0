"""Answers: what a second part plays where the theme rests.

The answer takes up the rhythm of the last beats that it heard, moved into the rest behind them, so
it never falls on the leader's notes (craft.md 4, rule 8). Its pitches are an echo, or the echo
turned over; a question is answered on the final, the final on the fifth above or itself.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sirtak.notes import PPQ
from sirtak.rng import Dice
from sirtak.scene.line import Line
from sirtak.theory.meter import Bars

Rows = list[tuple[int, int, int, float]]


def answer(line: Line, bars: Bars, dice: Dice, final: int) -> Line:
    """Return the answers to a line behind its longest notes, which end its leads.

    >>> from sirtak.theory.meter import parse_meters
    >>> tune = Line.of([(0, 480, 2, 1.0), (480, 480, 1, 0.4), (960, 480, 3, 0.7), (1440, 2000, 0, 0.7)])
    >>> reply = answer(tune, Bars(parse_meters("4/4"), 1), Dice(1, "melody"), 0)
    >>> reply.onset.tolist()
    [2400, 2880, 3360]
    """
    if len(line) < 3:
        return Line.empty()
    onsets = line.onset.tolist()
    edges = [*onsets, bars.ticks]
    gaps = np.diff(edges)
    least = max(PPQ * 5 // 4, 0.8 * float(gaps.max()))
    turns = dice.rows("reply", bars.count, 2).tolist()
    rows: Rows = []
    for number in np.flatnonzero(gaps >= least).tolist():
        if number:
            bar = int(bars.bar_of(line.onset[number : number + 1])[0])
            rows += _one(line, edges, number, final, turns[bar])
    return Line.of(rows, line.lift)


def _one(line: Line, edges: list[int], number: int, final: int, turn: list[float]) -> Rows:
    """Return the answer in the rest behind one held note."""
    hold, end = edges[number], edges[number + 1]
    room = end - hold - _patience(end - hold)
    heard = [at for at in range(max(0, number - 9), number) if edges[at] >= hold - room]
    # A held note among them belongs to the phrase before.
    heard = [at for at in heard if edges[at + 1] - edges[at] < room] or heard
    if not heard:
        return []
    held = int(line.degree[number])
    way = -1 if turn[0] < 0.4 else 1  # the echo, or the echo turned over
    degrees, figure = line.degree[heard].tolist(), [0]
    for before, after in pairwise(degrees):  # it has no leaps of its own
        figure.append(figure[-1] + way * max(-2, min(2, after - before)))
    home = final + line.lift
    aim = home if held != home or turn[1] < 0.5 else home + 4
    octave = 7 * round((held - aim) / 7) if abs(held - aim) > 5 else 0
    moved = aim + octave - figure[-1]
    ticks = [edges[at] + end - hold for at in heard]
    stops = [*ticks[1:], end]
    return [
        (tick, (stop - tick) * 9 // 10, degree + moved, 0.7 if at == 0 else 0.4)
        for at, (tick, stop, degree) in enumerate(zip(ticks, stops, figure, strict=True))
    ]


def _patience(rest: int) -> int:
    """Return how long an answer waits: a quarter, or a fourth of a shorter rest."""
    return PPQ if rest >= 3 * PPQ else rest // 4 // 240 * 240
