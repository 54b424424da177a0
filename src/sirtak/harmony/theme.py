"""The theme: one or two motifs and a plan, worked into the tune of every section.

Motifs, plan, start and goals are drawn once a piece; a section takes the plan and does with the
material what its `motif` says, so nothing new is invented on the way (the küy's own device,
kazakh.md 3.3; craft.md 4). `motif` has the motifs, `theme_plan` the phrases, `theme_line` lays
them, `theme_reply` answers. Degrees count from the final; ticks from the section's start.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec
import numpy as np

from sirtak.harmony.cells import theme_cells
from sirtak.harmony.motif import Motif
from sirtak.harmony.motif_draw import DRAFTS, WIDTH, draw_motif
from sirtak.harmony.song import Song
from sirtak.harmony.song_draw import pick
from sirtak.harmony.song_line import sing_section, song_reply
from sirtak.harmony.song_verse import SongTheme, make_song
from sirtak.harmony.theme_line import Heights, lay
from sirtak.harmony.theme_plan import DEPARTURES, PLANS, Work, layout
from sirtak.harmony.theme_reply import answer
from sirtak.harmony.theme_rows import Tune, mended, tune_of, varied
from sirtak.rng import MAX_SEED, Dice
from sirtak.scene.line import Line
from sirtak.scene.part import knob
from sirtak.theory.meter import Bars, Meter
from sirtak.theory.mode import Mode


class MelodySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The knobs of the theme, which every part that leads or answers plays."""

    take: Annotated[int, knob("another theme", 0, 999)] = 0
    seed: (
        Annotated[
            int, knob("the theme of another seed: pieces that share it share their motifs", 0, MAX_SEED)
        ]
        | None
    ) = None
    density: Annotated[float, knob("how many of the bar's slots sound; more only adds notes", 0, 1)] = 0.5
    leaps: Annotated[float, knob("share of thirds and larger moves in the motifs", 0, 0.5)] = 0.12
    start: (
        Annotated[int, knob("degree on which the theme begins, 0 is the final; left out, drawn", -7, 14)]
        | None
    ) = None
    variation: Annotated[float, knob("how often passing notes differ when the theme returns", 0, 1)] = 0.25
    breath: Annotated[float, knob("share of a phrase's last note left to silence", 0, 0.9)] = 0.35
    unit: Annotated[int, knob("smallest note value, 8 or 16", 8, 16)] = 8
    form: Annotated[str, knob("period, or a song: qara-oleng, terme … (sirtak list songs)")] = "period"
    melisma: Annotated[
        float, knob("songs: share of long syllables sung on two notes; more only adds", 0, 1)
    ] = 0.0


@dataclass(frozen=True, eq=False)
class Theme:
    """The material of a piece: motifs by letter (`theme_plan`), a plan, and where the tune lies; or a song.

    `calls` is how many cells a lead has before an answer; `laid` keeps what sections have in common.
    """

    ideas: dict[str, Motif]
    plan: str
    departure: str
    heights: Heights
    calls: int
    song: SongTheme | None = None
    laid: dict[tuple[tuple[Meter, ...], int, int, Work, bool], Tune] = field(default_factory=dict, repr=False)


def make_theme(
    spec: MelodySpec, mode: Mode, meters: tuple[Meter, ...], dice: Dice, song: Song | None = None
) -> Theme:
    """Return the theme of a piece; each choice has its own stream, so knobs do not interfere.

    Motifs know no meter and no mode: with one `seed`, pieces in other meters and modes share them.
    """
    if spec.seed is not None:
        dice = replace(dice, seed=spec.seed)
    ideas = _ideas(spec, dice)
    plan, departure, sequence, start, lift, calls = dice.stream("plan").random(6).tolist()
    return Theme(
        ideas=ideas,
        plan=pick({text: odds for _, odds, text in PLANS}, plan),
        departure=DEPARTURES[int(departure * len(DEPARTURES))],
        heights=_heights(spec, mode, ideas["m"], dice, sequence, start, lift),
        calls=2 if calls < 0.4 else 4,
        song=None if song is None else make_song(song, spec, mode, dice),
    )


