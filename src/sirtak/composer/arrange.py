"""Arranging: every section becomes a scene, every part plays it, and the notes are laid end to end.

Ticks are 960 to the quarter. A part is played section by section and knows nothing of where the
section stands, so sections can be lengthened or moved without touching the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sirtak.composer.kuys import section_strokes, tune_of
from sirtak.composer.piece import Piece, Section
from sirtak.composer.players import PLAYERS
from sirtak.composer.recipe import recipe
from sirtak.electronic.drums import BEATS
from sirtak.harmony.chords import make_chords
from sirtak.harmony.song import song_of
from sirtak.harmony.theme import Theme, make_theme, reply_line, section_line
from sirtak.notes import Arrangement, Controls, KeyChange, MeterChange, Notes, TempoChange, Track
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec, Scene
from sirtak.scene.beat import part_kicks
from sirtak.scene.line import Chord, Chords
from sirtak.theory.key import nearest_signature
from sirtak.theory.meter import Bars, Meter

EARLY = 60  # ticks by which a hand may be before the beat: what is so near the cut belongs behind it


@dataclass(frozen=True)
class Placed:
    """A section's scene and the tick at which it begins."""

    section: Section
    scene: Scene
    start: int


def arrange(piece: Piece) -> Arrangement:
    """Return the finished piece.

    >>> from sirtak.composer.load import load_piece
    >>> [track.name for track in arrange(load_piece("kazan"))][:2]
    ['piano', 'keys']
    """
    placed = list(_place(piece))
    whole = [_track(piece, name, spec, placed) for name, spec in piece.parts.items()]
    played = [track for item in whole for track in _by_string(item, piece.parts[item.name])]
    length = placed[-1].start + placed[-1].scene.bars.ticks
    silent = [track.name for track in played if not len(track.notes)]
    sharps, minor = nearest_signature(piece.tonic, piece.mode, flats=piece.file.tonic[1:] in ("b", "♭"))
    notices = [f"part '{name}' plays no note and gets no track" for name in silent]
    if piece.mode.microtonal:
        notices.append(f"mode {piece.mode.name} has degrees between the semitones; they are rounded here")
    return Arrangement(
        tracks=tuple(track for track in played if len(track.notes)),
        length=length,
        title=piece.title,
        tempos=tuple({change.tick: change for change in _tempos(piece, placed)}.values()),
        meters=tuple(_meters(placed)),
        keys=(KeyChange(0, sharps, minor),),
        markers=tuple((item.start, item.section.title) for item in placed),
        recipe=recipe(piece),
        seed=piece.file.seed,
        lead=_lead(piece),
        diagnostics=tuple(notices),
    )


def _place(piece: Piece) -> Iterator[Placed]:
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
        scene = _scene(piece, section, theme, theme_dice.at(section.key), closing=last)
        yield Placed(section, scene, start)
        start += scene.bars.ticks


def _scene(piece: Piece, section: Section, theme: Theme | None, dice: Dice, *, closing: bool) -> Scene:
    file, spec = piece.file, section.spec
    # Only a short bar makes the bars others than the piece's, which are those that beats are known for.
    kuy = section.kuy
    bars = Bars(kuy.meters if kuy and kuy.hinge else piece.meters, spec.bars)
    strokes = section_strokes(piece, section, bars, closing=closing)
    line, reply = Line.empty(), Line.empty()
    if strokes is not None:
        # A dombra alone takes the strokes and needs no tune.
        if [item.player for item in piece.parts.values()] != ["dombra"]:
            line = tune_of(strokes, piece.mode, piece.tonic, bars.ticks)
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
    end = spec.energy if spec.energy_to is None else spec.energy_to
    scene = Scene(
        key=section.key,
        bars=bars,
        mode=piece.mode,
        tonic=piece.tonic,
        bpm=spec.tempo or file.tempo,
        energy=np.linspace(spec.energy, end, bars.count),
        chords=_chords(piece, section, bars, line, closing=closing),
        library=piece.library,
        theme=line,
        reply=reply,
        lead=spec.lead,
        answer=spec.answer,
        scene=spec.scene,
        fill=spec.fill and not closing,
        closing=closing,
        kuy=strokes,
    )
    return _with_kicks(piece, section, scene)


def _chords(piece: Piece, section: Section, bars: Bars, line: Line, *, closing: bool) -> Chords:
    """Return the harmonies of a section; a küy that stands alone has its drone, whoever joins in."""
    mode = piece.mode
    if section.kuy is not None:
        return Chords((Chord(0, bars.ticks, mode.final, (mode.final, mode.nearest_degree(7))),))
    pedal = piece.kuy is not None
    return make_chords(piece.file.harmony, mode, bars, line, section.spec.chords, closing, pedal)


def _playing(piece: Piece, section: Section) -> list[str]:
    return [
        name
        for name, spec in piece.parts.items()
        if not spec.mute and (section.spec.parts is None or name in section.spec.parts)
    ]


def _with_kicks(piece: Piece, section: Section, scene: Scene) -> Scene:
    """Return the scene with the kicks of the first drum part that plays: what the bass listens to."""
    drums = _drums(piece, section)
    if drums is None:
        return scene
    found = part_kicks(drums, scene.through(piece.meters), BEATS)
    kicks, maybe = (ticks[ticks < scene.bars.ticks] for ticks in found)
    return replace(scene, kicks=kicks, maybe_kicks=maybe)


