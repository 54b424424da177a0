"""`sirtak new`: a commented piece to start from."""

from __future__ import annotations

from pathlib import Path

import click

from sirtak.errors import SpecError, unknown
from sirtak.spec import parse_document

EXAMPLES = """\b
Examples:
  sirtak new dala.toml
  sirtak new night.toml --style sirtak --title "Түн"
"""

TEMPLATE = """\
# A sirtak piece. Compose it with:  sirtak compose {file}
# Every knob of every part, with its range:  sirtak knobs {style}

format = 1
name = "{name}"              # the output will be {name}.mid
title = {title}
style = "{style}"            # where everything that is not said here comes from

seed = 1                     # another seed is another piece
# tempo = {tempo:g}                # quarters a minute, 20 to 400
# tonic = "{tonic}"                # C, C#, Db, D … B
# mode = "{mode}"          # see `sirtak list modes`, or a mode file of your own beside this one
# meter = "{meter}"              # 4/4, 7/8 (3+2+2), 2/4+3/4 …

# [melody]                   # the theme, which every leading part plays
# density = {density}             # 0 to 1; more only adds notes
# take = 0                   # another theme, and nothing else changes

# [drums]
# swing = 56                 # MPC percent, 50 (straight) to 75; changes the drums alone
# beat = "four-floor"        # see `sirtak list beats`, or a beat file of your own

# [piano]
# title = "Фортепиано"       # the track's name; any letters
# take = 2                   # another take of this part alone

# The form. Leave it out to keep the style's; once one [[section]] stands here, all of them do.
{sections}
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--style", default="kazan", show_default=True, metavar="NAME", help="The style to start from.")
@click.option("--title", default="", help="The piece's title; the file's name if left out.")
@click.option("-f", "--force", is_flag=True, help="Overwrite the file.")
def command(file: Path, style: str, title: str, force: bool) -> None:
    """Write a commented piece that composes as it stands, for you to edit."""
    from sirtak.export.write import write_bytes
    from sirtak.library import Library

    if file.suffix != ".toml":
        raise SpecError(f"{file}: a piece is a .toml file", hint=f"write {file}.toml")
    if style not in Library().names("style"):
        raise unknown("style", style, Library().names("style"))
    text = template(file, style, title)
    parse_document(text, str(file))  # what we hand out must at least be TOML
    write_bytes(file, text.encode(), force=force)
    click.echo(f"wrote {file}\nnext: edit it, then `sirtak compose {file}`")


def template(file: Path, style: str, title: str) -> str:
    """Return the text of a starter piece."""
    import json

    from sirtak.composer.load import load_piece

    piece = load_piece(style)
    words = "".join(letter if letter.isalnum() else "-" for letter in file.stem).strip("-_") or "piece"
    sections = "\n".join(
        f'# [[section]]\n# name = "{item.name}"\n# bars = {item.bars}\n'
        f'# energy = {item.energy}\n# lead = "{item.lead}"'
        for item in piece.file.section[:3]
    )
    return TEMPLATE.format(
        file=file.name,
        name=words,
        title=json.dumps(title or words.replace("-", " ").capitalize(), ensure_ascii=False),
        style=style,
        tempo=piece.file.tempo,
        tonic=piece.file.tonic,
        mode=piece.file.mode,
        meter=piece.file.meter,
        density=piece.file.melody.density,
        sections=sections,
    )
