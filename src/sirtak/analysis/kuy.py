"""The figures of a küy, counted from any MIDI file with a dombra part.

A stroke is what begins together (within 70 ticks, a strum). Its higher note is on the melody
string, its lower one on the bass string; frets count semitones above the open strings. Shares
are percent. These are the figures that were counted from five küy in print (kazakh.md 0, 2.2,
2.4 and 4.2), so that ours can be held against them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.analysis.bars import bar_starts
from sirtak.analysis.lead import TOGETHER, find_lead
from sirtak.errors import SirtakError
from sirtak.notes import PPQ, Arrangement, Notes

Shares = dict[Any, float]

# The zones of the tökpe küy by melody fret; borders are disputed among scholars (kazakh.md 3.1).
ZONES = (("bas", 0), ("orta", 6), ("kishi saga", 12), ("ulken saga", 17))


@dataclass(frozen=True, eq=False)
class Strokes:
    """Columns of one length: onset and duration in ticks, melody and bass fret (-1: string silent)."""

    onset: NDArray[np.int64]
    duration: NDArray[np.int64]
    melody: NDArray[np.int64]
    bass: NDArray[np.int64]


@dataclass(frozen=True)
class KuyFigures:
    """What was counted. Tables are percent; `plan` is (zone, bars) in order."""

    part: str
    strings: tuple[int, int]
    strokes: int
    repeats: float
    steps: float
    up_down: tuple[float, float]
    intervals: Shares
    moves: dict[int, Shares]
    dyads: Shares
    fourths_and_fifths: float
    bass_given_melody: dict[int, Shares]
    drone: float
    drone_by_zone: Shares
    cells: Shares
    cell_bigrams: dict[str, Shares]
    repeat_runs: Shares
    degrees: Shares
    plan: tuple[tuple[str, int], ...]


def shares(values: Iterable[Any]) -> Shares:
    """Return the share of each value in percent, the commonest first.

    >>> shares("aab")
    {'a': 66.7, 'b': 33.3}
    """
    counted = Counter(values)
    total = sum(counted.values())
    return {value: round(100 * count / total, 1) for value, count in counted.most_common()}


def distance(ours: Mapping[Any, float], theirs: Mapping[Any, float]) -> float:
    """Return the Jensen-Shannon distance (base 2, 0 to 1) of two tables of shares.

    >>> distance({"a": 1}, {"a": 50}), distance({"a": 1}, {"b": 1})
    (0.0, 1.0)
    """
    keys = sorted({*ours, *theirs}, key=str)
    p, q = (np.array([float(table.get(key, 0)) for key in keys]) for table in (ours, theirs))
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2

    def divergence(a: NDArray[np.float64]) -> float:
        some = a > 0
        return float(np.sum(a[some] * np.log2(a[some] / middle[some])))

    return round(math.sqrt(max(0.0, (divergence(p) + divergence(q)) / 2)), 6)


def strokes_of(notes: Notes, strings: tuple[int, int]) -> Strokes:
    """Return the strokes of a dombra part on open strings (bass, melody; MIDI numbers)."""
    starts = np.flatnonzero(np.diff(notes.onset.astype(np.int64), prepend=-(2**31)) >= TOGETHER)
    ends = np.append(starts[1:], len(notes))
    rows = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        pitches = sorted(int(pitch) for pitch in notes.pitch[start:end])
        melody = pitches[-1] - strings[1]
        # One note below the melody string can only be on the bass string.
        bass = pitches[0] - strings[0] if len(pitches) > 1 or melody < 0 else -1
        rows.append((int(notes.onset[start]), int(notes.duration[start:end].max()), max(melody, -1), bass))
    table = np.array(rows, np.int64).reshape(-1, 4)
    return Strokes(*table.T)


def find_dombra(arrangement: Arrangement) -> str:
    """Return the part that is called a dombra, or the one that leads."""
    named = [t.name for t in arrangement if t.title.casefold().startswith(("dombra", "dombyra", "домб"))]
    found = named[0] if named else find_lead(arrangement, arrangement.meters[0].bar_ticks)
    if not found:
        raise SirtakError("no part here could be a dombra", hint="name one with --track")
    return found


def kuy_figures(
    arrangement: Arrangement,
    part: str = "",
    strings: tuple[int, int] | None = None,
    tonic: int | None = None,
) -> KuyFigures:
    """Return the figures of a dombra part.

    Left out, `part` is the dombra or the lead, `strings` a fourth upwards from its lowest note,
    `tonic` (a pitch class) the last note of the bass string. Raises SirtakError for a part of
    fewer than eight strokes.
    """
    name = part or find_dombra(arrangement)
    notes = arrangement[name].notes
    if strings is None:
        lowest = int(notes.pitch.min()) if len(notes) else 50
        strings = (lowest, lowest + 5)
    found = strokes_of(notes, strings)
    if len(found.onset) < 8:
        raise SirtakError(f"part '{name}' has {len(found.onset)} strokes: too few to count")
    tune = found.melody[found.melody >= 0]
    moves = np.diff(tune)
    other = moves[moves != 0]
    both = (found.melody >= 0) & (found.bass >= 0)
    dyads = (found.melody - found.bass + strings[1] - strings[0])[both].tolist()
    cells = _cells(arrangement, found)
    last = int(found.bass[found.bass >= 0][-1]) + strings[0] if (found.bass >= 0).any() else int(tune[-1])
    return KuyFigures(
        part=arrangement[name].title,
        strings=strings,
        strokes=len(found.onset),
        repeats=_percent(moves == 0),
        steps=_percent(np.abs(other) <= 2),
        up_down=(_percent(other > 0), _percent(other < 0)),
        intervals=shares(other.tolist()),
        moves=_given(pair for pair in pairwise(tune.tolist()) if pair[0] != pair[1]),
        dyads=shares(dyads),
        fourths_and_fifths=_percent(np.isin(dyads, [5, 7])),
        bass_given_melody=_given(zip(found.melody[both].tolist(), found.bass[both].tolist(), strict=True)),
        drone=_percent(found.bass == 0),
        drone_by_zone=_drone_by_zone(found),
        cells=shares(cell for cell, _ in cells),
        cell_bigrams=_given((a, b) for (a, n), (b, m) in pairwise(cells) if m == n + 1),
        repeat_runs=shares(min(5, len(list(run))) for _, run in groupby(tune.tolist())),
        degrees=_degrees(found, strings, (last if tonic is None else tonic) % 12),
        plan=_plan(arrangement, found),
    )


def _percent(mask: Any) -> float:
    return round(100 * float(np.mean(mask)), 1) if len(mask) else 0.0


def _given(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Shares]:
    """Return the shares of the second of each pair by the first."""
    table: dict[Any, list[Any]] = {}
    for first, second in pairs:
        table.setdefault(first, []).append(second)
    return {first: shares(seconds) for first, seconds in sorted(table.items())}


def zone(fret: int) -> str:
    """Return the zone of a melody fret.

    >>> zone(0), zone(7), zone(14), zone(19)
    ('bas', 'orta', 'kishi saga', 'ulken saga')
    """
    return next(name for name, first in reversed(ZONES) if fret >= first)


def _drone_by_zone(found: Strokes) -> Shares:
    table: dict[str, list[bool]] = {}
    for melody, bass in zip(found.melody.tolist(), found.bass.tolist(), strict=True):
        if melody >= 0:
            table.setdefault(zone(melody), []).append(bass == 0)
    return {name: _percent(table[name]) for name, _ in ZONES if name in table}


def _cells(arrangement: Arrangement, found: Strokes) -> list[tuple[str, int]]:
    """Return (cell, number of the beat) for each beat with strokes, in sixteenths: 2-2, 1-1-2 …"""
    meter = arrangement.meters[0]
    beat = PPQ * 3 // 2 if meter.denominator == 8 and meter.numerator % 3 == 0 else PPQ
    sixteenth = PPQ // 4
    places: dict[int, set[int]] = {}
    for onset in found.onset.tolist():
        step = round(onset / sixteenth)
        places.setdefault(step * sixteenth // beat, set()).add(step * sixteenth % beat // sixteenth)
    cells = []
    for number, steps in sorted(places.items()):
        if 0 in steps:  # a beat that begins with a rest or a tie is no cell
            bounds = [*sorted(steps), beat // sixteenth]
            cells.append(("-".join(str(b - a) for a, b in pairwise(bounds)), number))
    return cells


def _degrees(found: Strokes, strings: tuple[int, int], tonic: int) -> Shares:
    """Return the share of the melody string's time by semitone above the tonic."""
    weight = np.zeros(12)
    length = np.diff(found.onset, append=found.onset[-1] + found.duration[-1])
    some = found.melody >= 0
    np.add.at(weight, (found.melody[some] + strings[1] - tonic) % 12, np.minimum(length, 3840)[some])
    return {int(i): round(100 * float(weight[i]) / float(weight.sum()), 1) for i in np.flatnonzero(weight)}


def _plan(arrangement: Arrangement, found: Strokes) -> tuple[tuple[str, int], ...]:
    """Return the zones that the melody lies in, bar by bar, as (zone, bars)."""
    bars = np.searchsorted(bar_starts(arrangement), found.onset + TOGETHER, side="right") - 1
    heard: dict[int, list[int]] = {}
    for bar, melody in zip(bars.tolist(), found.melody.tolist(), strict=True):
        if melody >= 0:
            heard.setdefault(bar, []).append(melody)
    zones = [zone(int(np.median(frets))) for _, frets in sorted(heard.items())]
    return tuple((name, len(list(run))) for name, run in groupby(zones))
