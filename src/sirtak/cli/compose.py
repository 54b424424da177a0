"""`sirtak compose`: from a style or a piece to a MIDI file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sirtak.cli.args import complete_source, seed_option, set_option, take_option
from sirtak.errors import SpecError

if TYPE_CHECKING:
    from sirtak.api import Composition

EXAMPLES = """\b
Examples:
  sirtak compose kazan
  sirtak compose kazan --seed 7 --set melody.density=0.4 -o quiet.mid
  sirtak compose sirtak --take drums=2          another take of the drums alone
  sirtak compose sirtak --set section.break.bars=24
  sirtak compose dala.toml --utf8-names
"""


@click.command(epilog=EXAMPLES)
@click.argument("source", default="kazan", metavar="STYLE|PIECE.toml", shell_complete=complete_source)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File or folder; NAME.mid here if left out."
)
@seed_option
@set_option
@take_option
@click.option("--utf8-names", is_flag=True, help="Track names in UTF-8 (some programs stop at them).")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that was not made from this piece.")
@click.option("-q", "--quiet", is_flag=True, help="Print the file's name and nothing else.")
def command(
    source: str,
    output: Path | None,
    seed: int | None,
    sets: tuple[str, ...],
    takes: list[str],
    utf8_names: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Compose a style (see `sirtak list styles`) or a piece file, and write a MIDI file."""
    from sirtak.api import Composition
    from sirtak.composer.arrange import arrange
    from sirtak.composer.load import load_piece

    piece = load_piece(source, [*sets, *takes, *([] if seed is None else [f"seed={seed}"])])
    composition = Composition(piece, arrange(piece))
    path = composition.write(target(output, piece.file.name), utf8_names=utf8_names, force=force)
    click.echo(str(path) if quiet else report(composition, path, source))


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


def report(composition: Composition, path: Path, source: str) -> str:
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
    for section in piece.sections():
        last = section.first_bar + section.spec.bars
        span = f"bars {section.first_bar + 1}-{last}"
        lead = f"lead {section.spec.lead}" if section.spec.lead else ""
        lines.append(f"  {section.title:<16} {span:<14} energy {section.spec.energy:.2f}  {lead}".rstrip())
    lines += ["", "tracks"]
    for track in arrangement:
        low, high = int(track.notes.pitch.min()), int(track.notes.pitch.max())
        where = "drums" if track.drums else f"pitch {low}-{high}"
        lines.append(f"  {track.title:<16} {len(track.notes):>5} notes  {where}")
    lines += [f"  note: {notice}" for notice in arrangement.diagnostics]
    again = f"sirtak compose {source} --seed {file.seed + 1}"
    lines += [
        "",
        f"wrote {path} ({path.stat().st_size / 1024:.0f} KB) in {path.resolve().parent}",
        f"next: drag it into your DAW; look at it with `sirtak show {path}`;",
        f"      another one with `{again} -o another.mid`",
    ]
    return "\n".join(lines)
