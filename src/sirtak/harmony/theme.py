"""The theme: two motifs worked into phrases, periods and sections.

A phrase is as long as four bars (or the next whole cycle of a mixed meter): motif, second motif,
motif in sequence, a long note. A question ends on the fifth, fourth or second, an answer on the
final. Sections do not get new music: they lift the theme by a fourth or an octave, slow it
down or vary its passing notes (the küy's own device, kazakh.md 3.3; craft.md 4).
Degrees count from the final; ticks from the section's start.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Annotated

import msgspec

from sirtak.harmony.motif import Motif, bar_slots, make_motif
from sirtak.harmony.song import Song
from sirtak.harmony.song_line import sing_section, song_reply
from sirtak.harmony.song_verse import SongTheme, make_song
from sirtak.rng import MAX_SEED, Dice
from sirtak.scene.line import Line
from sirtak.scene.part import knob
from sirtak.theory.meter import Bars, Meter
from sirtak.theory.mode import Mode

Rows = list[tuple[int, int, int, float]]


class MelodySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of the theme, which every part that leads or answers plays."""

    take: Annotated[int, knob("another theme", 0, 999)] = 0
    seed: (
        Annotated[int, knob("take the theme of this seed: pieces share motifs by it", 0, MAX_SEED)] | None
    ) = None
    density: Annotated[float, knob("how many of the bar's slots sound; more only adds notes", 0, 1)] = 0.5
    leaps: Annotated[float, knob("share of thirds and fourths in the motifs", 0, 0.5)] = 0.12
    start: Annotated[int, knob("degree on which the theme begins, 0 is the final", -7, 14)] = 4
    variation: Annotated[float, knob("how often passing notes differ when the theme returns", 0, 1)] = 0.25
    breath: Annotated[float, knob("share of the last bar of a phrase left to silence", 0, 0.9)] = 0.35
    unit: Annotated[int, knob("smallest note value, 8 or 16", 8, 16)] = 8
    form: Annotated[str, knob("period, or a song: qara-oleng, terme … (sirtak list songs)")] = "period"
    melisma: Annotated[
        float, knob("songs: share of long syllables sung on two notes; more only adds", 0, 1)
    ] = 0.0


@dataclass(frozen=True)
class Theme:
    """The material of a piece: two motifs for each kind of bar and where phrases turn, or a song."""

    first: dict[Meter, Motif]
    second: dict[Meter, Motif]
    start: int
    sequence: int
    question: int
    lift: int
    song: SongTheme | None = None


def make_theme(
    spec: MelodySpec, mode: Mode, meters: tuple[Meter, ...], dice: Dice, song: Song | None = None
) -> Theme:
    """Return the theme of a piece; each choice has its own stream, so knobs do not interfere."""
    if spec.seed is not None:
        dice = replace(dice, seed=spec.seed)
    slot = 3840 // spec.unit
    motifs = []
    for name in ("first", "second"):
        draws = dice.stream(name).random(8 * 48).tolist()
        motifs.append({meter: make_motif(meter, slot, draws, spec.leaps) for meter in set(meters)})
    sequence, question, lift = dice.stream("plan").random(3).tolist()
    fifth, fourth = mode.nearest_degree(7), mode.nearest_degree(5)
    return Theme(
        first=motifs[0],
        second=motifs[1],
        start=spec.start,
        sequence=(1, 2, -1, 3)[int(sequence * 4)],
        # Kazakh phrases end on the final, then the fifth; the rest share what is left (craft.md 2.1).
        question=fifth if question < 0.6 else fourth if question < 0.8 else 1,
        lift=2 if lift < 0.6 else 3,
        song=None if song is None else make_song(song, spec, mode, dice),
    )


def phrase_length(meters: tuple[Meter, ...]) -> int:
    """Return the bars of a phrase: four, or the next whole number of meter cycles.

    >>> from sirtak.theory.meter import parse_meters
    >>> phrase_length(parse_meters("4/4")), phrase_length(parse_meters("2/4+3/4+5/8"))
    (4, 6)
    """
    return len(meters) * ceil(4 / len(meters))


