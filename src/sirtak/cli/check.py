"""`sirtak check`: a MIDI file against the rules, a piece or a pattern file against its fields."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sirtak.errors import SpecError
from sirtak.library import KINDS, Library

if TYPE_CHECKING:
    from sirtak.rhythm import Beat
    from sirtak.spec import Document

EXAMPLES = """\b
Examples:
  sirtak check kazan.mid
  sirtak check dala.toml my-beat.toml slendro.scl
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(files: tuple[Path, ...]) -> None:
    """Check MIDI files, pieces and pattern files; exit 1 where something is wrong with a MIDI file."""
    faults = 0
    for file in files:
        if file.suffix.lower() in (".mid", ".midi", ".smf"):
            faults += check_midi(file)
        else:
            click.echo(f"{file}: {check_text(file)}")
    if faults:
        raise click.exceptions.Exit(1)


def check_midi(file: Path) -> int:
    """Print what is wrong with a MIDI file and return how many findings there are."""
    from sirtak.export.check import check_file

    findings = check_file(file)
    for finding in findings[:50]:
        click.echo(f"{file}: {finding}")
    if len(findings) > 50:
        click.echo(f"{file}: and {len(findings) - 50} more")
    if not findings:
        click.echo(f"{file}: ok")
    return len(findings)


def check_text(file: Path) -> str:
    """Return what a piece or a pattern file is; SpecError where it cannot be used."""
    from sirtak.scl import read_scala
    from sirtak.spec import read_document

    if not file.exists():
        raise SpecError("there is no such file", file=file)
    document = read_scala(file) if file.suffix.lower() == ".scl" else read_document(file)
    kind = document.data.get("kind", "piece")
    if kind in ("piece", "style"):
        from sirtak.composer.arrange import arrange
        from sirtak.composer.load import build_piece

        piece = build_piece(document, library=Library(file.parent))
        notes = sum(len(track.notes) for track in arrange(piece))
        return f"ok, a {kind}: {piece.title}, {len(piece.parts)} parts, {notes} notes"
    if kind not in KINDS:
        raise document.error(("kind",), f"kind: '{kind}' is none of {', '.join(('piece', *KINDS))}")
    from sirtak.cli.patterns import build

    built = build(kind, document)
    if kind == "rhythm":
        from sirtak.rhythm.rhythm import check_names

        check_names(Library(file.parent), document, built)
    if kind == "beat":
        _check_beat(Library(file.resolve().parent), document, built)
    return f"ok, a {kind}: {document.data.get('title') or document.data.get('name')}"


def _check_beat(library: Library, document: Document, beat: Beat) -> None:
    """Refuse a beat whose groove there is not, or whose voices no kit has together."""
    from sirtak.cli.loops import check_voices, own_groove
    from sirtak.sequencer.sequence import voices_of
    from sirtak.theory.kit import fitting_kit

    own_groove(beat, document, library)
    check_voices(beat, fitting_kit(library, voices_of(beat)), document)
