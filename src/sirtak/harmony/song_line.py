"""A song in a section: whole lines laid bar after bar, from the first line of the stanza.

A section is filled with stanzas. What is left takes the end of the stanza: the last lines for
which there is room, so that every section closes with the last line. Bars that no line fits into
hold the last note for a bar and rest. A section shorter than a line gets the last feet of the
last line. Ticks count from the section's start; degree 0 is the mode's degree 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sirtak.harmony.song import Song
from sirtak.harmony.song_draw import Ints
from sirtak.harmony.song_rhythm import Meters, grid, line_bars, line_rhythm
from sirtak.harmony.song_tune import DRAFTS, Tune, make_tune
from sirtak.notes import PPQ
from sirtak.rng import Dice
from sirtak.scene.line import Line
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

if TYPE_CHECKING:
    from sirtak.harmony.theme import MelodySpec


@dataclass(frozen=True, eq=False)
class SongTheme:
    """A song's stanza: its tune, and the dice that lay its syllables on any bars."""

    song: Song
    tune: Tune
    slot: int
    dice: Dice
    _laid: dict[tuple[int, int, Meters], Ints] = field(default_factory=dict, repr=False)

    def rhythm(self, index: int, bars: Meters, feet: int = 0) -> Ints:
        """Return the onsets of a line's syllables on bars, and the end; `feet` takes the last ones alone.

        Lines of one rhyme and length have one rhythm, and all lines of one length the same one up
        to their last foot.
        """
        key = (index, feet, bars)
        if key not in self._laid:
            self._laid[key] = self._lay(index, bars, feet)
        return self._laid[key]

    def _lay(self, index: int, bars: Meters, feet: int) -> Ints:
        song, line, own = self.song, self.song.line[index], self.tune.feet[index]
        alike = [at for at in range(index) if song.line[at].syllables == line.syllables]
        rhymed = [at for at in alike if song.line[at].rhyme == line.rhyme]
        if rhymed and not feet and self.hold(index) == self.hold(rhymed[0]):
            return self.rhythm(rhymed[0], bars)
        head = self.rhythm(alike[0], bars)[: -1 - own[-1]].tolist() if alike and not feet else ()
        draws = self.dice.stream(f"rhythm {index + 1}").random((DRAFTS, line.syllables))
        return line_rhythm(bars, own[-feet:], song.durations, self.hold(index), self.slot, draws, head)

    def hold(self, index: int) -> int:
        """Return the slots that the last note of a line has at least: two where the stanza ends."""
        return max(2, self.song.hold) if index + 1 == len(self.song.line) else self.song.hold


@dataclass(frozen=True)
class Verse:
    """One line sung: its number in the stanza, the bars that it takes, and how many feet (0 is all)."""

    index: int
    first: int
    bars: int
    feet: int = 0


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