def _ideas(spec: MelodySpec, dice: Dice) -> dict[str, Motif]:
    """Return every motif that the plans name: two that are drawn, the rest made of them."""
    first = draw_motif(dice.stream("first").random(DRAFTS * WIDTH).tolist(), spec.leaps, spec.unit)
    own = draw_motif(dice.stream("second").random(DRAFTS * WIDTH).tolist(), spec.leaps, spec.unit, first)
    kind, way = dice.stream("kinship").random(2).tolist()
    # A third of the pieces has one motif: the second is the first turned over, in a rhythm of its own.
    second = first.inverted().in_rhythm(own) if kind < 0.35 else own
    way = 1 if way < 0.5 else -1
    slow, end = first.halves()
    head = tuple(time for time in first.times if time < 8)
    turn = tuple(zip(head, (0, -1, -2, -1), strict=False))
    return {
        "m": first,
        "n": second,
        "i": first.inverted(),
        "j": second.inverted(),
        "h": first.fragment(way),
        "k": first.fragment(2),
        "r": replace(first, notes=tuple(zip(first.times, _other_pitches(first, own), strict=True))),
        "p": first.in_rhythm(_other_rhythm(first, second)),
        "a": slow,
        "b": end,
        "c": replace(first, notes=turn),
    }


def _other_pitches(first: Motif, own: Motif) -> tuple[int, ...]:
    """Return as many degrees as the first motif has: the second's, its own backwards, or a turn."""
    count, last = len(first.notes), first.degrees[-1]
    longer = (*own.degrees, *own.degrees[-2::-1], *own.degrees[1:])[:count]
    backwards = tuple(degree - last for degree in first.degrees[::-1])
    known = (first.degrees, first.inverted().degrees)
    turn = tuple((0, 1, 0, -1)[number % 4] for number in range(count))
    return next(
        item for item in (longer, backwards, turn, (*turn[1:], 0)) if len(item) == count and item not in known
    )


def _other_rhythm(first: Motif, second: Motif) -> Motif:
    """Return a motif that lends the first another rhythm: the second, or its own with halves exchanged."""
    exchanged = replace(first, notes=tuple(sorted(((time + 8) % 16, degree) for time, degree in first.notes)))
    plain = replace(first, notes=tuple((time, 0) for time in (0, 2, 4, 6, 8, 10, 12)))
    others = [item for item in (second, exchanged, plain) if item.times[0] == 0 and len(item.notes) > 2]
    return next(item for item in others if first.in_rhythm(item).times != first.times)


def _heights(
    spec: MelodySpec, mode: Mode, first: Motif, dice: Dice, way: float, start: float, lift: float
) -> Heights:
    """Return where the tune lies; goals are near the counted shares (craft.md 2.1)."""
    fifth, fourth, third = (
        mode.nearest_degree(7),
        mode.nearest_degree(5),
        mode.nearest_degree(3 if mode.minor else 4),
    )
    final, top, bottom = mode.final, max(first.degrees), min(first.degrees)
    home = (
        spec.start
        if spec.start is not None
        else pick({fifth: 45.0, third: 20.0, final: 20.0, fourth: 15.0}, start)
    )
    draws = dice.stream("goals").random(6).tolist()
    ways = {1: 50.0, -1: 25.0, 2: 13.0, 0: 12.0}
    inner = {final: 42.0, fifth: 14.0, third: 20.0, fourth: 10.0, final + 1: 14.0}
    ends = {
        "1": (final,),
        "o": (pick({fifth: 58.0, fourth: 20.0, final + 1: 22.0}, draws[0]),),
        "x": (pick(inner, draws[1]), pick(inner, draws[2])),
    }
    sequence = _sequence(first, way, home >= fifth)
    high = max(home + max(top, 2), *ends["o"], *ends["x"])
    return Heights(
        home=home,
        low=min(home + bottom, final - 1),
        high=high,
        climax=high + (1 if lift < 0.7 else 2),
        sequence=sequence,
        fourth=fourth,
        ends=ends,
        sides={
            "1": pick({1: 70.0, -1: 30.0}, draws[3]),
            "o": pick(ways, draws[4]),
            "x": pick(ways, draws[5]),
        },
    )


