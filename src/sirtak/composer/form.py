"""Forms: the sections of a whole piece by their function, each form one pattern file.

A form knows no band. It says how long each section is, how its energy runs, who leads by turn (1 the
first lead, 2 the second …, 0 nobody) and which kinds of parts its function wants or leaves out. Energy
is 0 to 1, lengths are bars, lifts degrees, silences beats.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.composer.players import PLAYERS
from sirtak.errors import did_you_mean
from sirtak.folk.kuy.form import Zone
from sirtak.library import Library
from sirtak.rhythm.beat import MADE, SCENES
from sirtak.scene.part import knob
from sirtak.spec import Document, convert
from sirtak.theory.mode import Tag

LONGEST = 512  # bars of a section

Energy = Annotated[float, knob("0 to 1", 0, 1)]
Turn = Annotated[int, knob("whose turn it is among the leads: 1, 2, 3; 0 is nobody", 0, 3)]
Kinds = Annotated[list[str], msgspec.Meta(max_length=32, description="players or roles")]

# Energy from which a kind of part plays: what holds comes first, what strikes later, what colours last
# (craft.md 3: sections begin with 16 % of the layers and grow). The numbers are ours.
ENTER = {
    "drone": 0.1,
    "pad": 0.2,
    "lead": 0.35,
    "harmony": 0.4,
    "bass": 0.45,
    "drums": 0.5,
    "percussion": 0.6,
    "pulse": 0.65,
    "wind": 0.7,
    "effect": 0.4,  # it knows itself where it belongs
}
LATE = 0.75  # for a role that is not in the table
STEP = 0.1  # a second part of one kind comes later by this much …
LAST = 0.9  # … but nobody later than this: the fullest section has everybody

# Kinds of parts that a function, and a table `enter`, can name.
KINDS = frozenset((*ENTER, *PLAYERS, *(player.role for player in PLAYERS.values())))


class FormSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of a form in a piece or a style."""

    name: Annotated[str, knob("song, ballad, club … (sirtak list forms); left out, sections of your own")] = (
        ""
    )
    bars: Annotated[int, knob("bars of the whole piece; left out, the form's own", 1, 4000)] | None = None
    leads: Annotated[
        list[str],
        msgspec.Meta(max_length=3, description="who leads: first, second and third; left out, by their role"),
    ] = []
    energy: Annotated[
        list[Energy],
        msgspec.Meta(max_length=64, description="a curve of your own over the whole piece, evenly spaced"),
    ] = []
    scale: Annotated[float, knob("scales the energy", 0.1, 1)] = 1.0
    thin: Annotated[float, knob("share of a part's density that is lost at energy 0", 0, 1)] = 0.4
    silence: Annotated[float, knob("beats of silence before a drop; left out, the form's", 0, 8)] | None = (
        None
    )
    enter: Annotated[
        dict[str, Energy],
        msgspec.Meta(description="energy from which a part plays, by its name, its player or its role"),
    ] = {}


class FormSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of a form.

    `always` play whatever the energy; `never` do not; where `only` is given nobody else does, the
    leads aside.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[^\W_][\w-]*$", description="its function")]
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""
    bars: Annotated[int, knob("length in bars", 1, LONGEST)]
    energy: Energy = 0.5
    energy_to: Energy | None = None
    lead: Turn = 0
    answer: Turn = 0
    lift: Annotated[int, knob("theme moved up by degrees", -14, 14)] = 0
    zone: Annotated[Zone, knob("zone of the küy, where the piece has one")] = ""
    inverted: bool = False
    pace: Annotated[int, knob("2 plays the theme at half speed", 1, 4)] = 1
    scene: Annotated[str, knob("scene of the beats")] = "main"
    fill: bool = True
    ritard: Annotated[float, knob("share of the tempo lost over the last four bars", 0, 0.6)] = 0.0
    silence: Annotated[float, knob("beats of silence at its end", 0, 8)] = 0.0
    always: Kinds = []
    never: Kinds = []
    only: Kinds = []


class FormFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a form file."""

    format: Literal[1]
    kind: Literal["form"] = "form"
    name: str
    title: str = ""
    about: str = ""
    source: str
    tag: Tag
    enter: dict[str, Energy] = {}
    section: Annotated[list[FormSection], msgspec.Meta(min_length=1, max_length=128)]

    @property
    def bars(self) -> int:
        """The bars of all sections."""
        return sum(section.bars for section in self.section)


@cache
def build_form(document: Document) -> FormFile:
    """Return the form of a file; SpecError where it makes no sense."""
    form = convert(document, FormFile)
    for name in form.enter:
        _known(document, ("enter", name), name)
    for index, section in enumerate(form.section):
        if section.scene not in {*SCENES, *MADE}:
            message = f"section '{section.name}', scene: not every beat has a scene '{section.scene}'"
            hint = did_you_mean(section.scene, {*SCENES, *MADE})
            raise document.error(("section", index, "scene"), message, hint)
        for field in ("always", "never", "only"):
            for number, name in enumerate(getattr(section, field)):
                _known(document, ("section", index, field, number), name)
    return form


def _known(document: Document, path: tuple[str | int, ...], name: str) -> None:
    if name not in KINDS:
        raise document.error(path, f"'{name}' is neither a player nor a role", did_you_mean(name, KINDS))


def load_form(library: Library, name: str) -> FormFile:
    """Return a form by name.

    >>> load_form(Library(), "club").bars
    120
    """
    return build_form(library.document("form", name))
