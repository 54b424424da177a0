"""`sirtak compose`: from a style or a piece to a MIDI file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sirtak.cli.args import complete_pattern, complete_source, set_option, take_option
from sirtak.errors import SpecError

if TYPE_CHECKING:
    from sirtak.api import Composition
    from sirtak.cli.variants import Choice
    from sirtak.composer.choices import Sweep

EXAMPLES = """\b
Examples:
  sirtak compose kazan
  sirtak compose kazan --seed 7 --set melody.density=0.4 -o quiet.mid
  sirtak compose sirtak --take drums=2          another take of the drums alone
  sirtak compose sirtak --seed 1..8             eight of them, and what differs
  sirtak compose sirtak --set melody.density=0.3..0.9..0.2
  sirtak compose kazan --duration 3:30 --tonic E --only piano,dombra
  sirtak compose kazan --seed 1..8 --keep lead=a.mid    the same tune, eight bands around it
  sirtak compose sirtak --set form.name=radio-club
  sirtak compose dala.toml --utf8-names
"""


@click.command(epilog=EXAMPLES)
@click.argument("source", default="kazan", metavar="STYLE|PIECE.toml", shell_complete=complete_source)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File or folder; NAME.mid here if left out."
)
@click.option("--seed", metavar="N", help="Another seed is another piece; 1..8 are eight.")
@set_option
@take_option
@click.option("--tempo", metavar="BPM", help="Quarters a minute.")
@click.option("--tonic", metavar="NOTE", help="C, C#, Db … B.")
@click.option(
    "--mode", metavar="NAME", help="See `sirtak list modes`.", shell_complete=complete_pattern("mode")
)
@click.option("--meter", metavar="METER", help="4/4, 7/8 (3+2+2), 2/4+3/4 …")
@click.option("--bars", type=click.IntRange(1, 4000), metavar="N", help="Bars of the whole piece.")
@click.option("--duration", metavar="M:SS", help="About so long.")
@click.option("--only", metavar="PART,PART", help="Write these parts; they play as they do with the others.")
@click.option(
    "--keep",
    multiple=True,
    metavar="PART=FILE.mid",
    help="Keep a part (or lead, the leading one) from a file, note for note.",
)
@click.option("--utf8-names", is_flag=True, help="Track names in UTF-8 (some programs stop at them).")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that was not made from this piece.")
@click.option("-q", "--quiet", is_flag=True, help="Print the file's name and nothing else.")
def command(
    source: str,
    output: Path | None,
    sets: tuple[str, ...],
    takes: list[str],
    bars: int | None,
    duration: str | None,
    only: str | None,
    keep: tuple[str, ...],
    utf8_names: bool,
    force: bool,
    quiet: bool,
    **knobs: str | None,
) -> None:
    """Compose a style (see `sirtak list styles`) or a piece file, and write a MIDI file.

    Where a value is a range, 1..8 or 0.3..0.9..0.2, a numbered file is written for each.
    """
    from sirtak.cli.variants import Choice, composed
    from sirtak.composer.choices import sweeps_of

    given = [f"{name}={_quoted(name, value)}" for name, value in knobs.items() if value is not None]
    plain, sweeps = sweeps_of([*sets, *takes, *given])
    choice = Choice(bars, duration, only, keep)
    if sweeps:
        _sweep(source, output, plain, sweeps, choice, utf8_names=utf8_names, force=force, quiet=quiet)
        return
    composition = composed(source, plain, choice)
    path = composition.write(target(output, composition.piece.file.name), utf8_names=utf8_names, force=force)
    click.echo(str(path) if quiet else report(composition, path, source, choice.keep))


def _quoted(name: str, value: str) -> str:
    """Return a knob's value as TOML has it: names are text, whatever they look like."""
    import json

    return json.dumps(value, ensure_ascii=False) if name in ("tonic", "mode", "meter") else value


