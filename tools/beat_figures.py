"""Measure the beats of each genre over many seeds, for docs/sequencer.md.

python tools/beat_figures.py             print the tables (50 seeds of 16 bars a genre)
python tools/beat_figures.py --write     put them into docs/sequencer.md
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pages

from sirtak.analysis.bars import Frame
from sirtak.analysis.drumming import (
    commonest_drum_bar,
    drum_consistency,
    drum_metre,
    syncopation,
    velocity_system,
)
from sirtak.composer.loop import loop
from sirtak.library import Library
from sirtak.rhythm import Beat, load_beat
from sirtak.rng import Dice
from sirtak.sequencer import perform
from sirtak.sequencer.sequence import feel_of, planned, spans_of, voices_of
from sirtak.theory.kit import fitting_kit

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "sequencer.md"
BEGIN, END = "<!-- tables: tools/beat_figures.py --write -->", "<!-- end of tables -->"
SEEDS, BARS = 50, 16

# measure: (lowest, highest) wanted of every loop
BOUNDS = {
    "consistency": (0.55, 0.95),
    "metre": (0.35, 1.0),
    "commonest": (0.0, 0.50),
    "velocity": (0.5, 1.0),
    "syncopation": (1.0, 4.0),
}
STRAIGHT = (0.0, 1.0)  # house, techno and their kin want hardly any syncopation
STILL = (0.0, 4.0)  # a ballad's kick on one and rim on nine have none, and are what is wanted
FOUR_FLOOR = ("dance", "house", "deep-house", "tech-house", "slap-house", "techno", "disco")

# our genre: the one that was counted
COUNTED = {
    "house": "house",
    "techno": "techno",
    "disco": "disco",
    "electro": "electro",
    "garage": "ukg",
    "reggaeton": "reggaeton",
    "dnb": "dnb",
    "breakbeat": "breaks",
    "hip-hop": "hiphop",
    "trap": "trap",
    "dubstep": "dubstep",
    "funk": "funk",
    "ballad": "ballad",
}
GROUPS = {
    "kick": (("kick",), ("kick",)),
    "snare": (("snare", "clap", "rim", "snare-low", "snap"), ("snare", "clap", "rim")),
    "hats": (("hat", "open", "pedal", "ride", "shaker"), ("chat", "ohat", "shaker")),
}


@dataclass(frozen=True)
class Measured:
    """What was measured of one loop; None where there is too little to measure."""

    beat: str
    values: dict[str, float | None]

    def inside(self, genre: str, name: str) -> bool:
        """Return whether a measure lies where it is wanted."""
        low, high = bounds(genre, name)
        value = self.values[name]
        return value is not None and low - 1e-9 <= value <= high + 1e-9


def bounds(genre: str, name: str) -> tuple[float, float]:
    """Return where a measure of a genre is wanted."""
    if name == "syncopation" and genre in (*FOUR_FLOOR, "ballad"):
        return STILL if genre == "ballad" else STRAIGHT
    return BOUNDS[name]


def genres() -> dict[str, list[Beat]]:
    """Return the beats in 4/4 of each genre with drums of the club; folk percussion is not counted."""
    library, found = Library(), {}
    for name in library.names("beat"):
        beat = load_beat(library, name)
        if beat.meter_text == "4/4" and beat.genre != "folk":
            found.setdefault(beat.genre, []).append(beat)
    return dict(sorted(found.items()))


def measure(beat: Beat, seed: int) -> Measured:
    """Play a beat over sixteen bars as `sirtak sequence` does, and measure it."""
    library = Library()
    kit = fitting_kit(library, voices_of(beat))
    spans, bars = spans_of(beat, BARS, "", "")
    dice = Dice(seed, "drums", 0, "loop")
    plan = planned(beat, bars, spans, kit, dice=dice)
    feel = feel_of(beat, library)
    played = perform(plan.layers, bars, kit, feel, dice=dice, fills=plan.fills, stops=plan.stops)
    arrangement = loop(beat, played, bars, kit, bpm=feel.bpm)
    frame, drums = Frame.of(arrangement), played.notes
    values = {
        "consistency": drum_consistency(drums, frame),
        "metre": drum_metre(drums, arrangement, frame),
        "commonest": commonest_drum_bar(drums, frame),
        "velocity": velocity_system(drums, frame),
        "syncopation": syncopation(drums, arrangement, frame),
    }
    return Measured(beat.name, values)


def occupancy(beats: list[Beat], voices: tuple[str, ...]) -> np.ndarray:
    """Return the share of main bars in which any of the voices strikes each of sixteen steps."""
    bars = []
    for beat in beats:
        grid = beat.scene("main")
        per_beat = grid.steps_per_beat
        if per_beat != 4:
            continue
        size = max(16, max((row.size for row in grid.rows if row.size % 16 == 0), default=16))
        struck = np.zeros(size, bool)
        for row in grid.rows:
            if row.voice in voices and row.speed == 1:
                for step in row.steps:
                    struck[(step.index + row.rotate) % row.size :: row.size] = True
        bars += list(struck.reshape(-1, 16))
    return np.mean(bars, axis=0)


def counted(genre: str, voices: tuple[str, ...]) -> np.ndarray:
    """Return the counted shares; where several voices are one group, as if they were independent."""
    data = json.loads((ROOT / "tests" / "data" / "drum_step_occupancy.json").read_text())
    table = data[COUNTED[genre]]["occupancy"]
    rest = np.ones(16)
    for voice in voices:
        rest *= 1 - np.array(table.get(voice, [0.0] * 16))
    return 1 - rest


def distances(beats: dict[str, list[Beat]]) -> dict[str, dict[str, tuple[float, float]]]:
    """Return mean difference and correlation of occupancies, by genre and group of voices."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for genre in COUNTED:
        found[genre] = {}
        for group, (ours, theirs) in GROUPS.items():
            a, b = occupancy(beats[genre], ours), counted(genre, theirs)
            r = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else float("nan")
            found[genre][group] = (float(np.abs(a - b).mean()), r)
    return found


