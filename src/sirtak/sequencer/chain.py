"""Chains: which scene sounds in which bar.

Written as scenes and how many bars each lasts, `intro*4 main*8 build*4 drop*16`; a scene without
a number lasts one bar. Every beat has `build` (a snare roll over its main scene, `rolls`) and
`drop` (main, opened by a crash) beside the scenes of its file. Bars count from 0 here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sirtak.errors import SpecError, did_you_mean
from sirtak.rhythm.beat import MADE

MOST_BARS = 20_000


@dataclass(frozen=True)
class Span:
    """A scene and the bars in which it sounds."""

    scene: str
    start: int
    count: int

    @property
    def end(self) -> int:
        """The first bar behind it."""
        return self.start + self.count


def parse_chain(text: str, scenes: Collection[str], count: int | None = None) -> tuple[Span, ...]:
    """Return the spans of a chain, over and over until `count` bars are filled where it is given.

    Raises SpecError with a caret for a scene that is not there and a length that is none.

    >>> [(span.scene, span.count) for span in parse_chain("main*3 fill", ["main", "fill"], 6)]
    [('main', 3), ('fill', 1), ('main', 2)]
    """
    words = _words(text, [*scenes, *MADE])
    spans: list[Span] = []
    at = 0
    end = sum(bars for _, bars in words) if count is None else count
    if end > MOST_BARS:
        raise SpecError(f"a chain of {end} bars, more than {MOST_BARS}", hint=f"1 to {MOST_BARS} bars")
    while at < end:
        for scene, bars in words:
            if at < end:
                spans.append(Span(scene, at, min(bars, end - at)))
                at = spans[-1].end
    return tuple(spans)


def _words(text: str, known: list[str]) -> list[tuple[str, int]]:
    """Return the scenes of a chain and how many bars each lasts."""
    words = []
    for word in re.finditer(r"\S+", text):
        found = re.fullmatch(r"([\w-]+)(?:\*(\d{1,5}))?", word[0])
        if not found or not 1 <= int(found[2] or 1) <= MOST_BARS:
            raise _error(text, word.start(), f"'{word[0]}' is not a scene and its bars", "main*4 fill")
        if found[1] not in known:
            message = f"the beat has no scene '{found[1]}'"
            raise _error(text, word.start(), message, did_you_mean(found[1], known))
        words.append((found[1], int(found[2] or 1)))
    if not words:
        raise SpecError("a chain without scenes", hint="main*3 fill, intro*4 main*8 build*4 drop*16 …")
    return words


def _error(text: str, column: int, message: str, hint: str | None) -> SpecError:
    return SpecError(message, text=text, column=column, hint=hint)
