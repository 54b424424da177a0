"""Beats out of drum loops: the grid that plays the same hits again.

Exact by default: `sirtak.sequencer.sequence` plays every onset (ticks, 960 to the quarter) and
every velocity as it was, without swing and without a hand. Lengths are kept where a hit is held
for whole steps, and not promised otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from sirtak.errors import SirtakError
from sirtak.listen.drums import Drums, bars_text
from sirtak.listen.layout import GRACE_TICKS, STEPS, Fit, Ints, Placed, lay_hits, row_nudge
from sirtak.rhythm.beat import Beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.step import ACCENT, LEVELS, MAX_STEPS, NUDGE_TICKS, Row, Step
from sirtak.sequencer.touch import family, loudness, velocity_curve

MOST_GRID_BARS = 64
EDGE_TICKS = 5  # a note that ends so near a step's edge is held up to it
_MERGED = 12.0  # bits: what it costs to snap two hits onto one step


@dataclass(frozen=True, eq=False)
class Taken:
    """A beat, the hits that it was taken from, and how many of them a snapped grid moved or merged."""

    beat: Beat
    drums: Drums
    bars: int
    moved: int = 0
    merged: int = 0


def take_beat(
    drums: Drums,
    *,
    name: str,
    source: str,
    title: str = "",
    steps: int | None = None,
    levels: bool = False,
    quantize: bool = False,
) -> Taken:
    """Return the beat that plays these hits, over the fewest bars that repeat.

    `steps` says how many there are in a beat, otherwise the hits do; `levels` keeps the letters'
    velocities alone; `quantize` puts every hit on its step. Raises SirtakError, with the bar and
    a way out, for what no grid can say: no hit is lost otherwise.

    >>> from sirtak.theory.meter import Meter
    >>> columns = np.array([[0, 36, 120, 60], [480, 42, 90, 60], [960, 36, 38, 60]]).T
    >>> drums = Drums(*columns, Meter(2, 4, (1, 1)), 1, 1, 120.0, {36: "kick", 42: "hat"})
    >>> print(take_beat(drums, name="a", source="b", levels=True).beat.scenes["main"].format())
    kick  X-o-
    hat   -x--
    """
    choices = STEPS if steps is None else (steps,)
    if quantize:
        taken, fit, bars, moved, merged = _quantized(drums, choices, levels)
        choices = (fit,)
    else:
        taken, moved, merged = drums, 0, 0
        bars = _period(drums, levels)
    _check_bars(drums, bars, quantize)
    rows, fit = _rows(taken, bars, choices, levels)
    low, high = tempo_range(drums.bpm)
    beat = Beat(
        name=name,
        title=title or name,
        about=f"{len(drums)} hits in {drums.span}",
        genre="",
        meters=(drums.meter,),
        tempo=(low, high),
        swing=50.0,
        scenes={"main": Grid(rows, fit)},
        source=source,
        tag="U",
    )
    return Taken(beat, drums, bars, moved, merged)


def tempo_range(bpm: float) -> tuple[float, float]:
    """Return slowest and fastest tempo for a beat, a twelfth to either side and within 20 to 400.

    >>> tempo_range(120.0), tempo_range(21.5), tempo_range(999.0)
    ((110.0, 130.0), (20.0, 23.0), (400.0, 400.0))
    """
    middle = min(max(round(bpm, 2), 20.0), 400.0)
    room = min(float(round(middle / 12)), middle - 20, 400 - middle)
    return round(middle - room, 2), round(middle + room, 2)


def _period(drums: Drums, levels: bool) -> int:
    """Return the fewest bars (1, 2, 4 …) after which all hits come again; all bars where none do."""
    loud = _level(drums.velocity) if levels else drums.velocity
    bar, inside = np.divmod(drums.onset, drums.meter.ticks)
    table = np.ascontiguousarray(np.array([inside, drums.key, loud]).T)
    edges = np.searchsorted(bar, np.arange(drums.bars + 1)).tolist()
    heard = [table[low:high].tobytes() for low, high in pairwise(edges)]
    count = 1
    while 2 * count <= drums.bars and count <= MOST_GRID_BARS:
        if heard[count:] == heard[:-count]:
            return count
        count *= 2
    return drums.bars


def _check_bars(drums: Drums, bars: int, quantize: bool) -> None:
    if bars > MOST_GRID_BARS:
        last = min(drums.first + 15, drums.first + drums.bars - 1)
        raise SirtakError(
            f"{bars} bars that do not repeat: a grid has {MOST_GRID_BARS} at most",
            hint=f"--bars {drums.first}-{last} takes a part"
            + ("" if quantize else "; --quantize finds what repeats but for the hand"),
        )


def _level(velocity: Ints) -> Ints:
    """Return the nearest level of each velocity: 1 ghost, 2 hit, 3 accent."""
    return np.asarray(1 + np.abs(velocity[:, None] - np.array(LEVELS[1:])).argmin(axis=1), np.int64)


# -- snapping --------------------------------------------------------------------------------------


def _quantized(drums: Drums, choices: Sequence[int], levels: bool) -> tuple[Drums, int, int, int, int]:
    """Return hits on the steps that suit them best, how many to the beat, the bars, moved and merged."""
    room = [item for item in choices if item * drums.meter.numerator <= MAX_STEPS]
    fits = sorted(
        (Fit.of(drums.meter, drums.bars, item) for item in room), key=lambda fit: _snap(drums, fit)[1]
    )
    for fit in fits:
        onset = fit.edges[_snap(drums, fit)[0]]
        moved = int((onset != drums.onset).sum())
        order = np.lexsort([-drums.velocity, drums.key, onset])
        kept = order[np.append(True, (np.diff(onset[order]) != 0) | (np.diff(drums.key[order]) != 0))]
        found = replace(
            drums,
            onset=onset[kept],
            key=drums.key[kept],
            velocity=drums.velocity[kept],
            duration=drums.duration[kept],
        )
        bars = _period(found, levels)
        if bars > MOST_GRID_BARS or bars * drums.meter.numerator * fit.per_beat <= MAX_STEPS:
            return found, fit.per_beat, bars, moved, len(drums) - len(kept)
    raise _too_long(drums, drums.bars, max(choices))


def _snap(drums: Drums, fit: Fit) -> tuple[Ints, float]:
    """Return the nearest step of each hit, and what it costs; the bar behind the last is the first."""
    nearest = fit.nearest(drums.onset)
    off = drums.onset - fit.edges[nearest]
    step = nearest % (len(fit.edges) - 1)
    merged = len(step) - len(np.unique(step * 128 + drums.key))
    return step, fit.bits(off) + _MERGED * merged


# -- rows --------------------------------------------------------------------------------------------


def _rows(drums: Drums, bars: int, choices: Sequence[int], levels: bool) -> tuple[tuple[Row, ...], int]:
    """Return the rows of the first bars on the steps that suit them best, and how many to the beat."""
    within = drums.onset < bars * drums.meter.ticks
    by_key = {key: np.flatnonzero(within & (drums.key == key)) for key in drums.voices}
    best: tuple[float, Fit, dict[int, Placed]] | None = None
    stuck: SirtakError | None = None
    for steps in choices:
        if steps * bars * drums.meter.numerator > MAX_STEPS:
            stuck = _too_long(drums, bars, steps)
            break
        fit = Fit.of(drums.meter, bars, steps)
        laid = _laid(drums, by_key, fit)
        if isinstance(laid, SirtakError):
            stuck = laid
            continue
        bits = sum(item.bits for item in laid.values())
        if best is None or bits < best[0]:
            best = bits, fit, laid
    if best is None:
        assert stuck is not None
        raise stuck
    _, fit, laid = best
    rows = tuple(_row(drums, by_key[key], laid[key], fit, drums.voices[key], levels) for key in laid)
    return rows, fit.per_beat


def _laid(drums: Drums, by_key: dict[int, Ints], fit: Fit) -> dict[int, Placed] | SirtakError:
    """Return the hits of each key on steps; the error for the first that find no place."""
    found: dict[int, Placed] = {}
    for key, at in by_key.items():
        laid = lay_hits(drums.onset[at], fit) if len(at) else None
        if isinstance(laid, int):
            return _crowded(drums, at, laid, fit)
        if laid is not None:
            found[key] = laid
    return found


def _too_long(drums: Drums, bars: int, steps: int) -> SirtakError:
    most = MAX_STEPS // (drums.meter.numerator * steps)
    last = drums.first + max(most, 1) - 1
    message = f"{bars} bars of {steps} steps to the beat are more than the {MAX_STEPS} steps of a row"
    hint = f"--bars {drums.first}-{last} takes a part; --quantize --steps 4 snaps its hits"
    return SirtakError(message, hint=hint)


def _crowded(drums: Drums, at: Ints, stuck: int, fit: Fit) -> SirtakError:
    """Return the error for hits of one key that are too many for their steps."""
    onset, key = int(drums.onset[at[stuck]]), int(drums.key[at[0]])
    bar, inside = divmod(onset, drums.meter.ticks)
    near = int((np.abs(drums.onset[at] - onset) < max(GRACE_TICKS, fit.step)).sum())
    where = f"{bars_text(drums.first + bar, drums.first + bar)}, beat {1 + inside / drums.meter.beat:.4g}"
    what = f"{near} hits of {drums.voices[key]} are too near each other"
    message = f"{where}: {what} for {fit.per_beat} steps to the beat"
    return SirtakError(message, hint="--quantize snaps hits to steps; --bars A-B leaves that bar out")


def _row(drums: Drums, at: Ints, laid: Placed, fit: Fit, voice: str, levels: bool) -> Row:
    """Return the row of one key's hits."""
    hits = np.flatnonzero(~laid.grace)
    index = laid.step[hits]
    off = drums.onset[at[hits]] - fit.edges[index]
    own = row_nudge(off)
    level, velocity = _letters(drums, drums.velocity[at[hits]], index, fit, voice)
    length = _lengths(drums.onset[at[hits]], drums.duration[at[hits]], index, fit)
    steps = []
    for number, hit in enumerate(hits.tolist()):
        step = Step(int(index[number]), int(level[number]), int(length[number]))
        step = replace(step, nudge=(int(off[number]) - own) / NUDGE_TICKS)
        if not levels:
            step = replace(step, velocity=int(velocity[number]))
        if hit and laid.grace[hit - 1]:
            gap = int(drums.onset[at[hit]] - drums.onset[at[hit - 1]])
            loud = 0 if levels else int(drums.velocity[at[hit - 1]])
            step = replace(step, flam=gap / NUDGE_TICKS, flam_velocity=loud)
        steps.append(step)
    return Row(voice, len(fit.edges) - 1, tuple(steps), nudge=own / NUDGE_TICKS)


