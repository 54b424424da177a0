"""A küy as a score: its form in sections, and each section as strokes on two strings.

A solo küy lays out its own form; a song asks for sections of the same küy by zone and length. In
both the material is one and the same. Ticks count from a section's start, sixteenths are 240.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.folk.fingering import finger, reach_of
from sirtak.folk.kuy.figure import Figure
from sirtak.folk.kuy.form import TITLES, KuySpec, Link, grow, stairs
from sirtak.folk.kuy.hand import Hand, hand_of
from sirtak.folk.kuy.layout import Use, fill, fill_song, vary
from sirtak.folk.kuy.material import Material, make_material, usual_uses
from sirtak.folk.kuy.rhythms import cell_table
from sirtak.folk.kuy.scale import Scale, scale_of
from sirtak.folk.kuy.types import LEAST, KuyType, beats_of, cell_lengths, figure_length, load_kuy_type
from sirtak.library import Library
from sirtak.rng import Dice
from sirtak.scene.fretted import Fretted
from sirtak.theory.meter import Meter, format_meters
from sirtak.theory.mode import Mode
from sirtak.theory.neck import Neck
from sirtak.theory.tuning import load_tuning

SIXTEENTH = 240
Ints = NDArray[np.int64]
ECHO = 0.5  # how much weaker the echo of a refrain is; that there is one is printed, how weak is ours
FEWEST = 8  # frets of a mode on the melody string
SHORT = 0.35  # how often a zone changes over a short bar, where the type has them; 4 of 12 in Adai


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


def figure_meters(meters: tuple[Meter, ...]) -> tuple[Meter, ...]:
    """Return the bars of a figure: whole turns of the meter, seven eighths long or more.

    >>> from sirtak.theory.meter import parse_meters
    >>> len(figure_meters(parse_meters("4/4"))), len(figure_meters(parse_meters("2/4")))
    (1, 2)
    """
    return meters * figure_length(meters)


def check_bars(kuy: Kuy, meters: tuple[Meter, ...]) -> None:
    """Refuse a length that has no room for a küy that stands alone."""
    least = LEAST * len(kuy.meters)
    if kuy.spec.bars and kuy.spec.bars < least:
        raise SpecError(
            f"{kuy.spec.bars} is too short for a küy in {format_meters(meters)}",
            hint=f"at least {least} bars, or 0 for the type's own length",
        )


def make_kuy(
    spec: KuySpec,
    mode: Mode,
    meters: tuple[Meter, ...],
    library: Library,
    seed: int,
    neck: Neck | None = None,
) -> Kuy:
    """Return the küy of a seed in a mode and a meter; SpecError where the meter has no beats for it.

    The strings are tuned to the tonic, so the same seed has the same frets on every tonic.

    >>> from sirtak.theory.meter import parse_meters
    >>> from sirtak.theory.mode import load_mode
    >>> library = Library()
    >>> mode = load_mode(library, "aeolian-dorian")
    >>> kuy = make_kuy(KuySpec(type="adai"), mode, parse_meters("4/4"), library, seed=1)
    >>> len(kuy.material.at(Use("R0", 12)).frets) == len(kuy.material.at(Use("R0")).frets)
    True
    """
    kind = load_kuy_type(library, spec.type)
    tuning = load_tuning(library, kind.file.tuning)
    scale = kuy_scale(kind, mode, library, neck)
    bars = figure_meters(meters)
    beats = tuple(beat for meter in bars for beat in beats_of(meter))
    dice = Dice(seed, "kuy", spec.take)
    uses = usual_uses(kind, dice)
    material = make_material(kind, scale, beats, uses, dice)
    tonic_above = (kind.tonic - tuning.bass) % 12
    reach = reach_of(tuning.melody - tuning.bass, tonic_above, mode.pitch_classes, neck)
    return Kuy(kind, spec, material, hand_of(kind, material, reach, uses, dice), bars, dice)


def kuy_scale(kind: KuyType, mode: Mode, library: Library, neck: Neck | None = None) -> Scale:
    """Return the melody string's frets in a mode; SpecError where they are too few for a küy.

    Frets are those of the type's own tonic: another tonic tunes the strings.
    """
    scale = scale_of(mode, load_tuning(library, kind.file.tuning).melody, kind.tonic, neck)
    if len(scale.frets) < FEWEST:
        raise SpecError(
            f"mode {mode.name} has {len(scale.frets)} frets on the melody string, too few for a küy",
            hint=f"a küy needs {FEWEST}: choose another mode",
        )
    return scale


def solo(kuy: Kuy, meters: tuple[Meter, ...]) -> Iterator[KuySection]:
    """Yield the sections of a küy that stands alone; short bars only in the type's own meter."""
    spec = kuy.spec
    if spec.bars:
        spec = _own_bars(spec, kuy, meters)
    links = grow(kuy.kind, spec, kuy.dice)
    filled = vary([fill(link) for link in links], kuy.dice.rows("vary", len(links), 64), spec.variation)
    turns = kuy.dice.rows("short", len(links), 2).tolist()
    may = kuy.kind.short if meters == (kuy.kind.meter,) else ()
    for number, (link, uses) in enumerate(zip(links, filled, strict=True)):
        after = filled[number + 1][0] if number + 1 < len(links) else None
        hinge = None
        if may and after is not None and turns[number][0] < SHORT:
            hinge = may[int(turns[number][1] * len(may))]
        bars = kuy.meters * link.figures + ((hinge,) if hinge else ())
        yield KuySection(link, bars, tuple(uses), hinge, after if hinge else None)


def _own_bars(spec: KuySpec, kuy: Kuy, meters: tuple[Meter, ...]) -> KuySpec:
    """Return the spec with its length in bars of the type, as the form counts them."""
    figures = spec.bars / len(kuy.meters)
    own = len(figure_meters((kuy.kind.meter,)))
    return msgspec.structs.replace(spec, bars=max(1, round(figures * own)))


def section_uses(kuy: Kuy, zones: tuple[str, str, str], ticks: int, dice: Dice, *, last: bool) -> list[Use]:
    """Return the figures of a song's section, as many as fill it.

    `zones` are those of the section before, of its own, and of the one after ('' at the ends); a low
    section has the theme before the refrain where it is long enough.
    """
    before, zone, after = zones
    figures = -(-ticks // kuy.figure_ticks)
    link = Link(zone, figures, "last" if last else "first", kuy.kind.file.ulken, stairs(kuy.kind))
    if last:
        return fill(link)
    uses = fill_song(link, before, after)
    # What sounds again inside the section may differ, as when a zone returns in a küy.
    return vary([uses], dice.rows("kuy vary", 1, 64), kuy.spec.variation)[0]


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
    beats = [cell_lengths(cell) for cell in cells]
    lengths = np.array([step for beat in beats for step in beat])
    inside = np.array([place > 0 for beat in beats for place in range(len(beat))])
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
