"""Rhythm files: patterns of strokes for a folk instrument, and the cells that küy are made of.

Shares are percent. A rhythm runs on from the beginning of a section in its own bars, so one of a
beat or of a bar fits every longer bar that holds it a whole number of times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from math import lcm
from typing import Annotated, Literal

import msgspec

from sirtak.errors import SirtakError, did_you_mean
from sirtak.library import Library
from sirtak.rhythm.files import Steps, read_grid, read_meters, read_pulses
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.pulses import Vector
from sirtak.rhythm.step import Row
from sirtak.spec import Document, convert
from sirtak.theory.meter import Meter, format_meters
from sirtak.theory.mode import Tag

Share = Annotated[float, msgspec.Meta(ge=0, le=100)]
Shares = dict[str, Share]


class RhythmFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a rhythm file."""

    format: Literal[1]
    kind: Literal["rhythm"] = "rhythm"
    name: str
    title: str = ""
    about: str = ""
    meter: str
    steps_per_beat: Steps = 4
    observed: str = ""
    weight: (
        Annotated[float, msgspec.Meta(ge=0, le=100, description="measured share of beats, percent")] | None
    ) = None
    weight_in: Annotated[
        Shares, msgspec.Meta(description="the share of beats in one kind of küy, by its name")
    ] = {}
    follows: Annotated[Shares, msgspec.Meta(description="what comes next, by measured share in percent")] = {}
    follows_in: Annotated[
        dict[str, Shares], msgspec.Meta(description="what comes next, by the meter it was counted in")
    ] = {}
    after: Annotated[
        dict[str, str], msgspec.Meta(description="strokes of its own after another cell, as steps")
    ] = {}
    pulses: Vector | None = None
    source: str
    tag: Tag
    grid: str


