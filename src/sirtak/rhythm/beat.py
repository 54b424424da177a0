"""Beat and rhythm files: grids with what a grid cannot say.

A beat is a drum pattern with scenes (main, variation, intro, break, fill); a rhythm is a pattern
of strokes for a folk instrument. Tempo is quarters a minute, swing MPC percent (50 is straight).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.library import Library
from sirtak.rhythm.grid import Grid, parse_grid
from sirtak.spec import Document, convert, locate
from sirtak.theory.meter import Meter, format_meters, parse_meters
from sirtak.theory.mode import Tag

SCENES = ("main", "variation", "intro", "break", "fill")

Steps = Annotated[int, msgspec.Meta(ge=1, le=48, description="steps in a beat of the meter")]
Swing = Annotated[float, msgspec.Meta(ge=50, le=75, description="MPC percent")]
Bpm = Annotated[float, msgspec.Meta(ge=20, le=400)]


class RowFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a beat says of one row beside its steps."""

    length: Annotated[int, msgspec.Meta(ge=1, le=1024, description="confirms an uncommon length")] | None = (
        None
    )
    swing: Swing | None = None


class SceneFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scene of a beat."""

    grid: str


class BeatFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a beat file."""

    format: Literal[1]
    kind: Literal["beat"] = "beat"
    name: str
    title: str = ""
    about: str = ""
    genre: str = ""
    meter: str = "4/4"
    steps_per_beat: Steps = 4
    tempo: Annotated[list[Bpm], msgspec.Meta(min_length=2, max_length=2)]
    swing: Swing = 50.0
    source: str
    tag: Tag
    grid: str
    scene: dict[str, SceneFile] = {}
    row: dict[str, RowFile] = {}


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
    follows: Annotated[
        dict[str, float], msgspec.Meta(description="what comes next, by measured share in percent")
    ] = {}
    source: str
    tag: Tag
    grid: str


@dataclass(frozen=True, eq=False)
class Beat:
    """A drum pattern in several scenes, in one meter."""

    name: str
    title: str
    about: str
    genre: str
    meters: tuple[Meter, ...]
    tempo: tuple[float, float]
    swing: float
    scenes: dict[str, Grid]
    row_swing: dict[str, float]
    source: str
    tag: str

    def fits(self, meters: tuple[Meter, ...]) -> bool:
        """Return whether the beat's bars are as long as the piece's, in the same turn."""
        return [meter.ticks for meter in self.meters] == [meter.ticks for meter in meters] or (
            len(self.meters) == 1 and {meter.ticks for meter in meters} == {self.meters[0].ticks}
        )

    @property
    def meter_text(self) -> str:
        """The meter as people write it."""
        return format_meters(self.meters)

    def scene(self, name: str) -> Grid:
        """Return a scene's grid, or the main one where the beat has no such scene."""
        return self.scenes.get(name, self.scenes["main"])


@dataclass(frozen=True, eq=False)
class Rhythm:
    """A pattern of strokes in a meter."""

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


@cache
def build_beat(document: Document) -> Beat:
    """Return the beat of a file; errors name file, line and step."""
    fields = convert(document, BeatFile)
    meters = _meters(document, fields.meter)
    low, high = fields.tempo
    if low > high:
        raise document.error(("tempo",), f"tempo: {low:g} to {high:g} is the wrong way round")
    confirmed = {name: row.length for name, row in fields.row.items() if row.length is not None}
    scenes = {"main": _grid(document, ("grid",), fields.grid, fields.steps_per_beat, meters, confirmed)}
    for name, scene in fields.scene.items():
        # A scene may leave rows out, and a confirmed length is a matter of the main grid's row.
        path = ("scene", name, "grid")
        scenes[name] = _grid(document, path, scene.grid, fields.steps_per_beat, meters, confirmed)
    voices = {voice for grid in scenes.values() for voice in grid.voices}
    for name in fields.row:
        if name not in voices:
            raise document.error(("row", name), f"row.{name}: no grid has a row '{name}'")
    return Beat(
        name=fields.name,
        title=fields.title or fields.name.replace("-", " ").capitalize(),
        about=fields.about,
        genre=fields.genre,
        meters=meters,
        tempo=(low, high),
        swing=fields.swing,
        scenes=scenes,
        row_swing={name: row.swing for name, row in fields.row.items() if row.swing is not None},
        source=fields.source,
        tag=fields.tag,
    )


@cache
def build_rhythm(document: Document) -> Rhythm:
    """Return the rhythm of a file; its rows fill whole bars."""
    fields = convert(document, RhythmFile)
    meters = _meters(document, fields.meter)
    grid = _grid(document, ("grid",), fields.grid, fields.steps_per_beat, meters, {}, whole_bars=True)
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
    )


def _meters(document: Document, text: str) -> tuple[Meter, ...]:
    from sirtak.errors import SirtakError

    try:
        return parse_meters(text)
    except SirtakError as error:
        raise document.error(("meter",), error.message, error.hint) from None


def _grid(
    document: Document,
    path: tuple[str, ...],
    text: str,
    steps_per_beat: int,
    meters: tuple[Meter, ...],
    confirmed: dict[str, int],
    whole_bars: bool = False,
) -> Grid:
    line = locate(document.text, path) or 1
    # The text of a multi-line string begins on the line after its key.
    source = document.text.split("\n")[line - 1] if document.text else ""
    if text and source.rstrip().endswith(('"""', "'''")):
        line += 1
    return parse_grid(
        text,
        steps_per_beat=steps_per_beat,
        meters=meters,
        file=document.name,
        line=line,
        confirmed=confirmed,
        whole_bars=whole_bars,
    )


def load_beat(library: Library, name: str) -> Beat:
    """Return a beat by name.

    >>> load_beat(Library(), "four-floor").genre
    'house'
    """
    return build_beat(library.document("beat", name))


def load_rhythm(library: Library, name: str) -> Rhythm:
    """Return a rhythm by name.

    >>> load_rhythm(Library(), "c22").weight
    65.3
    """
    return build_rhythm(library.document("rhythm", name))
