"""Writing files so that nothing is ever lost: beside, then renamed."""

from __future__ import annotations

import contextlib
import os
import tomllib
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from sirtak.errors import OutputError, SirtakError
from sirtak.export.recipe import read_recipe
from sirtak.export.smf import encode
from sirtak.notes import Arrangement


def write_bytes(
    path: str | PathLike[str],
    data: bytes,
    *,
    force: bool = False,
    may_replace: Callable[[bytes], bool] | None = None,
) -> Path:
    """Write a file whole or not at all, and return its path.

    An existing file is replaced with `force`, or where `may_replace` (given its bytes) says so.
    Raises OutputError for everything else, with the old file as it was.
    """
    target = Path(path)
    if target.is_dir():
        raise OutputError(
            "this is a folder", file=target, hint=f"name a file in it, e.g. {target / 'piece.mid'}"
        )
    if not target.parent.is_dir():
        raise OutputError(
            "the folder does not exist", file=target, hint=f"make it first: mkdir -p {target.parent}"
        )
    try:
        if target.exists() and not force and not _replaceable(target.read_bytes(), data, may_replace):
            raise OutputError(
                "is there already, and was not made from this piece",
                file=target,
                hint="write elsewhere with -o, or overwrite it with --force",
            )
        _replace(target, data)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", file=target) from None
    return target


def _replaceable(old: bytes, new: bytes, may_replace: Callable[[bytes], bool] | None) -> bool:
    return old == new or (may_replace is not None and may_replace(old))


def _replace(target: Path, data: bytes) -> None:
    """Write beside the target and rename; on any failure the target stays as it was."""
    name = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    number = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(name, target.stat().st_mode & 0o777)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def same_piece(old: bytes, arrangement: Arrangement) -> bool:
    """Return whether an old file was made by sirtak from the piece of this name."""
    try:
        before = tomllib.loads(read_recipe(old))
        now = tomllib.loads(arrangement.recipe)
    except (SirtakError, tomllib.TOMLDecodeError):
        return False
    key = "name" if "name" in now else "title"
    return now.get(key) is not None and before.get(key) == now.get(key)


def write_midi(
    arrangement: Arrangement, path: str | PathLike[str], *, utf8_names: bool = False, force: bool = False
) -> Path:
    """Write an arrangement as a MIDI file and return its path.

    A file that sirtak did not make from the same piece is only overwritten with `force`.
    """
    data = encode(arrangement, utf8_names=utf8_names)
    return write_bytes(path, data, force=force, may_replace=lambda old: same_piece(old, arrangement))
