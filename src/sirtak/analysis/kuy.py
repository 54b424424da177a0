"""The figures of a küy, counted from any MIDI file or arrangement with a dombra part.

Events are read by `kuy_strokes`: where the notes know their strings those count, elsewhere
`kuy_strings` finds them. Grace notes are no melody notes; a pull-off belongs to the beat cell, but
is neither melody note nor dyad nor drone; a hammer-on is a melody note without a dyad. Shares are
percent. These are the figures that were counted from five küy in print (kazakh.md 0, 2.2, 2.4 and
4.2), so that ours can be held against them.
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

from sirtak.analysis.kuy_bars import Bar, Beats, Groups, cells_of, common_bars, heard_groups, tune_bars
from sirtak.analysis.kuy_form import KuyForm, Section, kuy_form
from sirtak.analysis.kuy_measured import measured
from sirtak.analysis.kuy_strings import open_strings
from sirtak.analysis.kuy_strokes import GRACE, HAMMER, PULL, STROKE, Strokes, strokes_of
from sirtak.analysis.lead import find_lead
from sirtak.analysis.motif import motif_gain
from sirtak.errors import SirtakError, did_you_mean
from sirtak.folk.kuy.zones import ZONES, zone
from sirtak.notes import Arrangement, Track

__all__ = [
    "KuyFigures", "KuyForm", "Section", "Shares", "bars_of", "common_bars", "distance", "find_dombra",
    "find_part", "kuy_figures", "shares", "strokes_of", "zone",
]  # fmt: skip

Shares = dict[Any, float]

FEWEST = 8  # strokes
LONGEST_REST = 3840  # ticks that a note counts for, at the most, in the weights of the degrees


@dataclass(frozen=True)
class KuyFigures:
    """What was counted. Tables are percent, `strings` is (bass, melody), `form` what kuy_form hears.

    Dyads, bass frets and the open bass string (`drone`) are those of strokes on both strings.
    """

    part: str
    strings: tuple[int, int]
    tonic: int
    strokes: int
    graces: int
    pull_offs: int
    hammer_ons: int
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
    strokes_by_zone: dict[str, int]
    cells: Shares
    cell_bigrams: dict[str, Shares]
    repeat_runs: Shares
    degrees: Shares
    playable: float
    motif_gain: float | None
    form: KuyForm

    @property
    def plan(self) -> tuple[Section, ...]:
        """The sections of the form."""
        return self.form.plan


def shares(values: Iterable[Any]) -> Shares:
    """Return the share of each value in percent, the commonest first.

    >>> shares("aab")
    {'a': 66.7, 'b': 33.3}
    """
    counted = Counter(values)
    total = sum(counted.values())
    return {value: round(100 * count / total, 1) for value, count in counted.most_common()}


def distance(ours: Mapping[Any, float], theirs: Mapping[Any, float]) -> float:
    """Return the Jensen-Shannon distance (base 2, 0 to 1) of two tables of shares; 1 from an empty one.

    >>> distance({"a": 1}, {"a": 50}), distance({"a": 1}, {"b": 1})
    (0.0, 1.0)
    """
    keys = sorted({*ours, *theirs}, key=str)
    p, q = (np.array([float(table.get(key, 0)) for key in keys]) for table in (ours, theirs))
    if not p.sum() or not q.sum():
        return 1.0
    p, q = p / p.sum(), q / q.sum()
    middle = (p + q) / 2

    def divergence(a: NDArray[np.float64]) -> float:
        some = a > 0
        return float(np.sum(a[some] * np.log2(a[some] / middle[some])))

    return round(math.sqrt(max(0.0, (divergence(p) + divergence(q)) / 2)), 6)


def find_part(arrangement: Arrangement, name: str) -> Track:
    """Return the track of a name or a title, whatever its case; SirtakError where there is none."""
    for track in arrangement:
        if name.casefold() in (track.name.casefold(), track.title.casefold()):
            return track
    known = [track.title for track in arrangement]
    raise SirtakError(f"there is no track '{name}'", hint=did_you_mean(name, known))


def find_dombra(arrangement: Arrangement) -> str:
    """Return the part that is called a dombra, or has two strings, or leads."""
    called = ("dombra", "dombyra", "домб")
    found = [
        track.name
        for track in arrangement
        if track.title.casefold().startswith(called) or track.name.startswith(called)
    ]
    found += [track.name for track in arrangement if len(track.strings) == 2]
    found = found or [find_lead(arrangement, arrangement.meters[0].bar_ticks)]
    if not found[0]:
        raise SirtakError("no part here could be a dombra", hint="name one with --track")
    return found[0]


def bars_of(arrangement: Arrangement, part: str = "", strings: tuple[int, int] | None = None) -> list[Bar]:
    """Return the bars of a part as what can be compared: (32nd in the bar, melody fret) of its notes.

    Silent bars are (); grace notes and pull-offs do not count. `common_bars` compares two lists.

    >>> from sirtak.notes import Notes
    >>> piece = Arrangement((Track("dombra", Notes.of([0, 480], 400, [57, 59], string=1)),), length=3840)
    >>> bars_of(piece, strings=(50, 55))
    [((0, 2), (4, 4))]
    """
    track = find_part(arrangement, part or find_dombra(arrangement))
    tune = strokes_of(track.notes, strings or open_strings(track)).tune
    return tune_bars(tune.onset, tune.melody, Beats.of(arrangement))


def kuy_figures(
    arrangement: Arrangement,
    part: str = "",
    strings: tuple[int, int] | None = None,
    tonic: int | None = None,
    groups: Groups | None = None,
) -> KuyFigures:
    """Return the figures of a dombra part.

    Left out, `part` is the dombra or the lead, `strings` (bass, melody) the track's own or a fourth
    upwards from its lowest note, `tonic` (a pitch class) the open string under which the degrees
    are nearest to those that were counted, `groups` those of 5/8 (3+2) and 7/8 (2+2+3, or by the
    accents). Raises SirtakError for a part of fewer than eight strokes.
    """
    track = find_part(arrangement, part or find_dombra(arrangement))
    strings = strings or open_strings(track)
    found = strokes_of(track.notes, strings)
    struck, tune, both = found.chosen(found.kind == STROKE), found.tune, found.both
    if len(struck.onset) < FEWEST or len(tune.onset) < FEWEST:
        has = f"{len(struck.onset)} strokes and {len(tune.onset)} notes on its melody string"
        raise SirtakError(f"part '{track.name}' has {has}: too few to count", hint=f"it takes {FEWEST}")
    moves = np.diff(tune.melody)
    other = moves[moves != 0]
    dyads = (both.melody - both.bass + strings[1] - strings[0]).tolist()
    beats = Beats.of(arrangement, heard_groups(arrangement, track.notes, groups))
    cells = cells_of(found.events.onset, beats)
    tonic = _tonic(found, strings) if tonic is None else tonic % 12
    zones = [zone(fret) for fret in both.melody.tolist()]
    return KuyFigures(
        part=track.title,
        strings=strings,
        tonic=tonic,
        strokes=len(struck.onset),
        graces=int(np.sum(found.kind == GRACE)),
        pull_offs=int(np.sum(found.kind == PULL)),
        hammer_ons=int(np.sum(found.kind == HAMMER)),
        repeats=_percent(moves == 0),
        steps=_percent(np.abs(other) <= 2),
        up_down=(_percent(other > 0), _percent(other < 0)),
        intervals=shares(other.tolist()),
        moves=_given(pair for pair in pairwise(tune.melody.tolist()) if pair[0] != pair[1]),
        dyads=shares(dyads),
        fourths_and_fifths=_percent(np.isin(dyads, [5, 7])),
        bass_given_melody=_given(zip(both.melody.tolist(), both.bass.tolist(), strict=True)),
        drone=_percent(both.bass == 0),
        drone_by_zone=_drone_by_zone(both, zones),
        strokes_by_zone={name: zones.count(name) for name, _ in ZONES if name in zones},
        cells=shares(cell for cell, _ in cells),
        cell_bigrams=_given((a, b) for (a, n), (b, m) in pairwise(cells) if m == n + 1),
        repeat_runs=shares(min(5, len(list(run))) for _, run in groupby(tune.melody.tolist())),
        degrees=degrees(found, strings, tonic),
        playable=_percent(found.playable == 1),
        motif_gain=_gain(tune),
        form=kuy_form(found, beats, wide_low=(strings[1] - tonic) % 12 == 0),
    )


def _percent(mask: Any) -> float:
    return round(100 * float(np.mean(mask)), 1) if len(mask) else 0.0


def _gain(tune: Strokes) -> float | None:
    gain = motif_gain(tune.melody)
    return None if gain is None else round(gain, 3)


def _given(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Shares]:
    """Return the shares of the second of each pair by the first."""
    table: dict[Any, list[Any]] = {}
    for first, second in pairs:
        table.setdefault(first, []).append(second)
    return {first: shares(seconds) for first, seconds in sorted(table.items())}


def _drone_by_zone(both: Strokes, zones: list[str]) -> Shares:
    names = np.array(zones)
    return {name: _percent(both.bass[names == name] == 0) for name, _ in ZONES if name in zones}


def degrees(found: Strokes, strings: tuple[int, int], tonic: int) -> Shares:
    """Return the share of the melody string's time by semitone above the tonic (a pitch class).

    A note lasts until the next event, a bar of 4/4 at the most.
    """
    events = found.events
    weight = np.zeros(12)
    length = np.diff(events.onset, append=events.onset[-1] + events.duration[-1])
    # Under a pull-off the melody string goes on sounding.
    sounding = np.maximum.accumulate(np.where(events.melody >= 0, np.arange(len(length)), -1))
    held = np.where(events.kind == PULL, sounding, np.arange(len(length)))
    some = (held >= 0) & (events.melody[held] >= 0)
    np.add.at(
        weight, (events.melody[held][some] + strings[1] - tonic) % 12, np.minimum(length, LONGEST_REST)[some]
    )
    total = float(weight.sum())
    return {int(i): round(100 * float(weight[i]) / total, 1) for i in np.flatnonzero(weight)} if total else {}


def _tonic(found: Strokes, strings: tuple[int, int]) -> int:
    """Return the open string (a pitch class) that the degrees speak for: kazakh.md 1.5 knows two kinds.

    The last bass note says little: both kinds may end on the open strings.
    """
    near = {
        strings[0] % 12: distance(degrees(found, strings, strings[0]), measured("adai").degrees),
        strings[1] % 12: distance(degrees(found, strings, strings[1]), measured("balbyrauyn").degrees),
    }
    return min(near, key=near.__getitem__)
