"""Fusion, the band: the tune passes from one side to the other, section by section.

Every section has its own threshold for its lead, its answer, its beat and its drone, drawn by its
name alone; so the further a knob is turned, the more sections have passed, and none comes back.
Whoever hands the tune over stays and accompanies, as long as it is heard at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from sirtak.composer.fusion import FusionSpec, share_of, side_of
from sirtak.composer.fusion_east import phrased, phrased_melody
from sirtak.composer.players import PLAYERS, kinds_of
from sirtak.folk.dombra import DombraSpec
from sirtak.folk.sybyzgy import SybyzgySpec
from sirtak.harmony.piano import PianoSpec
from sirtak.rng import Dice
from sirtak.scene import PartSpec

if TYPE_CHECKING:
    from sirtak.composer.piece import Piece, Section

Specs = Mapping[str, PartSpec]

# Who comes in where a side has nobody (else) in the piece to take the tune.
GUESTS: Mapping[str, Specs] = {
    "electronic": {
        "synth": PianoSpec(
            player="piano", title="Synth", program=81, manner="none", pedal=False, human=0.2, volume=88
        ),
        "keys": PianoSpec(
            player="piano", title="Electric Piano", program=4, manner="none", human=0.4, volume=88, pan=48
        ),
    },
    "folk": {
        "dombra": DombraSpec(
            player="dombra", title="Dombra", manner="pluck", density=0.55, drone=0.4, pan=72
        ),
        "sybyzgy": SybyzgySpec(player="sybyzgy", title="Sybyzgy", density=0.35, pan=46),
    },
}


def fused(piece: Piece) -> Piece:
    """Return the piece as its fusion knobs have it played; the piece itself where both are 0.5.

    The recipe stays that of the piece as written: this is what is heard of it.
    """
    fusion = piece.file.fusion
    if fusion == FusionSpec():
        return piece
    band = _Band(piece, "folk" if fusion.folk > 0.5 else "electronic")
    sections = [band.section(section) for section in piece.sections()]
    parts = band.heard({**piece.parts, **band.guests})
    laid = tuple(replace(item, parts={**parts, **band.heard(item.parts)}) for item in sections)
    file = msgspec.structs.replace(piece.file, melody=phrased_melody(fusion, piece.file.melody))
    return replace(piece, file=file, parts=parts, laid=laid)


@dataclass
class _Band:
    """The parts of a piece while roles are handed out; guests are those that had to come in."""

    piece: Piece
    home: str

    def __post_init__(self) -> None:
        self.guests: dict[str, PartSpec] = {}
        folk = self.piece.file.fusion.folk
        self.share = 2 * min(folk, 1 - folk)

    def heard(self, parts: Specs) -> dict[str, PartSpec]:
        """Return parts as they are heard: phrased by `east`, silent where nothing of their side is left.

        A kept part stays as it is: its notes are somebody's own.
        """
        fusion, heard = self.piece.file.fusion, {}
        for name, spec in parts.items():
            gone = share_of(side_of(spec), fusion.folk) == 0 and name not in self.piece.kept
            heard[name] = phrased(fusion, msgspec.structs.replace(spec, mute=True) if gone else spec)
        return heard

    def leaves(self, name: str, spec: PartSpec) -> bool:
        """Return whether a part hands its tune over; a kept one has a tune that nobody else plays."""
        return name not in self.piece.kept and not self.stays(spec)

    def stays(self, spec: PartSpec) -> bool:
        """Return whether a part's side is the one that is left at this end of the knob."""
        side = side_of(spec)
        return side == "folk" if self.home == "folk" else side != "folk"

    def section(self, section: Section) -> Section:
        """Return a section with its roles handed out."""
        spec = section.spec
        dice = Dice(self.piece.file.seed, "fusion", 0, section.key)
        draws = dice.stream("roles").random(4).tolist()
        passed = [self.share <= 0.1 + 0.8 * draw for draw in draws]
        lead, answer = spec.lead, spec.answer
        if passed[0] and lead and self.leaves(lead, section.parts[lead]):
            lead = self._taker(section, (spec.lead, spec.answer), 0)
        if passed[1] and answer and self.leaves(answer, section.parts[answer]):
            answer = self._taker(section, (spec.lead, spec.answer, lead), 1)
        playing = list(self.piece.parts) if spec.parts is None else list(spec.parts)
        joining = [name for name in (lead, answer) if name]
        joining += [name for name, ready in zip(self._stand_ins(playing), passed[2:], strict=True) if ready]
        playing += [name for name in dict.fromkeys(joining) if name and name not in playing]
        return replace(section, spec=msgspec.structs.replace(spec, lead=lead, answer=answer, parts=playing))

    def _taker(self, section: Section, others: tuple[str, ...], place: int) -> str:
        """Return who takes a tune over: a part that plays already, one of the piece, or a guest."""
        able = [
            name
            for name, spec in self.piece.parts.items()
            if PLAYERS[spec.player].tune and self.stays(spec) and not spec.mute
            if name not in {*others, *self.piece.kept}
        ]
        if place == 0:  # a piano that accompanies as well would blur the tune; for answers it is the first
            able = [name for name in able if side_of(self.piece.parts[name]) == self.home]
        playing = section.spec.parts
        here = [name for name in able if playing is None or name in playing]
        if here or able:
            return (here or able)[0]
        guests = list(GUESTS[self.home].items())
        named = [(name if name not in self.piece.parts else f"{name}-2", spec) for name, spec in guests]
        # Two guests, and at the most one of them has the other role already.
        name, spec = next(item for item in named[place:] + named[:place] if item[0] not in others)
        self.guests[name] = spec
        return name

    def _stand_ins(self, playing: list[str]) -> list[str]:
        """Return who takes over the beat and the held chords of a section; '' where nobody must or can."""
        pairs = [("drums", "percussion"), ("pad", "drone")]
        if self.home == "electronic":
            pairs = [(new, old) for old, new in pairs]
        return [
            self._first(new, list(self.piece.parts))
            if self._first(old, playing) and not self._first(new, playing)
            else ""
            for old, new in pairs
        ]

    def _first(self, kind: str, names: list[str]) -> str:
        """Return the first of these parts that is of a kind, a player or a role; '' where there is none."""
        specs = ((name, self.piece.parts[name]) for name in names)
        return next((name for name, spec in specs if not spec.mute and kind in kinds_of(spec)), "")
