"""The `sirtak` command: finds the subcommand, runs it, and turns mistakes into messages.

Exit codes: 0 done, 1 a check found faults, 2 the input cannot be used, 130 interrupted.
Subcommands are imported when they are called, so that --help and completion stay fast.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from importlib import import_module

import click

from sirtak.errors import SirtakError
from sirtak.version import __version__

# name: (module, what it does) — said here so that --help imports none of them.
COMMANDS = {
    "compose": ("sirtak.cli.compose", "Compose a style or a piece and write a MIDI file."),
    "album": ("sirtak.cli.album", "Compose the debut album: ten tracks with one arc."),
    "sequence": ("sirtak.cli.sequence", "Play a beat over bars and write it as a MIDI loop."),
    "list": ("sirtak.cli.list", "List styles, modes, rhythms, beats, küy types, songs or players."),
    "show": ("sirtak.cli.show", "Show a pattern, or a piece as a text piano roll."),
    "describe": ("sirtak.cli.describe", "Say what is in a MIDI file: tracks, key, tempo, lead."),
    "knobs": ("sirtak.cli.knobs", "List what can be set, with ranges and defaults."),
    "new": ("sirtak.cli.new", "Write a commented piece to start from."),
    "grid": ("sirtak.cli.grid", "Turn the drums of a MIDI file into a beat file."),
    "groove": ("sirtak.cli.groove", "Take the timing and the weight of played drums as a groove file."),
    "check": ("sirtak.cli.check", "Check a MIDI file, a piece or a pattern file."),
    "recover": ("sirtak.cli.recover", "Print the piece that a MIDI file was made from."),
    "completion": ("sirtak.cli.completion", "Print the shell code that completes sirtak's arguments."),
}

EXAMPLES = """\b
Examples:
  sirtak compose kazan                  a haunting ballad, in kazan.mid
  sirtak compose sirtak --seed 7        the title track, another seed
  sirtak compose kazan --set drums.swing=58 --set tempo=70 -o slow.mid
  sirtak album --seed 7                 ten tracks and a track list
  sirtak sequence dnb-roller --bars 16 -o loop.mid
  sirtak new dala.toml                  a piece of your own to edit
  sirtak show kazan.mid --bars 9-12     a text piano roll
  sirtak grid loop.mid -o beat.toml     somebody's drums as a beat of yours
"""


class Lazy(click.Group):
    """A group whose commands are modules with a `command` in each."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import the command that is being called."""
        if name not in COMMANDS:
            return None
        found: click.Command = import_module(COMMANDS[name][0]).command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        from sirtak.errors import did_you_mean

        name = args[0]
        if name not in COMMANDS:
            hint = did_you_mean(name, COMMANDS) or ""
            raise SirtakError(f"there is no command '{name}'", hint=hint)
        return name, self.get_command(ctx, name), args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


@click.command(cls=Lazy, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sirtak")
def cli() -> None:
    """Compose Kazakh folk music and electronic beats as one track, as MIDI for your DAW."""


def main() -> int:
    """Run the command line and return the exit code."""
    for output in (sys.stdout, sys.stderr):
        # A terminal that cannot show a Kazakh letter gets a question mark, not a traceback.
        if isinstance(output, io.TextIOWrapper):
            output.reconfigure(errors="replace")
    try:
        code = cli.main(prog_name="sirtak", standalone_mode=False)
    except SirtakError as error:
        click.echo(f"sirtak: {error}", err=True)
        code = 2
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = 130
    return code if isinstance(code, int) else 0


def run() -> None:
    """The console script: run, flush, and leave without taking the interpreter apart.

    Everything is written by then, and the operating system frees memory faster than Python does.
    """
    code = main()
    with contextlib.suppress(BrokenPipeError):  # the reader (head, less) has seen enough
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
