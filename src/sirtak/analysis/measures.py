"""A piece in figures, each with the band in which human music lies.

The figures observe; nothing in sirtak is tuned against one of them alone. `None` stands for a
measure that does not apply: drums in a piece without drums, form in eight bars, layers in a
single line.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

import numpy as np

from sirtak.analysis import drumming, melody, texture
from sirtak.analysis.bars import Frame
from sirtak.analysis.lead import find_lead
from sirtak.analysis.motif import motif_gain
from sirtak.notes import Arrangement, Notes
from sirtak.notes.skyline import skyline

Measures = dict[str, float | None]


class Band(NamedTuple):
    """Where human music lies (`low` to `high`) and what to aim for."""

    low: float
    high: float
    aim_low: float
    aim_high: float


# craft.md 1, counted on corpora of songs, folk tunes, performances and programmed tracks.
BANDS: dict[str, Band] = {
    "motif_gain": Band(0.11, 0.70, 0.30, 0.55),
    "pitch_autocorrelation": Band(0.21, 0.92, 0.60, 0.85),
    "leap_share": Band(0.01, 0.33, 0.03, 0.15),
    "tritones_and_sevenths": Band(0.0, 0.05, 0.0, 0.01),
    "top7_pitch_classes": Band(0.85, 1.0, 0.95, 1.0),
    "pitch_range": Band(5, 19, 9, 17),
    "agogic_accent": Band(-0.22, inf, 0.0, inf),
    "commonest_bar": Band(0.04, 0.37, 0.08, 0.25),
    "drum_consistency": Band(0.41, 0.97, 0.75, 0.92),
    "drum_metre": Band(0.29, 1.0, 0.5, 1.0),
    "commonest_drum_bar": Band(0.0, 0.60, 0.15, 0.40),
    "velocity_system": Band(0.35, 1.0, 0.6, 0.9),
    "cross_semitones": Band(0.0, 0.18, 0.0, 0.10),
    "density_contrast": Band(0.22, 1.0, 0.5, 0.8),
    "recurrence": Band(0.85, 1.0, 0.9, 1.0),
    "distinct_bars": Band(0.32, 1.0, 0.5, 0.9),
    "hyper_metre": Band(0.0, 1.0, 0.05, 1.0),
}


def measure(arrangement: Arrangement, lead: str = "") -> Measures:
    """Return every measure of a piece by name, in the order of BANDS.

    `lead` names the part with the theme; left out, it is the piece's own lead, or the part that
    sounds like one; a pitched track that is alone is judged as the line whatever it sounds like.
    SirtakError for a part that is not there or more than 4000 bars.

    >>> set(measure(Arrangement((), length=3840)).values())
    {None}
    """
    frame = Frame.of(arrangement)
    name = lead or arrangement.lead or _lead_of(arrangement)
    line = skyline(arrangement[name].notes) if name else Notes.empty()
    drums = drumming.drum_notes(arrangement)
    # What is said of layers and form was counted on pieces of several tracks; one line has none.
    layered = sum(len(track.notes) > 0 for track in arrangement) > 1
    states = texture.bar_states(arrangement, frame) if layered else np.zeros((0, 1))
    similar = texture.similarities(states)
    return {
        "motif_gain": motif_gain(line.pitch),
        "pitch_autocorrelation": melody.pitch_autocorrelation(line),
        "leap_share": melody.leap_share(line),
        "tritones_and_sevenths": melody.awkward_share(line),
        "top7_pitch_classes": texture.pitch_class_mass(arrangement),
        "pitch_range": melody.pitch_range(line),
        "agogic_accent": melody.agogic_accent(line, frame),
        "commonest_bar": melody.commonest_bar(line, frame),
        "drum_consistency": drumming.drum_consistency(drums, frame),
        "drum_metre": drumming.drum_metre(drums, arrangement, frame),
        "commonest_drum_bar": drumming.commonest_drum_bar(drums, frame),
        "velocity_system": drumming.velocity_system(drums, frame),
        "cross_semitones": texture.cross_semitones(arrangement),
        "density_contrast": texture.density_contrast(arrangement, frame) if layered else None,
        "recurrence": texture.recurrence(similar),
        "distinct_bars": texture.distinct_bars(states),
        "hyper_metre": texture.hyper_metre(similar),
    }


def _lead_of(arrangement: Arrangement) -> str:
    """Return the track that sounds like a lead; else the only track, so that one note is not let through."""
    sounding = [track for track in arrangement if len(track.notes)]
    alone = sounding[0].name if len(sounding) == 1 and not sounding[0].drums else ""
    return find_lead(arrangement, arrangement.meters[0].bar_ticks) or alone


def outside(values: Mapping[str, float | None]) -> tuple[str, ...]:
    """Return the names of the measures that lie outside their human band.

    >>> outside({"motif_gain": 0.05, "leap_share": 0.1, "hyper_metre": None})
    ('motif_gain',)
    """
    return tuple(
        name
        for name, value in values.items()
        if value is not None and not BANDS[name].low <= round(value, 9) <= BANDS[name].high
    )


class Verdict(NamedTuple):
    """How a piece stands on the gauge: how many measures apply, and which lie outside their band."""

    applying: int
    outside: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether every measure that applies lies inside; not where there is nothing to judge."""
        return self.applying > 0 and not self.outside


