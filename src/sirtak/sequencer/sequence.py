"""The sequencer as a function: a beat or a grid, so many bars, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rhythm.beat import Beat, load_beat
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.groove import Groove, load_groove
from sirtak.rng import Dice
from sirtak.sequencer.chain import MADE, MOST_BARS, Span, parse_chain
from sirtak.sequencer.clock import Clock, Plan, plan
from sirtak.sequencer.render import Performance, perform
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
        kit = load_kit(found, kit) if kit else fitting_kit(found, _voices(chosen))
    return performed(
        chosen,
        bars=bars,
        meter=meter,
        scene=scene,
        chain=chain,
        fill=fill,
        kit=kit,
        feel=Feel(
            bpm=bpm or 120.0,
            swing=50.0 if swing is None else swing,
            groove=load_groove(found, groove) if isinstance(groove, str) else groove,
            amount=amount,
            density=density,
            human=human,
            level=level,
            pulses=pulses,
        ),
        own=(bpm is None, swing is None, groove is None),
        vary=vary,
        dice=dice or (None if seed is None else Dice(seed, PART, take, "loop")),
        library=found,
    ).notes


def _voices(beat: Beat | Grid) -> set[str]:
    grids = [beat] if isinstance(beat, Grid) else beat.scenes.values()
    return {voice for grid in grids for voice in grid.voices}


def performed(
    beat: Beat | Grid,
    *,
    bars: int | Bars | None,
    kit: Kit,
    feel: Feel,
    library: Library,
    meter: str = "",
    scene: str = "",
    chain: str = "",
    fill: Sequence[int] | None = None,
    own: tuple[bool, bool, bool] = (False, False, False),
    vary: float = 1.0,
    dice: Dice | None = None,
) -> Performance:
    """Return what `sequence` plays, with the controllers; `own` takes the beat's tempo, swing, groove."""
    if isinstance(beat, Grid):
        span = _bars(bars, parse_meters(meter or "4/4"), 16)
        layers = [(beat, np.ones(span.count, bool))]
        return perform(layers, span, kit, feel, dice=dice, fills=_flags(fill, span.count))
    if meter and not beat.fits(parse_meters(meter)):
        message = f"beat '{beat.name}' is in {beat.meter_text}, and {meter} is asked for"
        raise SpecError(message, hint=f"sirtak list beats --meter {meter}")
    feel = replace(
        feel,
        bpm=sum(beat.tempo) / 2 if own[0] else feel.bpm,
        swing=beat.swing if own[1] else feel.swing,
        groove=load_groove(library, beat.groove) if own[2] and beat.groove else feel.groove,
        pulses=feel.pulses or beat.pulses,
    )
    spans, span = spans_of(beat, bars, scene, chain)
    made = planned(beat, span, spans, kit, vary=vary, fixed=bool(scene), fill=fill, dice=dice)
    return perform(made.layers, span, kit, feel, dice=dice, fills=made.fills, stops=made.stops)


def spans_of(beat: Beat, bars: int | Bars | None, scene: str, chain: str) -> tuple[tuple[Span, ...], Bars]:
    """Return the scenes of so many bars, and the bars; those of the chain where no number is given."""
    if scene and chain:
        raise SpecError("a scene and a chain cannot both be played", hint="name the scene in the chain")
    count = bars.count if isinstance(bars, Bars) else bars
    if count is not None:
        _bars(count, beat.meters, 16)
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
) -> Plan:
    """Return what of a beat sounds where; `fixed` keeps one scene as it is written."""
    made = any(span.scene in MADE for span in spans)
    crash = "crash" in kit.voices and (made or not fixed)
    clock = Clock(0.0 if fixed else vary, not fixed, not fixed, crash)
    fills = None if fill is None else np.flatnonzero(_flags(fill, bars.count)).tolist()
    return plan(beat, bars, spans, clock, dice or Dice(1, PART, 0, "loop"), fills)


def _bars(bars: int | Bars | None, meters: tuple[Meter, ...], count: int) -> Bars:
    if isinstance(bars, Bars):
        return bars
    if bars is not None and not 1 <= bars <= MOST_BARS:
        raise SpecError(f"{bars} bars cannot be played", hint=f"1 to {MOST_BARS} bars")
    return Bars(meters, bars or count)


def _flags(fill: Sequence[int] | None, count: int) -> np.ndarray:
    flags = np.zeros(count, bool)
    for bar in fill or ():
        if not 1 <= bar <= count:
            raise SpecError(f"there is no bar {bar} to fill", hint=f"1 to {count}")
        flags[bar - 1] = True
    return flags
