"""`sirtak show`: a pattern with its evidence, or a piece as a text piano roll."""

from __future__ import annotations

from pathlib import Path

import click

from sirtak.cli.args import complete_source
from sirtak.errors import SpecError, unknown
from sirtak.library import KINDS, Library

EXAMPLES = """\b
Examples:
  sirtak show kazan.mid                     the whole piece at a glance
  sirtak show kazan.mid --bars 9-12 --track piano
  sirtak show dala.toml --bars 1-2          a piece, composed as it stands
  sirtak show mode dorian --tonic D
  sirtak show mode dorian --scl > dorian.scl
  sirtak show beat four-floor
  sirtak show song qara-oleng
"""


@click.command(epilog=EXAMPLES)
@click.argument("what", nargs=-1, required=True, metavar="FILE | [KIND] NAME", shell_complete=complete_source)
@click.option("--bars", metavar="A-B", help="Bars to draw note by note; the first is 1.")
@click.option("--track", metavar="NAME", help="One track alone.")
@click.option("--tonic", default="D", show_default=True, metavar="NOTE", help="Tonic for a mode.")
@click.option("--scl", is_flag=True, help="A mode as Scala text.")
@click.option("--width", type=click.IntRange(40, 400), help="Columns; the terminal's if left out.")
@click.option("--ascii", "plain", is_flag=True, help="Plain letters instead of block characters.")
def command(
    what: tuple[str, ...],
    bars: str | None,
    track: str | None,
    tonic: str,
    scl: bool,
    width: int | None,
    plain: bool,
) -> None:
    """Show a mode, rhythm, beat, style, kit, tuning or song, or a piece or MIDI file as a piano roll."""
    if len(what) > 2:
        raise SpecError(
            f"{' '.join(what)}: too many words", hint="sirtak show FILE, or sirtak show KIND NAME"
        )
    path = Path(what[-1])
    if len(what) == 1 and (path.suffix.lower() in (".mid", ".midi", ".smf", ".toml") or path.exists()):
        click.echo(_roll(path, bars, track, width, plain))
        return
    from sirtak.cli.cards import card

    kind = what[0].removesuffix("s") if len(what) == 2 else _kind_of(what[0])
    if kind not in KINDS:
        raise unknown("kind", what[0], KINDS)
    if scl:
        from sirtak.export.scales import format_scl
        from sirtak.theory.mode import load_mode

        click.echo(format_scl(load_mode(Library(), what[-1])), nl=False)
        return
    click.echo(card(kind, what[-1], tonic))


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
    return text_roll(arrangement, bars=_span(bars), track=track, width=columns, ascii=plain)


def _columns() -> int:
    import shutil

    return shutil.get_terminal_size((110, 24)).columns


def _span(text: str | None) -> tuple[int, int] | None:
    """Return the first and the last bar (both from 1) of a text such as 9-12 or 9."""
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not first.isdigit() or not (last or first).isdigit() or not 1 <= int(first) <= int(last or first):
        raise SpecError(f"--bars {text}: not a span of bars", hint="write 9-12, or 9 for one bar")
    return int(first), int(last or first)
