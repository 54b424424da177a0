"""A küy as a score: its form in sections, and each section as strokes on two strings.

A solo küy lays out its own form; a song asks for sections of the same küy by zone and length. In
both the material is one and the same. Ticks count from a section's start, sixteenths are 240.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sirtak.errors import SpecError
from sirtak.folk.fingering import reach_of
from sirtak.folk.kuy.form import KuySpec, Link, stairs
from sirtak.folk.kuy.hand import hand_of
from sirtak.folk.kuy.lay import Kuy, KuySection
from sirtak.folk.kuy.layout import Use, fill, fill_song, vary
from sirtak.folk.kuy.material import laid_out, make_material, usual_uses
from sirtak.folk.kuy.scale import Scale, scale_of
from sirtak.folk.kuy.types import LEAST, KuyType, beats_of, figure_length, load_kuy_type
from sirtak.library import Library
from sirtak.rng import Dice
from sirtak.theory.meter import Meter, format_meters
from sirtak.theory.mode import Mode
from sirtak.theory.neck import Neck
from sirtak.theory.tuning import load_tuning

FEWEST = 8  # frets of a mode on the melody string
SHORT = 0.35  # how often a zone changes over a short bar, where the type has them; 4 of 12 in Adai


def figure_meters(meters: tuple[Meter, ...]) -> tuple[Meter, ...]:
    """Return the bars of a figure: whole turns of the meter, seven eighths long or more.

    >>> from sirtak.theory.meter import parse_meters
    >>> len(figure_meters(parse_meters("4/4"))), len(figure_meters(parse_meters("2/4")))
    (1, 2)
    """
    return meters * figure_length(meters)


def check_bars(kuy: Kuy, meters: tuple[Meter, ...]) -> None:
    """Refuse a length that has no room for a küy that stands alone."""
    figure = len(kuy.meters)
    least = LEAST * figure
    if kuy.spec.bars and kuy.spec.bars < least:
        raise SpecError(
            f"{kuy.spec.bars} is too short for a küy in {format_meters(meters)}",
            hint=f"at least {least} bars, or 0 for the type's own length",
        )
    if kuy.spec.bars % figure:
        below = kuy.spec.bars // figure * figure
        raise SpecError(
            f"{kuy.spec.bars} bars are no whole figures: one has {figure} bars of {format_meters(meters)}",
            hint=f"take {max(least, below)} or {below + figure} bars",
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
    if neck is None and mode.name == kind.file.mode and kind.file.home not in scale.frets:
        raise SpecError(
            f"home: fret {kind.file.home} of {kind.name} is not in its mode, {mode.name}",
            hint=f"one of {', '.join(map(str, scale.frets))}",
        )
    if len(scale.frets) < FEWEST:
        raise SpecError(
            f"mode {mode.name} has {len(scale.frets)} frets on the melody string, too few for a küy",
            hint=f"a küy needs {FEWEST}: choose another mode",
        )
    return scale


def solo(kuy: Kuy, meters: tuple[Meter, ...]) -> Iterator[KuySection]:
    """Yield the sections of a küy that stands alone.

    Short bars only in the type's own meter, and where no length was asked for: they come on top of it.
    """
    spec = kuy.spec
    if spec.bars:
        spec = _own_bars(spec, kuy, meters)
    links, filled = laid_out(kuy.kind, spec, kuy.dice)
    turns = kuy.dice.rows("short", len(links), 2).tolist()
    may = kuy.kind.short if meters == (kuy.kind.meter,) and not spec.bars else ()
    for number, (link, uses) in enumerate(zip(links, filled, strict=True)):
        after = filled[number + 1][0] if number + 1 < len(links) else None
        hinge = None
        # The stop stands alone: nothing leads into it.
        if may and after is not None and after.figure != "E" and turns[number][0] < SHORT:
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
