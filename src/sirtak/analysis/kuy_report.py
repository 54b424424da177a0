"""The figures of a küy as text, beside those that were counted from five küy in print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sirtak.analysis.kuy import KuyFigures
from sirtak.analysis.kuy_form import Section
from sirtak.analysis.kuy_held import Check, far, held, nearest, nearness
from sirtak.analysis.kuy_measured import REPEATS, STEPS, Measured, measured

_NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def format_kuy(figures: KuyFigures, kind: str = "") -> str:
    """Return the figures for the terminal, each with what was measured in a type.

    Left out, `kind` is the nearest type.
    """
    wanted = measured(kind) if kind else nearest(figures)
    said = "beside" if kind else "nearest to"
    head = (
        f"{figures.part}: {figures.strokes} strokes on strings {figures.strings[0]} and "
        f"{figures.strings[1]} (MIDI), final {_NOTES[figures.tonic]}; {said} {wanted.name} "
        f"(distance {nearness(figures, wanted):.2f})"
    )
    lines = [head, *_counts(figures, wanted), *_tables(figures, wanted), *_form(figures)]
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
        "  sections         " + ", ".join(map(_section, form.plan)),
        f"  saga             {saga}   measured 28, 61 and 49 %, 30, 27 and 18 %",
        f"  climbs           {form.climbs}, the refrain returned after {form.refrains}",
        f"  bars             {100 * form.distinct:.0f} % distinct, longest run of one bar {form.longest_run}",
    ]


def _section(item: Section) -> str:
    span = f"{item.first}" if item.bars == 1 else f"{item.first}-{item.last}"
    return f"{item.zone} {span}"


def kuy_json(figures: KuyFigures, kind: str = "") -> dict[str, Any]:
    """Return everything as one JSON object: figures, type, checks and evidence."""
    from dataclasses import asdict

    wanted = measured(kind) if kind else nearest(figures)
    checks: list[Check] = held(figures, wanted)
    return {
        **asdict(figures),
        "type": wanted.name,
        "distance": nearness(figures, wanted),
        "checks": [asdict(check) for check in checks],
        "measured": asdict(wanted),
    }