def make_song(song: Song, spec: MelodySpec, mode: Mode, dice: Dice) -> SongTheme:
    """Return the stanza of a song form, drawn once for the whole piece."""
    return SongTheme(song, make_tune(song, mode, spec.leaps, dice), 3840 // spec.unit, dice)


def plan_verses(theme: SongTheme, meters: Meters, count: int) -> list[Verse]:
    """Return the lines that `count` bars hold, in order."""
    song, verses, bar = theme.song, [], 0
    while True:
        laid = _fitted(theme, meters, 0, bar, count)
        if not laid:
            break
        verses += laid
        bar = laid[-1].first + laid[-1].bars
        rested = 0
        while bar < count and rested < song.rest * PPQ:
            rested += meters[bar % len(meters)].ticks
            bar += 1
    for start in range(1, len(song.line)):
        laid = _fitted(theme, meters, start, bar, count)
        if laid:
            return verses + laid
    return verses or [_short(theme, meters, count)]


def _fitted(theme: SongTheme, meters: Meters, start: int, bar: int, count: int) -> list[Verse]:
    """Return the stanza's lines from `start` on if they fit between two bars, or nothing."""
    song, laid = theme.song, []
    for index in range(start, len(song.line)):
        syllables = song.line[index].syllables
        size = line_bars(meters, bar % len(meters), song.beats, syllables, theme.hold(index), theme.slot)
        if bar + size > count:
            return []
        laid.append(Verse(index, bar, size))
        bar += size
    return laid


def _short(theme: SongTheme, meters: Meters, count: int) -> Verse:
    """Return the last feet of the last line, as many as a section shorter than a line can sing in time."""
    last = len(theme.song.line) - 1
    ticks = sum(meters[bar % len(meters)].ticks for bar in range(count))
    feet = theme.tune.feet[last]
    room = 1.4 * sum(feet) * ticks / (theme.song.beats * PPQ)  # a little faster than usual, no more
    for number in range(len(feet), 1, -1):
        syllables = sum(feet[-number:])
        if syllables <= room and (syllables - 1 + theme.hold(last)) * theme.slot <= ticks:
            return Verse(last, 0, count, number)
    return Verse(last, 0, count, 1)


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
    extra = dice.rows("song melisma", len(verses), WIDTH).tolist()
    tops = [max(line) for line in theme.tune.lines]
    columns: list[tuple[int, int, int, float, int, int, int]] = []
    for number, verse in enumerate(verses):
        meters = tuple(cycle[bar % len(cycle)] for bar in range(verse.first, verse.first + verse.bars))
        onsets, accents, end = _laid(theme, verse, meters, edges)
        if number + 1 == len(verses):  # the last note of all is held for a bar that no line takes
            spare = bars.ticks - end
            end += min(spare, meters[-1].ticks * pace)
        degrees = list(theme.tune.lines[verse.index][-len(onsets) :])
        again = number >= len(theme.song.line) or theme.song.line[verse.index].keep == len(
            theme.tune.feet[verse.index]
        )
        if again and not verse.feet:
            fixed = _fixed(theme, verse.index, degrees)
            degrees = vary(mode, degrees, fixed, max(tops) - 1, turns[number], spec.variation)
        rows = _rows(onsets, end, degrees, accents, spec, mode, extra[number], theme.slot * pace)
        columns += [(*row[:2], row[2] + lift, row[3], number, verse.index, row[4]) for row in rows]
    degree = mended(mode, [column[2] for column in columns], [column[6] for column in columns])
    line = Line.of([(*column[:2], degree[at], column[3]) for at, column in enumerate(columns)], lift)
    verse_of, place, syllable = (np.array([column[at] for column in columns]) for at in (4, 5, 6))
    return Sung(line, verse_of, place, syllable)


WIDTH = 16  # draws a line: one for each syllable


def _laid(
    theme: SongTheme, verse: Verse, meters: Meters, edges: Sequence[int]
) -> tuple[list[int], list[float], int]:
    """Return onsets and accents of a line's syllables in the section, and the line's end.

    At half speed a bar of the song takes two bars of the section, whatever their lengths.
    """
    bars = Bars(meters, len(meters))
    step, weights = grid(meters, theme.slot)
    ticks = theme.rhythm(verse.index, meters, verse.feet)[:-1]
    onsets = []
    for tick, bar in zip(ticks.tolist(), bars.bar_of(ticks).tolist(), strict=True):
        start, stop = edges[verse.first + bar], edges[verse.first + bar + 1]
        inside = (tick - int(bars.starts[bar])) * (stop - start) / int(bars.lengths[bar])
        onsets.append(start + round(inside / 30) * 30)
    return onsets, weights[ticks // step].tolist(), edges[verse.first + verse.bars]


def _fixed(theme: SongTheme, index: int, degrees: Sequence[int]) -> set[int]:
    """Return the syllables that variation leaves alone: first of the feet, rhyme, highest note."""
    feet = theme.tune.feet[index]
    starts = np.cumsum((0, *feet[:-1])).tolist()
    rhyme = range(len(degrees) - feet[-1], len(degrees))
    return {*starts, *rhyme, int(np.argmax(degrees))}


def vary(
    mode: Mode, degrees: Sequence[int], fixed: set[int], top: int, draws: Sequence[float], share: float
) -> list[int]:
    """Return a line with some passing notes a step off, none leaping or above `top`.

    Two draws a note: whether, and which way. A larger share only changes more notes' chances.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> vary(load_mode(Library(), "dorian"), [0, 1, 2], {0, 2}, 7, [0.9] * 32, 1.0)
    [0, 0, 2]
    """
    varied = list(degrees)
    for note in range(1, len(varied) - 1):
        if note in fixed or draws[note] >= share:
            continue
        before, after = varied[note - 1], degrees[note + 1]
        ways = (1, -1) if draws[WIDTH + note] < 0.5 else (-1, 1)
        for way in ways:
            other = degrees[note] + way
            apart = abs(other - before) + abs(other - after)
            # The new note stays on the way: no wider in sum than the old one, or a neighbour of both.
            near = apart <= max(2, abs(degrees[note] - before) + abs(degrees[note] - after))
            sung = not awkward(mode, before, other) and not awkward(mode, other, after)
            if near and sung and other <= top:
                varied[note] = other
                break
    return varied


def awkward(mode: Mode, one: int, other: int) -> bool:
    """Return whether two degrees are a tritone, a seventh or more than an octave apart."""
    size, semitones = len(mode), mode.semitones
    leap = abs(semitones[one % size] - semitones[other % size] + 12 * (one // size - other // size))
    return leap in (6, 10, 11) or leap > 12


def _rows(
    onsets: Sequence[int],
    end: int,
    degrees: Sequence[int],
    accents: Sequence[float],
    spec: MelodySpec,
    mode: Mode,
    extra: Sequence[float],
    slot: int,
) -> list[tuple[int, int, int, float, int]]:
    """Return (onset, duration, degree, accent, syllable) of one line.

    `breath` takes from the held last note what it has over twice the line's median; long
    syllables may be sung on two notes, which leaves the first where it was.
    """
    gaps = np.diff([*onsets, end]).tolist()
    twice = 2 * float(np.median(gaps))
    rows: list[tuple[int, int, int, float, int]] = []
    for note, (onset, gap, degree, accent) in enumerate(zip(onsets, gaps, degrees, accents, strict=True)):
        if note + 1 == len(onsets):
            held = max(twice, gap * (1 - spec.breath)) if gap > twice else gap
            rows.append((onset, max(1, round(min(held, gap) * 0.96)), degree, accent, note))
            continue
        turn = _turn(mode, degree, degrees[note + 1])
        if gap >= 2 * slot and extra[note] < spec.melisma and turn is not None:
            half = max(slot, gap // 2 // slot * slot)
            rows.append((onset, round((gap - half) * 0.99), degree, accent, note))
            rows.append((onset + gap - half, round(half * 0.96), turn, 0.15, note))
        else:
            rows.append((onset, max(1, round(gap * 0.96)), degree, accent, note))
    return rows


def _turn(mode: Mode, degree: int, following: int) -> int | None:
    """Return the second note of a melisma: on the way to the next note, or its upper neighbour."""
    gap = following - degree
    turn = degree + (gap > 0) - (gap < 0) if abs(gap) > 1 else degree + 1
    return None if awkward(mode, degree, turn) or awkward(mode, turn, following) else turn


def mended(mode: Mode, degrees: Sequence[int], syllables: Sequence[int]) -> list[int]:
    """Return degrees without melodic tritones and sevenths, which a lifted or varied line can have.

    The note inside a line gives way to its neighbours by a degree; firsts of lines stay where they can.
    """
    fixed = list(degrees)
    for note in range(1, len(fixed)):
        if not awkward(mode, fixed[note - 1], fixed[note]):
            continue
        following = fixed[note + 1] if note + 1 < len(fixed) else None
        tries = [(note, fixed[note] + way) for way in (-1, 1)] if following is not None else []
        tries += [(note - 1, fixed[note - 1] + way) for way in (1, -1)]
        for at, other in tries:
            left = fixed[at - 1] if at else other
            right = fixed[at + 1] if at + 1 < len(fixed) else other
            if not awkward(mode, left, other) and not awkward(mode, other, right):
                fixed[at] = other
                break
    return fixed


def song_reply(line: Line, bars: Bars) -> Line:
    """Return an answer to a song: where it holds a note, its last notes come again as an echo.

    A note is held that has a beat and a half and twice the median. The echo begins a beat after
    it (or half way), in eighths, and is done before the next line.

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
    for last in np.flatnonzero(gaps >= held).tolist():
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
