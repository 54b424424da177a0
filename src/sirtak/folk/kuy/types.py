"""Types of küy: what was counted in a model, as a file that says how new music in its manner is made.

Shares are percent; zones, frets and strings as in `sirtak.folk.fretboard`. A bar of the form is a bar of
the type's meter; cells are written in sixteenths from stroke to stroke, `2-1-1` an eighth and two
sixteenths, `4-2` a quarter and an eighth within three eighths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

import msgspec

from sirtak.errors import SirtakError, SpecError
from sirtak.library import Library
from sirtak.scene.part import knob
from sirtak.spec import Document, convert
from sirtak.theory.meter import Meter, parse_meters
from sirtak.theory.mode import Tag, load_mode
from sirtak.theory.pitch import parse_tonic
from sirtak.theory.tuning import FRETS, load_tuning

Share = Annotated[float, msgspec.Meta(ge=0, le=100)]
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]
Span = Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=64)]], msgspec.Meta(min_length=2, max_length=2)]
Parts = Annotated[list[Part], msgspec.Meta(min_length=2, max_length=2)]
Tempo = Annotated[
    list[Annotated[float, msgspec.Meta(ge=20, le=400)]], msgspec.Meta(min_length=2, max_length=2)
]

BEATS = (4, 6)  # sixteenths in the beats that cells fill: a quarter, a dotted quarter
FIGURE = 14  # sixteenths that a figure lasts at least: seven eighths
LEAST = 10  # figures in a küy: an opening, half of the length as sağa, the way home and a refrain
FEWEST_DEGREES = 5  # a pentatonic has them; with fewer no counted fret may be left


class KuyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a küy type's file."""

    format: Literal[1]
    kind: Literal["kuy"] = "kuy"
    name: str
    title: str = ""
    about: str = ""
    source: str
    tag: Tag
    meter: str
    tonic: str
    mode: str
    tempo: Annotated[Tempo, knob("quarters a minute, from and to")]
    tuning: str = "on"
    home: Annotated[int, knob("melody fret on which the refrain lives", 0, 7)]
    bars: Annotated[int, knob("usual length in bars", 16, 512)]
    refrain: Annotated[Span, knob("bars of the refrain, from and to")]
    orta: Annotated[Span, knob("bars of a climb to the middle zone, from and to")]
    opening: Annotated[Span, knob("bars of the first low section, from and to")]
    saga: Annotated[Parts, knob("the sağa's share of the length; left out, there is none")] = msgspec.field(
        default_factory=lambda: [0.0, 0.0]
    )
    entry: Annotated[Parts, knob("where the sağa enters, as a share of the length")] = msgspec.field(
        default_factory=lambda: [0.3, 0.6]
    )
    ulken: Annotated[bool, knob("the sağa goes on to the great sağa")] = False
    short: Annotated[list[str], knob("short bars that may stand where the zone changes")] = []
    grace: Annotated[float, knob("share of off-beat refrain notes with a grace note", 0, 1)] = 0.0
    pull_off: Annotated[float, knob("share of refrain beats in which the thumb pulls off", 0, 1)] = 0.0
    hammer_on: Annotated[float, knob("share of rising sixteenths that the left hand alone sounds", 0, 1)] = (
        0.0
    )
    drone: Annotated[float, knob("measured share of the open bass string, percent", 0, 100)] | None = None
    manner: Literal["driving", "song"] = "driving"
    strokes: Annotated[Literal["alt", "dduu", "jig"], knob("right hand")] = "alt"
    cells: dict[str, Share]
    follows: dict[str, dict[str, Share]] = {}
    degrees: dict[str, Share]
    dyads: dict[str, Share]
    evidence: Annotated[dict[str, str], knob("whose a table is, and how it was derived")] = {}


@dataclass(frozen=True, eq=False)
class KuyType:
    """A küy type whose every table has been read.

    >>> kind = load_kuy_type(Library(), "adai")
    >>> kind.cells["2-2"], kind.home, str(kind.meter)
    (69.0, 2, '4/4')
    """

    name: str
    title: str
    about: str
    source: str
    tag: str
    meter: Meter
    short: tuple[Meter, ...]
    tonic: int
    cells: Mapping[str, float]
    follows: Mapping[str, Mapping[str, float]]
    degrees: Mapping[int, float]
    dyads: Mapping[int, float]
    file: KuyFile

    @property
    def home(self) -> int:
        """The melody fret of the refrain."""
        return self.file.home

    @property
    def has_saga(self) -> bool:
        """Whether the type climbs to the sağa."""
        return self.file.saga[1] > 0


@cache
def cell_lengths(cell: str) -> tuple[int, ...]:
    """Return a cell's steps in sixteenths.

    >>> cell_lengths("2-1-1")
    (2, 1, 1)
    """
    return tuple(int(item) for item in cell.split("-"))


