"""Variable degrees: when a degree of a mode takes its second form.

Degree 0 is the final and degree n (the size of the mode) its octave. A rule reads the whole line,
in playing order, and marks notes; which of them stand on the variable degree is asked afterwards.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Rule = Literal["high", "neighbour", "rising", "falling", "peak"]
Voice = Literal["any", "bass"]
Cents = Annotated[float, msgspec.Meta(ge=0, lt=1200)]

WHEN = {
    "high": "from the final's octave upwards",
    "neighbour": "as a lower neighbour, left and met again from the degree above",
    "rising": "when the next note is higher",
    "falling": "when the next note is lower",
    "peak": "at a peak, between lower notes",
}


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A degree with a second form, and the rule that says when it sounds.

    `ahead` widens the rule `high` to that many notes before the line climbs into the high zone.
    With `repeats_as_one` a note struck several times counts as one note, so that all its strokes
    take the same form. A form of the voice `bass` sounds in a bass string's own line alone.
    """

    degree: Annotated[int, msgspec.Meta(ge=0, le=23, description="which degree, 0 is the final")]
    cents: Annotated[Cents, msgspec.Meta(description="its second form")]
    rule: Annotated[Rule, msgspec.Meta(description="when the second form sounds")]
    ahead: Annotated[int, msgspec.Meta(ge=0, le=64, description="notes before the high zone")] = 0
    repeats_as_one: bool = False
    voice: Annotated[Voice, msgspec.Meta(description="bass: on the bass string alone")] = "any"
    about: str = ""

    @property
    def when(self) -> str:
        """The rule in words.

        >>> Variable(degree=5, cents=900, rule="high", ahead=2).when
        "from the final's octave upwards, and 2 notes before it"
        """
        words = WHEN[self.rule]
        if self.ahead:
            words += f", and {self.ahead} note{'s' if self.ahead > 1 else ''} before it"
        return words + (", on the bass string alone" if self.voice == "bass" else "")

    def marks(self, line: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
        """Return which notes of a line of degrees meet the rule, in a mode of `size` degrees.

        >>> peak = Variable(degree=1, cents=200, rule="peak", repeats_as_one=True)
        >>> peak.marks(np.array([0, 1, 1, 0]), 7).tolist()
        [False, True, True, False]
        """
        if not self.repeats_as_one or line.size < 2:
            return self._marked(line, size)
        begins = np.diff(line, prepend=line[0] - 1) != 0
        marked: NDArray[np.bool_] = self._marked(line[begins], size)[np.cumsum(begins) - 1]
        return marked

    def _marked(self, line: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
        marked: NDArray[np.bool_] = np.zeros(line.shape, bool)
        if self.rule == "high":
            high = line >= size
            marked |= high
            for back in range(1, min(self.ahead, line.size - 1) + 1):
                marked[:-back] |= high[back:]
        elif self.rule in ("rising", "falling"):
            sign = 1 if self.rule == "rising" else -1
            marked[:-1] = sign * np.diff(line) > 0
        elif line.size > 2:
            before, note, after = line[:-2], line[1:-1], line[2:]
            if self.rule == "neighbour":
                marked[1:-1] = (before == note + 1) & (after == note + 1)
            else:
                marked[1:-1] = (before < note) & (after < note)
        return marked
