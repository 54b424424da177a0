"""The figures of a küy as text, beside those that were counted from five küy in print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sirtak.analysis.kuy import KuyFigures, Shares, distance
from sirtak.analysis.kuy_form import Section
from sirtak.analysis.kuy_held import Check, far, held, nearest, nearness
from sirtak.analysis.kuy_measured import Measured, measured
from sirtak.folk.fretboard import BASS_FRETS
from sirtak.folk.kuy.derive import stationary
from sirtak.folk.kuy.measured import MOVES, REPEAT_RUNS, REPEATS, STEPS
from sirtak.library import Library

_NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def format_kuy(figures: KuyFigures, kind: str = "", library: Library | None = None) -> str:
    """Return the figures for the terminal, each with what was measured in a type.

    Left out, `kind` is the nearest type; `library` has types of one's own.
    """
    wanted = measured(kind, library) if kind else nearest(figures)
    said = "beside" if kind else "nearest to"
    head = (
        f"{figures.part}: {figures.strokes} strokes on strings {figures.strings[0]} and "
        f"{figures.strings[1]} (MIDI), final {_NOTES[figures.tonic]}; {said} {wanted.name} "
        f"(distance {nearness(figures, wanted):.2f})"
    )
    lines = [head, *_counts(figures, wanted), *_tables(figures, wanted), *_given(figures, wanted)]
    lines += _form(figures)
    lines += ["", f"held against {wanted.name}", *(f"  {check}" for check in held(figures, wanted))]
    lines += ["", "measured", *(f"  {name:<14} {text}" for name, text in wanted.sources.items())]
    return "\n".join(lines)


def _counts(figures: KuyFigures, wanted: Measured) -> list[str]:
    own = "8 to 57 over the küy" if wanted.drone is None else f"{wanted.drone:g}"
    return [
        f"  events           {figures.pull_offs} pull-offs, {figures.hammer_ons} hammer-ons, "
        f"{figures.graces} grace notes",
        f"  repeated notes   {figures.repeats:5.1f} %   measured {REPEATS:g}",
        f"  steps of 1 or 2  {figures.steps:5.1f} %   measured {STEPS:g}",
        f"  up : down        {figures.up_down[0]:g} : {figures.up_down[1]:g}   measured 49.5 : 50.5",
        f"  fourths, fifths  {figures.fourths_and_fifths:5.1f} %   measured {wanted.fused:g}",
        f"  open bass string {figures.drone:5.1f} %   measured {own}",
        "  drone by zone    " + _drones(figures, wanted),
        f"  playable         {figures.playable:5.1f} %",
        "  motif gain       " + ("too short" if figures.motif_gain is None else f"{figures.motif_gain:5.2f}"),
    ]


def _drones(figures: KuyFigures, wanted: Measured) -> str:
    found = []
    for name, share in figures.drone_by_zone.items():
        theirs = wanted.drone_by_zone.get(name)
        beside = "" if theirs is None else f" (derived {theirs:g})"
        found.append(f"{name} {share:g} %{beside}")
    return ", ".join(found)


def _tables(figures: KuyFigures, wanted: Measured) -> list[str]:
    lines = []
    for title, name in (
        ("intervals", "intervals"),
        ("dyads", "dyads"),
        ("beat cells", "cells"),
        ("degrees", "degrees"),
    ):
        ours, theirs = getattr(figures, name), getattr(wanted, name)
        lines.append(f"  {title:<16} {_row(ours)}   (distance {far(figures, wanted, name):.2f})")
        lines.append(f"  {'  measured':<16} {_row(theirs)}")
    return lines


def _given(figures: KuyFigures, wanted: Measured) -> list[str]:
    """Return what follows what: runs, cells, moves and bass frets."""
    lines = [
        f"  {'repeat runs':<16} {_row(dict(sorted(figures.repeat_runs.items())))}   (5: five and more)",
        f"  {'  measured':<16} {_row(REPEAT_RUNS)}",
    ]
    for cell, after in figures.cell_bigrams.items():
        theirs = f"   measured {_row(wanted.follows[cell])}" if cell in wanted.follows else ""
        lines.append(f"  {'after ' + cell:<16} {_row(after)}{theirs}")
    moves = _mean_distance(figures.moves, MOVES)
    bass = _mean_distance(figures.bass_given_melody, BASS_FRETS)
    return [
        *lines,
        f"  moves by fret    distance {moves:.2f} from those counted (--json has them)",
        f"  bass by fret     distance {bass:.2f} from those counted (--json has them)",
    ]


def _mean_distance(ours: Mapping[int, Shares], theirs: Mapping[int, Mapping[int, float]]) -> float:
    """Return the mean distance of rows, by how often the measured moves come to their frets."""
    visits = stationary(MOVES)
    common = [fret for fret in ours if fret in theirs]
    total = sum(visits[fret] for fret in common)
    far = sum(visits[fret] * distance(ours[fret], theirs[fret]) for fret in common)
    return far / total if total else 1.0


def _row(table: Mapping[Any, float]) -> str:
    commonest = sorted(table.items(), key=lambda item: -item[1])[:8]
    return ", ".join(f"{key} {share:g}" for key, share in commonest)


def _form(figures: KuyFigures) -> list[str]:
    form = figures.form
    saga = (
        "none"
        if form.saga_entry is None
        else f"enters at {100 * form.saga_entry:.0f} %, fills {100 * form.saga_share:.0f} %"
    )
    return [
        *_strip(form.zones),
        "  sections         " + ", ".join(map(_section, form.plan)),
        f"  saga             {saga}   measured 28, 61, 49 % and 30, 27, 18 %",
        f"  climbs           {form.climbs}, the refrain returned after {form.refrains}",
        f"  bars             {100 * form.distinct:.0f} % distinct, longest run of one bar {form.longest_run}",
    ]


def _strip(zones: tuple[str, ...]) -> list[str]:
    """Return the zones as one letter a bar: bas, orta, kishi and ülken sağa."""
    letters = "".join(name[:1] or "." for name in zones)
    rows = [letters[at : at + 60] for at in range(0, len(letters), 60)]
    return [f"  {'zones, bar ' + str(60 * number + 1):<16} {row}" for number, row in enumerate(rows)]


def _section(item: Section) -> str:
    span = f"{item.first}" if item.bars == 1 else f"{item.first}-{item.last}"
    return f"{item.zone} {span}"


def kuy_json(figures: KuyFigures, kind: str = "", library: Library | None = None) -> dict[str, Any]:
    """Return everything as one JSON object: figures, type, checks and evidence."""
    from dataclasses import asdict

    wanted = measured(kind, library) if kind else nearest(figures)
    checks: list[Check] = held(figures, wanted)
    return {
        **asdict(figures),
        "type": wanted.name,
        "distance": nearness(figures, wanted),
        "checks": [asdict(check) for check in checks],
        "measured": asdict(wanted),
    }
