"""Randomness by name: every draw has an address, so no draw can disturb another.

A stream is named by a path such as ``(seed, "drums", take, "verse", "chance")``. The path is
hashed into the state of a generator of its own, so adding a part, turning a knob or lengthening
a section leaves every other stream as it was. Rows are drawn bar after bar at a fixed width:
bar 3 gets the same numbers whether the section has 4 bars or 40, and a step draws its numbers
whether it sounds or not. Knobs are thresholds over those numbers.

Units: draws are floats in [0, 1). A seed is an integer, 0 to 2**63 - 1.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

MAX_SEED = 2**63 - 1

Name = str | int

_HASH = hashlib.blake2b(digest_size=32, person=b"sirtak")  # copied for each name: half of a new one's cost


def stream(seed: int, *path: Name) -> Generator:
    """Return the generator whose name is (seed, *path).

    >>> float(stream(7, "drums", 0, "verse").random()) == float(stream(7, "drums", 0, "verse").random())
    True
    >>> float(stream(7, "drums").random()) == float(stream(7, "bass").random())
    False
    """
    bits = PCG64(0)
    bits.state = _state(seed, path)
    return Generator(bits)


def _state(seed: int, path: tuple[Name, ...]) -> Any:
    """Return the state that a name stands for: 128 bits of state, 128 of increment (odd)."""
    # repr keeps names apart: ("ab", "c") and ("a", "bc") are two streams, and so are 1 and "1".
    hashed = _HASH.copy()
    hashed.update("\0".join(map(repr, (seed, *path))).encode())
    digest = hashed.digest()
    state, increment = int.from_bytes(digest[:16], "little"), int.from_bytes(digest[16:], "little") | 1
    return {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": increment},
        "has_uint32": 0,
        "uinteger": 0,
    }


# One generator serves all rows: giving it a state costs a quarter of making a new one.
_BITS = PCG64(0)
_ROWS = Generator(_BITS)
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Dice:
    """The draws of one part in one section.

    >>> dice = Dice(seed=7, part="drums", section="verse")
    >>> short, long = dice.rows("chance", bars=2, width=4), dice.rows("chance", bars=9, width=4)
    >>> bool((short == long[:2]).all())
    True
    """

    seed: int
    part: str
    take: int = 0
    section: str = ""

    def stream(self, lane: str) -> Generator:
        """Return the generator of one lane (one purpose) of this part and section."""
        return stream(self.seed, self.part, self.take, self.section, lane)

    def rows(self, lane: str, bars: int, width: int) -> NDArray[np.float64]:
        """Return draws of shape (bars, width); row b does not depend on the number of bars."""
        with _LOCK:
            _BITS.state = _state(self.seed, (self.part, self.take, self.section, lane))
            return _ROWS.random((bars, width))

    def at(self, section: str) -> Dice:
        """Return the same part's dice for another section ('' is the whole piece)."""
        return Dice(self.seed, self.part, self.take, section)
