"""What Python scripts use: compose a piece, look at it, write it.

Heavy packages are imported by the functions that need them, so `import sirtak` is cheap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sirtak.composer.arrange import arrange
from sirtak.composer.load import load_piece, parse_piece
from sirtak.composer.piece import Piece
from sirtak.notes import Arrangement, Notes, Track

if TYPE_CHECKING:
    from os import PathLike

    from sirtak.composer.album import Album
    from sirtak.spec import Document

Value = str | int | float | bool | list[int] | list[float]


@dataclass(frozen=True)
class Composition:
    """A composed piece: its description (`piece`) and its notes (`arrangement`).

    Indexing gives a part's notes, iterating gives the tracks.

    >>> composition = compose("kazan", seed=7)
    >>> len(composition["dombra"]) > 20
    True
    """

    piece: Piece
    arrangement: Arrangement

    @property
    def title(self) -> str:
        """The title of the piece."""
        return self.arrangement.title

    @property
    def seed(self) -> int:
        """The seed that it was composed with."""
        return self.piece.file.seed

    @property
    def recipe(self) -> str:
        """The TOML that makes this very piece again."""
        return self.arrangement.recipe

    def __iter__(self) -> Iterator[Track]:
        return iter(self.arrangement)

    def __getitem__(self, part: str) -> Notes:
        return self.arrangement[part].notes

    def to_bytes(self, *, utf8_names: bool = False) -> bytes:
        """Return the standard MIDI file (type 1, 960 ticks to the quarter) as bytes."""
        from sirtak.export.smf import encode

        return encode(self.arrangement, utf8_names=utf8_names)

    def write(
        self, path: str | PathLike[str] | None = None, *, utf8_names: bool = False, force: bool = False
    ) -> Path:
        """Write the MIDI file and return its path (NAME.mid here, when none is given).

        A file that sirtak did not make from the same piece is only overwritten with `force`.
        Raises OutputError where nothing can be written; then nothing has changed on disk.
        """
        from sirtak.export.write import write_midi

        target = Path(path) if path is not None else Path(f"{self.piece.file.name}.mid")
        return write_midi(self.arrangement, target, utf8_names=utf8_names, force=force)


def compose(
    source: str | PathLike[str] = "kazan",
    *,
    seed: int | None = None,
    take: Mapping[str, int] | None = None,
    set: Mapping[str, Value] | None = None,
    keep: Mapping[str, str | PathLike[str]] | None = None,
) -> Composition:
    """Compose a style by name, a piece file, or a piece's TOML text.

    `seed` replaces the piece's own, `take` re-rolls single parts (``{"drums": 2}``), `set`
    changes knobs (``{"drums.swing": 58}``), `keep` takes parts from MIDI files note for note
    (``{"lead": "a.mid"}``) and composes everything else around them. Raises SirtakError with
    file, line and hint for anything that cannot be used.

    >>> compose("kazan", set={"piano.volume": 90}).arrangement["piano"].volume
    90
    """
    sets = [f"{knob}={_toml(value)}" for knob, value in (set or {}).items()]
    sets += [f"{part}.take={number}" for part, number in (take or {}).items()]
    if seed is not None:
        sets.append(f"seed={seed}")

    def load(layers: Iterable[str | Document]) -> Piece:
        if isinstance(source, str) and "\n" in source:
            return parse_piece(source, "piece", layers)
        return load_piece(source if isinstance(source, str) else Path(source), layers)

    piece = load(sets)
    if keep:
        from sirtak.keeping import with_kept

        piece = load(with_kept(piece, sets, keep))
    return Composition(piece, arrange(piece))


def album(seed: int = 1) -> Album:
    """Return the debut album of a seed: ten tracks, composed as they are asked for.

    Raises SpecError for a seed that is none.

    >>> [track.name for track in album(7).tracks if track.entry.style == "kazan"][0][2:]
    '-kazan'
    """
    from sirtak.composer.album import make_album
    from sirtak.errors import SpecError
    from sirtak.rng import MAX_SEED

    if not 0 <= seed <= MAX_SEED:
        raise SpecError(f"seed {seed} is outside 0 to 2^63-1")
    return make_album(seed)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
