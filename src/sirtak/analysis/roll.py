"""Pieces as text: the whole at a glance, or a few bars note by note.

Columns are time, rows are tracks or pitches. Bars count from 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.analysis.bars import bar_starts
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, Track

_SHADES, _PLAIN_SHADES = " ░▒▓█", " .:+#"
_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def text_overview(arrangement: Arrangement, *, width: int = 110, ascii: bool = False) -> str:
    """Return one row a track and one column a bar (or more), shaded by how much is played."""
    starts = bar_starts(arrangement)
    bars = len(starts) - 1
    label = min(20, max((len(track.title) for track in arrangement), default=8)) + 2
    per_column = max(1, -(-bars // max(10, width - label)))
    edges = np.append(starts[:-1:per_column], starts[-1])
    shades = _PLAIN_SHADES if ascii else _SHADES
    lines = [f"{arrangement.title}: {bars} bars" + (f", {per_column} a column" if per_column > 1 else "")]
    lines += _marker_lines(arrangement, edges, label)
    for track in arrangement:
        counts = np.histogram(track.notes.onset, edges)[0]
        most = max(1.0, float(np.percentile(counts[counts > 0], 90))) if counts.any() else 1.0
        levels = np.ceil(np.minimum(counts / most, 1) * (len(shades) - 1)).astype(int)
        row = "".join(shades[level] for level in levels)
        lines.append(f"{track.title[: label - 2]:<{label}}{row}")
    first = track_hint(arrangement)
    lines.append(f'\nbars a column: {per_column}; closer: --bars 1-4 --track "{first}"')
    return "\n".join(lines)


def track_hint(arrangement: Arrangement) -> str:
    """Return the title of the first track, as an example to type."""
    return arrangement.tracks[0].title if arrangement.tracks else ""


def _marker_lines(arrangement: Arrangement, edges: NDArray[np.int64], label: int) -> list[str]:
    """Return the sections above the columns where they begin, in two lines so that they have room."""
    if not arrangement.markers:
        return []
    rows = [[" "] * (label + len(edges) + 24) for _ in range(2)]
    for number, (tick, text) in enumerate(arrangement.markers):
        column = label + int(np.searchsorted(edges, tick, side="right")) - 1
        row = rows[number % 2]
        for place, letter in enumerate(f"'{text} "):
            if column + place < len(row):
                row[column + place] = letter
    return ["".join(row).rstrip() for row in rows]


def text_roll(
    arrangement: Arrangement,
    *,
    bars: tuple[int, int] | None = None,
    track: str | None = None,
    width: int = 110,
    ascii: bool = False,
) -> str:
    """Return the notes of some bars: pitches down, time across, `#` onsets and `=` holds.

    Left out, `bars` is as many from the first as fit the width. Raises SirtakError for bars
    or tracks that the piece does not have.
    """
    starts = bar_starts(arrangement)
    total = len(starts) - 1
    chosen = [_find(arrangement, track)] if track else list(arrangement)
    first, last = bars or (1, total)
    if first > total:
        raise SirtakError(f"bar {first} is behind the end", hint=f"the piece has {total} bars")
    last = min(last, total)
    longest = int(np.diff(starts)[first - 1 : last].max())
    step = next(
        (size for size in (120, 240, 480, 960) if longest // size * (last - first + 1) <= width - 12), 960
    )
    if bars is None:
        last = min(last, first + max(1, (width - 12) // (longest // step)) - 1)
    start, end = int(starts[first - 1]), int(starts[last])
    lines = []
    for item in chosen:
        lines += _track_roll(item, start, end, step, starts[first - 1 : last], first, ascii)
    return "\n".join(lines) if lines else f"bars {first}-{last}: nothing plays"


def _find(arrangement: Arrangement, name: str) -> Track:
    for track in arrangement:
        if name.casefold() in (track.title.casefold(), track.name.casefold()):
            return track
    return arrangement[name]


def _track_roll(
    track: Track, start: int, end: int, step: int, lines: NDArray[np.int64], first: int, ascii: bool
) -> list[str]:
    notes = track.notes
    inside = notes[(notes.onset < end) & (notes.end > start)]
    if not len(inside):
        return []
    columns = -(-(end - start) // step)
    ruler = [" "] * columns
    bar_columns = {int((tick - start) // step) for tick in lines.tolist()}
    for number, tick in enumerate(lines.tolist(), first):
        column = (tick - start) // step
        ruler[column : column + len(str(number))] = str(number)
    hit, hold, empty = ("#", "=", ".") if ascii else ("█", "▬", "·")
    rolled = [f"{track.title} (one column is 1/{3840 // step})", " " * 10 + "".join(ruler[:columns])]
    for pitch in sorted({int(item) for item in inside.pitch}, reverse=True):
        row = [
            ("|" if column in bar_columns else empty if column % 4 == 0 else " ") for column in range(columns)
        ]
        for onset, duration, *_ in inside[inside.pitch == pitch]:
            begin = max(0, round((onset - start) / step))
            stop = max(begin + 1, round((onset + duration - start) / step))
            row[begin : min(stop, columns)] = hold * (min(stop, columns) - begin)
            if onset >= start - step // 2 and begin < columns:
                row[begin] = hit
        name = _NAMES[pitch % 12] + str(pitch // 12 - 1)
        rolled.append(f"{name:>4} {pitch:>3}  " + "".join(row[:columns]).rstrip())
    return [*rolled, ""]
