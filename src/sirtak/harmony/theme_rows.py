"""The notes of a section before they are a line: what varies on a return, and leaps that are mended.

Onsets are ticks from the section's start, degrees those of the mode, without the section's lift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.harmony.cells import Cell
from sirtak.harmony.motif import Laid
from sirtak.harmony.song_vary import awkward
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_AWKWARD = np.array([size in (6, 10, 11, 13) for size in range(14)])
COLUMNS = ("onset", "degree", "weight", "priority", "hold", "peak", "free", "address")


@dataclass(frozen=True)
class Placed:
    """A cell with what sounds in it; `hold` is the slot of a held last note, -1 for none."""

    cell: Cell
    laid: Laid
    hold: int = -1
    climax: bool = False


@dataclass(frozen=True, eq=False)
class Tune:
    """Columns of one length, in playing order.

    `priority` is the density from which a note sounds, `hold` marks the last notes of phrases, `peak`
    the top of the climax, `free` what may differ on a return; `address` is 32 · cell + slot, where a
    note's draws are found.
    """

    onset: Ints
    degree: Ints
    weight: NDArray[np.float64]
    priority: NDArray[np.float64]
    hold: Flags
    peak: Flags
    free: Flags
    address: Ints

    def __len__(self) -> int:
        return len(self.onset)

    def chosen(self, mask: NDArray[Any]) -> Tune:
        """Return the notes where the mask is true."""
        return Tune(*(getattr(self, name)[mask] for name in COLUMNS))


def tune_of(placed: Sequence[Placed], bars: Bars, pace: int) -> Tune:
    """Return every note that a density may bring; a slot behind the next bar's start has no place."""
    starts = [*bars.starts.tolist()[::pace], bars.ticks]
    rows: list[tuple[int, int, float, float, bool, bool, bool, int]] = []
    for number, item in enumerate(placed):
        grid, laid, peak = item.cell.grid, item.laid, item.laid.peak if item.climax else -1
        first = len(rows)
        fixed = number < 2 or item.hold >= 0 or item.climax
        columns = zip(laid.priority, laid.degree, grid.place, grid.weight, strict=True)
        for slot, (priority, degree, (bar, inside), weight) in enumerate(columns):
            if priority > 1:
                continue
            onset = starts[bar + item.cell.bar] + inside * pace
            if onset >= starts[bar + item.cell.bar + 1]:
                continue
            # What may differ on a return: a weak note that is no motif's first, no climax, no ending.
            free = not fixed and weight < 0.7 and slot != laid.core[0]
            held = slot == item.hold
            rows.append((onset, degree, weight, priority, held, slot == peak, free, 32 * number + slot % 32))
        if item.hold > 0 and not rows[-1][4] and len(rows) > first:
            # No room for the held note: the last one that has room is it.
            goal = laid.degree[item.hold]
            rows[-1] = (rows[-1][0], goal, rows[-1][2], 0.0, True, False, False, rows[-1][7])
    kinds = (np.int64, np.int64, float, float, bool, bool, bool, np.int64)
    return Tune(
        *(np.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True))
    )


def varied(tune: Tune, draws: NDArray[np.float64], share: float, climax: int) -> Tune:
    """Return the notes with some passing ones a degree off, none of them leaping or at the climax.

    `draws` has a row of 65 for each cell: whether a slot turns, which way, and whether the cell
    differs at all. A return differs in whole cells, so that others come back as they were.
    """
    cell, slot = tune.address // 32, tune.address % 32
    drawn = np.maximum(draws[cell, slot] / 2, draws[cell, 64])
    chosen = np.flatnonzero(tune.free & (drawn < share))
    degree = tune.degree.tolist()
    for number in chosen.tolist():
        if number + 1 >= len(degree):
            continue
        before, here, after = degree[number - 1 : number + 2]
        wide = max(2, abs(here - before) + abs(here - after))
        way = 1 if draws[cell[number], 32 + slot[number]] < 0.5 else -1
        for other in (here + way, here - way):
            if other < climax and abs(other - before) + abs(other - after) <= wide:
                degree[number] = other
                break
    return replace(tune, degree=np.array(degree, np.int64))


def mended(tune: Tune, mode: Mode, lift: int) -> Tune:
    """Return the tune without melodic tritones, sevenths and leaps beyond the octave.

    The later note moves towards the earlier one degree by degree; before a held note or a climax
    the earlier one gives way, since phrases end where they must (share in human tunes about 0,
    craft.md 1).
    """
    height = tune.degree + lift
    size = len(mode)
    pitch = np.array(mode.semitones)[height % size] + 12 * (height // size)
    leap = np.abs(pitch[1:] - pitch[:-1])
    if not bool(_AWKWARD[np.minimum(leap, 13)].any()):
        return tune
    found, hold, peak = height.tolist(), tune.hold.tolist(), tune.peak.tolist()
    for number in range(1, len(found)):
        a, b = found[number - 1 : number + 1]
        if awkward(mode, a, b):
            bends = (hold[number] or peak[number]) and not hold[number - 1]
            if hold[number] and not bends:
                continue  # two ends of phrases
            _mend(found, number, mode, bends, peak[number])
    return replace(tune, degree=np.array(found, np.int64) - lift)


def _mend(found: list[int], number: int, mode: Mode, bends: bool, peak: bool) -> None:
    """Move one of two notes to the nearest degree that agrees with what stands beside it."""
    a, b = found[number - 1 : number + 1]
    old, other = (a, b) if bends else (b, a)
    beside = (*found[max(0, number - 2) : number - 1], b) if bends else (a,)
    nearest = sorted(range(min(a, b) - 2, max(a, b) + 3), key=lambda d: (abs(d - old), abs(d - other)))
    if peak and not bends:  # a climax that must give way rises, so that it is one still, if it can
        nearest = [*range(b, b + 4), *range(b - 1, a, -1)]
    fits = next((d for d in nearest if not any(awkward(mode, d, item) for item in beside)), old)
    found[number - 1 if bends else number] = fits
