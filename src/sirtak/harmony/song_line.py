"""A song in a section: its lines as notes, with the syllables in view.

Bars that no line fits into hold the last note for a bar and rest. Every line after the first
stanza, and every line that is another once more, has a few passing notes of its own. Ticks count
from the section's start; degree 0 is the mode's degree 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from sirtak.harmony.song_draw import Ints
from sirtak.harmony.song_rhythm import Meters, grid
from sirtak.harmony.song_vary import WIDTH, mended, turn_of, vary
from sirtak.harmony.song_verse import SongTheme, Syllables, Verse, plan_verses
from sirtak.notes import PPQ
from sirtak.rng import Dice
from sirtak.scene.line import Line
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

if TYPE_CHECKING:
    from sirtak.harmony.theme import MelodySpec


@dataclass(frozen=True, eq=False)
class Sung:
    """A section's tune with the words in view.

    For each note of `line`: `verse` is the number of the line in the section, `place` its number
    in the stanza, `syllable` the syllable in it (all from 0). Notes of one syllable are a melisma.
    """

    line: Line
    verse: Ints
    place: Ints
    syllable: Ints

    def syllables(self) -> list[int]:
        """Return how many syllables each line has, in the order of singing."""
        count = int(self.verse.max()) + 1 if len(self.verse) else 0
        return [len(set(self.syllable[self.verse == verse].tolist())) for verse in range(count)]


def sing_section(
    theme: SongTheme,
    spec: MelodySpec,
    mode: Mode,
    bars: Bars,
    dice: Dice,
    *,
    lift: int = 0,
    pace: int = 1,
) -> Sung:
    """Return a song over the bars of a section, `lift` degrees higher and `pace` times as slow."""
    cycle = tuple(bars.meter(number * pace) for number in range(len(bars.meters)))
    count = max(1, bars.count // pace)
    edges = [*bars.starts.tolist()[::pace][:count], 0]
    edges[-1] = int(bars.starts[count * pace]) if count * pace < bars.count else bars.ticks
    verses = plan_verses(theme, cycle, count)
    turns = dice.rows("song variation", len(verses), 2 * WIDTH).tolist()
    # A melisma belongs to its line and comes back with it.
    extra = theme.dice.rows("song melisma", len(theme.song.line), WIDTH).tolist()
    top = max(max(line) for line in theme.tune.lines)  # one note of the stanza, and no other
    columns: list[tuple[int, int, int, float, int, int, int]] = []
    for number, verse in enumerate(verses):
        onsets, accents, end = _laid(theme, verse, cycle, edges)
        if number + 1 == len(verses):  # the last note of all is held for a bar that no line takes
            spare = bars.ticks - end
            end += min(spare, cycle[(verse.first + verse.bars - 1) % len(cycle)].ticks * pace)
        degrees = list(theme.tune.lines[verse.index][-len(onsets) :])
        again = number >= len(theme.song.line) or theme.song.line[verse.index].keep == len(
            theme.tune.feet[verse.index]
        )
        if again and not verse.last:
            fixed = _fixed(theme, verse.index, degrees)
            degrees = vary(mode, degrees, fixed, top - 1, turns[number], spec.variation)
        rows = _rows(onsets, end, degrees, accents, spec, mode, extra[verse.index], theme.slot * pace, top)
        columns += [(*row[:2], row[2] + lift, row[3], number, verse.index, row[4]) for row in rows]
    degree = mended(mode, [column[2] for column in columns], [column[6] for column in columns])
    line = Line.of([(*column[:2], degree[at], column[3]) for at, column in enumerate(columns)], lift)
    verse_of, place, syllable = (np.array([column[at] for column in columns]) for at in (4, 5, 6))
    return Sung(line, verse_of, place, syllable)


def _laid(
    theme: SongTheme, verse: Verse, cycle: Meters, edges: Sequence[int]
) -> tuple[list[int], list[float], int]:
    """Return onsets and accents of a line's syllables in the section, and the line's end.

    At half speed a bar of the song takes two bars of the section, whatever their lengths.
    """
    key = (verse.index, verse.last, cycle, verse.first % len(cycle), verse.bars)
    if key not in theme.placed:
        theme.placed[key] = _places(theme, verse, cycle)
    places, accents = theme.placed[key]
    onsets = []
    for bar, tick, length in places:
        start, stop = edges[verse.first + bar], edges[verse.first + bar + 1]
        onsets.append(start + round(tick * (stop - start) / length / 30) * 30)
    return onsets, accents, edges[verse.first + verse.bars]


def _places(theme: SongTheme, verse: Verse, cycle: Meters) -> Syllables:
    """Return where the syllables of a line stand in its bars, and their accents."""
    meters = tuple(cycle[bar % len(cycle)] for bar in range(verse.first, verse.first + verse.bars))
    bars = Bars(meters, len(meters))
    step, weights = grid(meters, theme.slot)
    ticks = theme.rhythm(verse.index, meters, verse.last)[:-1]
    bar = bars.bar_of(ticks)
    columns = (bar, ticks - bars.starts[bar], bars.lengths[bar])
    places = list(zip(*(column.tolist() for column in columns), strict=True))
    return places, weights[ticks // step].tolist()


def _fixed(theme: SongTheme, index: int, degrees: Sequence[int]) -> set[int]:
    """Return the syllables that variation leaves alone: first of the feet, rhyme, highest note."""
    feet = theme.tune.feet[index]
    starts = accumulate((0, *feet[:-1]))
    rhyme = range(len(degrees) - feet[-1], len(degrees))
    return {*starts, *rhyme, degrees.index(max(degrees))}


def _rows(
    onsets: Sequence[int],
    end: int,
    degrees: Sequence[int],
    accents: Sequence[float],
    spec: MelodySpec,
    mode: Mode,
    extra: Sequence[float],
    slot: int,
    top: int,
) -> list[tuple[int, int, int, float, int]]:
    """Return (onset, duration, degree, accent, syllable) of one line.

    `breath` takes from the held last note what it has over twice the line's median. Syllables of
    a beat or more may be sung on two notes, which leaves the first where it was.
    """
    gaps = [after - before for before, after in pairwise((*onsets, end))]
    ordered = sorted(gaps)
    twice = ordered[(len(gaps) - 1) // 2] + ordered[len(gaps) // 2]  # of the median
    long = max(2 * slot, PPQ)
    rows: list[tuple[int, int, int, float, int]] = []
    for note, (onset, gap, degree, accent) in enumerate(zip(onsets, gaps, degrees, accents, strict=True)):
        if note + 1 == len(onsets):
            held = max(twice, gap * (1 - spec.breath)) if gap > twice else gap
            rows.append((onset, max(1, ceil(min(held, gap) * 0.96)), degree, accent, note))
            continue
        sung = gap >= long and extra[note] < spec.melisma
        turn = turn_of(mode, degree, degrees[note + 1], top) if sung else None
        if turn is not None:
            half = max(slot, gap // 2 // slot * slot)
            rows.append((onset, round((gap - half) * 0.99), degree, accent, note))
            rows.append((onset + gap - half, round(half * 0.96), turn, 0.15, note))
        else:
            rows.append((onset, max(1, round(gap * 0.96)), degree, accent, note))
    return rows


def song_reply(line: Line, bars: Bars) -> Line:
    """Return an answer to a song: where it holds a note, its last notes come again as an echo.

    A note is held that has a beat and a half, twice the median, and a breath behind it (or else
    two beats). The echo begins a beat after it (or half way), in eighths, and is done before the
    next line.

    >>> from sirtak.theory.meter import parse_meters
    >>> tune = Line.of([(0, 480, 2, 1.0), (480, 480, 1, 0.4), (960, 2000, 0, 0.7)])
    >>> reply = song_reply(tune, Bars(parse_meters("4/4"), 1))
    >>> reply.onset.tolist(), reply.degree.tolist()
    ([1920, 2400, 2880], [2, 1, 0])
    """
    rows: list[tuple[int, int, int, float]] = []
    edges = [*line.onset.tolist(), bars.ticks]
    gaps = np.diff(edges)
    held = max(PPQ * 3 // 2, 2 * float(np.median(gaps))) if len(gaps) else 0
    eighth = PPQ // 2
    breathes = (line.duration < 0.9 * gaps) | (gaps >= 2 * PPQ)
    for last in np.flatnonzero((gaps >= held) & breathes).tolist():
        onset, end = edges[last], edges[last + 1]
        begin = onset + min(PPQ, (end - onset) // 2 // eighth * eighth)
        places = list(range(begin, end - eighth + 1, eighth))[:4]
        figure = line.degree[max(0, last + 1 - len(places)) : last + 1].tolist()
        if len(figure) < 2:
            continue
        places = places[: len(figure)]
        stops = [*places[1:], min(end, places[-1] + PPQ)]
        for tick, stop, degree in zip(places, stops, figure, strict=True):
            rows.append((tick, (stop - tick) * 9 // 10, degree, 0.5))
    return Line.of(rows, line.lift)
