"""Tracks: every part plays its sections, and the notes are laid end to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sirtak.composer.fusion_notes import thinned
from sirtak.composer.piece import Piece
from sirtak.composer.players import PLAYERS
from sirtak.composer.scenes import Placed, heard, playing
from sirtak.notes import Controls, Notes, Track
from sirtak.rng import Dice
from sirtak.scene import PartSpec

EARLY = 60  # ticks by which a hand may be before the beat: what is so near the cut belongs behind it


def play_track(piece: Piece, name: str, spec: PartSpec, placed: list[Placed]) -> Track:
    """Return the track of a part: each section played with the knobs that it has there."""
    player = PLAYERS[spec.player]
    tables, controls = [], Controls.empty()
    for item in placed:
        if name not in playing(piece, item.section):
            continue
        own = item.section.parts[name]
        dice = Dice(piece.file.seed, name, own.take)
        scene = heard(piece, item, own)
        if player.drums:
            scene = scene.through(piece.meters)
        uneven = own.pulses_over(scene.bars)
        here = dice.at(item.section.key)
        notes = thinned(piece.file.fusion, own, scene, here, player.play(own, scene, here))
        moved = Controls.empty() if player.control is None else player.control(own, scene, here, notes)
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


def by_string(track: Track, spec: PartSpec) -> Iterator[Track]:
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
