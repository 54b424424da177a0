"""The piece: a whole track, said in a page of TOML.

Bars count from 1 when people read them and from 0 here; energy is 0 to 1; tempo is quarters a
minute; swing is MPC percent (50 is straight, 66.7 a triplet).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal

import msgspec

from sirtak.composer.form import LONGEST, FormSpec
from sirtak.composer.fusion import FusionSpec
from sirtak.composer.keep import KeepSpec
from sirtak.folk.kuy.form import KuySpec, Zone
from sirtak.folk.kuy.lay import Kuy, KuySection
from sirtak.folk.kuy.score import solo
from sirtak.harmony.chords import HarmonySpec
from sirtak.harmony.theme import MelodySpec
from sirtak.harmony.theme_plan import Work
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rng import MAX_SEED
from sirtak.scene.part import PartSpec, knob
from sirtak.theory.meter import Bars, Meter
from sirtak.theory.mode import Mode

Name = Annotated[str, msgspec.Meta(pattern=r"^[^\W_][\w-]*$", max_length=64)]


# Energy of a küy's zones, at the start and at the end of a section: it climbs with the register.
ENERGY = {
    "bas": (0.32, 0.32),
    "orta": (0.42, 0.6),
    "kishi_saga": (0.7, 0.85),
    "ulken_saga": (0.92, 1.0),
    "home": (0.9, 0.45),
}


class SectionSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One section of the form."""

    name: Annotated[Name, msgspec.Meta(description="its name; sections of one name are told apart by number")]
    bars: Annotated[int, knob("length in bars", 1, LONGEST)]
    title: Annotated[str, knob("text of the marker; the name if left out")] = ""
    energy: Annotated[float, knob("how loud and how dense, at its start", 0, 1)] = 0.5
    energy_to: Annotated[float, knob("energy at its end", 0, 1)] | None = None
    parts: Annotated[list[str], msgspec.Meta(description="who plays; everybody if left out")] | None = None
    lead: Annotated[str, knob("the part that carries the theme")] = ""
    answer: Annotated[str, knob("the part that answers where the theme rests")] = ""
    lift: Annotated[int, knob("theme moved up by degrees: 3 is a fourth, 7 an octave", -14, 14)] = 0
    zone: Annotated[Zone, knob("zone of the küy, where there is one; left out, by the lift")] = ""
    motif: Annotated[
        Work,
        knob("what becomes of the motifs: new pitches (rhythm), a new rhythm (pitches), the küy's climb …"),
    ] = "theme"
    inverted: Annotated[bool, knob('the contrasting period: the same as motif = "inversion"')] = False
    pace: Annotated[int, knob("2 plays the theme at half speed", 1, 4)] = 1
    chords: Annotated[str, knob("a progression of its own")] = ""
    scene: Annotated[str, knob("scene of the beats: main, variation, intro, break, fill, build, drop")] = (
        "main"
    )
    fill: Annotated[bool, knob("a drum fill in the last bar")] = True
    tempo: Annotated[float, knob("a tempo of its own", 20, 400)] | None = None
    ritard: Annotated[float, knob("share of the tempo lost over the last four bars", 0, 0.6)] = 0.0
    silence: Annotated[float, knob("beats of silence at its end, in all parts", 0, 8)] = 0.0
    tails: Annotated[list[str], msgspec.Meta(description="parts that ring on into the silence")] = []
    set: dict[str, dict[str, object]] = {}


class PieceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a piece or a style; every other table in the file is a part."""

    format: Literal[1] = 1
    kind: Literal["piece", "style"] = "piece"
    name: Annotated[Name, msgspec.Meta(description="plain word, the file name of the output")] = "untitled"
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""
    style: Annotated[str, knob("a style to start from")] = ""
    about: Annotated[str, knob("what it is, what is tradition and what is ours")] = ""
    source: Annotated[str, knob("where its material comes from")] = ""
    tag: str = ""
    seed: Annotated[int, knob("another seed is another piece", 0, MAX_SEED)] = 1
    tempo: Annotated[float, knob("quarters a minute", 20, 400)] = 120.0
    tonic: Annotated[str, knob("C, C#, Db … B")] = "D"
    mode: Annotated[str, knob("a mode's name")] = "aeolian"
    meter: Annotated[str, knob("4/4, 7/8 (3+2+2), 2/4+3/4 …")] = "4/4"
    melody: MelodySpec = MelodySpec()
    harmony: HarmonySpec = HarmonySpec()
    kuy: KuySpec = KuySpec()
    form: FormSpec = FormSpec()
    keep: dict[str, KeepSpec] = {}
    fusion: FusionSpec = FusionSpec()
    section: Annotated[list[SectionSpec], msgspec.Meta(max_length=128)] = []
    choose: dict[str, object] = {}
    pattern: dict[str, dict[str, dict[str, object]]] = {}


@dataclass(frozen=True)
class Section:
    """A section with its key (unique in the piece) and the number of its first bar.

    `parts` are the specs of all parts as they are in it; `kuy` is what a küy that stands alone
    plays in it.
    """

    spec: SectionSpec
    key: str
    first_bar: int
    parts: Mapping[str, PartSpec]
    kuy: KuySection | None = None

    @property
    def title(self) -> str:
        """What the marker says."""
        if self.spec.title:
            return self.spec.title
        if self.kuy is not None:
            return self.kuy.title
        return self.key.replace("#", " ").replace("-", " ").capitalize()


@dataclass(frozen=True)
class Piece:
    """A piece whose every name has been looked up.

    `parts` are specs by part name in the order of the tracks; `own` those that a section (by its
    number, from 0) has of its own. `kuy` is the küy that it plays, if any: a piece without sections
    of its own takes the küy's. `kept` are notes of parts that stay as they are; `laid` are the sections
    where they are not the file's: fusion hands out their roles anew.
    """

    file: PieceFile
    parts: dict[str, PartSpec]
    mode: Mode
    tonic: int
    meters: tuple[Meter, ...]
    library: Library
    kuy: Kuy | None = None
    own: Mapping[int, Mapping[str, PartSpec]] = field(default_factory=dict)
    kept: Mapping[str, Notes] = field(default_factory=dict)
    laid: tuple[Section, ...] = ()

    @property
    def title(self) -> str:
        """The title, or the name where none was given."""
        return self.file.title or self.file.name.replace("-", " ").capitalize()

    def bars_of(self, section: Section) -> Bars:
        """Return the bars of a section."""
        # Only a short bar makes the bars others than the piece's, which are those that beats are known for.
        kuy = section.kuy
        return Bars(kuy.meters if kuy and kuy.hinge else self.meters, section.spec.bars)

    def sections(self) -> Iterator[Section]:
        """Yield the sections in order, with keys such as verse and verse#2."""
        return iter(self._sections)

    @cached_property
    def _sections(self) -> tuple[Section, ...]:
        return self.laid or tuple(self._numbered())

    def _numbered(self) -> Iterator[Section]:
        seen: dict[str, int] = {}
        first = 0
        for index, (spec, kuy) in enumerate(self._specs()):
            seen[spec.name] = seen.get(spec.name, 0) + 1
            number = seen[spec.name]
            key = spec.name if number == 1 else f"{spec.name}#{number}"
            yield Section(spec, key, first, {**self.parts, **self.own.get(index, {})}, kuy)
            first += spec.bars

    def _specs(self) -> Iterator[tuple[SectionSpec, KuySection | None]]:
        if self.file.section or self.kuy is None:
            yield from ((spec, None) for spec in self.file.section)
            return
        lead = next(name for name, spec in self.parts.items() if spec.player == "dombra")
        for section in solo(self.kuy, self.meters):
            zone = section.link.zone
            low, high = ENERGY[zone]
            yield (
                SectionSpec(
                    name=zone.replace("_", "-"),
                    bars=len(section.meters),
                    lead=lead,
                    energy=low,
                    energy_to=high,
                    fill=False,
                    ritard=0.1 if section.link.place == "last" else 0.0,
                ),
                section,
            )