def _sequence(first: Motif, draw: float, high: bool) -> int:
    """Return by how many degrees sequences go: one that the motif's last note leads into.

    From the fifth they rather go down, from below it up.
    """
    ways = (-1, -2, -1, 1) if high else (1, 2, 1, -1)
    near = [way for way in ways if abs(way - first.degrees[-1]) <= 2] or list(ways)
    return near[int(draw * len(near))]


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
    motif: Work = "theme",
    answered: bool = False,
) -> Line:
    """Return the theme over the bars of a section.

    `motif` says what becomes of the material, `lift` moves it by degrees, `inverted` is the motif
    "inversion" wherever `motif` is left at "theme", `pace` 2 plays it at half speed. In an `answered`
    section the last note of a lead is held longer. Raising the density keeps every onset that was
    there. A song takes neither `motif` nor `inverted`: the rhyme is its shape, and a line of its own
    (qara öleñ's third, the refrain) is the contrast.
    """
    if theme.song is not None:
        return sing_section(theme.song, spec, mode, bars, dice, lift=lift, pace=pace).line
    work: Work = "inversion" if inverted and motif == "theme" else motif
    tune = section_tune(theme, spec, mode, bars, dice, pace=pace, motif=work, answered=answered)
    return _line(mended(tune, mode, lift), bars, spec.breath, lift)


def section_tune(
    theme: Theme,
    spec: MelodySpec,
    mode: Mode,
    bars: Bars,
    dice: Dice,
    *,
    pace: int = 1,
    motif: Work = "theme",
    answered: bool = False,
) -> Tune:
    """Return the notes of a section that sound, before leaps are mended: held ones are marked."""
    key = (bars.meters, bars.count, pace, motif, answered)
    if key not in theme.laid:
        cells = theme_cells(bars, pace, 3840 // spec.unit)
        phrases = layout(theme.plan, theme.departure, len(cells), motif, theme.heights.fourth, len(mode))
        placed = lay(theme.ideas, theme.heights, mode, cells, phrases, theme.calls if answered else 0)
        theme.laid[key] = tune_of(placed, bars, pace)
    tune = theme.laid[key]
    sounds = tune.chosen((tune.priority == 0) | (tune.priority < spec.density))
    draws = dice.rows("variation", int(tune.address[-1]) // 32 + 1, 65)
    return varied(sounds, draws, spec.variation, theme.heights.climax)


def _line(tune: Tune, bars: Bars, breath: float, lift: int) -> Line:
    """Return the line with each note lasting to the next; held notes leave a breath behind them.

    Twice the median note always sounds (craft.md 4, rule 3), as far as there is room.
    """
    gaps = np.append(tune.onset[1:], bars.ticks) - tune.onset
    ordered, middle = sorted(gaps.tolist()), len(gaps) // 2
    twice = 2.1 * ((ordered[middle] + ordered[-1 - middle]) / 2)  # of the median
    kept = np.minimum(np.maximum(gaps * (1 - breath), twice), gaps)
    length = np.maximum(1, np.rint(np.where(tune.hold, kept, gaps) * 0.96)).astype(np.int64)
    return Line(tune.onset, length, tune.degree + lift, tune.weight, lift)


def reply_line(theme: Theme, line: Line, bars: Bars, dice: Dice) -> Line:
    """Return an answer to the theme where it holds the last note of a lead of two or four cells.

    A song is answered by the echo of its rhyme.
    """
    if theme.song is not None:
        return song_reply(line, bars)
    return answer(line, bars, dice, theme.heights.ends["1"][0])
