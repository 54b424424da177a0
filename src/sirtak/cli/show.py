"""`sirtak show`: a pattern with its evidence, or a piece as a text piano roll."""

from __future__ import annotations

from pathlib import Path

import click

from sirtak.cli.args import complete_source, span_of
from sirtak.errors import SpecError, unknown
from sirtak.library import KINDS, Library
from sirtak.scl import ScalaDocument
from sirtak.spec import Document

EXAMPLES = """\b
Examples:
  sirtak show kazan.mid                     the whole piece at a glance
  sirtak show kazan.mid --bars 9-12 --track piano
  sirtak show dala.toml --bars 1-2          a piece, composed as it stands
  sirtak show sirtak --tab --bars 17-24     its dombra as tablature
  sirtak show mode dorian --tonic Bb
  sirtak show mode dorian --scl > dorian.scl
  sirtak show slendro.scl                   a Scala file as a mode
  sirtak show slendro.scl --toml > modes/slendro.toml
  sirtak show fret bokey
  sirtak show beat four-floor --toml > mine.toml
  sirtak show song qara-oleng
"""


@click.command(epilog=EXAMPLES)
@click.argument("what", nargs=-1, required=True, metavar="FILE | [KIND] NAME", shell_complete=complete_source)
@click.option("--bars", metavar="A-B", help="Bars to draw note by note; the first is 1.")
@click.option("--track", metavar="NAME", help="One track alone.")
@click.option("--tonic", default="D", show_default=True, metavar="NOTE", help="Tonic for a mode.")
@click.option("--scl", is_flag=True, help="A mode as Scala text.")
@click.option("--toml", is_flag=True, help="The pattern's file, to start one of your own from.")
@click.option("--width", type=click.IntRange(40, 400), help="Columns; the terminal's if left out.")
@click.option("--ascii", "plain", is_flag=True, help="Plain letters instead of other characters.")
@click.option("--tab", "as_tab", is_flag=True, help="Tablature of a style's, a piece's or a file's dombra.")
def command(
    what: tuple[str, ...],
    bars: str | None,
    track: str | None,
    tonic: str,
    scl: bool,
    toml: bool,
    width: int | None,
    plain: bool,
    as_tab: bool,
) -> None:
    """Show a mode, rhythm, beat, style or other pattern, or a piece or MIDI file as a roll or tablature."""
    if len(what) > 2:
        raise SpecError(
            f"{' '.join(what)}: too many words", hint="sirtak show FILE, or sirtak show KIND NAME"
        )
    if as_tab:
        from sirtak.cli.tab import tab

        click.echo(tab(what, span_of(bars), track or "", width or _columns(), plain))
        return
    path = Path(what[-1])
    is_file = path.suffix.lower() in (".mid", ".midi", ".smf", ".toml", ".scl")
    if is_file or (len(what) == 1 and path.exists()):
        document = _pattern_in(path)
        if document is None:
            if scl or toml or len(what) == 2:
                raise SpecError(f"{path}: not a pattern file", hint="sirtak show FILE draws a piece")
            click.echo(_roll(path, bars, track, width, plain))
            return
        kind = str(document.data["kind"])
        if len(what) == 2 and what[0].removesuffix("s") != kind:
            raise SpecError(f"this is a {kind}, and a {what[0]} is wanted", file=path)
    else:
        kind = what[0].removesuffix("s") if len(what) == 2 else _kind_of(what[0])
        if kind not in KINDS:
            raise unknown("kind", what[0], KINDS)
        document = Library().document(kind, what[-1])
    click.echo(_pattern(kind, document, tonic, scl, toml), nl=not (scl or toml))


def _pattern_in(path: Path) -> Document | None:
    """Return the pattern in a file, or None for what has a piano roll: a piece or a MIDI file."""
    from sirtak.scl import read_scala
    from sirtak.spec import read_document

    if path.suffix.lower() == ".scl":
        return read_scala(path)
    if path.suffix.lower() != ".toml" or not path.exists():
        return None
    document = read_document(path)
    kind = document.data.get("kind", "piece")
    return document if kind in KINDS and kind != "style" else None


def _pattern(kind: str, document: Document, tonic: str, scl: bool, toml: bool) -> str:
    """Return a pattern as its card, as Scala text, or as the text of its file."""
    from sirtak.cli.cards import document_card

    if scl and kind != "mode":
        raise SpecError(f"--scl: only a mode can be Scala text, and this is a {kind}")
    if not (scl or toml):
        return document_card(kind, document, tonic)
    if toml and document.text and not isinstance(document, ScalaDocument):
        return document.text.rstrip("\n") + "\n"
    from sirtak.export.scales import format_mode, format_scl
    from sirtak.theory.mode import build_mode

    return (format_scl if scl else format_mode)(build_mode(document))


def _kind_of(name: str) -> str:
    """Return the one kind that has a pattern of this name."""
    library = Library()
    kinds = [kind for kind in KINDS if name in library.names(kind)]
    if not kinds:
        raise unknown("pattern", name, [item for kind in KINDS for item in library.names(kind)])
    if len(kinds) > 1 and "style" not in kinds:
        raise SpecError(f"'{name}' is a {' and a '.join(kinds)}", hint=f"sirtak show {kinds[0]} {name}")
    return "style" if "style" in kinds else kinds[0]


def _roll(path: Path, bars: str | None, track: str | None, width: int | None, plain: bool) -> str:
    from sirtak.analysis.roll import text_overview, text_roll

    if path.suffix == ".toml":
        from sirtak.composer.arrange import arrange
        from sirtak.composer.load import load_piece

        arrangement = arrange(load_piece(path))
    else:
        from sirtak.listen.read import read_midi

        arrangement = read_midi(path)
    columns = width or _columns()
    if bars is None and track is None:
        return text_overview(arrangement, width=columns, ascii=plain)
    return text_roll(arrangement, bars=span_of(bars), track=track, width=columns, ascii=plain)


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size((110, 24)).columns
