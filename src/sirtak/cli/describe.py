"""`sirtak describe`: what is in a MIDI file, whoever made it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sirtak.cli.args import complete_midi

EXAMPLES = """\b
Examples:
  sirtak describe kazan.mid
  sirtak describe --kuy kazan.mid
  sirtak describe somebody-elses.mid --json | jq .lead
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path), shell_complete=complete_midi)
@click.option("--json", "as_json", is_flag=True, help="One object, for scripts.")
@click.option("--kuy", is_flag=True, help="The figures of its dombra, beside those counted in print.")
@click.option("--track", default="", metavar="NAME", help="The part to take for the dombra.")
def command(file: Path, as_json: bool, kuy: bool, track: str) -> None:
    """Say what is in FILE: tracks, ranges, tempo, meter, key, and the part that leads."""
    if kuy:
        click.echo(_kuy(file, track, as_json))
        return
    from sirtak.analysis.describe import describe_file, format_description, to_json

    description = describe_file(file)
    if as_json:
        click.echo(json.dumps(to_json(description), ensure_ascii=False, indent=1))
    else:
        click.echo(format_description(description))


def _kuy(file: Path, track: str, as_json: bool) -> str:
    """Return the figures of a file's dombra, as text or as JSON."""
    from dataclasses import asdict

    from sirtak.analysis.kuy import kuy_figures
    from sirtak.analysis.kuy_report import format_kuy
    from sirtak.listen.read import read_midi

    figures = kuy_figures(read_midi(file), track)
    return json.dumps(asdict(figures), ensure_ascii=False, indent=1) if as_json else format_kuy(figures)