def tables() -> Iterator[str]:
    """Yield both tables as Markdown."""
    beats = genres()
    yield f"Means over {SEEDS} seeds of {BARS} bars, a genre's beats in turn; in brackets, how many inside."
    yield ""
    heads = ["genre", "beats", "consistency .55 to .95", "metre ≥ .35", "commonest bar ≤ .50"]
    yield "| " + " | ".join([*heads, "velocity ≥ .5", "syncopation a bar"]) + " |"
    yield "|---|---|---|---|---|---|---|"
    for genre, some in beats.items():
        loops = [measure(some[seed % len(some)], seed) for seed in range(1, SEEDS + 1)]
        cells = [genre, str(len(some))]
        for name in BOUNDS:
            known = [item.values[name] for item in loops if item.values[name] is not None]
            inside = sum(item.inside(genre, name) for item in loops)
            low, high = bounds(genre, name)
            span = f"; {low:g} to {high:g}" if name == "syncopation" else ""
            cells.append(f"{np.mean(known):.2f} ({inside}{span})")
        yield "| " + " | ".join(cells) + " |"
    yield ""
    yield "Occupancy of sixteenths in our main scenes beside that counted: mean difference, and correlation."
    yield ""
    yield "| genre | counted patterns | kick | snare, clap, rim | hats, ride, shaker |"
    yield "|---|---|---|---|---|"
    data = json.loads((ROOT / "tests" / "data" / "drum_step_occupancy.json").read_text())
    for genre, groups in distances(beats).items():
        cells = [genre, str(data[COUNTED[genre]]["patterns"])]
        cells += [f"{difference:.2f}, {r:.2f}" for difference, r in groups.values()]
        yield "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the tables, or put them into the page."""
    pages.show(PAGE, "\n".join(tables()), BEGIN, END)


if __name__ == "__main__":
    main()