def _letters(drums: Drums, velocity: Ints, index: Ints, fit: Fit, voice: str) -> tuple[Ints, Ints]:
    """Return the level of each hit, and its velocity where the letter does not play it by itself.

    A letter is louder on some steps than on others, so what sirtak wrote comes back as letters.
    """
    bar = drums.meter.numerator * fit.per_beat
    curve = velocity_curve(voice, drums.meter, bar)[index % bar]
    plain = np.rint(loudness(np.arange(1, len(LEVELS)), curve[:, None], hats=family(voice) == "hat"))
    same = plain == velocity[:, None]
    exact = same.any(axis=1)
    level = np.where(exact, ACCENT - same[:, ::-1].argmax(axis=1), _level(velocity))
    return level, np.where(exact, 0, velocity)


def _lengths(onset: Ints, duration: Ints, index: Ints, fit: Fit) -> Ints:
    """Return how many steps each hit lasts: more than one where it ends at a step's edge."""
    last = np.append(index[1:], len(fit.edges) - 1)
    begin = fit.edges[index]
    # As long as its steps, or up to their end: a hit that is moved is held either way.
    length = np.ones(len(index), np.int64)
    for end in (onset + duration, begin + duration):
        edge = np.minimum(fit.nearest(np.minimum(end, fit.edges[-1])), last)
        near = (np.abs(fit.edges[edge] - end) <= EDGE_TICKS) & (edge - index > 1)
        length = np.where(near, edge - index, length)
    return length
