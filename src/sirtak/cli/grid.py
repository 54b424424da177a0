"""`sirtak grid`: a drum loop as a beat file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sirtak.cli.taken import kit_of, plain_word, shown, taking, target, write

if TYPE_CHECKING:
    from sirtak.listen.beats import Taken

EXAMPLES = """\b
Examples:
  sirtak grid loop.mid -o beat.toml
  sirtak grid song.mid --bars 9-12 -o verse.toml
  sirtak grid live.mid --quantize --levels      letters alone, every hit on its step
  sirtak grid bongos.mid --track Percussion
"""


@click.command(epilog=EXAMPLES)
@taking
@click.option(
    "--steps", type=click.IntRange(1, 48), metavar="N", help="Steps to the beat, not those that fit."
)
@click.option("--levels", is_flag=True, help="Three velocities, as the letters have them, not exact ones.")
@click.option("--quantize", is_flag=True, help="Put every hit on its step.")
def command(
    file: Path,
    output: Path | None,
    kit: str,
    tracks: tuple[str, ...],
    bars: tuple[int, int] | None,
    force: bool,
    quiet: bool,
    steps: int | None,
    levels: bool,
    quantize: bool,
) -> None:
    """Turn the drums in FILE into a beat file that plays the same hits, exactly unless told otherwise."""
    from sirtak.errors import MidiFileError, SirtakError
    from sirtak.listen.beats import take_beat
    from sirtak.listen.drums import read_drums
    from sirtak.rhythm.beat_format import format_beat

    path = target(output, file)
    played_on = kit_of(file, kit)
    drums = read_drums(file, played_on, tracks, bars)
    try:
        taken = take_beat(
            drums,
            name=plain_word(shown(path.stem)),
            title=shown(file.stem),
            source=f"taken from {shown(file.name)}",
            steps=steps,
            levels=levels,
            quantize=quantize,
        )
    except SirtakError as error:
        raise MidiFileError(error.message, file=file, hint=error.hint) from None
    wrote = write(path, "beat", format_beat(taken.beat), force)
    click.echo(
        str(path) if quiet else "\n".join([*report(taken, quantize), "", wrote, *_next(path, played_on.name)])
    )


def report(taken: Taken, quantize: bool = False) -> list[str]:
    """Return what was found: meter, tempo, bars, steps, hits by voice, and what there is to know."""
    beat, drums = taken.beat, taken.drums
    grid = beat.scenes["main"]
    repeat = f", which repeat after {taken.bars}" if taken.bars < drums.bars else ""
    head = [
        beat.meter_text,
        f"{drums.bpm:.4g} BPM",
        f"{drums.span}{repeat}",
        f"{beat.steps_per_beat} steps to the beat",
        f"{len(drums)} hits",
    ]
    lines = [f"{beat.title}: {', '.join(head)}", "", "voices"]
    for key, voice in drums.voices.items():
        lines.append(f"  {voice:<16} {int((drums.key == key).sum()):>5} hits  key {key}")
    nudged = sum(bool(step.nudge) for row in grid.rows for step in row.steps)
    flams = sum(bool(step.flam) for row in grid.rows for step in row.steps)
    remarks = [*drums.remarks]
    if quantize:
        remarks.append(f"{taken.moved} of {len(drums)} hits moved to their steps")
    if taken.merged:
        remarks.append(f"{taken.merged} hits fell on a step that had one and were left out; the louder stays")
    if nudged or flams:
        both = [f"{nudged} steps are nudged"] * bool(nudged) + [f"{flams} are flams"] * bool(flams)
        remarks.append(f"{', '.join(both)}; --quantize leaves that out")
    if not 20 <= drums.bpm <= 400:
        remarks.append(f"a beat's tempo is 20 to 400 BPM, and this one's is {drums.bpm:.4g}")
    return [*lines, *(f"  note: {remark}" for remark in remarks)]


def _next(path: Path, kit: str) -> list[str]:
    return [
        f"next: look at it with `sirtak show {path}`;",
        f"      hear it with `sirtak sequence {path} --bars 8 --kit {kit}`",
    ]
