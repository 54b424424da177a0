"""`sirtak describe`: what is in a MIDI file, whoever made it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sirtak.cli.args import complete_midi

EXAMPLES = """\b
Examples:
  sirtak describe kazan.mid
  sirtak describe somebody-elses.mid --json | jq .lead
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path), shell_complete=complete_midi)
@click.option("--json", "as_json", is_flag=True, help="One object, for scripts.")
def command(file: Path, as_json: bool) -> None:
    """Say what is in FILE: tracks, ranges, tempo, meter, key, and the part that leads."""
    from sirtak.analysis.describe import describe_file, format_description, to_json

    description = describe_file(file)
    if as_json:
        click.echo(json.dumps(to_json(description), ensure_ascii=False, indent=1))
    else:
        click.echo(format_description(description))
