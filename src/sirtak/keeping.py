"""Keeping: which track of a MIDI file a part is, and its notes as a layer to lay over a piece.

The file may be of any program. Of a file of our own the recipe says which track is which part;
elsewhere tracks are found by name, and the leading one by its notes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path

from sirtak.analysis.lead import find_lead
from sirtak.composer.arrange import leading_part
from sirtak.composer.keep import bar_table, format_kept
from sirtak.composer.load import parse_piece
from sirtak.composer.piece import Piece
from sirtak.composer.players import PLAYERS
from sirtak.errors import SirtakError, SpecError, unknown
from sirtak.export.recipe import recover
from sirtak.listen.read import read_midi
from sirtak.notes import Arrangement, Track
from sirtak.spec import Document
from sirtak.theory.meter import Meter, format_meters

LEAD = "lead"
CYCLE = 8  # bars after which meters that take turns come back


def with_kept(
    piece: Piece, layers: Sequence[str | Document], keep: Mapping[str, str | PathLike[str]]
) -> list[str | Document]:
    """Return what is laid over a piece so that it keeps parts from files, its own `layers` between.

    The band takes the tonic of a pitched part that sirtak wrote, so that the seed does not set the rest
    in another key; what `layers` say of the tonic wins.
    """
    kept = keep_layers(piece, keep)
    tonics = []
    for part, path in keep.items():
        if not PLAYERS[piece.parts[_part(piece, part, "")].player].drums:
            made = _made(Path(path))
            tonics += [made.file.tonic] if made else []
    under = [Document("--keep", "", {"tonic": tonic}) for tonic in tonics[:1]]
    return [*under, *layers, *kept]


def keep_layers(piece: Piece, keep: Mapping[str, str | PathLike[str]]) -> list[Document]:
    """Return what keeps parts of a piece (or `lead`, the leading one) from files, to be laid over it.

    Raises SirtakError where a file has no such track or other bars than the piece, with the way out.
    """
    layers: dict[str, Document] = {}
    for part, path in keep.items():
        said = f"--keep {part}={path}"
        name = _part(piece, part, said)
        if name in layers:
            raise SpecError(f"{said}: '{name}' is kept twice", hint="leave one of them out")
        layers[name] = _layer(piece, name, part == LEAD and part not in piece.parts, Path(path), said)
    return list(layers.values())


def _part(piece: Piece, part: str, said: str) -> str:
    if part in piece.parts:
        return part
    if part != LEAD:
        error = unknown("part", part, [*piece.parts, LEAD])
        raise SpecError(f"{said}: {error.message}", hint=error.hint)
    name = leading_part(piece)
    if not name:
        raise SpecError(f"{said}: no section says who leads", hint=f"name a part: {', '.join(piece.parts)}")
    return name


def _layer(piece: Piece, name: str, leading: bool, path: Path, said: str) -> Document:
    read = read_midi(path)
    track = _track(piece, name, leading, read, path, said)
    if track.drums != PLAYERS[piece.parts[name].player].drums:
        kinds = ("drums", "a pitched part")
        message = f"{said}: '{track.title}' is {kinds[not track.drums]}, '{name}' is {kinds[track.drums]}"
        raise SpecError(message, hint=f"keep another part: {', '.join(piece.parts)}")
    lines, meters = bar_table(piece)
    theirs = _meters(read)
    for number, (mine, other) in enumerate(zip(meters, theirs, strict=False), 1):
        if mine != other:
            there, here = ("/".join(map(str, meter)) for meter in (other, mine))
            message = f"{said}: bar {number} is in {there} there, and in {here} in the piece"
            raise SpecError(message, hint=_way_out(piece, number, mine, theirs))
    table = {
        "source": path.name,
        "meter": format_meters(piece.meters),
        "bars": len(theirs),
        "notes": format_kept(track.notes, lines),
    }
    return Document(said, "", {"keep": {name: table}})


def _way_out(piece: Piece, number: int, mine: tuple[int, int], theirs: list[tuple[int, int]]) -> str:
    """Return what to do where a bar (from 1) of a file is in another meter than the piece's."""
    usual = piece.meters[(number - 1) % len(piece.meters)]
    if mine != (usual.numerator, usual.denominator):
        return "a küy has its short bars by its seed: compose with the seed of the file"
    for size in range(1, CYCLE + 1):
        if all(meter == theirs[at % size] for at, meter in enumerate(theirs)):
            meters = "+".join(f"{above}/{below}" for above, below in theirs[:size])
            return f"compose in its meter: --meter {meters}"
    return "its meters come back in no cycle: compose with the style and the seed of the file"


def _track(piece: Piece, name: str, leading: bool, read: Arrangement, path: Path, said: str) -> Track:
    """Return the file's track for a part: by its recipe, by name, or the only one there is."""
    wanted = [name, piece.parts[name].title]
    made = _made(path)
    if made is not None:
        own = leading_part(made) if leading else name
        if own in made.parts:
            wanted.insert(0, made.parts[own].title or own)
    if leading and len(wanted) == 2:
        wanted = [find_lead(read)]
    named = {track.title.casefold(): track for track in reversed(read.tracks)}
    named |= {track.name.casefold(): track for track in reversed(read.tracks)}
    for title in filter(None, wanted):
        if title.casefold() in named:
            return named[title.casefold()]
    alike = [track for track in read if track.drums == PLAYERS[piece.parts[name].player].drums]
    if len(alike) == 1:
        return alike[0]
    titles = ", ".join(track.title for track in read)
    raise SpecError(f"{said}: the file has no track '{name}'", hint=f"it has {titles or 'none'}")


def _made(path: Path) -> Piece | None:
    """Return the piece that a file was made from; None for one of another program, or of another version."""
    with contextlib.suppress(SirtakError):
        return parse_piece(recover(path), str(path))
    return None


def _meters(read: Arrangement) -> list[tuple[int, int]]:
    """Return the meter of each bar of an arrangement."""
    found, tick = [], 0
    changes = sorted(read.meters, key=lambda change: change.tick)
    while tick < read.length:
        now = [change for change in changes if change.tick <= tick][-1:]
        pair = (now[0].numerator, now[0].denominator) if now else (4, 4)
        found.append(pair)
        tick += Meter(*pair, (pair[0],)).ticks
    return found
