"""What `sirtak compose` can choose: other lengths, some of the parts, and many variants at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sirtak.errors import SirtakError, SpecError, unknown

if TYPE_CHECKING:
    from sirtak.api import Composition
    from sirtak.composer.piece import Piece
    from sirtak.notes import Track
    from sirtak.spec import Document


@dataclass(frozen=True)
class Choice:
    """The options that are not knobs: how long, who is written, and who is kept from which file."""

    bars: int | None = None
    duration: str | None = None
    only: str | None = None
    keep: tuple[str, ...] = ()


def seconds_of(text: str) -> float:
    """Return the seconds of a duration such as 3:30 or 95.

    >>> seconds_of("3:30"), seconds_of("95")
    (210.0, 95.0)
    """
    found = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,5}(?:\.\d+)?)", text.strip(), re.ASCII)
    if not found or (found[1] and float(found[2]) >= 60):
        raise SpecError(
            f"--duration {text}: not a duration", hint="minutes and seconds, e.g. --duration 3:30"
        )
    return 60 * int(found[1] or 0) + float(found[2])


def composed(source: str, sets: Sequence[str], choice: Choice) -> Composition:
    """Return a piece as it is asked for."""
    from sirtak.api import Composition
    from sirtak.composer.arrange import arrange
    from sirtak.composer.load import load_piece

    layers: list[str | Document] = [*sets]
    piece = load_piece(source, layers)
    if choice.bars is not None or choice.duration is not None:
        layers.append(_length(piece, choice))
        piece = load_piece(source, layers)
    if choice.keep:
        from sirtak.keeping import with_kept

        piece = load_piece(source, with_kept(piece, layers, kept_files(choice.keep)))
    made = Composition(piece, arrange(piece))
    return made if choice.only is None else _only(made, choice.only)


def kept_files(texts: Sequence[str]) -> dict[str, str]:
    """Return the file of each kept part.

    >>> kept_files(["lead=a.mid"])
    {'lead': 'a.mid'}
    """
    found: dict[str, str] = {}
    for text in texts:
        part, sign, path = text.partition("=")
        if not (sign and part.strip() and path):
            raise SpecError(
                f"--keep {text}: not a part and a file", hint="write part=FILE, e.g. --keep lead=a.mid"
            )
        if part.strip() in found:
            raise SpecError(f"--keep {text}: '{part.strip()}' is kept twice", hint="leave one of them out")
        found[part.strip()] = path
    return found


def _length(piece: Piece, choice: Choice) -> Document:
    from sirtak.composer.choices import bars_for, resized

    if choice.bars is not None and choice.duration is not None:
        raise SpecError("--bars and --duration cannot both be kept", hint="leave one of them out")
    if choice.bars is not None:
        return resized(piece, choice.bars, f"--bars {choice.bars}")
    name = f"--duration {choice.duration}"
    return resized(piece, bars_for(piece, seconds_of(choice.duration or ""), name), name)


def _only(made: Composition, text: str) -> Composition:
    """Return a composition with some of its tracks; they play what they play with the others."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    arrangement = made.arrangement
    known = {*made.piece.parts, *(track.name for track in arrangement)}  # fusion may have let somebody in
    for name in names:
        if name not in known:
            raise unknown("part", name, known)
    kept = tuple(track for track in arrangement if {track.name, _part_of(track)} & {*names})
    if not kept:
        raise SirtakError(f"--only {text}: these parts play no note in the piece")
    return replace(made, arrangement=replace(arrangement, tracks=kept))


def _part_of(track: Track) -> str:
    """Return the part of a track; of one that is a single string, NAME-2, it is NAME."""
    return track.name.rpartition("-")[0] or track.name if len(track.strings) == 1 else track.name


def numbered(path: Path, number: int, count: int) -> Path:
    """Return the file of a variant (from 1): NAME-01.mid.

    >>> str(numbered(Path("a.mid"), 3, 12))
    'a-03.mid'
    """
    return path.with_name(f"{path.stem}-{number:0{max(2, len(str(count)))}d}{path.suffix}")


def row(path: Path, values: Sequence[str], made: Composition, first: Composition | None) -> list[str]:
    """Return what a variant is: its file, its values, its length, its notes, and which parts are others."""
    arrangement = made.arrangement
    minutes, seconds = divmod(round(arrangement.seconds), 60)
    notes = sum(len(track.notes) for track in arrangement)
    return [path.name, *values, f"{minutes}:{seconds:02d}", str(notes), _others(made, first)]


def _others(made: Composition, first: Composition | None) -> str:
    """Return the tracks whose notes are not those of the first variant."""
    if first is None:
        return ""
    own = {track.name: track.notes for track in made}
    before = {track.name: track.notes for track in first}
    changed = [name for name in dict.fromkeys((*before, *own)) if own.get(name) != before.get(name)]
    return "all parts" if len(changed) == len({*own, *before}) else ", ".join(changed) or "nothing"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table in columns as wide as they need."""
    lines = [heads, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
