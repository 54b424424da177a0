"""Parameter locks: a controller's value for one hit, and what it comes back to for the hits after it.

All rows of a beat share one channel, so a lock would stay for every later hit of any row. Each hit
of a row that has a value of its own for the controller gets it; a hit of any other row gets the
value that the last of those rows comes back to. Written is what changes. Of hits on one tick the
lowest row has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sirtak.notes import Controls
from sirtak.rhythm.step import Row, Step

Ints = NDArray[np.int64]


def locks(
    rows: Sequence[Row], steps: Sequence[Step], row: Ints, slot: Ints, tick: Ints, end: int
) -> Mapping[str, Controls]:
    """Return each voice's controllers: at hits (by row, slot and tick), and at the `end` what is left open.

    Controllers come before notes on their tick; nothing is written at `end` or behind it.
    """
    voices: dict[str, Controls] = {}
    numbers = sorted({number for item in rows for number, _ in item.cc})
    if not numbers:
        return voices
    order = np.lexsort([row, tick])
    order = order[tick[order] < end]
    if not len(order):
        return voices
    row, slot, tick = row[order], slot[order], tick[order]
    for number in numbers:
        owner, value, back = _values(rows, steps, number, row, slot)
        alone = len({item.voice for item in rows if dict(item.cc).get(number) is not None}) == 1
        # Rows that share a controller say it at every hit, so that none depends on another's being heard.
        changed = (np.diff(value, prepend=-1) != 0) | ((owner == row) & (not alone))
        places = [*zip(owner[changed].tolist(), tick[changed].tolist(), value[changed].tolist(), strict=True)]
        if value[-1] != back and tick[-1] < end - 1:
            places.append((int(owner[-1]), end - 1, back))  # nothing comes that would take it back
        for place, at, said in places:
            if place >= 0 and not rows[place].mute:
                found = voices.get(rows[place].voice, Controls.empty())
                voices[rows[place].voice] = found | Controls.cc(number, [at], [said])
    return voices


def _values(
    rows: Sequence[Row], steps: Sequence[Step], number: int, row: Ints, slot: Ints
) -> tuple[Ints, Ints, int]:
    """Return whose value each hit has, and the value, and the one to come back to in the end.

    A row without the controller has the last other's; -1 before there is any.
    """
    bases = np.array([dict(item.cc).get(number, -1) for item in rows])[row]
    said = np.array([dict(step.cc).get(number, -1) for step in steps])[slot]
    last = np.maximum.accumulate(np.where(bases >= 0, np.arange(len(row)), -1))
    owner = np.where(last >= 0, row[last], -1)
    base = np.where(last >= 0, bases[last], -1)
    return owner, np.where((bases >= 0) & (said >= 0), said, base), int(base[-1])
