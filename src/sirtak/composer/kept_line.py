"""The tune of a kept part: what the others hear where it leads.

Its top voice, as degrees on a grid of 1/32: chords choose their colour by it, doublings sing it, an
answer stands in its rests.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sirtak.composer.keep import span
from sirtak.composer.kuys import degrees_of
from sirtak.notes import Notes
from sirtak.notes.skyline import skyline
from sirtak.scene import Line
from sirtak.theory.mode import Mode

GRID = 120  # ticks: a 1/32


def kept_line(notes: Notes, start: int, ticks: int, mode: Mode, tonic: int) -> Line:
    """Return the tune of kept notes in a section that begins at tick `start` and lasts `ticks`.

    Degree 0 is the final near the middle of the whole part, so that players find it in their own
    register; what lies higher in this section than in the part lifts them along.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> line = kept_line(Notes.of([10, 950], 900, [62, 65]), 0, 3840, load_mode(Library(), "dorian"), 2)
    >>> line.onset.tolist(), line.degree.tolist()
    ([0, 960], [0, 2])
    """
    inside = span(notes, start, ticks)
    if not len(inside):
        return Line.empty()
    table = degrees_of(mode, tonic)
    size = len(mode)
    middle = int(np.median(table[notes.pitch]))
    inside = skyline(inside)
    degree = table[inside.pitch] - middle // size * size
    onset = np.minimum(np.rint(inside.onset / GRID).astype(np.int64) * GRID, ticks - GRID)
    first = np.diff(onset, prepend=-1) > 0
    onset, degree = onset[first], degree[first]
    ends = np.append(onset[1:], ticks)
    duration = np.maximum(np.minimum(inside.duration[first].astype(np.int64), ends - onset), GRID // 2)
    weight = inside.velocity[first].astype(float)
    accent = np.clip((weight - weight.min()) / max(1.0, float(np.ptp(weight))), 0.15, 1.0)
    lift = max(0, int(np.median(degree)) - middle % size)
    return Line(onset, duration, degree, accent, lift)


def in_rests(reply: Line, line: Line) -> Line:
    """Return what of an answer does not begin with a note of the tune (craft.md 4, rule 8)."""
    free = ~np.isin(reply.onset // (2 * GRID), line.onset // (2 * GRID))
    columns = {name: getattr(reply, name)[free] for name in ("onset", "duration", "degree", "accent")}
    return replace(reply, **columns)
