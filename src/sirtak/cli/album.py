"""`sirtak album`: the debut "Sirtak", ten tracks with their pieces and a track list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sirtak.rng import MAX_SEED

if TYPE_CHECKING:
    from sirtak.composer.album import AlbumTrack

EXAMPLES = """\b
Examples:
  sirtak album                            the album of seed 1, in sirtak-album/
  sirtak album --seed 7 -o night/         another album
  sirtak album --seed 7 --list            its plan, and no file
  sirtak compose night/05-kazan.toml --set melody.density=0.4 -o mine.mid

Interrupted, the same command goes on where it stopped.
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    default=1,
    show_default=True,
    metavar="N",
    help="Another seed is another album.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("sirtak-album"),
    show_default=True,
    metavar="FOLDER",
    help="The folder; made if it is not there.",
)
@click.option("--list", "listing", is_flag=True, help="Print the plan and write nothing.")
@click.option("-f", "--force", is_flag=True, help="Make it anew, whatever is in the folder.")
@click.option("-q", "--quiet", is_flag=True, help="Print the folder's name and nothing else.")
def command(seed: int, output: Path, listing: bool, force: bool, quiet: bool) -> None:
    """Compose the album "Sirtak": ten tracks over love, loss and resilience.

    The seed plans the whole: styles, keys, tempi, meters, and two themes that come back. Every
    track is a MIDI file and the piece (.toml) that it is made from; tracklist.md says what to
    listen for.
    """
    from sirtak.composer.album import make_album
    from sirtak.composer.album_list import clock
    from sirtak.composer.album_write import LIST, write_album

    album = make_album(seed)
    if listing:
        for track in album.tracks:
            click.echo(_planned(track))
        return

    def report(track: AlbumTrack, kept: bool) -> None:
        if not quiet:
            length = clock(track.arrangement.seconds)
            state = "kept" if kept else "wrote"
            click.echo(f"{state:<5} {track.entry.number:>2} of 10  {length}  {track.name}.mid", err=True)

    write_album(album, output, force=force, report=report)
    if quiet:
        click.echo(str(output))
        return
    click.echo(f'"{album.title}", seed {seed}: 10 tracks, {clock(album.seconds)}, in {output.resolve()}')
    click.echo(f"next: read {output / LIST}, or drag the .mid files into your DAW")


def _planned(track: AlbumTrack) -> str:
    entry = track.entry
    style = f"kuy {entry.kuy}" if entry.kuy else entry.style
    key = f"{entry.tonic} {entry.mode}"
    return (
        f"{entry.number:>2}  {entry.title:<20} {entry.english:<20} {entry.movement:<10} {style:<14} "
        f"{key:<22} {entry.tempo:>3g}  {entry.meter}"
    )