def _sweep(
    source: str,
    output: Path | None,
    plain: list[str],
    sweeps: list[Sweep],
    choice: Choice,
    *,
    utf8_names: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Compose and write every variant, and say what differs."""
    from sirtak.cli.variants import composed, numbered, row, table
    from sirtak.composer.choices import variants

    asked, first, rows = variants(sweeps), None, []
    # All are composed before the first is written: a value that cannot be used leaves nothing behind.
    made = []
    for number, values in enumerate(asked, 1):
        sets = [f"{sweep.knob}={value}" for sweep, value in zip(sweeps, values, strict=True)]
        made.append(composed(source, [*plain, *sets], choice))
        if not quiet and sys.stderr.isatty():
            click.echo(f"\r{number} of {len(asked)}", err=True, nl=number == len(asked))
    for number, (values, composition) in enumerate(zip(asked, made, strict=True), 1):
        path = numbered(target(output, composition.piece.file.name), number, len(asked))
        composition.write(path, utf8_names=utf8_names, force=force)
        rows.append(row(path, values, composition, first))
        first = first or composition
        if quiet:
            click.echo(str(path))
    if not quiet:
        heads = ["file", *(sweep.knob for sweep in sweeps), "length", "notes", "other than the first"]
        click.echo("\n".join(table(heads, rows)))
        folder = path.resolve().parent
        click.echo(
            f"\nwrote {len(rows)} files in {folder}\nnext: `sirtak show {path}`, or drag them into your DAW"
        )


def target(output: Path | None, name: str) -> Path:
    """Return the file to write: a folder gets NAME.mid, anything else is the file itself."""
    if output is None:
        return Path(f"{name}.mid")
    if output.is_dir():
        return output / f"{name}.mid"
    if output.suffix == "":
        raise SpecError(f"-o {output}: there is no such folder", hint=f"make it first, or write {output}.mid")
    if output.suffix.lower() not in (".mid", ".midi", ".smf"):
        raise SpecError(
            f"-o {output}: what is written is a MIDI file", hint=f"write {output.with_suffix('.mid')}"
        )
    return output


def report(composition: Composition, path: Path, source: str, keep: tuple[str, ...] = ()) -> str:
    """Return what was made: the piece in a line, its form, its tracks, and what to do next."""
    from sirtak.theory.meter import format_meters

    piece, arrangement = composition.piece, composition.arrangement
    file = piece.file
    minutes, seconds = divmod(round(arrangement.seconds), 60)
    bars = sum(section.spec.bars for section in piece.sections())
    head = [
        f"{file.tonic} {piece.mode.name}",
        f"{file.tempo:g} BPM",
        format_meters(piece.meters),
        f"{bars} bars",
        f"{minutes}:{seconds:02d}",
        f"seed {file.seed}",
    ]
    lines = [f"{composition.title}: " + ", ".join(head), "", "form"]
    width = max(16, *(len(section.title) for section in piece.sections()))
    for section in piece.sections():
        last = section.first_bar + section.spec.bars
        span = f"bars {section.first_bar + 1}-{last}"
        lead = f"lead {section.spec.lead}" if section.spec.lead else ""
        lines.append(
            f"  {section.title:<{width}} {span:<14} energy {section.spec.energy:.2f}  {lead}".rstrip()
        )
    lines += ["", "tracks"]
    for track in arrangement:
        low, high = int(track.notes.pitch.min()), int(track.notes.pitch.max())
        where = "drums" if track.drums else f"pitch {low}-{high}"
        lines.append(f"  {track.title:<16} {len(track.notes):>5} notes  {where}")
    lines += [f"  note: {notice}" for notice in arrangement.diagnostics]
    kept = "".join(f" --keep {item}" for item in keep)
    again = f"sirtak compose {source} --seed {file.seed + 1}{kept}"
    lines += [
        "",
        f"wrote {path} ({path.stat().st_size / 1024:.0f} KB) in {path.resolve().parent}",
        f"next: drag it into your DAW; look at it with `sirtak show {path}`;",
        f"      another one with `{again} -o another.mid`",
    ]
    return "\n".join(lines)
