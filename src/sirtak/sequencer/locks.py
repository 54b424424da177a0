"""Parameter locks: a controller's value for one hit, and what it comes back to for the hits after it.

All rows of a beat share one channel, so a lock would stay for every later stroke of any row. A
stroke of a row that has the controller gets its value, the lock or the row's own; a stroke of any
other row gets what the last of those rows comes back to. On one tick there is one value: that of
the lowest row that has one. Written is what changes.
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
    """Return each voice's controllers, at the ticks of strokes (by row and slot) that are heard.

    What a lock leaves open is closed on the last tick before `end`. Controllers come before notes on
    their tick.
    """
    voices: dict[str, Controls] = {}
    if not len(tick):
        return voices
    for number in sorted({number for item in rows for number, _ in item.cc}):
        bases = np.array([dict(item.cc).get(number, -1) for item in rows])[row]
        said = np.array([dict(step.cc).get(number, -1) for step in steps])[slot]
        order = np.lexsort([row, bases >= 0, tick])
        order = order[np.append(np.diff(tick[order]) != 0, True)]  # one stroke a tick: the last word
        base, at = bases[order], tick[order]
        own = base >= 0
        last = np.maximum.accumulate(np.where(own, np.arange(len(order)), -1))
        back = np.where(last >= 0, base[last], -1)
        value = np.where(own & (said[order] >= 0), said[order], back)
        changed = (np.diff(value, prepend=-1) != 0) & (value >= 0)
        owner = row[order][last]
        events = [*zip(owner[changed].tolist(), at[changed].tolist(), value[changed].tolist(), strict=True)]
        if value[-1] != back[-1] and at[-1] < end - 1:
            events.append((int(owner[-1]), end - 1, int(back[-1])))
        for place, when, what in events:
            voice = rows[place].voice
            voices[voice] = voices.get(voice, Controls.empty()) | Controls.cc(number, [when], [what])
    return voices
