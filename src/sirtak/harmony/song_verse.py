"""A song's stanza, and which of its lines a number of bars holds.

A section is filled with stanzas. What is left takes the end of the stanza: the last lines for
which there is room, so that every section closes with the last line. Bars that no line fits into
are left over. A section shorter than a line gets the last feet of the last line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sirtak.harmony.song import Song
from sirtak.harmony.song_draw import Ints
from sirtak.harmony.song_rhythm import Meters, line_bars, line_rhythm
from sirtak.harmony.song_tune import DRAFTS, Tune, make_tune
from sirtak.notes import PPQ
from sirtak.rng import Dice
from sirtak.theory.mode import Mode

if TYPE_CHECKING:
    from sirtak.harmony.theme import MelodySpec


# (bar of the line, tick in it, length of the bar) and the accent of each syllable of a line.
Syllables = tuple[list[tuple[int, int, int]], list[float]]


@dataclass(frozen=True, eq=False)
class SongTheme:
    """A song's stanza: its tune, and the dice that lay its syllables on any bars."""

    song: Song
    tune: Tune
    slot: int
    dice: Dice
    _laid: dict[tuple[int, int, Meters], Ints] = field(default_factory=dict, repr=False)
    placed: dict[tuple[int, int, Meters, int, int], Syllables] = field(default_factory=dict, repr=False)

    def rhythm(self, index: int, bars: Meters, last: int = 0) -> Ints:
        """Return the onsets of a line's syllables on bars, and the end; `last` takes the last ones alone.

        Lines of one rhyme and length have one rhythm, and all lines of one length the same one up
        to their last foot.
        """
        key = (index, last, bars)
        if key not in self._laid:
            self._laid[key] = self._lay(index, bars, last)
        return self._laid[key]

    def _lay(self, index: int, bars: Meters, last: int) -> Ints:
        song, line, own = self.song, self.song.line[index], self.tune.feet[index]
        alike = [at for at in range(index) if song.line[at].syllables == line.syllables]
        rhymed = [at for at in alike if song.line[at].rhyme == line.rhyme]
        if rhymed and not last and self.hold(index) == self.hold(rhymed[0]):
            return self.rhythm(rhymed[0], bars)
        head = self.rhythm(alike[0], bars)[: -1 - own[-1]].tolist() if alike and not last else ()
        draws = self.dice.stream(f"rhythm {index + 1}").random((DRAFTS, line.syllables))
        if last:
            own = own[-next((n for n in range(1, len(own)) if sum(own[-n:]) >= last), len(own)) :]
            own = own if sum(own) == last else (last,)
        return line_rhythm(bars, own, song.durations, self.hold(index), self.slot, draws, head)

    def hold(self, index: int) -> int:
        """Return the slots that the last note of a line has at least: two where the stanza ends."""
        return max(2, self.song.hold) if index + 1 == len(self.song.line) else self.song.hold


@dataclass(frozen=True)
class Verse:
    """One line sung: its number in the stanza, its bars, and how many of its last syllables (0 is all)."""

    index: int
    first: int
    bars: int
    last: int = 0


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
    """Return the last feet of the last line, as many as a section shorter than a line can sing in time.

    Where not even one foot has room, its last syllables.
    """
    last = len(theme.song.line) - 1
    ticks = sum(meters[bar % len(meters)].ticks for bar in range(count))
    feet = theme.tune.feet[last]
    most = ticks // theme.slot - theme.hold(last) + 1
    in_time = 1.4 * sum(feet) * ticks / (theme.song.beats * PPQ)  # a little faster than usual, no more
    for number in range(len(feet), 0, -1):
        syllables = sum(feet[-number:])
        if syllables <= min(most, in_time if number > 1 else most):
            return Verse(last, 0, count, syllables)
    return Verse(last, 0, count, max(1, most))
