"""`sirtak show --tab`: the dombra of a style, a piece or a MIDI file as tablature."""

from __future__ import annotations

from sirtak.errors import SpecError


def tab(what: tuple[str, ...], bars: tuple[int, int] | None, track: str, width: int, plain: bool) -> str:
    """Return the tablature of what the command was given: NAME, FILE or style NAME."""
    from sirtak.analysis.tab import text_tab
    from sirtak.cli.source import arrangement_of

    if len(what) == 2 and what[0] not in ("style", "styles"):
        raise SpecError(f"{what[0]} {what[1]}: --tab draws a style, a piece or a MIDI file")
    arrangement, groups = arrangement_of(what[-1])
    return text_tab(arrangement, track=track, bars=bars, width=width, ascii=plain, groups=groups)