def verdict(values: Mapping[str, float | None]) -> Verdict:
    """Return whether a piece passes the gauge, and by how much it does not.

    Inside means human in these respects. It does not mean good, and a piece of few measures that
    apply (a short tune has no drums and no form) has been asked less.

    >>> verdict({"motif_gain": 0.05, "leap_share": 0.1, "hyper_metre": None})
    Verdict(applying=2, outside=('motif_gain',))
    >>> verdict({"leap_share": 0.1}).passes, verdict({"leap_share": None}).passes
    (True, False)
    """
    return Verdict(sum(value is not None for value in values.values()), outside(values))


def format_verdict(found: Verdict) -> str:
    """Return the verdict as one line for the terminal.

    >>> print(format_verdict(Verdict(16, ())))
    inside all 16 human bands that apply
    >>> print(format_verdict(Verdict(16, ("leap_share", "hyper_metre"))))
    outside 2 of 16 human bands that apply: leap share, hyper metre
    """
    if not found.applying:
        return "too little to judge: no measure applies"
    if found.passes:
        bands = (
            "the one human band that applies"
            if found.applying == 1
            else (f"all {found.applying} human bands that apply")
        )
        return f"inside {bands}"
    names = ", ".join(name.replace("_", " ") for name in found.outside)
    return f"outside {len(found.outside)} of {found.applying} human bands that apply: {names}"


def format_measures(values: Mapping[str, float | None]) -> str:
    """Return the measures for the terminal, each with its band, and the verdict below; `!` marks
    what lies outside, `+` what lies where one should aim.

    >>> print(format_measures({"leap_share": 0.1, "hyper_metre": None}))
    leap share              0.10 +  human 0.01 to 0.33, aim 0.03 to 0.15
    hyper metre                  -  does not apply
    inside the one human band that applies
    """
    lines = []
    wrong = outside(values)
    for name, value in values.items():
        band, label = BANDS[name], f"{name.replace('_', ' '):<22}"
        if value is None:
            lines.append(f"{label} {'':>5} -  does not apply")
            continue
        mark = "!" if name in wrong else "+" if band.aim_low <= value <= band.aim_high else " "
        human, aim = _span(band.low, band.high), _span(band.aim_low, band.aim_high)
        lines.append(f"{label} {value:>5.2f} {mark}  human {human}, aim {aim}")
    return "\n".join([*lines, format_verdict(verdict(values))])


def _span(low: float, high: float) -> str:
    return f"{low:g} or more" if high == inf else f"{low:g} to {high:g}"