@cache
def build_kuy_type(document: Document) -> KuyType:
    """Return the type of a file; SpecError with file and line where it cannot be played."""
    fields = convert(document, KuyFile)
    _check_spans(document, fields)
    meters = [_meter(document, ("meter",), fields.meter)]
    meters += [_meter(document, ("short",), text) for text in fields.short]
    least = LEAST * figure_length(meters[:1])
    if fields.bars < least:
        raise document.error(
            ("bars",), f"bars: {fields.bars} is too short for a küy in {meters[0]}", f"at least {least} bars"
        )
    _check_short(document, meters)
    try:
        tonic = parse_tonic(fields.tonic)
    except SirtakError as error:
        raise document.placed(("tonic",), error) from None
    for cell in fields.cells:
        _check_cell(document, ("cells", cell), cell)
    for cell, after in fields.follows.items():
        for name in (cell, *after):
            _check_cell(document, ("follows", cell), name)
    return KuyType(
        name=fields.name,
        title=fields.title or fields.name.capitalize(),
        about=fields.about.strip(),
        source=" ".join(fields.source.split()),
        tag=fields.tag,
        meter=meters[0],
        short=tuple(meters[1:]),
        tonic=tonic,
        cells=_shares(document, "cells", fields.cells),
        follows=fields.follows,
        degrees=_numbered(document, "degrees", fields.degrees, 0, 11),
        dyads=_numbered(document, "dyads", fields.dyads, -FRETS, 2 * FRETS),
        file=fields,
    )


def _check_short(document: Document, meters: list[Meter]) -> None:
    for short in meters[1:]:
        if short.ticks >= 2 * meters[0].ticks:
            raise document.error(
                ("short",), f"short: {short} is as long as two bars of {meters[0]}", "shorter bars, or none"
            )


def _check_spans(document: Document, fields: KuyFile) -> None:
    for name in ("tempo", "opening", "refrain", "orta", "saga", "entry"):
        low, high = getattr(fields, name)
        if low > high:
            raise document.error((name,), f"{name}: {low:g} to {high:g} is the wrong way round")
    if fields.saga[1] > 0.5:
        raise document.error(("saga",), "saga: more than half of the length leaves no room for the refrain")
    if 0 < len(fields.degrees) < FEWEST_DEGREES:
        raise document.error(
            ("degrees",),
            f"degrees: {len(fields.degrees)} are too few for a küy",
            f"the shares of at least {FEWEST_DEGREES}, in semitones above the tonic",
        )
    if fields.saga[1] + fields.entry[1] > 0.9:
        raise document.error(
            ("entry",),
            "entry: the sağa ends too late for the way home and the refrain",
            "the greatest entry and the greatest saga are at most 0.9 together",
        )


def _meter(document: Document, path: tuple[str, ...], text: str) -> Meter:
    try:
        meters = parse_meters(text)
        if len(meters) > 1:
            raise SpecError(f"'{text}' is more than one bar", hint="name the other bars in short")
        beats_of(meters[0])
    except SirtakError as error:
        raise document.placed(path, error) from None
    return meters[0]


def beats_of(meter: Meter) -> tuple[int, ...]:
    """Return the beats of a bar in sixteenths, each 4 or 6; SirtakError where it has others.

    >>> from sirtak.theory.meter import parse_meters
    >>> beats_of(parse_meters("7/8 (2+2+3)")[0]), beats_of(parse_meters("4/4")[0])
    ((4, 4, 6), (4, 4, 4, 4))
    """
    unit = 16 // meter.denominator if meter.denominator <= 16 else 0
    beats: list[int] = []
    for group in meter.groups:
        size = group * unit
        if size and size % 4 == 0:
            beats += [4] * (size // 4)
        elif size and size % 6 == 0:
            beats += [6] * (size // 6)
        else:
            hint = "its groups must be quarters or dotted quarters, e.g. 5/8 (3+2) or 7/8 (2+2+3)"
            raise SirtakError(f"meter {meter}: a küy has no beat for the group of {group}", hint=hint)
    return tuple(beats)


def figure_length(meters: Sequence[Meter]) -> int:
    """Return how many whole turns of a meter a figure lasts.

    >>> from sirtak.theory.meter import parse_meters
    >>> figure_length(parse_meters("4/4")), figure_length(parse_meters("2/4"))
    (1, 2)
    """
    return -(-FIGURE // sum(sum(beats_of(meter)) for meter in meters))


def _check_cell(document: Document, path: tuple[str, ...], cell: str) -> None:
    if not re.fullmatch(r"[1-6](-[1-6])*", cell) or sum(cell_lengths(cell)) not in BEATS:
        hint = "steps in sixteenths that fill a quarter (2-1-1) or a dotted quarter (4-2)"
        raise document.error(path, f"'{cell}' is not a beat cell", hint)


def _shares(document: Document, name: str, table: Mapping[str, float]) -> dict[str, float]:
    if sum(table.values()) <= 0:
        raise document.error((name,), f"{name}: there is nothing in it")
    return dict(table)


def _numbered(
    document: Document, name: str, table: Mapping[str, Any], low: int, high: int
) -> dict[int, float]:
    for key in table:
        if not re.fullmatch(r"-?\d+", key) or not low <= int(key) <= high:
            raise document.error((name, key), f"{name}.{key}: semitones {low} to {high}")
    return {int(key): value for key, value in _shares(document, name, table).items()}


def load_kuy_type(library: Library, name: str) -> KuyType:
    """Return a küy type by name; SpecError with file and line where its mode or tuning is unknown."""
    document = library.document("kuy", name)
    kind = build_kuy_type(document)
    for field, look_up in (("mode", load_mode), ("tuning", load_tuning)):
        try:
            look_up(library, getattr(kind.file, field))
        except SirtakError as error:
            raise document.placed((field,), error) from None
    return kind