def _drums(piece: Piece, section: Section) -> PartSpec | None:
    """Return the first drum part that plays."""
    drums = (name for name in _playing(piece, section) if PLAYERS[piece.parts[name].player].role == "drums")
    name = next(drums, None)
    return None if name is None else piece.parts[name]


def _heard(piece: Piece, item: Placed, spec: PartSpec) -> Scene:
    """Return the scene with the kicks where a part must play to meet them.

    The kicks sound in the drums' pulses, and the part's own notes will be moved by its own: what
    they do to a kick is undone here first. With the same pulses in both nothing has to be.
    """
    drums = _drums(piece, item.section)
    if drums is None or (drums.pulses, drums.pulse) == (spec.pulses, spec.pulse):
        return item.scene
    sounding, own = drums.pulses_over(item.scene.bars), spec.pulses_over(item.scene.bars)

    def heard(kicks: NDArray[np.int64]) -> NDArray[np.int64]:
        kicks = kicks if sounding is None else sounding(kicks)
        return kicks if own is None else own.inverse(kicks)

    scene = item.scene
    return replace(scene, kicks=heard(scene.kicks), maybe_kicks=heard(scene.maybe_kicks))


def _track(piece: Piece, name: str, spec: PartSpec, placed: list[Placed]) -> Track:
    player = PLAYERS[spec.player]
    dice = Dice(piece.file.seed, name, spec.take)
    tables, controls = [], Controls.empty()
    for item in placed:
        if name not in _playing(piece, item.section):
            continue
        scene = _heard(piece, item, spec)
        if player.drums:
            scene = scene.through(piece.meters)
        uneven = spec.pulses_over(scene.bars)
        here = dice.at(item.section.key)
        notes = player.play(spec, scene, here)
        moved = Controls.empty() if player.control is None else player.control(spec, scene, here, notes)
        if uneven is not None:
            notes, moved = uneven.notes(notes), uneven.controls(moved)
        if scene.bars.ticks > item.scene.bars.ticks:
            end = item.scene.bars.ticks
            notes = _inside(notes[notes.onset < end - EARLY], end)
        controls |= moved.shift(item.start)
        tables.append(notes.shift(item.start))
    length = placed[-1].start + placed[-1].scene.bars.ticks
    strings = player.strings(spec, placed[0].scene) if player.strings else ()
    notes = _damped(_inside(Notes.merge(*tables), length), len(strings))
    return Track(
        name=name,
        notes=notes,
        title=spec.title,
        role=player.role,
        program=spec.program,
        bank=spec.bank,
        volume=spec.volume,
        pan=spec.pan,
        drums=player.drums,
        controls=controls,
        strings=strings,
    )


def _by_string(track: Track, spec: PartSpec) -> Iterator[Track]:
    """Yield a track, or one for each of its strings where the part asks for that.

    The first string keeps the part's name.
    """
    if getattr(spec, "strings", "one") != "split":
        yield track
        return
    for number, open_string in enumerate(track.strings, 1):
        yield replace(
            track,
            name=track.name if number == 1 else f"{track.name}-{number}",
            title=f"{track.title} String {number}",
            notes=track.notes[track.notes.string == number],
            strings=(open_string,),
        )


def _inside(notes: Notes, length: int) -> Notes:
    """Return the notes within the piece: a hand may come before the first beat or after the last."""
    onset = np.clip(notes.onset, 0, length - 30)
    return notes.but(onset=onset, duration=np.minimum(notes.duration, length - onset))


def _damped(notes: Notes, strings: int) -> Notes:
    """Return the notes with each string silent when it is struck again.

    A hand may begin a section a little early, while the last one still rings.
    """
    onset, end, string = notes.onset.astype(np.int64), notes.end.astype(np.int64), notes.string
    rings = end.copy()
    for number in range(1, strings + 1):
        rows = np.flatnonzero(string == number)
        rings[rows[:-1]] = np.minimum(end[rows[:-1]], onset[rows[1:]])
    if np.array_equal(rings, end):
        return notes
    return notes.but(duration=np.maximum(rings - onset, 1))[rings > onset]


def _tempos(piece: Piece, placed: list[Placed]) -> Iterator[TempoChange]:
    """Yield the tempo map: changes at sections, and a ritardando bar by bar."""
    current = None
    for item in placed:
        if item.scene.bpm != current:
            current = item.scene.bpm
            yield TempoChange(item.start, current)
        slowing = item.section.spec.ritard
        if slowing:
            bars = item.scene.bars
            tail = min(4, bars.count)
            for step in range(1, tail + 1):
                tick = item.start + int(bars.starts[bars.count - tail + step - 1])
                current = round(item.scene.bpm * (1 - slowing * step / tail), 3)
                yield TempoChange(tick, current)


def _meters(placed: list[Placed]) -> Iterator[MeterChange]:
    """Yield the meter map, bar by bar where meters alternate."""
    current: Meter | None = None
    for item in placed:
        for bar, start in enumerate(item.scene.bars.starts.tolist()):
            meter = item.scene.bars.meter(bar)
            if current is None or (meter.numerator, meter.denominator) != (
                current.numerator,
                current.denominator,
            ):
                yield MeterChange(item.start + start, meter.numerator, meter.denominator)
            current = meter


def _lead(piece: Piece) -> str:
    """Return the part that carries the theme over most bars."""
    led: Counter[str] = Counter()
    for section in piece.sections():
        if section.spec.lead:
            led[section.spec.lead] += section.spec.bars
    return led.most_common(1)[0][0] if led else ""
