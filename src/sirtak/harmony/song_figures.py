"""The figures of songs, counted line by line as those of the collected songs were.

Shares are in percent. Moves, contours, openings and endings are those inside lines: what lies
between the end of a line and the next beginning is no move. Heights are semitones above the
final; durations are from onset to onset within a line, in quarter beats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sirtak.harmony.song_draw import Ints
from sirtak.harmony.song_line import Sung
from sirtak.harmony.song_scale import KINDS, LEAP, STEP, contour, kinds
from sirtak.notes import PPQ
from sirtak.theory.mode import Mode

Shares = Mapping[str, float]


@dataclass(frozen=True)
class SongFigures:
    """What was counted over one or more sung sections; `lines` says over how many lines."""

    lines: int
    moves: Shares
    steps: Shares
    leaps: Shares
    awkward: float
    endings: Shares
    last: Shares
    openings: Shares
    contour: Shares
    degrees: Shares
    durations: Shares
    range: tuple[float, float, float]
    final: float


def song_figures(sections: Iterable[Sung], mode: Mode) -> SongFigures:
    """Return the figures of sung sections, one song each.

    `steps` and `leaps` (fourths and more) are falling and rising in percent of all moves; `range`
    is its 5th, 50th and 95th percentile; `final` the median height of the final in the range.

    >>> from sirtak.harmony.song_line import Sung
    >>> from sirtak.library import Library
    >>> from sirtak.scene.line import Line
    >>> from sirtak.theory.mode import load_mode
    >>> line = Line.of([(0, 900, 2, 1.0), (960, 900, 1, 0.7), (1920, 900, 0, 0.7)])
    >>> sung = Sung(line, np.zeros(3, int), np.zeros(3, int), np.arange(3))
    >>> song_figures([sung], load_mode(Library(), "dorian")).steps
    {'falling': 100.0, 'rising': 0.0}
    """
    table: dict[str, list[Hashable]] = {name: [] for name in ("ends", "last", "opens", "shape", "value")}
    moves: list[Ints] = []
    degrees: Counter[Hashable] = Counter()
    ranges, finals = [], []
    for sung in sections:
        pitch = mode.pitches(sung.line.degree - sung.line.lift, 0) - mode.semitones[mode.final]
        ranges.append(float(np.ptp(pitch)))
        finals.append(float(-pitch.min() / max(np.ptp(pitch), 1)))
        for one in range(int(sung.verse.max()) + 1):
            mine = sung.verse == one
            height, onset = pitch[mine], sung.line.onset[mine]
            move = np.diff(height)
            moves.append(move)
            table["ends"].append(int(height[-1]) % 12)
            table["last"].append(int(move[-1]))
            table["opens"].append(int(height[0]))
            middle = float(height[1:-1].mean()) if len(height) > 2 else float(height.mean())
            table["shape"].append(contour(float(height[0]), middle, float(height[-1])))
            table["value"] += (np.diff(onset) / PPQ).round(3).tolist()
        for step, length in zip(
            np.array(STEP)[pitch % 12].tolist(), sung.line.duration.tolist(), strict=True
        ):
            degrees[step] += length
    every = np.concatenate(moves)
    kind = kinds(every)
    return SongFigures(
        lines=len(moves),
        moves={name: _percent(kind == number) for number, name in enumerate(KINDS)},
        steps=_both_ways(every, kind == 1),
        leaps=_both_ways(every, np.abs(every) >= LEAP),
        awkward=_percent(kind < 0),
        endings=shares(Counter(table["ends"])),
        last=shares(Counter(table["last"])),
        openings=shares(Counter(table["opens"])),
        contour=shares(Counter(table["shape"])),
        degrees=shares(degrees),
        durations=shares(Counter(table["value"])),
        range=tuple(np.percentile(ranges, [5, 50, 95]).round(1).tolist()),
        final=round(float(np.median(finals)), 2),
    )


def shares(counted: Mapping[Hashable, int]) -> dict[str, float]:
    """Return counts in percent, the largest first.

    >>> shares({"a": 1, "b": 3})
    {'b': 75.0, 'a': 25.0}
    """
    total = sum(counted.values())
    ordered = sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
    return {str(key): round(100 * number / total, 1) for key, number in ordered}


def _percent(marked: np.ndarray) -> float:
    return round(100 * float(np.mean(marked)), 1)


def _both_ways(moves: Ints, marked: np.ndarray) -> dict[str, float]:
    return {"falling": _percent(marked & (moves < 0)), "rising": _percent(marked & (moves > 0))}
