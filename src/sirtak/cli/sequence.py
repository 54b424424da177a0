"""`sirtak sequence`: a beat by itself, as a loop of exactly so many bars."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sirtak.cli.args import Real, complete_beat, complete_pattern, complete_scene, plural
from sirtak.cli.loops import Asked, Loop, find_beat, make

EXAMPLES = """\b
Examples:
  sirtak sequence four-floor --bars 16 --tempo 124 -o loop.mid
  sirtak sequence my-beat.toml --scene main --bars 4       that scene over and over
  sirtak sequence dnb-roller --chain "intro*4 main*16 build*4 drop*16"
  sirtak sequence trap-half --fill 4,8 --every-row-track
  sirtak sequence two-step --groove drunk --human 0.5 --take hat=2
"""


@click.command(epilog=EXAMPLES)
@click.argument("source", metavar="BEAT|BEAT.toml", shell_complete=complete_beat)
@click.option("--bars", type=click.IntRange(1, 20_000), metavar="N", help="Length; 16, or the chain's.")
@click.option("--tempo", type=Real(20, 400), metavar="BPM", help="The middle of the beat's own.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; NAME.mid if left out.")
@click.option(
    "--scene",
    default="",
    metavar="NAME",
    help="One scene as written, or build or drop.",
    shell_complete=complete_scene,
)
@click.option(
    "--chain", default="", metavar="TEXT", help='Scenes and bars: "intro*4 main*8 build*4 drop*16".'
)
@click.option(
    "--fill",
    is_flag=False,
    flag_value="last",
    metavar="BARS",
    help="Bars that are fills: 4,8 or 4-8, all, none; the last one if no bar is said.",
)
@click.option("--every-row-track", is_flag=True, help="A track for each voice instead of one.")
@click.option(
    "--kit",
    default="",
    metavar="NAME",
    help="See `sirtak list kits`; one that has the voices.",
    shell_complete=complete_pattern("kit"),
)
@click.option("--swing", type=Real(50, 75), metavar="PERCENT", help="MPC percent; the beat's own.")
@click.option(
    "--groove",
    metavar="NAME",
    help="A groove's name or file, none for none; it comes on top of swing.",
    shell_complete=complete_pattern("groove"),
)
@click.option(
    "--groove-amount",
    type=Real(0, 1.3),
    default=1.0,
    metavar="X",
    help="0 to 1.3; 1 is all of it.",
)
@click.option("--density", type=Real(0, 1), default=1.0, metavar="X", help="0 to 1; thins ghosts first.")
@click.option("--human", type=Real(0, 2), default=0.0, metavar="X", help="0 a machine, 1 a player, 2.")
@click.option("--vary", type=Real(0, 1), default=1.0, metavar="X", help="0 to 1: how often rows change.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, metavar="N", help="1 if left out.")
@click.option("--take", "takes", multiple=True, metavar="ROW=N", help="Another draw of one row.")
@click.option("--mute", "muted", multiple=True, metavar="ROW", help="A row that is not heard.")
@click.option("-f", "--force", is_flag=True, help="Overwrite a file that was not made from this beat.")
@click.option("-q", "--quiet", is_flag=True, help="Print the file's name and nothing else.")
def command(source: str, output: Path | None, force: bool, quiet: bool, **options: Any) -> None:
    """Play a beat (see `sirtak list beats`) over bars and write a MIDI loop of exactly that length.

    Without --scene or --chain the beat goes by the variation clock: a row changes every four bars, fills
    end bars 4, 8 and 16. --vary 0 and --fill none stop that, and --scene main repeats the grid as it stands.
    """
    from sirtak.cli.compose import target
    from sirtak.export.write import write_midi

    asked = Asked(**options)
    name, library, document = find_beat(source)
    made = make(document, library, asked, f"sirtak sequence {shlex.quote(source)}{_options(asked)}")
    path = write_midi(made.arrangement, target(output, name), force=force)
    click.echo(str(path) if quiet else "\n".join(report(made, asked, source, path)))


def _options(asked: Asked) -> str:
    """Return the options that make the same loop again."""
    words = ""
    for param in command.params:
        value = getattr(asked, param.name or "", None)
        if value is None or value is False or value in ("", ()) or _usual(param, value):
            continue
        for item in value if isinstance(value, tuple) else [value]:
            words += f" {param.opts[0]}" + ("" if item is True else f" {shlex.quote(str(item))}")
    return words


def _usual(param: click.Parameter, value: object) -> bool:
    return value == param.default and type(value) is type(param.default)


def report(made: Loop, asked: Asked, source: str, path: Path) -> Iterator[str]:
    """Yield what was made: the loop in a line, its scenes, its voices, and what to do next."""
    beat, arrangement = made.beat, made.arrangement
    bpm = arrangement.tempos[0].bpm
    head = [beat.genre, beat.meter_text, f"{bpm:g} BPM", plural(made.bars.count, "bar"), f"seed {asked.seed}"]
    yield f"{beat.title}: " + ", ".join(item for item in head if item)
    yield ""
    for span in made.spans:
        span_text = f"bars {span.start + 1}-{span.end}" if span.count > 1 else f"bar {span.end}"
        yield f"  {span.scene:<14} {span_text}"
    fills = [str(bar + 1) for bar in made.plan.fills.nonzero()[0].tolist()]
    if fills and "fill" not in beat.scenes:
        yield "  note: the beat has no fill; steps with the condition FILL hear it"
    if fills:
        shown = ", ".join(fills[:16]) + (" …" if len(fills) > 16 else "")
        yield f"  {'fills':<14} end bar{'s' if len(fills) > 1 else ''} {shown}"
    yield from _polymeter(made)
    yield ""
    names = {number: voice for voice, number in made.kit.voices.items()}
    for track in arrangement:
        for pitch in sorted(set(track.notes.pitch.tolist())):
            count = int((track.notes.pitch == pitch).sum())
            yield f"  {names.get(pitch, f'note-{pitch}'):<14} {count:>5} hits  note {pitch}"
    low, high = beat.tempo
    if not low <= bpm <= high:
        yield f"  note: the beat is meant for {low:g} to {high:g} BPM"
    yield ""
    yield f"wrote {path} ({path.stat().st_size / 1024:.1f} KB) in {path.resolve().parent}"
    named = shlex.quote(source)
    shown = named if source.endswith(".toml") else f"beat {named}"
    yield f"next: drag it into your DAW, a channel-10 drum track; see its grid with `sirtak show {shown}`;"
    yield f"      another one with `sirtak sequence {named} --seed {asked.seed + 1} -o another.mid`"


def _polymeter(made: Loop) -> Iterator[str]:
    """Yield after how many bars rows that turn against the bar meet it again."""
    bar = sum(meter.numerator for meter in made.beat.meters) * made.beat.steps_per_beat
    for name, grid in made.beat.scenes.items():
        bars = grid.meets(bar)
        if bars and any(span.scene == name for span in made.spans):
            yield f"  {'polymeter':<14} {name}: rows and bar meet again after {bars} bars"