@dataclass(frozen=True, eq=False)
class Rhythm:
    """A pattern of strokes in a meter.

    `follows` and `follows_in` (by meter) say what comes next, `weight` and `weight_in` (by style)
    how often it comes; `after` is its row after certain cells; `pulses` makes its steps uneven.
    """

    name: str
    title: str
    about: str
    meters: tuple[Meter, ...]
    grid: Grid
    observed: str
    weight: float | None
    follows: dict[str, float]
    source: str
    tag: str
    weight_in: dict[str, float] = field(default_factory=dict)
    follows_in: dict[str, dict[str, float]] = field(default_factory=dict)
    after: dict[str, Row] = field(default_factory=dict)
    pulses: tuple[float, ...] | None = None

    @property
    def meter_text(self) -> str:
        """The meter as people write it."""
        return format_meters(self.meters)

    @property
    def bars(self) -> tuple[Meter, ...]:
        """The bars that the longest row fills, in turn."""
        cycle = sum(meter.numerator for meter in self.meters) * self.grid.steps_per_beat
        longest = max(row.size for row in self.grid.rows)
        return self.meters * max(1, longest // cycle)

    @property
    def ticks(self) -> int:
        """The length of the longest row."""
        return sum(meter.ticks for meter in self.bars)

    def fits(self, meters: tuple[Meter, ...]) -> bool:
        """Return whether the rhythm can be played in bars of these meters.

        Its bars must be the piece's in turn, or fill every bar of the piece a whole number of
        times, or last several of its bars; where the lower numbers differ, the groups of one
        must be among those of the other (4/4 fits 2/2, 6/8 does not fit 3/4).

        >>> from sirtak.theory.meter import parse_meters
        >>> jig = load_rhythm(Library(), "jig")
        >>> jig.fits(parse_meters("12/8")), jig.fits(parse_meters("3/4"))
        (True, False)
        """
        mine, theirs = [item.ticks for item in self.bars], [item.ticks for item in meters]
        span = lcm(len(mine), len(theirs))
        alike = mine * (span // len(mine)) == theirs * (span // len(theirs))
        inside = all(ticks % self.ticks == 0 for ticks in theirs)
        over = len(set(theirs)) == len(set(mine)) == 1 and self.ticks % theirs[0] == 0
        return (alike or inside or over) and _groups_agree(self.bars, meters)

    def row_after(self, before: str) -> Row:
        """Return the first row as it is stroked after another cell."""
        return self.after.get(before, self.grid.rows[0])


def _groups_agree(mine: tuple[Meter, ...], theirs: tuple[Meter, ...]) -> bool:
    """Return whether bars share their beat, or the groups of one lie among those of the other."""
    if len({meter.denominator for meter in (*mine, *theirs)}) == 1:
        return True
    span = lcm(sum(meter.ticks for meter in mine), sum(meter.ticks for meter in theirs))
    first, second = _group_starts(mine, span), _group_starts(theirs, span)
    return first <= second or second <= first


def _group_starts(meters: tuple[Meter, ...], span: int) -> set[int]:
    """Return the ticks at which groups begin while bars repeat over a span."""
    starts: set[int] = set()
    tick = 0
    while tick < span:
        for meter in meters:
            starts.update((meter.group_ticks + tick).tolist())
            tick += meter.ticks
    return starts


@cache
def build_rhythm(document: Document) -> Rhythm:
    """Return the rhythm of a file; its rows fill whole bars."""
    fields = convert(document, RhythmFile)
    meters = read_meters(document, fields.meter)
    grid = read_grid(document, ("grid",), fields.grid, fields.steps_per_beat, meters, {}, whole_bars=True)
    for meter in fields.follows_in:
        read_meters(document, meter, ("follows_in", meter))
    return Rhythm(
        name=fields.name,
        title=fields.title or fields.name,
        about=fields.about,
        meters=meters,
        grid=grid,
        observed=fields.observed,
        weight=fields.weight,
        follows=fields.follows,
        source=fields.source,
        tag=fields.tag,
        weight_in=fields.weight_in,
        follows_in=fields.follows_in,
        after={name: _row_after(document, name, text, grid) for name, text in fields.after.items()},
        pulses=read_pulses(document, fields.pulses, meters, fields.steps_per_beat),
    )


def _row_after(document: Document, name: str, text: str, grid: Grid) -> Row:
    """Return a row of the grid's onsets with other strokes."""
    own = grid.rows[0]
    try:
        row = read_grid(document, ("after", name), f"{own.voice} {text}", grid.steps_per_beat, (), {}).rows[0]
    except SirtakError as error:
        raise document.error(("after", name), f"after.{name}: {error.message}", error.hint) from None
    shape = [[(step.index, step.length) for step in item.steps] for item in (own, row)]
    if row.size != own.size or shape[0] != shape[1]:
        raise document.error(
            ("after", name),
            f"after.{name}: '{text}' has not the onsets of the grid",
            "change the strokes (D d U u) and leave their places",
        )
    return row


def load_rhythm(library: Library, name: str) -> Rhythm:
    """Return a rhythm by name; SpecError where what follows it does not exist.

    >>> load_rhythm(Library(), "c22").weight
    65.3
    """
    document = library.document("rhythm", name)
    rhythm = build_rhythm(document)
    check_names(library, document, rhythm)
    return rhythm


def check_names(library: Library, document: Document, rhythm: Rhythm) -> None:
    """Refuse a rhythm that speaks of a cell which is not there."""
    named: list[tuple[tuple[str, ...], str]] = [(("follows", name), name) for name in rhythm.follows]
    named += [(("after", name), name) for name in rhythm.after]
    for meter, shares in rhythm.follows_in.items():
        named += [(("follows_in", meter, name), name) for name in shares]
    for path, name in named:
        try:
            # Looked up and not only listed: a piece's own cells then go with it into its recipe.
            library.document("rhythm", name)
        except SirtakError as error:
            if error.file:  # the other file itself is wrong, and the error says where
                raise
            raise document.error(
                path, f"{path[0]}: unknown cell '{name}'", did_you_mean(name, library.names("rhythm"))
            ) from None
