"""What a command is given to look at: a style's name, a piece, or a MIDI file, as an arrangement."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sirtak.errors import SirtakError

if TYPE_CHECKING:
    from sirtak.composer.piece import Piece
    from sirtak.notes import Arrangement, Track

MIDI = (".mid", ".midi", ".smf")
Groups = dict[tuple[int, int], tuple[int, ...]]


def arrangement_of(source: str | Path) -> tuple[Arrangement, Groups]:
    """Return a style, a piece or a MIDI file as an arrangement, and the groups of its meters.

    The strings of a MIDI file come from the recipe inside it, for every track whose notes are still
    those of the recipe; a file without one has neither strings nor groups.
    """
    from sirtak.composer.arrange import arrange
    from sirtak.composer.load import load_piece

    path = Path(source)
    if path.suffix.lower() not in MIDI and (path.suffix == ".toml" or not path.exists()):
        piece = load_piece(path if path.suffix == ".toml" else str(source))
        return arrange(piece), _groups(piece)
    from sirtak.composer.load import parse_piece
    from sirtak.export.recipe import recover
    from sirtak.listen.read import read_midi

    read = read_midi(path)
    # A file of another program, or of another version of sirtak, is read for what it holds.
    with contextlib.suppress(SirtakError):
        piece = parse_piece(recover(path), str(path))
        return _with_strings(read, arrange(piece)), _groups(piece)
    return read, {}


def _groups(piece: Piece) -> Groups:
    return {(meter.numerator, meter.denominator): meter.groups for meter in piece.meters}


def _with_strings(read: Arrangement, composed: Arrangement) -> Arrangement:
    """Return the tracks read, with the strings of composed tracks that have the same notes."""
    return replace(read, tracks=tuple(_track(track, composed) for track in read))


def _track(track: Track, composed: Arrangement) -> Track:
    import numpy as np

    for other in composed:
        same = len(other.notes) == len(track.notes) and all(
            np.array_equal(getattr(other.notes, name), getattr(track.notes, name))
            for name in ("onset", "pitch")
        )
        if same and other.strings:
            return replace(track, notes=track.notes.but(string=other.notes.string), strings=other.strings)
    return track
