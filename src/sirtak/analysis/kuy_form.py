"""The form of a küy as it is heard: zones bar by bar, sections, the sağa, climbs and refrains.

The zone of a bar is that of the median of its melody frets. Sections are runs of bars of one zone,
after strays are taken in: one bar, or two where bars are shorter than three quarters, goes to the
neighbour whose zone is nearer (the earlier of two). The low zone ends at fret 5; where the tonic
is the open melody string it reaches to fret 7 (kazakh.md 3.1), and frets 6 and 7 then stay in the zone
that they come from. Bars at the edge of a low section that still touch the middle zone are the way
there or back and go to the climb, three a side at the most. Bars count from 1 in what is returned.

A climb is a departure from the low zone. Its refrain has returned when two bars running, or half the
bars of the low section that follows, were heard, melody and rhythm alike, in an earlier low section.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from sirtak.analysis.kuy_bars import Bar, Beats, tune_bars
from sirtak.analysis.kuy_strokes import Strokes
from sirtak.folk.kuy.zones import ZONES, zone
from sirtak.notes import PPQ

LEAST = dict(ZONES)
LEVEL = {name: level for level, (name, _) in enumerate(ZONES)}
SAGA = ("kishi saga", "ulken saga")
WIDE_LOW = 8  # the middle zone's first fret where the tonic is the open melody string
WAY = 3  # bars of a way up or home at the most


@dataclass(frozen=True)
class Section:
    """A run of bars in one zone; `first` counts from 1."""

    zone: str
    first: int
    bars: int

    @property
    def last(self) -> int:
        """The last bar."""
        return self.first + self.bars - 1


@dataclass(frozen=True)
class KuyForm:
    """What was heard of a form. `zones` has a name a bar ('' before the first note), shares are 0 to 1.

    `saga_entry` is None without a sağa; `longest_run` is the longest run of one bar repeated
    literally (melody and rhythm); `distinct` the share of different bars.
    """

    zones: tuple[str, ...]
    plan: tuple[Section, ...]
    saga_entry: float | None
    saga_share: float
    climbs: int
    refrains: int
    longest_run: int
    distinct: float


def kuy_form(found: Strokes, beats: Beats, *, wide_low: bool = False) -> KuyForm:
    """Return the form of a dombra part; `wide_low` where the tonic is the open melody string."""
    tune = found.tune
    bars = tune_bars(tune.onset, tune.melody, beats)
    zones = bar_zones(bars, wide_low=wide_low)
    sounding = [number for number, bar in enumerate(bars) if bar]
    if not sounding:
        return KuyForm(tuple(zones), (), None, 0.0, 0, 0, 0, 0.0)
    first, last = sounding[0], sounding[-1]
    lines = beats.bars
    short = float(np.median(np.diff(lines[first : last + 2]))) < 3 * PPQ
    plan = sections(zones[first : last + 1], stray=2 if short else 1, first=first + 1)
    plan = ways(plan, bars, WIDE_LOW if wide_low else LEAST["orta"])
    length = int(lines[last + 1] - lines[first])
    high = [item for item in plan if item.zone in SAGA]
    climbs, refrains = returns(plan, bars)
    heard = [bar for bar in bars if bar]
    return KuyForm(
        zones=tuple(zones),
        plan=plan,
        saga_entry=round(int(lines[high[0].first - 1] - lines[first]) / length, 3) if high else None,
        saga_share=round(sum(int(lines[item.last] - lines[item.first - 1]) for item in high) / length, 3),
        climbs=climbs,
        refrains=refrains,
        longest_run=max(len(list(run)) for bar, run in groupby(bars) if bar),
        distinct=round(len(set(heard)) / len(heard), 3),
    )


def bar_zones(bars: Sequence[Bar], *, wide_low: bool = False) -> list[str]:
    """Return the zone of each bar; a silent one stays in the zone before it.

    >>> bar_zones([((0, 2), (4, 3)), (), ((0, 7), (4, 9))])
    ['bas', 'bas', 'orta']
    """
    zones: list[str] = []
    for bar in bars:
        before = zones[-1] if zones else ""
        if not bar:
            zones.append(before)
            continue
        middle = float(np.median([fret for _, fret in bar])) if len(bar) > 1 else float(bar[0][1])
        name = zone(middle)
        if wide_low and name == "orta" and middle < WIDE_LOW and before in ("", "bas"):
            name = "bas"
        # Fret 12 ends the middle zone and begins the sağa (kazakh.md 3.1): it does not change zones.
        if middle == LEAST["kishi saga"] and before == "orta":
            name = "orta"
        zones.append(name)
    return zones


def sections(zones: Sequence[str], *, stray: int = 1, first: int = 1) -> tuple[Section, ...]:
    """Return the runs of bars of one zone, with runs of up to `stray` bars taken in.

    >>> [(item.zone, item.first, item.bars) for item in sections(["bas", "bas", "orta", "bas", "bas"])]
    [('bas', 1, 5)]
    """
    runs = [(name, len(list(run))) for name, run in groupby(zones)]
    while len(runs) > 1:
        strays = [number for number, (_, size) in enumerate(runs) if size <= stray]
        if not strays:
            break
        # The shortest first, so that a bar between two strays does not decide for both.
        number = min(strays, key=lambda at: (runs[at][1], at))
        near = [at for at in (number - 1, number + 1) if 0 <= at < len(runs)]
        into = min(near, key=lambda at: (abs(LEVEL[runs[at][0]] - LEVEL[runs[number][0]]), at))
        runs[number] = (runs[into][0], runs[number][1])
        runs = [(name, sum(size for _, size in same)) for name, same in groupby(runs, key=lambda run: run[0])]
    found = []
    for name, size in runs:
        found.append(Section(name, first, size))
        first += size
    return tuple(found)


def ways(plan: Sequence[Section], bars: Sequence[Bar], border: int) -> tuple[Section, ...]:
    """Return the plan with the bars at the edges of low sections that touch `border` in the climbs.

    A low section keeps one bar at least, and the piece's first and last edges stay as they are.

    >>> low, high = ((0, 2),), ((0, 7),)
    >>> plan = (Section("bas", 1, 2), Section("orta", 3, 2), Section("bas", 5, 3))
    >>> [item.first for item in ways(plan, [low, low, high, high, ((0, 7), (9, 2)), low, low], 6)]
    [1, 3, 6]
    """
    starts = [item.first for item in plan]
    for number, item in enumerate(plan):
        if item.zone != "bas":
            continue
        touching = [any(fret >= border for _, fret in bar) for bar in bars[item.first - 1 : item.last]]
        before = _edge(touching) if number else 0
        after = _edge(touching[before:][::-1]) if number + 1 < len(plan) else 0
        starts[number] += before
        if after:
            starts[number + 1] -= after
    ends = [*starts[1:], plan[-1].last + 1]
    return tuple(
        Section(item.zone, start, end - start) for item, start, end in zip(plan, starts, ends, strict=True)
    )


def _edge(touching: list[bool]) -> int:
    """Return how many bars of an edge belong to the way: up to three, and never all."""
    count = 0
    while count < min(WAY, len(touching) - 1) and touching[count]:
        count += 1
    return count


def returns(plan: Sequence[Section], bars: Sequence[Bar]) -> tuple[int, int]:
    """Return how often the plan leaves the low zone, and after how many climbs the refrain returned.

    A pair of bars is enough, since the way home may lie in the low zone too, before the refrain.
    `bars` are all bars of the piece, the first of them bar 1.
    """
    climbs = sum(a.zone == "bas" and b.zone != "bas" for a, b in pairwise(plan))
    heard: set[Bar] = set()
    refrains = 0
    for number, item in enumerate(plan):
        if item.zone != "bas":
            continue
        own = [bar for bar in bars[item.first - 1 : item.last] if bar]
        if number and heard and own:
            known = [bar in heard for bar in own]
            refrains += 2 * sum(known) >= len(own) or any(a and b for a, b in pairwise(known))
        heard.update(own)
    return climbs, refrains
