"""Trig conditions: when a step sounds.

`A:B` on the A-th of every B plays of its row; `1ST` on the first play; `FILL` while the fill flag
is on; `PRE` as the row's last evaluated condition; `NEI` as the last one of the row above; `X%`
by chance. `!` in front turns one round. Plays count from 1. Semantics: craft.md 3.4, after the
manuals of Elektron's machines; how they are evaluated is said in `sequencer.conditions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sirtak.errors import SpecError

Kind = Literal["ratio", "first", "fill", "pre", "nei", "chance"]

MOST = 128  # plays in a cycle
_WORDS: dict[str, Kind] = {"1ST": "first", "FILL": "fill", "PRE": "pre", "NEI": "nei"}
_NAMES = {kind: word for word, kind in _WORDS.items()}
_FORMS = "write A:B, 1ST, FILL, PRE, NEI or X%, with ! in front for not"


@dataclass(frozen=True)
class Condition:
    """One condition; `a` and `b` are those of A:B, `percent` that of X%.

    >>> str(Condition("ratio", negated=True, a=2, b=4))
    '!2:4'
    """

    kind: Kind
    negated: bool = False
    a: int = 0
    b: int = 0
    percent: float = 0.0

    def __str__(self) -> str:
        text = _NAMES.get(self.kind) or (
            f"{self.a}:{self.b}" if self.kind == "ratio" else f"{self.percent:g}%"
        )
        return ("!" if self.negated else "") + text


def parse_condition(text: str) -> Condition:
    """Return the condition of a text; SpecError, with the column, for what is none.

    >>> parse_condition("!1st"), str(parse_condition("! 2:4"))
    (Condition(kind='first', negated=True, a=0, b=0, percent=0.0), '!2:4')
    """
    bare = text.strip()
    negated = bare.startswith("!")
    word = bare.removeprefix("!").strip().upper()
    if word in _WORDS:
        return Condition(_WORDS[word], negated)
    ratio = re.fullmatch(r"(\d{1,4})\s*:\s*(\d{1,4})", word)
    if ratio:
        return _ratio(text, negated, int(ratio[1]), int(ratio[2]))
    share = re.fullmatch(r"(\d{1,3}(?:\.\d{1,3})?)\s*%", word)
    if share and float(share[1]) <= 100:
        return Condition("chance", negated, percent=float(share[1]))
    if share:
        raise _error(text, f"condition '{text}': {share[1]}% is more than always", "0% to 100%")
    raise _error(text, f"'{text}' is not a condition", _FORMS)


def _ratio(text: str, negated: bool, a: int, b: int) -> Condition:
    if not 1 <= b <= MOST:
        raise _error(text, f"condition '{text}': a cycle of {b} plays", f"A:B with B from 1 to {MOST}")
    if not 1 <= a <= b:
        hint = f"1:{b} to {b}:{b}" + (f"; did you mean {b}:{a}?" if 1 <= b <= a <= MOST else "")
        raise _error(text, f"condition '{text}': {b} plays have no play {a}", hint)
    return Condition("ratio", negated, a, b)


def _error(text: str, message: str, hint: str) -> SpecError:
    column = len(text) - len(text.lstrip())
    return SpecError(message, text=text, column=column, hint=hint)