def plan(theme: Theme, mode: Mode, bars: Bars, inverted: bool) -> list[tuple[Motif, str]]:
    """Return each bar's motif at its place, and what the bar is: motif, lead-in or cadence."""
    span = phrase_length(bars.meters)
    planned: list[tuple[Motif, str]] = []
    while len(planned) < bars.count:
        left = bars.count - len(planned)
        # The last phrase of a section answers, whatever came before it.
        number = len(planned) // span
        answers = number % 2 == 1 or left <= span
        length = min(span, left)
        target = mode.final if answers else theme.question
        for place in range(length):
            motif, kind = _bar(theme, bars.meter(len(planned)), place, length, answers, target, inverted)
            if place and kind == "motif":
                motif = _joined(planned[-1][0], motif)
            planned.append((motif, kind))
    return planned


def _joined(before: Motif, motif: Motif) -> Motif:
    """Return the motif moved so that no more than a third leads into it from the bar before."""
    gap = motif.degree[0] - before.last
    return motif.moved(min(0, 2 - gap) if gap > 0 else max(0, -2 - gap))


def _bar(
    theme: Theme, meter: Meter, place: int, length: int, answers: bool, target: int, inverted: bool
) -> tuple[Motif, str]:
    first, second = theme.first[meter], theme.second[meter]
    if inverted:
        first, second = second.with_rhythm(first), first.inverted().with_rhythm(second)
    home, low, high = theme.start, theme.start - 4, theme.start + 3
    if place == length - 1:
        return Motif(
            (0.0,) + (2.0,) * (len(first.degree) - 1), (target,) * len(first.degree), first.slot
        ), "cadence"
    if place == length - 2:
        # The bar before the cadence walks to it; an answer comes down from above.
        bar = first.fragment(-1).moved(home - 1) if answers else first.moved(home + theme.sequence)
        return bar.within(low, high).leading_to(target, from_above=answers or target < home), "lead-in"
    if place % 2 == 0:
        return first.moved(home + (0 if place == 0 else theme.sequence)).within(low, high + 1), "motif"
    # The second motif follows on where the first left off; in an answer it makes the climax.
    follow = home + first.last + (1 if first.last <= 0 else -1)
    if answers:
        return second.moved(follow + theme.lift).within(low, high + 2), "motif"
    return second.moved(follow).within(low, high), "motif"


def section_line(
    theme: Theme,
    spec: MelodySpec,
    mode: Mode,
    bars: Bars,
    dice: Dice,
    *,
    lift: int = 0,
    inverted: bool = False,
    pace: int = 1,
) -> Line:
    """Return the theme over the bars of a section.

    `lift` moves it by degrees, `inverted` gives the contrasting period, `pace` 2 plays it at
    half speed. Raising the density keeps every onset that was there. A song is not inverted: the
    rhyme is its shape, and a line of its own (qara öleñ's third, the refrain) is the contrast.
    """
    if theme.song is not None:
        return sing_section(theme.song, spec, mode, bars, dice, lift=lift, pace=pace).line
    rows: Rows = []
    draws = dice.rows("variation", bars.count, 32).tolist()
    # At half speed a bar of the theme takes two bars of the section, in the meter of the first.
    cycle = tuple(bars.meter(number * pace) for number in range(len(bars.meters)))
    starts = [*bars.starts.tolist()[::pace], bars.ticks]
    planned = plan(theme, mode, Bars(cycle, len(starts) - 1), inverted)
    for number, (motif, kind) in enumerate(planned):
        start, room = starts[number], starts[number + 1] - starts[number]
        slots = bar_slots(cycle[number % len(cycle)], motif.slot)
        for index, (priority, degree) in enumerate(zip(motif.priority, motif.degree, strict=True)):
            # Density 0 leaves the bar lines; a slot behind the next bar's start has no place.
            if (priority > 0 and priority >= spec.density) or index * motif.slot * pace >= room:
                continue
            weight = slots[index][1]
            turn = 0
            if kind == "motif" and weight < 0.7 and draws[number][index % 32] < spec.variation:
                turn = 1 if draws[number][(index + 7) % 32] < 0.5 else -1
            rows.append((start + index * motif.slot * pace, kind == "cadence", degree + turn + lift, weight))
    return _with_durations(_mended(rows, mode), bars, spec.breath, lift)


