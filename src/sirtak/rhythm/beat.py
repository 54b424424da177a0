"""Beat files: grids in scenes, with what a grid cannot say.

A beat is a drum pattern with scenes (main, variation, intro, break, fill). Tempo is quarters a
minute, swing MPC percent (50 is straight).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.library import Library
from sirtak.rhythm.files import Steps, read_grid, read_meters, read_pulses
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.pulses import Vector
from sirtak.rhythm.row_tables import RowFile, Swing, apply_tables, check_rows
from sirtak.spec import Document, convert
from sirtak.theory.meter import Meter, format_meters
from sirtak.theory.mode import Tag

SCENES = ("main", "variation", "intro", "break", "fill")
MADE = ("build", "drop")  # made from the others

Bpm = Annotated[float, msgspec.Meta(ge=20, le=400, description="quarters a minute, 20 to 400")]
Master = Annotated[int, msgspec.Meta(ge=1, le=65536, description="steps until all rows begin anew")]


class SceneFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One scene of a beat."""

    grid: str
    master: Master | None = None
    row: dict[str, RowFile] = {}


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
    tempo: Annotated[list[Bpm], msgspec.Meta(min_length=2, max_length=2, description="[slowest, fastest]")]
    swing: Swing = 50.0
    pulses: Vector | None = None
    groove: Annotated[str, msgspec.Meta(description="a groove's name")] = ""
    source: str
    tag: Tag
    grid: str
    master: Master | None = None
    scene: dict[str, SceneFile] = {}
    row: dict[str, RowFile] = {}


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
    source: str
    tag: str
    pulses: tuple[float, ...] | None = None
    groove: str = ""

    def fits(self, meters: tuple[Meter, ...]) -> bool:
        """Return whether the beat's bars are as long as the piece's, in the same turn."""
        return [meter.ticks for meter in self.meters] == [meter.ticks for meter in meters] or (
            len(self.meters) == 1 and {meter.ticks for meter in meters} == {self.meters[0].ticks}
        )

    @property
    def meter_text(self) -> str:
        """The meter as people write it."""
        return format_meters(self.meters)

    @property
    def steps_per_beat(self) -> int:
        """Steps in a beat of the meter, the same in all scenes."""
        return self.scenes["main"].steps_per_beat

    @property
    def locked(self) -> bool:
        """Whether any row has controllers that its steps may lock."""
        return any(row.cc for grid in self.scenes.values() for row in grid.rows)

    def scene(self, name: str) -> Grid:
        """Return a scene's grid, or the main one where the beat has no such scene."""
        return self.scenes.get(name, self.scenes["main"])


@cache
def build_beat(document: Document) -> Beat:
    """Return the beat of a file; errors name file, line and step."""
    fields = convert(document, BeatFile)
    meters = read_meters(document, fields.meter)
    low, high = fields.tempo
    if low > high:
        hint = f"tempo = [{high:g}, {low:g}]"
        raise document.error(("tempo",), f"tempo: {low:g} to {high:g} is the wrong way round", hint)
    scenes = {"main": _main(document, fields, meters)}
    for name, scene in fields.scene.items():
        if name in MADE:
            hint = "call it something else"
            message = f"scene.{name}: every beat has a {name} that is made from its other scenes"
            raise document.error(("scene", name), message, hint, key=True)
        scenes[name] = _scene(document, fields, meters, name, scene)
    voices = {row.voice for grid in scenes.values() for row in grid.rows}
    check_rows(document, ("row",), fields.row, voices)
    _check_steps(document, fields, scenes["main"])
    return Beat(
        name=fields.name,
        title=fields.title or fields.name.replace("-", " ").capitalize(),
        about=fields.about,
        genre=fields.genre,
        meters=meters,
        tempo=(low, high),
        swing=fields.swing,
        scenes=scenes,
        source=fields.source,
        tag=fields.tag,
        pulses=read_pulses(document, fields.pulses, meters, fields.steps_per_beat),
        groove=fields.groove,
    )


def _lengths(tables: dict[str, RowFile]) -> dict[str, int]:
    return {name: row.length for name, row in tables.items() if row.length is not None}


def _main(document: Document, fields: BeatFile, meters: tuple[Meter, ...]) -> Grid:
    lengths = _lengths(fields.row)
    grid = read_grid(document, ("grid",), fields.grid, fields.steps_per_beat, meters, lengths)
    grid = replace(grid, master=fields.master or 0)
    return apply_tables(grid, document, ("row",), fields.row, meters)


def _check_steps(document: Document, fields: BeatFile, main: Grid) -> None:
    """Refuse steps of a row that only a scene has: a beat's own tables speak of main's."""
    for name, table in fields.row.items():
        if table.step and name not in (row.voice for row in main.rows):
            message = f"row.{name}: main has no row '{name}' whose steps these could be"
            hint = f"[scene.NAME.row.{name}] is that of a scene"
            raise document.error(("row", name, "step"), message, hint)


def _scene(
    document: Document, fields: BeatFile, meters: tuple[Meter, ...], name: str, scene: SceneFile
) -> Grid:
    """Return a scene's grid: rows are what the beat's tables say, and steps what its own do."""
    path = ("scene", name, "grid")
    own = _lengths(scene.row)
    grid = read_grid(
        document, path, scene.grid, fields.steps_per_beat, meters, own, also=_lengths(fields.row)
    )
    grid = replace(grid, master=(fields.master if scene.master is None else scene.master) or 0)
    where = ("scene", name, "row")
    check_rows(document, where, scene.row, {row.voice for row in grid.rows})
    grid = apply_tables(grid, document, ("row",), fields.row, meters, steps=False)
    return apply_tables(grid, document, where, scene.row, meters)


def load_beat(library: Library, name: str) -> Beat:
    """Return a beat by name.

    >>> load_beat(Library(), "four-floor").genre
    'house'
    """
    return build_beat(library.document("beat", name))
