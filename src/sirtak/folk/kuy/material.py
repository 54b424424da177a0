"""The material of a küy: its few figures, made once and used everywhere.

What is made depends on the type, the mode, the beats of a figure and the dice, not on how long the
küy gets: the proportions are set for the type's usual form, so another length is the same music.
Lengths are sixteenths; frets lie on the melody string.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.kuy.form import KuySpec, grow
from sirtak.folk.kuy.layout import Use, vary
from sirtak.folk.kuy.measured import REPEATS
from sirtak.folk.kuy.rhythms import ANSWERED, cell_table, choose_rhythms
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.sketch import DRAFTS, Sketch, draft_melodies, sketches
from sirtak.folk.kuy.tally import Tally, fit
from sirtak.folk.kuy.types import KuyType, cell_lengths
from sirtak.rng import Dice

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STAIRS = 2  # figures of the cascade that leads home from the sağa
POLISH = 2
# What a figure costs by how often it moves, and its leaps by their size (tritones and sevenths are not sung).
FEW = np.array([4.0, 4.0, 1.0, 0.0])
LEAPS = np.array([0.6 if step in (6, 10, 11) else 0.15 if step > 4 else 0.0 for step in range(20)])


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure: beat cells, and the melody fret of each of their strokes."""

    cells: tuple[str, ...]
    frets: Ints

    @property
    def lengths(self) -> Ints:
        """Sixteenths from each stroke to the next."""
        return _columns(self.cells)[0]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which strokes do not begin a beat."""
        return _columns(self.cells)[1]

    def moved(self, landing: Ints) -> Figure:
        """Return the figure with every fret where it lands."""
        return replace(self, frets=landing[self.frets])


@cache
def _columns(cells: tuple[str, ...]) -> tuple[Ints, NDArray[np.bool_]]:
    lengths = np.array([step for cell in cells for step in cell_lengths(cell)])
    inside = np.array([place > 0 for cell in cells for place in range(len(cell_lengths(cell)))])
    return lengths, inside


@dataclass(frozen=True, eq=False)
class Material:
    """All figures of a küy by name (see `layout`), variants with an apostrophe."""

    kind: KuyType
    scale: Scale
    figures: dict[str, Figure]

    def at(self, use: Use) -> Figure:
        """Return a figure where it is used."""
        figure = self.figures[use.figure]
        return figure.moved(self.scale.lifted(use.semitones)) if use.semitones else figure


def make_material(kind: KuyType, scale: Scale, beats: tuple[int, ...], dice: Dice) -> Material:
    """Return the material of a küy; `beats` are those of a figure in sixteenths, each 4 or 6.

    >>> from sirtak.library import Library
    >>> from sirtak.folk.kuy.types import load_kuy_type
    >>> kind = load_kuy_type(Library(), "adai")
    >>> scale = Scale((0, 2, 3, 5, 7, 9, 10, 12, 14, 16, 17, 19), 5)
    >>> material = make_material(kind, scale, (4, 4, 4, 4), Dice(1, "kuy"))
    >>> int(material.figures["R0"].frets[0])
    2
    """
    links = grow(kind, KuySpec(), dice)
    draws = dice.rows("vary", len(links), 64)
    uses = [use for section in vary(links, draws, KuySpec().variation) for use in section]
    asked = sketches(kind, scale, dice.stream("plan").random(8).tolist())
    figures = {f"C{place}": _cascade(kind, scale, beats, place) for place in range(STAIRS)}
    plain = [_plain(use.figure) for use in uses]
    weight = dict.fromkeys((row.rhythm for row in asked.values()), 0)
    weight |= Counter(asked[name].rhythm for name in plain if name in asked)
    there = Counter(cell for name in plain if name in figures for cell in figures[name].cells)
    rhythms = choose_rhythms(kind, beats, weight, there, dice)
    cells = {name: rhythms[row.rhythm] for name, row in asked.items()}
    figures |= _melodies(kind, scale, asked, cells, figures, uses, dice)
    return Material(kind, scale, figures)


def _plain(figure: str) -> str:
    """Return the figure that a variant varies."""
    return figure.rstrip("'")


def _melodies(
    kind: KuyType,
    scale: Scale,
    asked: dict[str, Sketch],
    cells: dict[str, tuple[str, ...]],
    fixed: dict[str, Figure],
    uses: list[Use],
    dice: Dice,
) -> dict[str, Figure]:
    """Return the figures and their variants with the melodies chosen."""
    rows = list(asked.values())
    blank = {row.name: Figure(cells[row.name], np.empty(0, np.int64)) for row in rows}
    inside = [item.inside for item in blank.values()]
    draws = dice.stream("melody").random((len(rows), DRAFTS, max(map(len, inside)), 2))
    drafts = draft_melodies(rows, scale, scale.nearest(kind.home), inside, draws, REPEATS / 100)
    heard = {row.name: draft[0] for row, draft in zip(rows, drafts, strict=True)}
    heard |= {name: figure.frets for name, figure in fixed.items()} | {"E": np.zeros(1, np.int64)}
    lengths = {name: item.lengths for name, item in (blank | fixed).items()} | {"E": np.ones(1, np.int64)}
    cost = fit(kind)
    plain = Tally(scale, [Use(_plain(use.figure), use.semitones) for use in uses], heard, lengths)
    for row, draft in zip(rows, drafts, strict=True):
        _settle(plain, row, draft, cost)
    # Then look at every figure again: one note changed, wherever that brings the whole nearer.
    for _ in range(POLISH):
        for row in rows:
            _settle(plain, row, mutants(scale, row, plain.heard[row.name]), cost)
    heard = plain.heard
    varied = [replace(row, name=row.name + mark) for row in rows for mark in ("'", "''")]
    plain_of = {row.name: _plain(row.name) for row in varied}
    whole = Tally(
        scale,
        uses,
        heard | {name: heard[of] for name, of in plain_of.items()},
        lengths | {name: lengths[of] for name, of in plain_of.items()},
    )
    for row in varied:
        _settle(whole, row, mutants(scale, row, whole.heard[row.name])[1:], cost)
    names = [*asked, *plain_of]
    return {name: Figure(cells[_plain(name)], whole.heard[name]) for name in names}


def _settle(tally: Tally, row: Sketch, drafts: Ints, cost: Callable[[Floats], Floats]) -> None:
    """Let a figure take the draft with which the küy is nearest to what was measured."""
    if row.name not in tally or not len(drafts):
        return
    rows = tally.rows(row.name, drafts)
    best = int(np.argmin(cost(rows) + _taste(row, drafts)))
    tally.take(row.name, drafts[best], rows[best])


def mutants(scale: Scale, row: Sketch, frets: Ints) -> Ints:
    """Return a melody and all that differ from it in one note, inside the register (drafts, strokes).

    A note is a run of strokes on one fret; where the figure must begin on its first fret, that stays.

    >>> row = Sketch("T0", 0, 5, 0, -1, "T0", fixed=True)
    >>> mutants(Scale((0, 2, 4, 5), 0), row, np.array([0, 0, 2])).tolist()
    [[0, 0, 2], [0, 0, 0], [0, 0, 4], [0, 0, 5]]
    """
    run = np.cumsum(np.diff(frets, prepend=frets[:1]) != 0)
    others = np.array(row.frets(scale))
    count = int(run[-1])
    if not count:  # one note: its second half may move
        run, count = (np.arange(len(frets)) >= len(frets) // 2).astype(np.int64), 1
    mask = run == np.arange(int(row.fixed), count + 1)[:, None]
    drafts = np.where(mask[:, None, :], others[None, :, None], frets).reshape(-1, len(frets))
    return np.concatenate([frets[None], drafts[(drafts != frets).any(axis=1)]])


def _taste(row: Sketch, draft: Ints) -> Floats:
    """Return what each draft costs by itself: no tune, a leap nobody sings, an end elsewhere."""
    moves = draft[:, 1:] - draft[:, :-1]
    half = moves.shape[1] // 2
    leaps = np.abs(moves)
    turned = leaps > 0
    first, second = turned[:, :half].sum(axis=1), turned[:, half:].sum(axis=1)
    cost: Floats = FEW[np.minimum(first + second, 3)] + LEAPS[leaps].sum(axis=1)
    cost += 0.8 * (np.minimum(first, second) < 1)
    if row.last >= 0:
        cost += 1.2 * (draft[:, -1] != row.last)
    if row.centre >= 0:
        cost += 1.5 * np.maximum(0.4 - (np.abs(draft - row.centre) <= 2).mean(axis=1), 0)
    # A figure whose halves move alike is a motif already.
    cost -= 0.3 * (moves[:, :half] == moves[:, moves.shape[1] - half :]).all(axis=1)
    return cost


def _cascade(kind: KuyType, scale: Scale, beats: tuple[int, ...], place: int) -> Figure:
    """Return one figure of a stair that leads from the sağa home (kazakh.md 3.3): a turn, and lower again.

    A turn is x, x-1, x-2, x-1 in steps of the scale and x held; the shorter the cells, the less of it.
    """
    size = 2 if len(beats) % 2 == 0 else len(beats)
    units = [beats[start : start + size] for start in range(0, len(beats), size)]
    top = scale.frets.index(scale.nearest(17 if kind.file.ulken else 16))
    home = min(scale.frets.index(scale.nearest(kind.home)) + 2, top)
    count = STAIRS * len(units)
    cells: list[str] = []
    frets: list[int] = []
    for number, unit in enumerate(units):
        at = place * len(units) + number
        step = round(top + (home - top) * at / max(1, count - 1))
        turn = [_turn_cell(kind, size, last=beat == len(unit) - 1) for beat, size in enumerate(unit)]
        strokes = sum(len(cell_lengths(cell)) for cell in turn)
        shape = ([0, -1, -2, -1] + [0] * strokes)[:strokes] if strokes > 4 else [0, 0, -1, -2][:strokes]
        cells += turn
        frets += [scale.frets[max(0, step + item)] for item in shape]
    return Figure(tuple(cells), np.array(frets, np.int64))


def _turn_cell(kind: KuyType, size: int, *, last: bool) -> str:
    table = cell_table(kind, size)
    if not last:
        quick = [cell for cell in table if cell in ANSWERED and cell != "1-3"]
        fast = [cell for cell in quick if cell == "1-1-1-1"] or quick
        if fast:
            return fast[0]
    return max(table, key=lambda cell: (len(cell_lengths(cell)) == 2, table[cell]))
