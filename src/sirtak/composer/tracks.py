"""Tracks: every part plays its sections, and the notes are laid end to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import numpy as np

from sirtak.composer.fusion_notes import thinned
from sirtak.composer.keep import EARLY, span
from sirtak.composer.piece import Piece
from sirtak.composer.players import PLAYERS
from sirtak.composer.scenes import Placed, heard
from sirtak.composer.silence import hushed, released, silent_tick
from sirtak.notes import Controls, Notes, Track
from sirtak.rng import Dice
from sirtak.scene import PartSpec
from sirtak.scene.curves import produced


def play_track(piece: Piece, name: str, spec: PartSpec, placed: list[Placed]) -> Track:
    """Return the track of a part: each section played with the knobs that it has there."""
    if name in piece.kept:
        return _kept(piece, name, spec, placed)
    player = PLAYERS[spec.player]
    tables, controls = [], []
    for item in placed:
        if name in item.playing:
            notes, moved = _section(piece, name, item)
            controls.append(moved.shift(item.start))
            tables.append(notes.shift(item.start))
    length = placed[-1].start + placed[-1].scene.bars.ticks
    strings = player.strings(spec, placed[0].scene) if player.strings else ()
    notes = _damped(_inside(Notes.merge(*tables), length), len(strings))
    return replace(_track(name, spec), notes=notes, controls=Controls.merge(*controls), strings=strings)


def _section(piece: Piece, name: str, item: Placed) -> tuple[Notes, Controls]:
    """Return what a part plays in a section, in ticks from its start."""
    spec = item.section.parts[name]
    player = PLAYERS[spec.player]
    scene = heard(piece, item, spec)
    if player.drums:
        scene = scene.through(piece.meters)
    uneven = spec.pulses_over(scene.bars)
    dice = Dice(piece.file.seed, name, spec.take).at(item.section.key)
    notes = thinned(piece.file.fusion, spec, scene, dice, player.play(spec, scene, dice))
    moved = Controls.empty() if player.control is None else player.control(spec, scene, dice, notes)
    if uneven is not None:
        notes, moved = uneven.notes(notes), uneven.controls(moved)
        # Curves follow the kicks as they sound, and are not bent with the notes.
        scene = replace(scene, kicks=uneven(scene.kicks))
    if len(notes) and not player.drums:
        moved = produced(spec, scene, moved)
    if scene.bars.ticks > item.scene.bars.ticks:
        end = item.scene.bars.ticks
        notes = _inside(notes[notes.onset < end - EARLY], end)
    if item.section.spec.silence and name not in item.section.spec.tails:
        silent = silent_tick(item.scene.bars, item.section.spec.silence)
        notes, moved = hushed(notes, silent, EARLY), released(moved, silent)
    return notes, moved


def _track(name: str, spec: PartSpec) -> Track:
    """Return a part's track without notes."""
    player = PLAYERS[spec.player]
    return Track(
        name=name,
        notes=Notes.empty(),
        title=spec.title,
        role=player.role,
        program=spec.program,
        bank=spec.bank,
        volume=spec.volume,
        pan=spec.pan,
        drums=player.drums,
    )


def _kept(piece: Piece, name: str, spec: PartSpec, placed: list[Placed]) -> Track:
    """Return the track of a kept part: its notes as they are, with the player's controllers for them."""
    player, controls = PLAYERS[spec.player], Controls.empty()
    notes = Notes.empty() if spec.mute else piece.kept[name]
    for item in placed:
        here = span(notes, item.start, item.scene.bars.ticks)
        if not len(here):
            continue
        own = msgspec.structs.replace(item.section.parts[name], pulses=None)
        dice = Dice(piece.file.seed, name, own.take).at(item.section.key)
        moved = Controls.empty() if player.control is None else player.control(own, item.scene, dice, here)
        if not player.drums:  # kept notes are where they sound, and so are the kicks that duck them
            moved = produced(own, heard(piece, item, own), moved)
        controls |= moved.shift(item.start)
    return replace(_track(name, spec), notes=notes, controls=controls)


def by_string(track: Track, spec: PartSpec) -> Iterator[Track]:
    """Yield a track, or one for each of its strings where the part asks for that.

    The first string keeps the part's name.
    """
    if getattr(spec, "strings", "one") != "split" or not track.strings:
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
    onset = np.minimum(np.maximum(notes.onset, 0), length - 30)
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
