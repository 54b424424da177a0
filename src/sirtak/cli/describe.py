"""`sirtak describe`: what is in a MIDI file, whoever made it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click

from sirtak.cli.args import complete_midi
from sirtak.errors import SirtakError, SpecError

EXAMPLES = """\b
Examples:
  sirtak describe kazan.mid
  sirtak describe --kuy kazan.mid
  sirtak describe --kuy song.mid --type adai --track dombra
  sirtak describe --quality kazan.mid
  sirtak describe somebody-elses.mid --json | jq .lead
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", type=click.Path(path_type=Path), shell_complete=complete_midi)
@click.option("--json", "as_json", is_flag=True, help="One object, for scripts.")
@click.option("--kuy", is_flag=True, help="The figures of its dombra, beside those counted in print.")
@click.option(
    "--quality",
    is_flag=True,
    help="Measures of the music, each with its human band; last, which are outside.",
)
@click.option("--track", default="", metavar="NAME", help="The part to take for the dombra.")
@click.option("--type", "kind", default="", metavar="TYPE", help="With --kuy: the type to hold it against.")
def command(file: Path, as_json: bool, kuy: bool, quality: bool, track: str, kind: str) -> None:
    """Say what is in FILE: tracks, ranges, tempo, meter, key, and the part that leads."""
    if kuy:
        click.echo(_kuy(file, track, kind, as_json))
        return
    if kind:
        raise SpecError("--type goes with --kuy", hint=f"sirtak describe --kuy --type {kind} {file}")
    from sirtak.analysis.describe import describe_file, format_description, measure_file, to_json
    from sirtak.analysis.measures import format_measures, outside
    from sirtak.listen.read import read_midi

    if quality and not as_json:
        click.echo(format_measures(measure_file(file, track)))
        return
    description = describe_file(file)
    if not as_json:
        click.echo(format_description(description))
        return
    table = to_json(description)
    if track:
        read_midi(file)[track]  # one that is not there is said, whatever can be measured
    with contextlib.suppress(SirtakError):  # a file too long to measure is described all the same
        table["quality"] = measure_file(file, track)
        table["outside"] = list(outside(table["quality"]))
    click.echo(json.dumps(table, ensure_ascii=False, indent=1))


def _kuy(file: Path, track: str, kind: str, as_json: bool) -> str:
    """Return the figures of a file's dombra beside those of a type, as text or as JSON."""
    from sirtak.analysis.kuy import kuy_figures
    from sirtak.analysis.kuy_report import format_kuy, kuy_json
    from sirtak.cli.source import arrangement_of
    from sirtak.library import Library

    arrangement, groups = arrangement_of(file)
    figures = kuy_figures(arrangement, track, groups=groups)
    library = Library(file.parent)
    if as_json:
        return json.dumps(kuy_json(figures, kind, library), ensure_ascii=False, indent=1)
    return format_kuy(figures, kind, library)
