"""Beat files: grids with what a grid cannot say.

A beat is a drum pattern with scenes (main, variation, intro, break, fill). Tempo is quarters a
minute, swing MPC percent (50 is straight).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.library import Library
from sirtak.rhythm.files import Steps, Vector, read_grid, read_meters, read_pulses
from sirtak.rhythm.grid import Grid
from sirtak.spec import Document, convert
from sirtak.theory.meter import Meter, format_meters
from sirtak.theory.mode import Tag

SCENES = ("main", "variation", "intro", "break", "fill")

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
    pulses: Vector | None = None
    source: str
    tag: Tag
    grid: str
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
    row_swing: dict[str, float]
    source: str
    tag: str
    pulses: tuple[float, ...] | None = None

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


@cache
def build_beat(document: Document) -> Beat:
    """Return the beat of a file; errors name file, line and step."""
    fields = convert(document, BeatFile)
    meters = read_meters(document, fields.meter)
    low, high = fields.tempo
    if low > high:
        raise document.error(("tempo",), f"tempo: {low:g} to {high:g} is the wrong way round")
    confirmed = {name: row.length for name, row in fields.row.items() if row.length is not None}
    scenes = {"main": read_grid(document, ("grid",), fields.grid, fields.steps_per_beat, meters, confirmed)}
    for name, scene in fields.scene.items():
        # A scene may leave rows out, and a confirmed length is a matter of the main grid's row.
        path = ("scene", name, "grid")
        scenes[name] = read_grid(document, path, scene.grid, fields.steps_per_beat, meters, confirmed)
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
        pulses=read_pulses(document, fields.pulses, meters, fields.steps_per_beat),
    )


def load_beat(library: Library, name: str) -> Beat:
    """Return a beat by name.

    >>> load_beat(Library(), "four-floor").genre
    'house'
    """
    return build_beat(library.document("beat", name))
