"""`sirtak knobs`: everything that can be set, with ranges, defaults and help."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sirtak.errors import unknown

if TYPE_CHECKING:
    from sirtak.knobs import Knob

EXAMPLES = """\b
Examples:
  sirtak knobs                every owner of knobs, and the piece's own
  sirtak knobs dombra         the knobs of one player
  sirtak knobs kuy            the knobs of the küy, which a dombra plays
  sirtak knobs fusion         folk and east, the two knobs of the whole band
  sirtak knobs kazan          the knobs of a style's parts, with the values that it sets
  sirtak knobs --json         for scripts
"""


def owners() -> Mapping[str, type]:
    """Return what has knobs: the piece ('' is itself), its tables, a section, each player."""
    from sirtak.composer.form import FormSpec
    from sirtak.composer.fusion import FusionSpec
    from sirtak.composer.piece import PieceFile, SectionSpec
    from sirtak.composer.players import PLAYERS
    from sirtak.folk.kuy.form import KuySpec
    from sirtak.harmony.chords import HarmonySpec
    from sirtak.harmony.theme import MelodySpec

    own: dict[str, type] = {
        "": PieceFile,
        "section": SectionSpec,
        "melody": MelodySpec,
        "harmony": HarmonySpec,
        "kuy": KuySpec,
        "form": FormSpec,
        "fusion": FusionSpec,
    }
    return own | {name: player.spec for name, player in PLAYERS.items()}


def all_knobs() -> Iterator[tuple[str, Knob]]:
    """Yield every (owner, knob)."""
    from sirtak.knobs import knobs_of

    for owner, kind in owners().items():
        for knob in knobs_of(kind):
            yield owner, knob


def _of_style(name: str) -> Iterator[tuple[str, Knob]]:
    """Yield the knobs of a style's parts with the values that it gives them."""
    from dataclasses import replace

    from sirtak.composer.load import load_piece
    from sirtak.knobs import knobs_of

    piece = load_piece(name)
    file = piece.file
    specs = {
        "": file,
        "melody": file.melody,
        "harmony": file.harmony,
        "kuy": file.kuy,
        "form": file.form,
        "fusion": file.fusion,
        **piece.parts,
    }
    for owner, spec in specs.items():
        for knob in knobs_of(type(spec)):
            value = getattr(spec, knob.name)
            yield (
                owner,
                replace(knob, default=knob.default if value is None else value),
            )


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from sirtak.library import Library

    names = [*filter(None, owners()), *Library().names("style")]
    return [name for name in names if name.startswith(incomplete)]


@click.command(epilog=EXAMPLES)
@click.argument("owner", default="", metavar="[PLAYER|STYLE]", shell_complete=_complete)
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
def command(owner: str, as_json: bool) -> None:
    """List the knobs of the piece, of a player, or of a style's parts."""
    from sirtak.library import Library

    known = owners()
    styles = Library().names("style")
    if owner in styles and owner not in known:
        rows = list(_of_style(owner))
    elif owner and owner not in known:
        raise unknown("player or style", owner, [*filter(None, known), *styles])
    else:
        rows = [(name, knob) for name, knob in all_knobs() if not owner or name == owner]
    if as_json:
        click.echo(json.dumps([{"owner": name, **asdict(knob)} for name, knob in rows], indent=1))
        return
    last = None
    for name, knob in rows:
        if name != last:
            click.echo(f"\n{name or 'the piece'}" if last is not None else name or "the piece")
            last = name
        full = f"{name}.{knob.name}" if name else knob.name
        lines = str(knob.default).strip().splitlines() or [""]
        shown = lines[0] if len(lines) == 1 and len(lines[0]) <= 40 else lines[0][:37] + "…"
        click.echo(f"  {full:<22} {knob.range:<18} {shown:<14} {knob.help}".rstrip())
    click.echo("\nset one with --set, e.g. `sirtak compose kazan --set drums.swing=58`; for a section")
    click.echo("by name: --set section.verse.bars=16; in a piece file they stand under [part].")
