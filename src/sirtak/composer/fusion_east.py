"""Fusion, the harmony: from Western progressions (`east` 0) through the piece's own (0.5) to a drone (1).

Every chord of a section (towards the East) and every bar of it (towards the West) has a threshold of
its own, drawn by its name, so chord after chord turns and none turns back. The drone is final and
fifth, without a third. A Western bar has a root of a four-bar progression of the mode, always with
its third: never a raised leading note, since every tone is the mode's own. A piece that plays a
küy keeps clear of roots that its tune rubs against.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import msgspec
import numpy as np

from sirtak.composer.fusion import FusionSpec, east_of
from sirtak.errors import SpecError
from sirtak.harmony.theme import MelodySpec
from sirtak.rng import Dice
from sirtak.scene import Line, PartSpec
from sirtak.scene.line import Chord, Chords
from sirtak.theory.meter import Bars
from sirtak.theory.mode import Mode

SPAN = 4  # bars: a phrase, and what a drone is held for at the most (longer where it was written so)
RUB = 0.2  # share of a bar's tune a semitone off a root, from which a küy is given another
MINOR = ("I VI III VII", "I VII III IV", "I III VII IV")
MAJOR = ("I V VI IV", "I VI IV V", "I IV VI V")

# Where the phrasing goes: (knob, what it is at 0, what it is at 1).
ORNAMENTS = (("grace", 0.0, 0.6), ("drone", 0.0, 0.8), ("glide", 0.0, 0.7))


def turned(
    fusion: FusionSpec,
    chords: Chords,
    mode: Mode,
    bars: Bars,
    line: Line,
    dice: Dice,
    *,
    pedal: bool = False,
    closing: bool = False,
) -> Chords:
    """Return the chords of a section as far to the West or to the East as `fusion.east` says."""
    west, east = east_of(fusion)
    draws = dice.rows("harmony", bars.count, 2)
    if east:
        return _droning(chords, mode, bars, draws[:, 0] < east)
    if west:
        plan = _Plan(mode, bars, line, dice, pedal)
        return _western(chords, plan, draws[:, 1] < west, closing)
    return chords


def _droning(chords: Chords, mode: Mode, bars: Bars, turned: np.ndarray) -> Chords:
    """Return the chords with the drone where a chord's first bar has turned; the drone is not struck anew."""
    tones = tuple(dict.fromkeys((mode.final, mode.nearest_degree(mode.semitones[mode.final] + 7))))
    items: list[Chord] = []
    held = False
    for chord in chords:
        bar = int(bars.bar_of(np.array([chord.onset]))[0])
        if not turned[bar]:
            items.append(chord)
        elif held and bar % SPAN:
            items[-1] = replace(items[-1], duration=chord.onset + chord.duration - items[-1].onset)
        else:
            items.append(replace(chord, root=mode.final, tones=tones))
        held = bool(turned[bar])
    return Chords(tuple(items))


class _Plan:
    """What the West would put into each bar of a section."""

    def __init__(self, mode: Mode, bars: Bars, line: Line, dice: Dice, pedal: bool) -> None:
        self.mode, self.bars, self.line, self.pedal = mode, bars, line, pedal
        known = [roots for text in (MINOR if mode.minor else MAJOR) if (roots := _roots(mode, text))]
        # One progression for the whole piece.
        draw = float(dice.at("").stream("progression").random())
        self.loop = known[int(draw * len(known))] if known else _open_roots(mode)
        # A period: the progression under the question; under the answer it turns to what it has not
        # touched yet, and comes home.
        self.others = [root for root in _open_roots(mode) if root not in self.loop]
        turn = (self.others or self.loop[1:] or self.loop)[0]
        self.period = [*(self.loop * SPAN)[:SPAN], self.loop[0], turn, self.loop[-1], mode.final]

    def chord(self, bar: int, like: Chord) -> Chord:
        """Return the chord of a bar: the progression's, or at the end of a phrase one that holds its note."""
        start = int(self.bars.starts[bar])
        end = int(self.bars.starts[bar + 1]) if bar + 1 < self.bars.count else self.bars.ticks
        wanted = self.period[bar % len(self.period)]
        if bar % SPAN == SPAN - 1 or bar == self.bars.count - 1:
            wanted = self._cadence(bar, start, end, wanted)
        root = self._clear(start, end, wanted)
        return replace(like, onset=start, duration=end - start, root=root, tones=_triad(self.mode, root))

    def _cadence(self, bar: int, start: int, end: int, wanted: int) -> int:
        """Return the root under a phrase's last note: question or answer, the note belongs to the chord."""
        inside = np.flatnonzero((self.line.onset >= start) & (self.line.onset < end))
        if not len(inside):
            return wanted
        held = int(self.line.degree[inside[np.argmax(self.line.duration[inside])]]) % len(self.mode)
        answers = bar % (2 * SPAN) == 2 * SPAN - 1 or bar == self.bars.count - 1
        choices = (
            [self.mode.final, *self.loop] if answers else [wanted, *self.loop[1:], *_open_roots(self.mode)]
        )
        fitting = (root for root in choices if held in _triad(self.mode, root))
        return next(fitting, wanted)

    def _clear(self, start: int, end: int, root: int) -> int:
        """Return a root that a küy's tune does not rub against: this one, a third from it, or the final."""
        if not self.pedal:
            return root
        for near in (root, *(item for item in self.loop if item != root)):
            if self._rubs(start, end, near) <= RUB:
                return near
        return self.mode.final

    def _rubs(self, start: int, end: int, root: int) -> float:
        inside = (self.line.onset >= start) & (self.line.onset < end)
        if not inside.any():
            return 0.0
        tones = np.asarray(self.mode.semitones)[self.line.degree[inside] % len(self.mode)]
        off = np.isin((tones - self.mode.semitones[root]) % 12, (1, 11))
        return float(np.average(off, weights=self.line.duration[inside]))


