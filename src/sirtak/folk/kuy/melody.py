"""The melodies of a küy's figures, chosen so that all together have the measured proportions.

Figures are settled one after the other: each takes the draft with which the whole küy, in its
usual form, lies nearest to what was counted (`tally`), and which is a tune by itself (`taste`). Then
each is looked at again with one note changed, and last come the variants, one for every place
where a figure returns changed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.figure import Figure
from sirtak.folk.kuy.layout import Use, plain
from sirtak.folk.kuy.measured import REPEATS
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.sketch import Sketch, draft_melodies
from sirtak.folk.kuy.tally import Tally, fit
from sirtak.folk.kuy.types import KuyType
from sirtak.rng import Dice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cost = Callable[[Floats], Floats]

# In a short küy each figure weighs more, so that more drafts and a second look at each pay.
SHORT = 70  # figures of the usual form, below which it is short
DRAFTS = (44, 72)  # of each figure, in a long küy and in a short one
# What leaps cost by their size in semitones: tritones and sevenths are not sung.
LEAPS = np.array([0.6 if step in (6, 10, 11) else 0.15 if step > 4 else 0.0 for step in range(20)])


def choose_melodies(
    kind: KuyType,
    scale: Scale,
    asked: dict[str, Sketch],
    cells: dict[str, tuple[str, ...]],
    fixed: dict[str, Figure],
    uses: list[Use],
    dice: Dice,
) -> dict[str, Figure]:
    """Return the figures asked for, and the variants that the uses name."""
    rows = list(asked.values())
    blank = {row.name: Figure(cells[row.name], np.empty(0, np.int64)) for row in rows}
    inside = [item.inside for item in blank.values()]
    short = len(uses) < SHORT
    count = DRAFTS[short]
    draws = dice.stream("melody").random((len(rows), count, max(map(len, inside)), 2))
    drafts = draft_melodies(rows, scale, scale.nearest(kind.home), inside, draws, REPEATS / 100)
    heard = {row.name: draft[0] for row, draft in zip(rows, drafts, strict=True)}
    heard |= {name: figure.frets for name, figure in fixed.items()} | {"E": np.zeros(1, np.int64)}
    lengths = {name: item.lengths for name, item in (blank | fixed).items()} | {"E": np.ones(1, np.int64)}
    cost = fit(kind)
    tally = Tally(scale, [Use(plain(use.figure), use.semitones) for use in uses], heard, lengths)
    for row, draft in zip(rows, drafts, strict=True):
        _settle(tally, row, _headed(tally, row, draft), cost)
    for row in (*rows, *(rows if short else ())):
        now = _headed(tally, row, tally.heard[row.name][None])[0]
        _settle(tally, row, mutants(scale, row, now), cost)
    found = _varied(scale, asked, tally.heard, lengths, uses, cost)
    return {name: Figure(cells[plain(name)], frets) for name, frets in found.items()}


def _headed(tally: Tally, row: Sketch, drafts: Ints) -> Ints:
    """Return drafts that begin like the figure whose head they take."""
    if not row.head:
        return drafts
    headed = drafts.copy()
    headed[:, : row.kept] = tally.heard[row.head][: row.kept]
    return headed


def _varied(
    scale: Scale,
    asked: dict[str, Sketch],
    heard: dict[str, Ints],
    lengths: dict[str, Ints],
    uses: list[Use],
    cost: Cost,
) -> dict[str, Ints]:
    """Return the melodies asked for with those of their variants: one note different."""
    marked = {use.figure: plain(use.figure) for use in uses if "." in use.figure}
    heard = heard | {name: heard[of] for name, of in marked.items()}
    tally = Tally(scale, uses, heard, lengths | {name: lengths[of] for name, of in marked.items()})
    for name, of in marked.items():
        row = replace(asked[of], name=name)
        _settle(tally, row, mutants(scale, row, tally.heard[name])[1:], cost)
    return {name: tally.heard[name] for name in (*asked, *marked)}


def _settle(tally: Tally, row: Sketch, drafts: Ints, cost: Cost) -> None:
    """Let a figure take the draft with which the küy is nearest to what was measured."""
    if row.name not in tally or not len(drafts):
        return
    # A figure that hardly moves is no tune, whatever it does for the proportions.
    least = min(row.turns, drafts.shape[1] // 3)
    moving = np.count_nonzero(drafts[:, 1:] != drafts[:, :-1], axis=1) >= least
    if moving.any():
        drafts = drafts[moving]
    rows = tally.rows(row.name, drafts)
    best = int(np.argmin(cost(rows) + taste(row, drafts)))
    tally.take(row.name, drafts[best], rows[best])


def mutants(scale: Scale, row: Sketch, frets: Ints) -> Ints:
    """Return a melody and all that differ from it in one note, inside the register (drafts, strokes).

    A note is a run of strokes on one fret; what the figure must begin with stays.

    >>> row = Sketch("T0", 0, 5, 0, -1, "T0", kept=1)
    >>> mutants(Scale((0, 2, 4, 5), 0), row, np.array([0, 0, 2])).tolist()
    [[0, 0, 2], [0, 0, 0], [0, 0, 4], [0, 0, 5]]
    """
    run = np.cumsum(np.diff(frets, prepend=frets[:1]) != 0)
    others = np.array(row.frets(scale))
    count = int(run[-1])
    if not count:  # one note: its second half may move
        run, count = (np.arange(len(frets)) >= len(frets) // 2).astype(np.int64), 1
    first = int(run[row.kept - 1]) + 1 if row.kept else 0
    if first > count:  # what stays reaches into the last note: the rest of that may move
        run, count = run + (np.arange(len(frets)) >= row.kept), count + 1
    mask = run == np.arange(first, count + 1)[:, None]
    drafts = np.where(mask[:, None, :], others[None, :, None], frets).reshape(-1, len(frets))
    return np.concatenate([frets[None], drafts[(drafts != frets).any(axis=1)]])


def taste(row: Sketch, draft: Ints) -> Floats:
    """Return what each draft costs by itself: no tune, a leap nobody sings, an end elsewhere."""
    moves = draft[:, 1:] - draft[:, :-1]
    half = moves.shape[1] // 2
    leaps = np.abs(moves)
    turned = leaps > 0
    first, second = turned[:, :half].sum(axis=1), turned[:, half:].sum(axis=1)
    cost: Floats = 1.2 * np.maximum(row.turns - first - second, 0) + LEAPS[leaps].sum(axis=1)
    cost += 0.8 * (np.minimum(first, second) < 1)
    if row.last >= 0:
        cost += 1.5 * (draft[:, -1] != row.last)
    if row.open:  # the open string is touched, not dwelt on
        cost += 3.0 * np.maximum((draft == 0).mean(axis=1) - 0.25, 0)
    if row.centre >= 0:
        cost += 2.0 * np.maximum(0.6 - (np.abs(draft - row.centre) <= 2).mean(axis=1), 0)
    if row.falls:
        # Down an octave is down to the open string, which is at hand everywhere.
        cost += 1.0 * (draft[:, -1] >= draft[:, 0]) + 0.8 * ((leaps > 5) & (leaps != 12)).sum(axis=1)
    # A figure whose halves move alike is a motif already.
    cost -= 0.3 * (moves[:, :half] == moves[:, moves.shape[1] - half :]).all(axis=1)
    return cost