def _mended(rows: Rows, mode: Mode) -> Rows:
    """Return the tune without melodic tritones, sevenths and leaps beyond the octave.

    The later note moves towards the earlier one degree by degree; before a cadence the earlier
    one gives way, since phrases end where they must (share in human tunes about 0, craft.md 1).
    """
    size, semitones = len(mode), mode.semitones
    mended = list(rows)

    def awkward(a: int, b: int) -> bool:
        leap = abs(semitones[b % size] + 12 * (b // size) - semitones[a % size] - 12 * (a // size))
        return leap in (6, 10, 11) or leap > 12

    for number in range(1, len(mended)):
        a, b = mended[number - 1][2], mended[number][2]
        if not awkward(a, b):
            continue
        cadence = bool(mended[number][1])
        changed = number - 1 if cadence else number
        if cadence and (number == 1 or mended[changed][1]):
            continue  # two ends of phrases, or nothing before to bend
        old, other = (a, b) if cadence else (b, a)
        beside = (mended[number - 2][2], b) if cadence else (a,)
        # The nearest degree that agrees with what stands beside it; of two, the one nearer the other note.
        nearest = sorted(range(min(a, b) - 2, max(a, b) + 3), key=lambda d: (abs(d - old), abs(d - other)))
        fits = next((d for d in nearest if not any(awkward(d, item) for item in beside)), old)
        mended[changed] = (*mended[changed][:2], fits, mended[changed][3])
    return mended


def _with_durations(rows: Rows, bars: Bars, breath: float, lift: int) -> Line:
    """Return the line with each note lasting to the next; cadences leave a breath before the bar line."""
    timed: Rows = []
    for number, (onset, cadence, degree, weight) in enumerate(rows):
        following = rows[number + 1][0] if number + 1 < len(rows) else bars.ticks
        length = following - onset
        if cadence:
            length = round(length * (1 - breath))
        timed.append((onset, max(1, round(length * 0.96)), degree, weight))
    return Line.of(timed, lift)


def reply_line(theme: Theme, line: Line, bars: Bars, dice: Dice) -> Line:
    """Return an answer to the theme in the bars where it holds its last note.

    The reply takes up the first motif's rhythm from the second group of the bar on and comes
    down by step to the note that it answers. A song is answered by the echo of its rhyme.
    """
    if theme.song is not None:
        return song_reply(line, bars)
    rows: Rows = []
    span = phrase_length(bars.meters)
    turns = dice.rows("reply", bars.count, 2).tolist()
    for bar in range(bars.count):
        if bar % span != span - 1 and bar != bars.count - 1:
            continue
        meter, start = bars.meter(bar), int(bars.starts[bar])
        motif = theme.first[meter]
        held = int(line.degree[line.at(bars.starts[bar : bar + 1])[0]]) if len(line) else 0
        slots = [
            index
            for index, (group, weight) in enumerate(bar_slots(meter, motif.slot))
            if group > 0 and (motif.priority[index] < 0.55 or weight >= 0.7)
        ]
        top = held + len(slots) - (1 if turns[bar][0] < 0.5 else 0)
        ends = [*slots[1:], len(motif.degree)][: len(slots)]  # a bar of one group leaves no room
        for step, (index, end) in enumerate(zip(slots, ends, strict=True)):
            degree = max(held, top - step)
            rows.append((start + index * motif.slot, (end - index) * motif.slot * 9 // 10, degree, 0.5))
    return Line.of(rows, line.lift)