def _western(chords: Chords, plan: _Plan, turned: np.ndarray, closing: bool) -> Chords:
    """Return the chords, cut at bar lines, with the West's where a bar has turned; what remains is joined."""
    bars = plan.bars
    edges = [*bars.starts.tolist(), bars.ticks]
    home = chords.items[-1].onset if closing else bars.ticks
    items: list[Chord] = []
    for chord in chords:
        written = False  # whether the bar before was left as this chord
        for bar, (start, end) in enumerate(pairwise(edges)):
            begin, stop = max(start, chord.onset), min(end, chord.onset + chord.duration)
            if begin >= stop:
                continue
            if turned[bar] and begin == start and stop == end:
                new = plan.chord(bar, chord)
                if start >= home:
                    final = plan.mode.final
                    new = replace(new, root=final, tones=_triad(plan.mode, final))
                items.append(new)
                written = False
            elif written:
                items[-1] = replace(items[-1], duration=stop - items[-1].onset)
            else:
                items.append(replace(chord, onset=begin, duration=stop - begin))
                written = True
    return Chords(tuple(items))


def _has(mode: Mode, root: int, low: int, high: int) -> int | None:
    """Return the degree that lies `low` to `high` semitones above a root, None where the mode has none."""
    for degree, semitone in enumerate(mode.semitones):
        if low <= (semitone - mode.semitones[root]) % 12 <= high:
            return degree
    return None


def _triad(mode: Mode, root: int) -> tuple[int, ...]:
    """Return root, fifth and third as degrees, from the root upwards; what the mode lacks is left out."""
    found = (_has(mode, root, 7, 7), _has(mode, root, 3, 4))
    return (root, *(root + (tone - root) % len(mode) for tone in found if tone is not None))


def _roots(mode: Mode, text: str) -> list[int]:
    """Return a progression's roots; none where the mode lacks one, its fifth or its third."""
    roots = []
    for numeral in text.split():
        try:
            root = mode.degree_of(numeral)
        except SpecError:
            return []
        roots.append(root)
    return roots if all(len(_triad(mode, root)) == 3 for root in roots) else []


def _open_roots(mode: Mode) -> list[int]:
    """Return the roots that have a fifth in the mode: the final, then by use, with a third before without."""
    order = [mode.nearest_degree(semitone) for semitone in (5, 2, 7, 3, 9, 8, 10)]
    able = [
        root for root in dict.fromkeys(order) if root != mode.final and _has(mode, root, 7, 7) is not None
    ]
    return [mode.final, *sorted(able, key=lambda root: -len(_triad(mode, root)))]


def phrased(fusion: FusionSpec, spec: PartSpec) -> PartSpec:
    """Return a part with its ornaments and its open string: fewer in the West, more in the East."""
    west, east = east_of(fusion)
    changes = {
        name: _between(getattr(spec, name), low, high, west, east)
        for name, low, high in ORNAMENTS
        if hasattr(spec, name)
    }
    return msgspec.structs.replace(spec, **changes) if changes else spec


def phrased_melody(fusion: FusionSpec, spec: MelodySpec) -> MelodySpec:
    """Return the theme's knobs with its breath and melismas: short and few in the West, long in the East."""
    west, east = east_of(fusion)
    breath = _between(spec.breath, min(spec.breath, 0.15), max(spec.breath, 0.6), west, east)
    return msgspec.structs.replace(
        spec, breath=breath, melisma=_between(spec.melisma, 0.0, max(spec.melisma, 0.6), west, east)
    )


def _between(value: float, low: float, high: float, west: float, east: float) -> float:
    return value + (low - value) * west + (max(high, value) - value) * east
