"""`sirtak groove`: how drums were played, as a groove file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sirtak.cli.taken import kit_of, plain_word, shown, taking, target, write

if TYPE_CHECKING:
    from sirtak.listen.grooves import TakenGroove

EXAMPLES = """\b
Examples:
  sirtak groove played.mid -o mine.toml
  sirtak groove shuffle.mid --base 1/8 --length 2
  sirtak groove song.mid --bars 9-24 --kit gm
"""
BASES = ("1/4", "1/8", "1/8T", "1/16", "1/16T", "1/32")
COLUMNS = 16


@click.command(epilog=EXAMPLES)
@taking
@click.option(
    "--base", type=click.Choice(BASES), default="1/16", show_default=True, help="The length of a slot."
)
@click.option(
    "--length",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="BARS",
    help="How many bars.",
)
def command(
    file: Path,
    output: Path | None,
    kit: str,
    tracks: tuple[str, ...],
    bars: tuple[int, int] | None,
    force: bool,
    quiet: bool,
    base: str,
    length: int,
) -> None:
    """Take a groove from the drums in FILE: how late and how loud every slot is played, voice by voice."""
    from sirtak.errors import MidiFileError, SirtakError
    from sirtak.listen.drums import read_drums
    from sirtak.listen.grooves import take_groove
    from sirtak.rhythm.groove_format import format_groove

    path = target(output, file)
    drums = read_drums(file, kit_of(file, kit), tracks, bars)
    try:
        taken = take_groove(
            drums,
            name=plain_word(shown(path.stem)),
            title=shown(file.stem),
            source=f"taken from {shown(file.name)}",
            base=base,
            length=length,
        )
    except SirtakError as error:
        raise MidiFileError(error.message, file=file, hint=error.hint) from None
    wrote = write(path, "groove", format_groove(taken.groove), force)
    if quiet:
        click.echo(str(path))
        return
    hint = f"next: look at it with `sirtak show {path}`; a beat beside it plays so with"
    click.echo("\n".join([*report(taken), "", wrote, hint, f'      groove = "{path.stem}"']))


def report(taken: TakenGroove) -> list[str]:
    """Return what was found: slots, hits, and of each row how many hits its slots rest on and how late."""
    groove, drums = taken.groove, taken.drums
    head = [f"{drums.meter}", drums.span, f"{groove.slots} slots of {groove.base}", f"{len(drums)} hits"]
    lines = [f"{groove.title}: {', '.join(head)}"]
    for voice, slots in taken.slots.items():
        late = groove.offsets[voice]
        struck = [(int(hits), abs(value)) for hits, value in zip(slots.hits, late, strict=True) if hits]
        size = sum(hits * value for hits, value in struck) / sum(hits for hits, _ in struck)
        lines += ["", f"{voice}: {int(slots.hits.sum())} hits, {size:.1f} ticks off their slots in the mean,"]
        lines[-1] += f" {max(value for _, value in struck):.1f} at the most, spread {slots.spread:.1f}"
        lines += _table("hits", slots.hits.tolist())
        lines += _table("late", list(late))
        lines += _table("loud", list(groove.velocities[voice]))
    return [*lines, *(f"  note: {remark}" for remark in taken.remarks)]


def _table(name: str, values: list[float]) -> Iterator[str]:
    """Yield a row of slots, sixteen to a line."""
    for start in range(0, len(values), COLUMNS):
        cells = "".join(f"{value:>7g}" for value in values[start : start + COLUMNS])
        yield f"  {name if start == 0 else '':<5}{cells}"
