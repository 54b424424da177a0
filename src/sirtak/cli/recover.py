"""`sirtak recover`: the piece that a MIDI file was made from."""

from __future__ import annotations

from pathlib import Path

import click

from sirtak.cli.args import complete_midi

EXAMPLES = """\b
Examples:
  sirtak recover kazan.mid
  sirtak recover kazan.mid -o kazan.toml && sirtak compose kazan.toml
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path), shell_complete=complete_midi)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write the TOML to a file.")
@click.option("-f", "--force", is_flag=True, help="Overwrite the file.")
def command(file: Path, output: Path | None, force: bool) -> None:
    """Print the TOML that FILE was composed from; composing it gives the identical file."""
    from sirtak.export.recipe import recover

    text = recover(file)
    if output is None:
        click.echo(text, nl=False)
        return
    from sirtak.export.write import write_bytes

    write_bytes(output, text.encode(), force=force)
    click.echo(f"wrote {output}\nnext: `sirtak compose {output}` makes the same file again")
