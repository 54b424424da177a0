"""The küy in a piece: what its type says where the piece is silent, and its strokes in each section.

A piece that names a küy type and has no sections is the küy itself. A piece with sections takes
the same küy into them, zone by zone: the low refrain and theme where the tune lies low, the theme a
fourth up where it is lifted, an octave up where it is loudest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.folk.dombra import DombraSpec, missing_frets
from sirtak.folk.kuy.lay import Kuy, lay, lay_section
from sirtak.folk.kuy.layout import Use
from sirtak.folk.kuy.score import check_bars, kuy_scale, make_kuy, section_uses
from sirtak.folk.kuy.types import load_kuy_type
from sirtak.library import Library
from sirtak.rng import Dice, stream
from sirtak.scene import Line, PartSpec
from sirtak.scene.fretted import Fretted
from sirtak.scene.part import Checks
from sirtak.spec import Document
from sirtak.theory.meter import Bars, Meter
from sirtak.theory.mode import Mode
from sirtak.theory.neck import Neck, load_neck
from sirtak.theory.pitch import near
from sirtak.theory.tuning import load_tuning
from sirtak.theory.variable import Variable

if TYPE_CHECKING:
    from sirtak.composer.piece import Piece, PieceFile, Section

Blamed = Callable[[tuple[str | int, ...], str], AbstractContextManager[None]]
HIGH = 6  # degrees of lift from which a section lies in the sağa
LOUD = 0.85  # energy from which it does: the drop is where a song is highest


def kuy_layer(file: PieceFile, library: Library) -> Document:
    """Return what a küy's type says of a piece, to be laid under everything else.

    The tempo is drawn from the type's range by the seed.
    """
    kind = load_kuy_type(library, file.kuy.type)
    low, high = kind.file.tempo
    draw = float(stream(file.seed, "kuy", file.kuy.take, "tempo").random())
    data: dict[str, Any] = {
        "title": kind.title,
        "tempo": float(round(low + (high - low) * draw)),
        "tonic": kind.file.tonic,
        "mode": kind.file.mode,
        "meter": str(kind.meter),
    }
    return Document(f"kuy {kind.name}", "", data)


def neck_of(parts: Mapping[str, PartSpec], library: Library) -> Neck | None:
    """Return the neck of the first dombra, None where there is no dombra."""
    spec = next((item for item in parts.values() if isinstance(item, DombraSpec)), None)
    return None if spec is None else load_neck(library, spec.neck)


def piece_kuy(
    file: PieceFile,
    parts: Mapping[str, PartSpec],
    mode: Mode,
    meters: tuple[Meter, ...],
    library: Library,
    blamed: Blamed,
) -> Kuy:
    """Return the küy of a piece; `blamed` puts an error where the piece sets what is wrong."""
    alone = not file.section
    with blamed(("kuy", "type"), "kuy.type"):
        if alone and not any(spec.player == "dombra" for spec in parts.values()):
            hint = "add a table [dombra], or sections for the band that plays it"
            raise SpecError("nobody plays the küy", hint=hint)
    part = next((name for name, spec in parts.items() if isinstance(spec, DombraSpec)), "dombra")
    with blamed((part, "neck"), f"{part}.neck"):
        neck = neck_of(parts, library)
    with blamed(("mode",), "kuy"):
        kuy_scale(load_kuy_type(library, file.kuy.type), mode, library, neck)
    with blamed(("meter",), "kuy"):
        kuy = make_kuy(file.kuy, mode, meters, library, file.seed, neck)
    with blamed(("kuy", "bars"), "kuy.bars"):
        if alone:
            check_bars(kuy, meters)
    return kuy


def check_dombra(piece: Piece, spec: PartSpec) -> Checks:
    """Yield what a dombra must pass: its neck has the mode's frets, its tuning is the küy's."""
    if isinstance(spec, DombraSpec):

        def fits() -> None:
            if piece.kuy is None:
                missing = missing_frets(spec, piece.mode, piece.library)
            else:  # of a variable degree the küy needs one form alone in each octave
                neck = load_neck(piece.library, spec.neck)
                scale = kuy_scale(piece.kuy.kind, piece.mode, piece.library)
                missing = [fret for fret in scale.frets if not bool(neck.has(fret))]
            if missing:
                frets = ", ".join(map(str, missing))
                raise SpecError(
                    f"mode {piece.mode.name} needs fret {frets} on the melody string: {spec.neck} has none",
                    hint="choose another mode, or the neck chromatic",
                )

        yield "neck", fits
        kuy = piece.kuy
        if kuy is not None:

            def tuned() -> None:
                own = kuy.kind.file.tuning
                if spec.tuning not in (DombraSpec().tuning, own):
                    hint = f"{kuy.kind.name} is played in {own}: leave tuning out, or choose another type"
                    raise SpecError(f"a küy is not retuned to {spec.tuning}", hint=hint)

            yield "tuning", tuned


def section_strokes(piece: Piece, section: Section, bars: Bars, *, closing: bool) -> Fretted | None:
    """Return the strokes of the piece's küy in a section, None where the piece has no küy."""
    kuy = piece.kuy
    if kuy is None:
        return None
    if section.kuy is not None:
        strokes = lay_section(kuy, section.kuy)
    else:
        pace = section.spec.pace
        within = Bars(bars.meters, -(-bars.count // pace))
        dice = Dice(piece.file.seed, "kuy", kuy.spec.take, section.key)
        uses = section_uses(kuy, zones_around(piece, section), within.ticks, dice, last=closing)
        strokes = lay(kuy, uses, bars.ticks, pace)
        if closing:
            strokes = _stopped(kuy, strokes, int(within.starts[-1]) * pace)
    tuning = load_tuning(piece.library, kuy.kind.file.tuning)
    moved = near(piece.tonic, kuy.kind.tonic + 60) - kuy.kind.tonic - 60
    return replace(strokes, tuning=tuning.shifted(moved))


def _stopped(kuy: Kuy, strokes: Fretted, tick: int) -> Fretted:
    """Return strokes that stop at a tick, where the last bar is not a figure's last one too."""
    stop = lay(kuy, [Use("E")], kuy.figure_ticks).chosen(slice(-1, None))
    return strokes.chosen(strokes.onset < tick).then([replace(stop, onset=np.zeros(1, np.int64))], [0, tick])


def zones_around(piece: Piece, section: Section) -> tuple[str, str, str]:
    """Return the küy's zones in the section before, in a section, and in the one after ('' at the ends)."""
    sections = list(piece.sections())
    place = next(number for number, item in enumerate(sections) if item.key == section.key)
    zones = ["", *map(zone_of, sections), ""]
    return zones[place], zones[place + 1], zones[place + 2]


def zone_of(section: Section) -> str:
    """Return the küy's zone in a section of a song: as it says, else by energy and by the theme's lift."""
    spec = section.spec
    if spec.zone:
        return spec.zone
    if spec.lift >= HIGH or spec.energy >= LOUD:
        return "kishi_saga"
    return "orta" if spec.lift > 0 else "bas"


def line_of(strokes: Fretted, mode: Mode, tonic: int, ticks: int) -> Line:
    """Return the tune of strokes as degrees, repeated strokes joined: what other instruments can sing."""
    if not len(strokes):
        return Line.empty()
    new = np.diff(strokes.melody, prepend=-2) != 0
    onset = strokes.onset[new]
    ends = np.append(onset[1:], ticks)
    assert strokes.tuning is not None
    pitch = strokes.melody[new] + strokes.tuning.melody
    degrees = degrees_of(mode, tonic)
    degree = degrees[pitch]
    # The open string stands for rest: where a zone lies above it, players climb along.
    lift = int(np.sort(degree)[len(degree) // 2] - degrees[strokes.tuning.melody])
    return Line(onset, np.maximum((ends - onset) * 24 // 25, 1), degree, strokes.level[new], max(0, lift))


def degrees_of(mode: Mode, tonic: int) -> NDArray[np.int64]:
    """Return the degree nearest to each MIDI number, 0 being the tonic from C3 to B3."""
    return _degrees(mode.cents, mode.variable, tonic)


@lru_cache(maxsize=64)
def _degrees(cents: tuple[float, ...], variable: tuple[Variable, ...], tonic: int) -> NDArray[np.int64]:
    mode = Mode("", cents, variable=variable)
    degrees = np.arange(-5 * len(cents), 7 * len(cents))
    base = 48 + tonic
    pitches = np.array([int(mode.pitches([degree], base)[0]) for degree in degrees.tolist()])
    nearest: NDArray[np.int64] = degrees[np.abs(pitches - np.arange(128)[:, None]).argmin(axis=1)]
    return nearest
