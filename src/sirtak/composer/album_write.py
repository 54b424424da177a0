"""Writing the album: a folder that can be interrupted, continued and told from other folders.

`album.toml` says whose folder it is and is written first; tracks follow one by one, each file whole
or not at all, and the track list is last. A track whose piece and notes are those of the plan, byte for
byte, is kept as it is; the list tells of the notes, so another file of that name is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from sirtak.composer.album import Album, AlbumTrack
from sirtak.errors import OutputError
from sirtak.export.write import write_bytes, write_midi
from sirtak.version import __version__

MANIFEST = "album.toml"
LIST = "tracklist.md"

Report = Callable[[AlbumTrack, bool], None]  # a track that is there, and whether it was kept


def write_album(
    album: Album, folder: Path, *, force: bool = False, report: Report | None = None
) -> list[Path]:
    """Write the album into a folder and return the files of it, kept ones too.

    Raises OutputError for a folder that holds something else or another album, and for a track that
    somebody has changed; with `force` an album's files are replaced. What else is there is left alone.
    """
    _claim(album, folder, force)
    written = [folder / MANIFEST]
    for track in album.tracks:
        kept = is_finished(track, folder) and not force
        paths = [folder / f"{track.name}.toml", folder / f"{track.name}.mid"]
        if not kept:
            if not force:
                _check_unchanged(track, *paths)
            write_midi(track.arrangement, paths[1], force=force)
            write_bytes(paths[0], track.toml.encode(), force=True)
        written += paths
        if report:
            report(track, kept)
    written.append(write_bytes(folder / LIST, album.tracklist.encode(), force=True))
    return written


def is_finished(track: AlbumTrack, folder: Path) -> bool:
    """Return whether a track's files are there and are those of its plan."""
    paths = (folder / f"{track.name}.toml", folder / f"{track.name}.mid")
    return all(path.exists() for path in paths) and _same(paths[0], track.toml) and _sounds(paths[1], track)


def _same(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, ValueError):
        return False


def _sounds(path: Path, track: AlbumTrack) -> bool:
    try:
        return path.read_bytes() == track.to_bytes()
    except OSError:
        return False


def _check_unchanged(track: AlbumTrack, piece: Path, midi: Path) -> None:
    """Refuse to lose what somebody has made of a track's piece or of its notes."""
    if piece.exists() and not _same(piece, track.toml):
        hint = "move it elsewhere (it composes there too), or replace the album with --force"
        raise OutputError("has been changed since the album was written", file=piece, hint=hint)
    if midi.exists() and not _sounds(midi, track):
        message = "is not what its piece composes to: changed, broken off, or of another version of sirtak"
        hint = "move it elsewhere or delete it, or replace the album with --force"
        raise OutputError(message, file=midi, hint=hint)


def _manifest(album: Album) -> str:
    names = "".join(f'  "{track.name}",\n' for track in album.tracks)
    return (
        f"# The album in this folder, as `sirtak album` finds it again.\n"
        f'kind = "album"\ntitle = "{album.title}"\nseed = {album.seed}\n'
        f'version = "{__version__}"\ntracks = [\n{names}]\n'
    )


def _claim(album: Album, folder: Path, force: bool) -> None:
    """Make the folder ours, or say why it cannot be."""
    if folder.exists() and not folder.is_dir():
        raise OutputError("is a file", file=folder, hint="name a folder: -o sirtak-album")
    old = _found(folder)
    there = folder.is_dir() and any(folder.iterdir())
    if there and old is None and not force:
        hint = "choose another with -o, or --force to write among what is there"
        raise OutputError("holds something that is no album of sirtak's", file=folder, hint=hint)
    if old is not None and old[0] != album.seed and not force:
        hint = f"go on with it: --seed {old[0]}; another folder: -o; or replace it with --force"
        raise OutputError(f"holds the album of seed {old[0]}", file=folder, hint=hint)
    names = [track.name for track in album.tracks]
    if old is not None and old[1] != names and not force:
        hint = "another folder: -o; or replace it with --force"
        raise OutputError("holds this album as another version planned it", file=folder, hint=hint)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in set(old[1] if old else ()) - set(names):
            for ending in (".toml", ".mid"):
                (folder / f"{name}{ending}").unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", file=folder) from None
    write_bytes(folder / MANIFEST, _manifest(album).encode(), force=True)


def _found(folder: Path) -> tuple[int, list[str]] | None:
    """Return the seed and the tracks of the album in a folder, None where there is none."""
    try:
        data = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    seed, tracks = data.get("seed"), data.get("tracks")
    if data.get("kind") != "album" or not isinstance(seed, int) or not isinstance(tracks, list):
        return None
    names = [name for name in tracks if isinstance(name, str) and re.fullmatch(r"\d\d-[\w-]+", name)]
    return seed, names  # names that we could have given, and no paths
