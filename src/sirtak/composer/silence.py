"""Silence at the end of a section: the beat of nothing before a drop (craft.md 3, builds).

A beat is what a build's drums are silent for: a quarter, or the last group of an uneven bar. Ticks count
from the section's start.
"""

from __future__ import annotations

import numpy as np

from sirtak.errors import SpecError
from sirtak.notes import Controls, Notes
from sirtak.notes.controls import CC
from sirtak.sequencer.rolls import silent_from
from sirtak.theory.meter import Bars

PEDALS = (64, 66)  # sustain and sostenuto: what they hold would sound on


def silent_tick(bars: Bars, beats: float) -> int:
    """Return the tick from which a section with so many silent beats at its end is silent.

    Raises SpecError where nothing of the section would be left.

    >>> from sirtak.theory.meter import parse_meters
    >>> silent_tick(Bars(parse_meters("4/4"), 2), 1), silent_tick(Bars(parse_meters("7/8 (2+2+3)"), 1), 1)
    (6720, 1920)
    """
    beat = bars.ticks - silent_from(bars, bars.count - 1)
    tick = bars.ticks - round(beats * beat)
    if tick <= 0:
        most = bars.ticks // beat
        raise SpecError(
            f"{beats:g} silent beats leave nothing of the section",
            hint=f"less than {most} beats, or more bars",
        )
    return tick


def hushed(notes: Notes, tick: int, early: int) -> Notes:
    """Return the notes with silence from a tick on; a hand may have been `early` for what begins there."""
    notes = notes[notes.onset < tick - early]
    room = np.maximum(tick - notes.onset, 1)
    return notes.but(duration=np.minimum(notes.duration, room))


def released(controls: Controls, tick: int) -> Controls:
    """Return the controllers with every pedal up from a tick on."""
    found = controls
    for number in PEDALS:
        table = found.table
        mine = (table["kind"] == CC) & (table["number"] == number)
        before = table["value"][mine & (table["tick"] < tick)]
        if not mine.any():
            continue
        found = Controls(table[~(mine & (table["tick"] >= tick))])
        if len(before) and before[-1] > 0:
            found |= Controls.cc(number, tick, 0)
    return found
