"""Pieces as text: the whole at a glance, or a few bars note by note.

Columns are time, rows are tracks or pitches. Bars count from 1. Onsets are `█` or `#`; ghosts, below
velocity 50, `▒` or `o`; accents, from 100 on, `◆` or `@`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sirtak.analysis.bars import bar_starts
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, Track

_SHADES, _PLAIN_SHADES = " ░▒▓█", " .:+#"
_HITS, _PLAIN_HITS = "▒█◆", "o#@"
# General MIDI level 1's percussion map, in five letters.
_DRUMS = {
    35: "kick2", 36: "kick", 37: "rim", 38: "snare", 39: "clap", 40: "snar2", 41: "tom", 42: "hat",
    43: "tom", 44: "pedal", 45: "tom", 46: "open", 47: "tom", 48: "tom", 49: "crash", 50: "tom",
    51: "ride", 52: "china", 53: "bell", 54: "tamb", 55: "splsh", 56: "cowbl", 57: "crsh2", 58: "vibra",
    59: "ride2", 60: "bongo", 61: "bongo", 62: "mute", 63: "conga", 64: "conga", 65: "timb", 66: "timb",
    67: "agogo", 68: "agogo", 69: "cabsa", 70: "marac", 71: "whstl", 72: "whstl", 73: "guiro",
    74: "guiro", 75: "clave", 76: "block", 77: "block", 78: "cuica", 79: "cuica", 80: "trngl",
    81: "trngl",
}  # fmt: skip
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
    """Return the notes of some bars: pitches down, time across, onsets shaded, holds as lines.

    Left out, `bars` is as many from the first as fit the width. Raises SirtakError for bars
    or tracks that the piece does not have.

    >>> from sirtak.notes import Notes
    >>> piece = Arrangement((Track("tune", Notes.of([0, 1920], 960, [64, 60], [110, 40])),), length=3840)
    >>> print(text_roll(piece, bars=(1, 1), ascii=True, width=32).rstrip())
    Tune (one column is 1/16)
              1
      E4  64  @===.   .   .
      C4  60  |   .   o===.
    """
    starts = bar_starts(arrangement)
    total = len(starts) - 1
    chosen = [_find(arrangement, track)] if track else list(arrangement)
    first, last = bars or (1, total)
    if not 1 <= first <= last:
        raise SirtakError(f"bars {first} to {last} are no span", hint=f"the piece has bars 1 to {total}")
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
    ruler = _ruler(arrangement, starts[first - 1 : last], end, step, first)
    lines = []
    for item in chosen:
        lines += _track_roll(item, start, end, step, starts[first - 1 : last], ruler, ascii)
    return "\n".join(lines) if lines else f"bars {first}-{last}: nothing plays"


def _ruler(arrangement: Arrangement, lines: NDArray[np.int64], end: int, step: int, first: int) -> list[str]:
    """Return the sections that begin in these bars, if any do, and the numbers of the bars."""
    start = int(lines[0])
    numbers = [((int(tick) - start) // step, str(bar)) for bar, tick in enumerate(lines.tolist(), first)]
    sections = [
        ((tick - start) // step, f"'{text}") for tick, text in arrangement.markers if start <= tick < end
    ]
    width = -(-(end - start) // step)
    return [" " * 10 + _placed(items, width) for items in (sections, numbers) if items]


def _placed(items: list[tuple[int, str]], width: int) -> str:
    """Return texts at their columns; a later one covers the end of an earlier one."""
    row = [" "] * width
    for column, text in items:
        room = text[: width - column]
        row[column : column + len(room)] = room
    return "".join(row).rstrip()


def _find(arrangement: Arrangement, name: str) -> Track:
    for track in arrangement:
        if name.casefold() in (track.title.casefold(), track.name.casefold()):
            return track
    return arrangement[name]


def _track_roll(
    track: Track, start: int, end: int, step: int, lines: NDArray[np.int64], ruler: list[str], ascii: bool
) -> list[str]:
    notes = track.notes
    inside = notes[(notes.onset < end) & (notes.end > start)]
    if not len(inside):
        return []
    columns = -(-(end - start) // step)
    blank = _blank(lines, start, columns, step, "." if ascii else "·")
    hits, hold = (_PLAIN_HITS, "=") if ascii else (_HITS, "▬")
    rolled = [f"{track.title} (one column is 1/{3840 // step})", *ruler]
    for pitch in sorted({int(item) for item in inside.pitch}, reverse=True):
        row = list(blank)
        for onset, duration, _, velocity, *_ in inside[inside.pitch == pitch]:
            begin = max(0, round((onset - start) / step))
            stop = max(begin + 1, round((onset + duration - start) / step))
            row[begin : min(stop, columns)] = hold * (min(stop, columns) - begin)
            if onset >= start - step // 2 and begin < columns:
                row[begin] = hits[(velocity >= 50) + (velocity >= 100)]
        rolled.append(f"{_label(pitch, track.drums)}  " + "".join(row[:columns]).rstrip())
    return [*rolled, ""]


def _blank(lines: NDArray[np.int64], start: int, columns: int, step: int, dot: str) -> list[str]:
    """Return an empty row: bar lines, and a dot on every fourth column of its own bar."""
    row = [" "] * columns
    begins = [(int(tick) - start) // step for tick in lines.tolist()]
    for begin, stop in zip(begins, [*begins[1:], columns], strict=True):
        row[begin:stop:4] = dot * len(range(begin, stop, 4))
        row[begin] = "|"
    return row


def _label(pitch: int, drums: bool) -> str:
    """Return eight letters that say a pitch: its note, or what General MIDI strikes there.

    >>> _label(61, False), _label(42, True)
    (' C#4  61', 'hat   42')
    """
    note = f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"
    return f"{_DRUMS.get(pitch, note):<5}{pitch:>3}" if drums else f"{note:>4} {pitch:>3}"
