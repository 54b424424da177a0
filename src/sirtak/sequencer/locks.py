"""Parameter locks: a controller value for one hit, and the row's own value for the hits after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls
from sirtak.rhythm.step import Row, Step


@dataclass(frozen=True, eq=False)
class Locks:
    """The values of one voice's controller at its hits, as one layer has them."""

    voice: str
    number: int
    tick: NDArray[np.int64]
    value: NDArray[np.int64]


def locks_of(
    row: Row, steps: tuple[Step, ...], slot: NDArray[np.int64], onset: NDArray[np.int64]
) -> list[Locks]:
    """Return the values of a row's controllers at its hits; `slot` says which of `steps` each is."""
    found = []
    for number, base in row.cc:
        by_slot = np.array([dict(step.cc).get(number, base) for step in steps], np.int64)
        found.append(Locks(row.voice, number, onset, by_slot[slot]))
    return found


def written(found: Sequence[Locks], ticks: int) -> Mapping[str, Controls]:
    """Return each voice's controllers before `ticks`: at a hit, where the value is another than before.

    Layers take turns in time, so what was set last may be another layer's. Controllers come before
    notes on their tick.
    """
    voices: dict[str, Controls] = {}
    for voice, number in dict.fromkeys((item.voice, item.number) for item in found):
        same = [item for item in found if (item.voice, item.number) == (voice, number)]
        tick = np.concatenate([item.tick for item in same])
        value = np.concatenate([item.value for item in same])
        order = np.argsort(tick, kind="stable")
        order = order[tick[order] < ticks]
        changed = np.diff(value[order], prepend=-1) != 0
        controls = Controls.cc(number, tick[order][changed], value[order][changed])
        voices[voice] = voices.get(voice, Controls.empty()) | controls
    return voices
