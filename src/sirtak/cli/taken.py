"""What the commands share that take a pattern out of a MIDI file: options, names, the file written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sirtak.cli.args import complete_midi, complete_pattern, span_of
from sirtak.errors import SpecError

if TYPE_CHECKING:
    from sirtak.theory.kit import Kit


def _bars(ctx: click.Context, param: click.Parameter, text: str | None) -> tuple[int, int] | None:
    return span_of(text)


_OPTIONS = (
    click.argument("file", type=click.Path(path_type=Path), shell_complete=complete_midi),
    click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; NAME.toml here."),
    click.option(
        "--kit",
        default="",
        metavar="NAME",
        help="The kit that names the keys; gm, or what a loop of sirtak's own was played on.",
        shell_complete=complete_pattern("kit"),
    ),
    click.option("--track", "tracks", multiple=True, metavar="NAME", help="A track to take for drums."),
    click.option("--bars", callback=_bars, metavar="A-B", help="These bars alone; the first is 1."),
    click.option("-f", "--force", is_flag=True, help="Overwrite the file."),
    click.option("-q", "--quiet", is_flag=True, help="Print the file's name and nothing else."),
)


def taking(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the file it takes from and the options for what is taken and where it goes."""
    wrapped: Any = command
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    made: Callable[..., None] = wrapped
    return made


def kit_of(file: Path, name: str) -> Kit:
    """Return the kit that names a file's keys: the one asked for, its own where sirtak made it, or gm."""
    from sirtak.errors import SirtakError
    from sirtak.export.recipe import recover
    from sirtak.library import Library
    from sirtak.rhythm import build_beat
    from sirtak.spec import parse_document
    from sirtak.theory.kit import fitting_kit, load_kit

    library = Library(file.resolve().parent)
    if name:
        return load_kit(library, name)
    with contextlib.suppress(SirtakError):
        recipe = recover(file)
        asked = re.match(r"# sirtak sequence .*?--kit (\S+)", recipe)
        if asked:
            return load_kit(library, asked[1])
        beat = build_beat(parse_document(recipe, str(file)))
        return fitting_kit(library, {voice for grid in beat.scenes.values() for voice in grid.voices})
    return load_kit(library, "gm")


def plain_word(text: str) -> str:
    """Return a name that a pattern can have: letters, digits, - and _.

    >>> plain_word("My Loop (2)"), plain_word("!")
    ('My-Loop-2', 'taken')
    """
    return re.sub(r"[^\w-]+|-{2,}", "-", text).strip("-_") or "taken"


def shown(text: str) -> str:
    """Return a file's name as text that any file can hold: what cannot be printed is a question mark.

    >>> shown("a" + chr(7) + "b")
    'a?b'
    """
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def target(output: Path | None, file: Path) -> Path:
    """Return the file to write: a folder gets NAME.toml, anything else is the file itself."""
    name = f"{plain_word(shown(file.stem))}.toml"
    if output is None:
        return Path(name)
    if output.is_dir():
        return output / name
    if output.suffix != ".toml":
        hint = f"write {output.with_suffix('.toml')}" if output.name else None
        raise SpecError(f"-o {output}: a pattern is a .toml file", hint=hint)
    return output


def write(path: Path, kind: str, text: str, force: bool) -> str:
    """Write a pattern that can be read back, and return the line that says where it is."""
    from sirtak.cli.patterns import build
    from sirtak.export.write import write_bytes
    from sirtak.spec import MAX_BYTES, parse_document

    data = text.encode()
    if len(data) > MAX_BYTES:
        message = f"the {kind} would be a file of more than {MAX_BYTES >> 20} MiB"
        raise SpecError(message, file=path, hint="--bars A-B takes fewer bars")
    build(kind, parse_document(text, str(path)))  # what we hand out must be what it says it is
    write_bytes(path, data, force=force)
    return f"wrote {path} ({len(data) / 1024:.1f} KB) in {path.resolve().parent}"
