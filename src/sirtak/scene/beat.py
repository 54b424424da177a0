"""Playing a beat file in a scene: which of its grids sounds in which bar, how loud, how dense.

Shared by the electronic drums and the folk percussion; they differ in kit and touch alone.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.notes import Controls, Notes
from sirtak.rhythm import Beat, load_beat, load_groove
from sirtak.rhythm.beat import MADE
from sirtak.rng import Dice
from sirtak.scene.part import Checks, PartSpec, knob
from sirtak.scene.scene import Scene
from sirtak.sequencer import Clock, Feel, Performance, Plan, Span, kick_onsets, perform, plan
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, Meter, format_meters, joined


class BeatSpec(PartSpec, frozen=True, kw_only=True):
    """The knobs of every part that plays a beat."""

    beat: Annotated[str, knob("a beat's name; left out, one that suits the meter")] = ""
    kit: Annotated[str, knob("gm, electronic, 808, 909, folk or a kit of your own")] = "gm"
    swing: Annotated[float, knob("MPC percent, 50 is straight; left out, the beat's own", 50, 75)] | None = (
        None
    )
    density: Annotated[float, knob("how much of the beat sounds; more only adds", 0, 1)] = 0.8
    fills: Annotated[bool, knob("fills at the ends of phrases and of sections that ask for it")] = True
    vary: Annotated[float, knob("how often the variation clock changes a row or a bar", 0, 1)] = 0.5
    groove: Annotated[str, knob("a groove's name, none for none; left out, the beat's own")] = ""
    groove_amount: Annotated[float, knob("how much of the groove there is", 0, 1.3)] = 1.0
    crash: Annotated[bool, knob("a crash on the first beat of loud sections")] = False


def chosen_beat(
    spec: BeatSpec, meters: tuple[Meter, ...], library: Library, fallback: dict[str, str]
) -> Beat:
    """Return the part's beat; SpecError where it does not fit the meter."""
    name = spec.beat or _usual_beat(meters, fallback)
    if not name:
        meter = format_meters(meters)
        raise SpecError(
            f"no beat is known for the meter {meter}",
            hint="write a beat file of your own beside the piece and name it: beat = …",
        )
    beat = load_beat(library, name)
    if not beat.fits(meters):
        meter, known = format_meters(meters), ", ".join(sorted(fallback))
        raise SpecError(
            f"beat '{name}' is in {beat.meter_text}, and the piece is in {meter}",
            hint=f"beats are at hand for {known}; or write one beside the piece",
        )
    return beat


def _usual_beat(meters: tuple[Meter, ...], fallback: dict[str, str]) -> str:
    meter = format_meters(meters)
    return fallback.get(meter) or fallback.get(meter.partition(" ")[0], "")


def check_beat(
    spec: BeatSpec, meters: tuple[Meter, ...], library: Library, fallback: dict[str, str]
) -> Checks:
    """Yield what a part's beat and kit must pass before anybody plays."""
    yield "beat", lambda: chosen_beat(spec, meters, library, fallback)

    def voices() -> None:
        kit = load_kit(library, spec.kit)
        for grid in chosen_beat(spec, meters, library, fallback).scenes.values():
            for voice in grid.voices:
                kit.note(voice)

    yield "kit", voices

    def groove() -> None:
        name = spec.groove or chosen_beat(spec, meters, library, fallback).groove
        if name not in ("", "none"):
            load_groove(library, name)

    yield "groove", groove


def play_beat(spec: BeatSpec, scene: Scene, dice: Dice, fallback: dict[str, str]) -> Notes:
    """Return one section of a beat: its scene by the variation clock, a fill at the end."""
    kit = load_kit(scene.library, spec.kit)
    beat = chosen_beat(spec, scene.bars.meters, scene.library, fallback)
    played = (_kept if beat.locked else _performed)(spec, scene, dice, beat)
    notes = _with_energy(played.notes, scene)
    crash = _crash(spec, scene, kit.voices)
    # A drop brings its own.
    if len(crash) and crash.pitch[0] in notes.pitch[notes.onset < 240]:
        return notes
    return notes | crash


