"""The material of a küy: its few figures, made once and used everywhere.

What is made depends on the type, the mode, the beats of a figure and the dice, not on how long the
küy gets: the proportions are set for the type's usual form, so another length is the same music.
Lengths are sixteenths; frets lie on the melody string.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from sirtak.folk.kuy.figure import Figure
from sirtak.folk.kuy.form import KuySpec, Link, grow, stairs
from sirtak.folk.kuy.layout import FOURTH, OCTAVE, Use, fill, plain, vary
from sirtak.folk.kuy.melody import choose_melodies
from sirtak.folk.kuy.rhythms import choose_rhythms
from sirtak.folk.kuy.scale import Scale
from sirtak.folk.kuy.sketch import Sketch, sketches
from sirtak.folk.kuy.types import KuyType, cell_lengths
from sirtak.folk.kuy.ways import cascade, rise
from sirtak.rng import Dice


@dataclass(frozen=True, eq=False)
class Material:
    """All figures of a küy by name (see `layout`), variants with a number behind a point."""

    kind: KuyType
    scale: Scale
    figures: dict[str, Figure]

    def known(self, name: str) -> str:
        """Return the name of a figure; a form longer than the usual one hears its variants again in turn."""
        if name in self.figures:
            return name
        figure, _, number = name.partition(".")
        made = self._made.get(figure)
        return made[(int(number) - 1) % len(made)] if made else figure

    @cached_property
    def _made(self) -> dict[str, list[str]]:
        """The variants made of each figure."""
        found: dict[str, list[str]] = {}
        for name in self.figures:
            if "." in name:
                found.setdefault(plain(name), []).append(name)
        return found

    def at(self, use: Use) -> Figure:
        """Return a figure where it is used."""
        figure = self.figures[self.known(use.figure)]
        return figure.moved(self.scale.lifted(use.semitones)) if use.semitones else figure


def laid_out(kind: KuyType, spec: KuySpec, dice: Dice) -> tuple[tuple[Link, ...], list[list[Use]]]:
    """Return the form of a küy that stands alone: its sections, and the figures of each."""
    links = grow(kind, spec, dice)
    draws = dice.rows("vary", len(links), 64)
    return links, vary([fill(link) for link in links], draws, spec.variation)


def usual_uses(kind: KuyType, dice: Dice) -> list[Use]:
    """Return the figures of a küy in the type's usual form."""
    _, sections = laid_out(kind, KuySpec(), dice)
    return [use for section in sections for use in section]


def make_material(
    kind: KuyType, scale: Scale, beats: tuple[int, ...], uses: list[Use], dice: Dice
) -> Material:
    """Return the material of a küy for the figures of its usual form.

    `beats` are those of a figure in sixteenths, each 4 or 6.

    >>> from sirtak.library import Library
    >>> from sirtak.folk.kuy.types import load_kuy_type
    >>> kind = load_kuy_type(Library(), "adai")
    >>> scale = Scale((0, 2, 3, 5, 7, 9, 10, 12, 14, 16, 17, 19), 5)
    >>> dice = Dice(1, "kuy")
    >>> material = make_material(kind, scale, (4, 4, 4, 4), usual_uses(kind, dice), dice)
    >>> int(material.figures["R0"].frets[0])
    2
    """
    asked = sketches(kind, scale, dice.stream("plan").random(8).tolist())
    count = stairs(kind)
    figures = {f"C{place}": cascade(kind, scale, beats, place, count) for place in range(count)}
    sung = [plain(use.figure) for use in uses]
    weight = dict.fromkeys((row.rhythm for row in asked.values()), 0)
    ways = {"L": "H0", "M": "H0"} | {name: row.rhythm for name, row in asked.items()}
    weight |= Counter(ways[name] for name in sung if name in ways)
    there = Counter(cell for name in sung if name in figures for cell in figures[name].cells)
    rhythms = choose_rhythms(kind, beats, weight, there, dice)
    cells = {name: rhythms[row.rhythm] for name, row in asked.items()}
    asked["T0"] = _headed(asked["T0"], cells["T0"])
    # The ways up have the rhythm of the way home.
    start, home = asked["T0"].first, scale.nearest(kind.home)
    for name, lift in (("L", FOURTH), ("M", OCTAVE)):
        target = scale.stepped(int(scale.lifted(lift)[start]), -1)
        figures[name] = rise(scale, cells["H0"], home, target)
    figures |= choose_melodies(kind, scale, asked, cells, figures, uses, dice)
    return Material(kind, scale, figures)


def _headed(theme: Sketch, cells: tuple[str, ...]) -> Sketch:
    """Return the theme's sketch with how many strokes it takes from the refrain: those of the first half."""
    if not theme.head:
        return theme
    half = cells[: (len(cells) + 1) // 2]
    return replace(theme, kept=sum(len(cell_lengths(cell)) for cell in half))
