"""Groove files: how a drummer or a machine places and weighs the slots of a bar.

Offsets are ticks late (960 to the quarter), velocities MIDI numbers around 64, one for each slot
of the base. Quantize, timing, random and velocity are percent, as in the groove pool of Ableton Live
(craft.md 3.4): a hit at t goes to t + quantize · (slot - t) + timing · amount · offset, plus
anything up to random · half a slot either way, drawn for each voice by itself; its velocity
changes by velocity · amount · (groove's - 64).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Literal

import msgspec

from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.meter import WHOLE
from sirtak.theory.mode import Tag

Base = Literal["1/4", "1/8", "1/8T", "1/16", "1/16T", "1/32"]
BASES: dict[str, int] = {
    "1/4": WHOLE // 4,
    "1/8": WHOLE // 8,
    "1/8T": WHOLE // 12,
    "1/16": WHOLE // 16,
    "1/16T": WHOLE // 24,
    "1/32": WHOLE // 32,
}
MOST_SLOTS = 512
NEUTRAL = 64  # a groove's velocity that changes nothing
ALL = "all"

Percent = Annotated[float, msgspec.Meta(ge=0, le=100, description="percent, 0 to 100")]
Offset = Annotated[float, msgspec.Meta(ge=-480, le=480, description="ticks late, -480 to 480")]
Weight = Annotated[float, msgspec.Meta(ge=1, le=127, description="a velocity; 64 changes nothing")]


class GrooveFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a groove file."""

    format: Literal[1]
    kind: Literal["groove"] = "groove"
    name: str
    title: str = ""
    about: str = ""
    base: Annotated[Base, msgspec.Meta(description='"1/4", "1/8", "1/8T", "1/16", "1/16T" or "1/32"')]
    quantize: Percent = 0.0
    timing: Percent = 100.0
    random: Percent = 0.0
    velocity: Annotated[float, msgspec.Meta(ge=-100, le=100, description="percent, -100 to 100")] = 0.0
    source: str
    tag: Tag
    offsets: dict[str, list[Offset]]
    velocities: dict[str, list[Weight]] = {}


@dataclass(frozen=True, eq=False)
class Groove:
    """A groove: `offsets` and `velocities` by voice (`all` for those not named), slot by slot.

    >>> groove = load_groove(Library(), "mpc-58")
    >>> groove.slots, groove.offsets["all"][1]
    (2, 38.4)
    """

    name: str
    base: str
    offsets: dict[str, tuple[float, ...]]
    velocities: dict[str, tuple[float, ...]] = field(default_factory=dict)
    quantize: float = 0.0
    timing: float = 100.0
    random: float = 0.0
    velocity: float = 0.0
    title: str = ""
    about: str = ""
    source: str = ""
    tag: str = "invented"

    @property
    def ticks(self) -> int:
        """Length of a slot."""
        return BASES[self.base]

    @property
    def slots(self) -> int:
        """How many slots there are before it begins anew."""
        return len(next(iter(self.offsets.values())))

    def offset(self, voice: str) -> tuple[float, ...]:
        """Return a voice's ticks late, slot by slot."""
        return self.offsets.get(voice) or self.offsets.get(ALL) or (0.0,) * self.slots

    def weight(self, voice: str) -> tuple[float, ...]:
        """Return a voice's velocities, slot by slot."""
        return self.velocities.get(voice) or self.velocities.get(ALL) or (float(NEUTRAL),) * self.slots


@cache
def build_groove(document: Document) -> Groove:
    """Return the groove of a file; errors name the line."""
    fields = convert(document, GrooveFile)
    _check(document, fields)
    return Groove(
        name=fields.name,
        base=fields.base,
        offsets={voice: tuple(values) for voice, values in fields.offsets.items()},
        velocities={voice: tuple(values) for voice, values in fields.velocities.items()},
        quantize=fields.quantize,
        timing=fields.timing,
        random=fields.random,
        velocity=fields.velocity,
        title=fields.title or fields.name.replace("-", " ").capitalize(),
        about=fields.about,
        source=fields.source,
        tag=fields.tag,
    )


def _check(document: Document, fields: GrooveFile) -> None:
    """Refuse rows of slots of different lengths, and offsets that leave their slot."""
    if not fields.offsets:
        hint = "all = [0, 20]: ticks late, slot by slot"
        raise document.error(("offsets",), "offsets: the groove says of no slot how late it is", hint)
    slots, half = len(next(iter(fields.offsets.values()))), BASES[fields.base] / 2
    tables = {"offsets": fields.offsets, "velocities": fields.velocities}
    for path, values in (((table, voice), row) for table in tables for voice, row in tables[table].items()):
        name = ".".join(path)
        if not 1 <= len(values) <= MOST_SLOTS:
            message = f"{name}: {len(values)} slots"
            raise document.error(path, message, f"1 to {MOST_SLOTS} slots", key=True)
        if len(values) != slots:
            message = f"{name}: {len(values)} slots, where the first row has {slots}"
            raise document.error(path, message, "give every row as many values", key=True)
        far = [index for index, value in enumerate(values) if path[0] == "offsets" and abs(value) > half]
        if far:
            message = f"{name}: {values[far[0]]:g} ticks is more than half a slot of {fields.base}"
            hint = f"-{half:g} to {half:g}, or a longer base"
            raise document.error((*path, far[0]), message, hint)


def load_groove(library: Library, name: str) -> Groove:
    """Return a groove by name."""
    return build_groove(library.document("groove", name))
