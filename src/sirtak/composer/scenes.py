"""Scenes: every section of a piece as its players see it, and where it begins.

Ticks are 960 to the quarter. A scene knows nothing of where its section stands, so sections can be
lengthened or moved without touching the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sirtak.composer.fusion_east import turned
from sirtak.composer.fusion_notes import sounding_kicks
from sirtak.composer.keep import span
from sirtak.composer.kept_line import in_rests, kept_line
from sirtak.composer.kuys import line_of, section_strokes
from sirtak.composer.piece import Piece, Section
from sirtak.composer.players import PLAYERS
from sirtak.electronic.drums import BEATS
from sirtak.harmony.chords import make_chords
from sirtak.harmony.song import song_of
from sirtak.harmony.theme import Theme, make_theme, reply_line, section_line
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.beat import part_kicks
from sirtak.scene.line import Chord, Chords
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars


@dataclass(frozen=True)
class Placed:
    """A section's scene and the tick at which it begins.

    `playing` are the parts that play in it, `drummer` the first drum part among them, '' where there
    is none.
    """

    section: Section
    scene: Scene
    start: int
    playing: frozenset[str]
    drummer: str


def place(piece: Piece) -> Iterator[Placed]:
    """Yield every section with its scene, in order."""
    file = piece.file
    theme_dice = Dice(file.seed, "melody", file.melody.take)
    sections = list(piece.sections())
    theme = None
    if piece.kuy is None or any(section.spec.answer for section in sections):
        song = song_of(file.melody.form, piece.library)
        theme = make_theme(file.melody, piece.mode, piece.meters, theme_dice, song)
    start = 0
    for number, section in enumerate(sections):
        last = number == len(sections) - 1
        here = playing(section)
        drummer = next((name for name in here if _drums(section.parts[name])), "")
        scene = _scene(piece, section, theme, theme_dice.at(section.key), start, closing=last)
        scene = _with_kicks(piece, section, scene, start, drummer)
        yield Placed(section, scene, start, frozenset(here), drummer)
        start += scene.bars.ticks


def _scene(
    piece: Piece, section: Section, theme: Theme | None, dice: Dice, start: int, *, closing: bool
) -> Scene:
    file, spec = piece.file, section.spec
    bars = piece.bars_of(section)
    strokes = section_strokes(piece, section, bars, closing=closing)
    line, reply = Line.empty(), Line.empty()
    if spec.lead in piece.kept:
        line = kept_line(piece.kept[spec.lead], start, bars.ticks, piece.mode, piece.tonic)
    elif strokes is not None:
        # A dombra alone takes the strokes and needs no tune.
        if [item.player for item in piece.parts.values()] != ["dombra"]:
            line = line_of(strokes, piece.mode, piece.tonic, bars.ticks)
    elif theme is not None:
        line = section_line(
            theme,
            file.melody,
            piece.mode,
            bars,
            dice,
            lift=spec.lift,
            inverted=spec.inverted,
            pace=spec.pace,
            motif=spec.motif,
            answered=bool(spec.answer),
        )
    if theme is not None and spec.answer:
        reply = reply_line(theme, line, bars, dice)
        if spec.lead in piece.kept:
            reply = in_rests(reply, line)
    end = spec.energy if spec.energy_to is None else spec.energy_to
    return Scene(
        key=section.key,
        bars=bars,
        mode=piece.mode,
        tonic=piece.tonic,
        bpm=spec.tempo or file.tempo,
        energy=np.linspace(spec.energy, end, bars.count)
        if end != spec.energy
        else np.full(bars.count, float(end)),
        chords=_chords(piece, section, bars, line, closing=closing),
        library=piece.library,
        theme=line,
        reply=reply,
        lead=spec.lead,
        answer=spec.answer,
        lead_range=_range(section.parts.get(spec.lead)),
        scene=spec.scene,
        fill=spec.fill and not closing,
        closing=closing,
        kuy=strokes,
    )


def _range(lead: PartSpec | None) -> tuple[int, int]:
    """Return where a leading part has its tune: its knobs low and high, or else a dombra's range."""
    return getattr(lead, "low", 50), getattr(lead, "high", 74)


def _chords(piece: Piece, section: Section, bars: Bars, line: Line, *, closing: bool) -> Chords:
    """Return the harmonies of a section; a küy that stands alone has its drone, whoever joins in."""
    mode = piece.mode
    if section.kuy is not None:
        return Chords((Chord(0, bars.ticks, mode.final, (mode.final, mode.nearest_degree(7))),))
    pedal = piece.kuy is not None or section.spec.lead in piece.kept
    chords = make_chords(piece.file.harmony, mode, bars, line, section.spec.chords, closing, pedal)
    dice = Dice(piece.file.seed, "fusion", 0, section.key)
    return turned(piece.file.fusion, chords, mode, bars, line, dice, pedal=pedal, closing=closing)


def playing(section: Section) -> list[str]:
    """Return the parts that play in a section, in the order of the tracks."""
    return [
        name
        for name, spec in section.parts.items()
        if not spec.mute and (section.spec.parts is None or name in section.spec.parts)
    ]


def _drums(spec: PartSpec) -> bool:
    return PLAYERS[spec.player].role == "drums"


def _with_kicks(piece: Piece, section: Section, scene: Scene, start: int, name: str) -> Scene:
    """Return the scene with the kicks of the first drum part that plays: what the bass listens to."""
    if not name:
        return scene
    drums, whole = section.parts[name], scene.through(piece.meters)
    if name in piece.kept:
        notes = span(piece.kept[name], start, scene.bars.ticks)
        kick = load_kit(piece.library, getattr(drums, "kit", "gm")).voices.get("kick", -1)
        return replace(scene, kicks=np.unique(notes.onset[notes.pitch == kick].astype(np.int64)))
    found = part_kicks(drums, whole, BEATS)
    kicks, maybe = (ticks[ticks < scene.bars.ticks] for ticks in found)
    here = Dice(piece.file.seed, name, drums.take, section.key)
    kicks = sounding_kicks(piece.file.fusion, drums, whole, here, kicks)
    return replace(scene, kicks=kicks, maybe_kicks=maybe)


def heard(piece: Piece, item: Placed, spec: PartSpec) -> Scene:
    """Return the scene with the kicks where a part must play to meet them.

    The kicks sound in the drums' pulses, and the part's own notes will be moved by its own: what
    they do to a kick is undone here first. With the same pulses in both nothing has to be.
    """
    name = item.drummer
    if name in piece.kept:  # kept kicks are where they sound
        return item.scene
    drums = item.section.parts[name] if name else spec
    if (drums.pulses, drums.pulse) == (spec.pulses, spec.pulse):
        return item.scene
    sounding, own = drums.pulses_over(item.scene.bars), spec.pulses_over(item.scene.bars)

    def heard(kicks: NDArray[np.int64]) -> NDArray[np.int64]:
        kicks = kicks if sounding is None else sounding(kicks)
        return kicks if own is None else own.inverse(kicks)

    scene = item.scene
    return replace(scene, kicks=heard(scene.kicks), maybe_kicks=heard(scene.maybe_kicks))