def beat_locks(spec: BeatSpec, scene: Scene, dice: Dice, fallback: dict[str, str]) -> Controls:
    """Return the controllers of one section of a beat: its parameter locks."""
    beat = chosen_beat(spec, scene.bars.meters, scene.library, fallback)
    if not beat.locked:
        return Controls.empty()
    return _kept(spec, scene, dice, beat).controls


def _performed(spec: BeatSpec, scene: Scene, dice: Dice, beat: Beat) -> Performance:
    kit, groove = load_kit(scene.library, spec.kit), spec.groove or beat.groove
    bars = beat_bars(beat, scene.bars)
    made = _plan(spec, scene, dice, beat, bars, "crash" in kit.voices)
    feel = Feel(
        bpm=scene.bpm,
        swing=beat.swing if spec.swing is None else spec.swing,
        groove=load_groove(scene.library, groove) if groove not in ("", "none") else None,
        amount=spec.groove_amount,
        density=spec.density,
        human=spec.human,
        level=spec.level,
        pulses=beat.pulses,
    )
    return perform(made.layers, bars, kit, feel, dice=dice, fills=made.fills, stops=made.stops)


_kept = lru_cache(maxsize=4)(_performed)  # a section's locks are asked for right after its notes


def _plan(spec: BeatSpec, scene: Scene, dice: Dice, beat: Beat, bars: Bars, crash: bool) -> Plan:
    """Return what of the beat sounds where in a section."""
    known = scene.scene in beat.scenes or scene.scene in MADE
    span = Span(scene.scene if known else "main", 0, bars.count)
    clock = Clock(spec.vary, spec.fills, spec.fills and scene.fill, spec.crash and crash)
    return plan(beat, bars, [span], clock, dice)


def beat_bars(beat: Beat, bars: Bars) -> Bars:
    """Return the bars in the beat's own meters: a beat in 4/4 keeps its steps in bars of 2/2."""

    def same(a: Meter, b: Meter) -> bool:
        return (a.numerator, a.denominator) == (b.numerator, b.denominator)

    alike = len(beat.meters) == 1 and all(same(beat.meters[0], meter) for meter in bars.meters)
    if alike or (len(beat.meters) == len(bars.meters) and all(map(same, beat.meters, bars.meters))):
        return bars
    return Bars(beat.meters, bars.count)


def _with_energy(notes: Notes, scene: Scene) -> Notes:
    """Return the notes with velocities that follow the section's energy."""
    factor = 0.72 + 0.36 * scene.energy_at(notes.onset)
    velocity = np.minimum(np.maximum(np.rint(notes.velocity * factor), 1), 127)
    return notes.but(velocity=velocity.astype(np.int64))


def _crash(spec: BeatSpec, scene: Scene, voices: Any) -> Notes:
    """A crash where a section opens at full energy: it announces what comes."""
    if not spec.crash or "crash" not in voices or scene.energy[0] < 0.75:
        return Notes.empty()
    return Notes.of(0, min(1920, scene.bars.ticks), voices["crash"], min(127, round(90 * spec.level)))


def part_kicks(
    spec: Any, scene: Scene, fallback: dict[str, str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the kicks of a beat part in a scene as written, and those that the clock may add to them.

    Neither knows what the part draws, so another take of the drums leaves a bass that listens alone.
    """
    beat = chosen_beat(spec, scene.bars.meters, scene.library, fallback)
    bars = beat_bars(beat, scene.bars)
    written = kick_onsets(beat.scene(scene.scene), bars, beat.pulses)
    if scene.scene == "build":
        half, last = scene.bars.starts[bars.count // 2], scene.bars.starts[-1]
        intro = kick_onsets(beat.scene("intro"), bars, beat.pulses)
        heard = np.concatenate([intro[intro < half], written[(written >= half) & (written < last)]])
        return heard, joined(intro, written)
    names = [scene.scene, "variation", "fill"] if scene.scene in ("main", "drop") else [scene.scene, "fill"]
    return written, joined(*(kick_onsets(beat.scene(name), bars, beat.pulses) for name in names))
