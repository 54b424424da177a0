"""Arranging: every section becomes a scene, every part plays it, and the notes are laid end to end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sirtak.composer.fusion_roles import fused
from sirtak.composer.keep import kept_notices
from sirtak.composer.maps import meter_map
from sirtak.composer.piece import Piece
from sirtak.composer.recipe import recipe
from sirtak.composer.scenes import Placed, place
from sirtak.composer.tracks import by_string, play_track
from sirtak.notes import Arrangement, KeyChange, TempoChange
from sirtak.theory.key import nearest_signature


def arrange(piece: Piece) -> Arrangement:
    """Return the finished piece.

    >>> from sirtak.composer.load import load_piece
    >>> [track.name for track in arrange(load_piece("kazan"))][:2]
    ['piano', 'keys']
    """
    text, piece = recipe(piece), fused(piece)
    placed = list(place(piece))
    whole = [play_track(piece, name, spec, placed) for name, spec in piece.parts.items()]
    played = [track for item in whole for track in by_string(item, piece.parts[item.name])]
    length = placed[-1].start + placed[-1].scene.bars.ticks
    silent = [track.name for track in played if not len(track.notes)]
    sharps, minor = nearest_signature(piece.tonic, piece.mode, flats=piece.file.tonic[1:] in ("b", "♭"))
    notices = [f"part '{name}' plays no note and gets no track" for name in silent]
    notices += kept_notices(piece)
    if piece.mode.microtonal:
        notices.append(f"mode {piece.mode.name} has degrees between the semitones; they are rounded here")
    return Arrangement(
        tracks=tuple(track for track in played if len(track.notes)),
        length=length,
        title=piece.title,
        tempos=tuple({change.tick: change for change in _tempos(piece, placed)}.values()),
        meters=tuple(meter_map((item.start, item.scene.bars) for item in placed)),
        keys=(KeyChange(0, sharps, minor),),
        markers=tuple((item.start, item.section.title) for item in placed),
        recipe=text,
        seed=piece.file.seed,
        lead=leading_part(piece),
        diagnostics=tuple(notices),
    )


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


def leading_part(piece: Piece) -> str:
    """Return the part that carries the theme over most bars."""
    led: Counter[str] = Counter()
    for section in piece.sections():
        if section.spec.lead:
            led[section.spec.lead] += section.spec.bars
    return led.most_common(1)[0][0] if led else ""
