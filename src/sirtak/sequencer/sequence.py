"""The sequencer as a function: a beat or a grid, so many bars, notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sirtak.errors import SpecError, did_you_mean
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rhythm.beat import MADE, Beat, load_beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.groove import Groove, load_groove
from sirtak.rng import Dice
from sirtak.sequencer.chain import MOST_BARS, Span, parse_chain
from sirtak.sequencer.clock import Clock, Plan, plan
from sirtak.sequencer.render import perform
from sirtak.sequencer.stage import Feel
from sirtak.theory.kit import Kit, fitting_kit, load_kit
from sirtak.theory.meter import Bars, Meter, parse_meters

PART = "drums"


def sequence(
    beat: str | Beat | Grid,
    bars: int | Bars = 16,
    kit: str | Kit = "",
    *,
    meter: str = "",
    scene: str = "",
    chain: str = "",
    fill: Sequence[int] | None = None,
    bpm: float | None = None,
    swing: float | None = None,
    groove: str | Groove | None = None,
    amount: float = 1.0,
    density: float = 1.0,
    human: float = 0.0,
    level: float = 1.0,
    pulses: tuple[float, ...] | None = None,
    vary: float = 1.0,
    seed: int | None = 1,
    take: int = 0,
    dice: Dice | None = None,
    library: Library | None = None,
) -> Notes:
    """Return the notes of a beat (by name, or a Beat) or of a grid, over exactly so many bars.

    A beat goes by the variation clock, unless a `scene` (over and over) or a `chain` of scenes is
    asked for; `vary` 0 keeps the clock from changing anything. A grid is played as it stands, in
    the `meter` given (4/4). `fill` names the bars (from 1) that are fills, with the fill flag on;
    left out, the clock says. `seed` (or `dice`) says what is drawn; None draws nothing, and
    every step sounds. The other knobs are those of `Feel`; left out, tempo, swing and groove are
    the beat's own, and the kit is one that has all voices. Raises SirtakError for what does not
    exist or does not fit.

    >>> sequence(Grid.parse("kick X---x---X---x---"), bars=1).onset.tolist()
    [0, 960, 1920, 2880]
    >>> len(sequence("four-floor", bars=16)) > 300
    True
    """
    found = library or Library()
    chosen = load_beat(found, beat) if isinstance(beat, str) else beat
    if isinstance(kit, str):
        kit = load_kit(found, kit) if kit else fitting_kit(found, voices_of(chosen))
    drawn = dice or (None if seed is None else Dice(seed, PART, take, "loop"))
    feel = feel_of(
        chosen, found, bpm=bpm, swing=swing, groove=groove, amount=amount, density=density, human=human,
        level=level, pulses=pulses,
    )  # fmt: skip
    if isinstance(chosen, Grid):
        if scene or chain:
            raise SpecError("a grid has no scenes", hint="a Beat has; or join grids with then")
        span = _bars(bars, parse_meters(meter or "4/4"), 16)
        layers = [(chosen, np.ones(span.count, bool))]
        return perform(layers, span, kit, feel, dice=drawn, fills=_flags(fill, span.count)).notes
    if meter and not chosen.fits(parse_meters(meter)):
        message = f"beat '{chosen.name}' is in {chosen.meter_text}, and {meter} is asked for"
        raise SpecError(message, hint=f"sirtak list beats --meter {meter}")
    spans, span = spans_of(chosen, bars, scene, chain)
    made = planned(chosen, span, spans, kit, vary=vary, fixed=bool(scene), fill=fill, dice=drawn)
    return perform(made.layers, span, kit, feel, dice=drawn, fills=made.fills, stops=made.stops).notes


def voices_of(beat: Beat | Grid) -> set[str]:
    """Return every voice that a beat has in any scene."""
    grids = [beat] if isinstance(beat, Grid) else beat.scenes.values()
    return {voice for grid in grids for voice in grid.voices}


def feel_of(
    beat: Beat | Grid,
    library: Library,
    *,
    bpm: float | None = None,
    swing: float | None = None,
    groove: str | Groove | None = None,
    pulses: tuple[float, ...] | None = None,
    **knobs: float,
) -> Feel:
    """Return how a beat is played: as it says itself where nothing is asked for, "none" for no groove."""
    own = beat if isinstance(beat, Beat) else None
    name = groove if groove is not None else own.groove if own else ""
    if isinstance(name, str):
        groove = load_groove(library, name) if name not in ("", "none") else None
    return Feel(
        bpm=bpm if bpm is not None else sum(own.tempo) / 2 if own else 120.0,
        swing=swing if swing is not None else own.swing if own else 50.0,
        groove=groove if isinstance(groove, Groove) else None,
        pulses=pulses or (own.pulses if own else None),
        **knobs,
    )


def spans_of(beat: Beat, bars: int | Bars | None, scene: str, chain: str) -> tuple[tuple[Span, ...], Bars]:
    """Return the scenes of so many bars, and the bars; those of the chain where no number is given."""
    if scene and chain:
        raise SpecError("a scene and a chain cannot both be played", hint="name the scene in the chain")
    if scene and scene not in (*beat.scenes, *MADE):
        hint = did_you_mean(scene, (*beat.scenes, *MADE))
        raise SpecError(f"the beat has no scene '{scene}'", hint=hint)
    count = None if bars is None else _bars(bars, beat.meters, 16).count
    text = chain or f"{scene or 'main'}*{min(count or 16, MOST_BARS)}"
    spans = parse_chain(text, beat.scenes, count)
    return spans, _bars(bars, beat.meters, spans[-1].end)


def planned(
    beat: Beat,
    bars: Bars,
    spans: Sequence[Span],
    kit: Kit,
    *,
    vary: float = 1.0,
    fixed: bool = False,
    fill: Sequence[int] | None = None,
    dice: Dice | None = None,
    hushed: bool = False,
) -> Plan:
    """Return what of a beat sounds where; `fixed` keeps one scene as it is written.

    `hushed` are crashes that are not heard.
    """
    made = any(span.scene in MADE for span in spans)
    crash = "crash" in kit.voices and (made or not fixed)
    clock = Clock(0.0 if fixed else vary, not fixed, not fixed, crash, hushed, rises=not fixed)
    fills = None if fill is None else np.flatnonzero(_flags(fill, bars.count)).tolist()
    return plan(beat, bars, spans, clock, dice or Dice(1, PART, 0, "loop"), fills)


def _bars(bars: int | Bars | None, meters: tuple[Meter, ...], count: int) -> Bars:
    if isinstance(bars, Bars):
        return bars
    if bars is not None and not (isinstance(bars, int | np.integer) and 1 <= bars <= MOST_BARS):
        raise SpecError(f"{bars} bars cannot be played", hint=f"1 to {MOST_BARS} bars")
    return Bars(meters, count if bars is None else int(bars))


def _flags(fill: Sequence[int] | None, count: int) -> np.ndarray:
    flags = np.zeros(count, bool)
    for bar in () if fill is None else fill:
        if not (isinstance(bar, int | np.integer) and 1 <= bar <= count):
            raise SpecError(f"there is no bar {bar} to fill", hint=f"1 to {count}")
        flags[bar - 1] = True
    return flags
