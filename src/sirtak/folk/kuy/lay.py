"""Laying a küy out: its figures as strokes on two strings, one after the other.

Ticks count from a section's start, sixteenths are 240. Accents, echoes and the short bars between
zones are ours, as far as nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sirtak.folk.fingering import finger
from sirtak.folk.kuy.figure import Figure, columns
from sirtak.folk.kuy.form import TITLES, KuySpec, Link
from sirtak.folk.kuy.hand import Hand
from sirtak.folk.kuy.layout import Use
from sirtak.folk.kuy.material import Material
from sirtak.folk.kuy.rhythms import cell_table
from sirtak.folk.kuy.types import KuyType, beats_of, cell_lengths
from sirtak.rng import Dice
from sirtak.scene.fretted import Fretted
from sirtak.theory.meter import Meter

SIXTEENTH = 240
Ints = NDArray[np.int64]
ECHO = 0.5  # how much weaker the echo of a refrain is; that there is one is printed, how weak is ours


@dataclass(frozen=True, eq=False)
class Kuy:
    """A küy ready to be played: material, hand and form.

    `meters` are the bars of a figure, `laid` the strokes of figures already met.
    """

    kind: KuyType
    spec: KuySpec
    material: Material
    hand: Hand
    meters: tuple[Meter, ...]
    dice: Dice
    laid: dict[Use, Fretted] = field(default_factory=dict)

    @property
    def figure_ticks(self) -> int:
        """Length of a figure in ticks."""
        return sum(meter.ticks for meter in self.meters)


@dataclass(frozen=True, eq=False)
class KuySection:
    """A section of a solo küy: its link, its bars, and the figures in it; `hinge` is a short last bar."""

    link: Link
    meters: tuple[Meter, ...]
    uses: tuple[Use, ...]
    hinge: Meter | None = None
    leads_to: Use | None = None

    @property
    def title(self) -> str:
        """The zone as people name it."""
        return TITLES[self.link.zone]


def lay(kuy: Kuy, uses: list[Use], ticks: int, pace: int = 1) -> Fretted:
    """Return the strokes of figures one after the other, up to `ticks`; `pace` 2 is half speed."""
    first, *others = [_strokes(kuy, use, soft=_is_soft(uses, place)) for place, use in enumerate(uses)]
    whole = first.then(others, range(0, kuy.figure_ticks * len(uses), kuy.figure_ticks))
    if pace != 1:
        whole = replace(whole, onset=whole.onset * pace)
    return whole if whole.onset[-1] < ticks else whole.chosen(whole.onset < ticks)


def lay_section(kuy: Kuy, section: KuySection) -> Fretted:
    """Return the strokes of a section of a solo küy, its short bar included."""
    whole = lay(kuy, list(section.uses), kuy.figure_ticks * len(section.uses))
    if section.hinge is None or section.leads_to is None:
        return whole
    start = kuy.figure_ticks * len(section.uses)
    return whole.then([_hinge(kuy, section.hinge, whole, section.leads_to)], [0, start])


def _is_soft(uses: list[Use], place: int) -> bool:
    """Return whether a figure is one of a pair of the refrain that echoes the pair before (kazakh.md 3.3)."""
    pair = place // 2 * 2
    return pair % 4 == 2 and all(use.figure[0] == "R" for use in uses[pair - 2 : pair + 1])


def _strokes(kuy: Kuy, use: Use, *, soft: bool = False) -> Fretted:
    """Return the strokes of a figure from tick 0."""
    if use.figure != "E":
        use = Use(kuy.material.known(use.figure), use.semitones)
    if soft:
        strokes = _strokes(kuy, use)
        return replace(strokes, level=strokes.level - ECHO)
    if use not in kuy.laid:
        if use.figure == "E":
            kuy.laid[use] = _stop(kuy)
        else:
            figure = kuy.material.at(use)
            kuy.laid[use] = _played(kuy, figure, kuy.hand.bass(use), refrain=use.figure[0] == "R")
    return kuy.laid[use]


def _played(kuy: Kuy, figure: Figure, bass: Ints, *, refrain: bool) -> Fretted:
    at, level = _accents(figure.cells)
    file = kuy.kind.file
    return Fretted(
        onset=at * SIXTEENTH,
        melody=figure.frets.astype(np.int64),
        bass=bass.astype(np.int64),
        down=_directions(figure.cells, file.strokes),
        level=level,
        inside=figure.inside,
        refrain=np.full(len(at), refrain),
        grace=min(1.0, file.grace * kuy.spec.grace),
        pull_off=min(1.0, file.pull_off * kuy.spec.pull_off),
        hammer_on=file.hammer_on,
    )


@cache
def _accents(cells: tuple[str, ...]) -> tuple[Ints, NDArray[np.float64]]:
    """Return where the strokes of a figure stand, in sixteenths, and how strong each is."""
    lengths, inside = columns(cells)
    level = np.where(inside, np.where(lengths == 1, 0.35, 0.45), 0.7)
    level[0] = 1.0
    return np.cumsum(lengths) - lengths, level


@cache
def _directions(cells: tuple[str, ...], manner: str) -> NDArray[np.bool_]:
    """Return which strokes go down (kazakh.md 2.3): down and up in turn from each beat's first.

    `dduu` strokes pairs of beats down down, up up where they are even; after the gallop 1-1-2 an
    even pair goes up twice; `jig` beats of three go down, up, up.
    """
    down: list[bool] = []
    before = ""
    for number, cell in enumerate(cells):
        count = len(cell_lengths(cell))
        turn = [place % 2 == 0 for place in range(count)]
        if manner == "dduu" and cell == "2-2":
            turn = [number % 2 == 0] * 2
        elif before == "1-1-2" and cell == "2-2":
            turn = [False, False]
        elif cell == "2-2-2":
            turn = [True, False, False]
        down += turn
        before = cell
    return np.array(down, bool)


def _stop(kuy: Kuy) -> Fretted:
    """The end: the refrain's first beats where there is a bar for them, then open strings or a unison."""
    last = kuy.figure_ticks - kuy.meters[-1].ticks
    refrain = _strokes(kuy, Use("R1"))
    refrain = refrain.chosen(refrain.onset < last)
    reach = kuy.hand.reach
    # The unison is the final itself where the melody string is tuned to it.
    unison = reach.interval if kuy.material.scale.open_degree == 0 else 0
    stop = Fretted(
        onset=np.array([last]),
        melody=np.array([0]),
        bass=np.array([unison]),
        down=np.array([True]),
        level=np.array([1.0]),
        inside=np.array([False]),
        refrain=np.array([False]),
    )
    return refrain.then([stop], [0, 0]) if len(refrain) else stop


def _hinge(kuy: Kuy, meter: Meter, before: Fretted, after: Use) -> Fretted:
    """A short bar between two zones: from the last note by step to where the next section begins."""
    scale = kuy.material.scale
    target = int(kuy.material.at(after).frets[0])
    cells = []
    for size in beats_of(meter):
        table = cell_table(kuy.kind, size)
        cells.append(max(table, key=lambda cell: (len(cell_lengths(cell)) in (2, 3), table[cell])))
    count = sum(len(cell_lengths(cell)) for cell in cells)
    place, goal = (scale.frets.index(scale.nearest(fret)) for fret in (int(before.melody[-1]), target))
    path = [place + max(-step, min(step, goal - place)) for step in range(count)]
    frets = np.array([scale.frets[item] for item in path])
    return _played(kuy, Figure(tuple(cells), frets), finger(kuy.hand.reach, frets), refrain=False)
