"""`sirtak completion`: shell code that completes commands, styles, knobs and files."""

from __future__ import annotations

import click

EXAMPLES = """\b
Examples:
  sirtak completion bash >> ~/.bashrc
  sirtak completion zsh >> ~/.zshrc
  sirtak completion fish > ~/.config/fish/completions/sirtak.fish
"""


@click.command(epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the shell code that completes sirtak's arguments."""
    from click.shell_completion import get_completion_class

    from sirtak.cli.main import cli

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(cli, {}, "sirtak", "_SIRTAK_COMPLETE").source())
