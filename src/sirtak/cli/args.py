"""Arguments that several commands share, and what the shell completes for them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from sirtak.errors import SpecError


def _takes(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> list[str]:
    """Turn part=N (or part=1..4) into the assignment part.take=N."""
    sets = []
    for value in values:
        part, sign, number = value.partition("=")
        if not (sign and part and re.fullmatch(r"\d+(\.\.\d+)*", number, re.ASCII)):
            raise SpecError(f"--take {value}: not a take", hint="write part=N, e.g. --take drums=2")
        sets.append(f"{part}.take={number}")
    return sets


def complete_source(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete style names, and piece files in the folder named so far."""
    from sirtak.library import Library

    styles = [CompletionItem(name) for name in Library().names("style") if name.startswith(incomplete)]
    return [*styles, *_files(incomplete, (".toml",))]


def complete_beat(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete beats' names, and .toml files in the folder named so far."""
    from sirtak.library import Library

    beats = [CompletionItem(name) for name in Library().names("beat") if name.startswith(incomplete)]
    return [*beats, *_files(incomplete, (".toml",))]


class Real(click.FloatRange):
    """A number in a range; nan, which passes every range, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number."""
        found = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value} is not a number to work with", param, ctx)
        return found


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "bar"), plural(2, "bar")
    ('1 bar', '2 bars')
    """
    return f"{count} {noun}" + ("" if count == 1 else "s")


def complete_pattern(kind: str) -> Callable[..., list[CompletionItem]]:
    """Return what completes the names of a kind of pattern."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from sirtak.library import Library

        return [CompletionItem(name) for name in Library().names(kind) if name.startswith(incomplete)]

    return complete


def complete_scene(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the scenes that beats have."""
    from sirtak.rhythm.beat import MADE, SCENES

    return [name for name in (*SCENES, *MADE) if name.startswith(incomplete)]


def complete_midi(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete MIDI files."""
    return _files(incomplete, (".mid", ".midi"))


def _files(incomplete: str, endings: tuple[str, ...]) -> list[CompletionItem]:
    folder = Path(incomplete).parent if "/" in incomplete else Path()
    found = [path for path in folder.glob("*") if path.suffix in endings or path.is_dir()]
    names = [str(path) + ("/" if path.is_dir() else "") for path in sorted(found)]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_knob(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete part.knob= from the players' knobs."""
    from sirtak.cli.knobs import all_knobs

    names = [f"{owner}.{knob.name}=" if owner else f"{knob.name}=" for owner, knob in all_knobs()]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


set_option = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="PART.KNOB=VALUE",
    help="Turn a knob (see `sirtak knobs`).",
    shell_complete=complete_knob,
)

take_option = click.option(
    "--take", "takes", multiple=True, callback=_takes, metavar="PART=N", help="Another take of one part."
)


def span_of(text: str | None) -> tuple[int, int] | None:
    """Return the first and the last bar (both from 1) of a text such as 9-12 or 9.

    >>> span_of("9-12"), span_of("9"), span_of(None)
    ((9, 12), (9, 9), None)
    """
    if text is None:
        return None
    first, _, last = text.partition("-")
    numbers = first.isdecimal() and (last or first).isdecimal()
    if not numbers or len(text) > 20 or not 1 <= int(first) <= int(last or first):
        raise SpecError(f"--bars {text}: not a span of bars", hint="write 9-12, or 9 for one bar")
    return int(first), int(last or first)
