"""Count the figures of our themes beside what is aimed at, for docs/melody.md.

python tools/melody_figures.py            print the tables
python tools/melody_figures.py --write    put them into docs/melody.md
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pages

from sirtak.analysis.measures import measure
from sirtak.composer.arrange import arrange
from sirtak.composer.load import load_piece
from sirtak.composer.piece import Piece
from sirtak.harmony.song_scale import contour
from sirtak.harmony.theme import Theme, make_theme, reply_line, section_line, section_tune
from sirtak.harmony.theme_rows import mended
from sirtak.notes import PPQ
from sirtak.rng import Dice
from sirtak.theory.meter import Bars

PAGE = Path(__file__).parents[1] / "docs" / "melody.md"
STYLES = ("kazan", "sirtak", "bazaar", "steppe-house", "aqsaq", "alatau", "almaty-garage")
SEEDS, PIECES = 50, 30
BEGIN, END = "<!-- tables: tools/melody_figures.py --write -->", "<!-- end of tables -->"

# craft.md 2.1 and 4: what is aimed at, in percent where nothing else is said.
AIMS = {
    "repeat": "13-24",
    "step": "45-63",
    "third": "12-24",
    "fourth": "4-10",
    "fifth and larger": "3-6",
    "tritones, sevenths": "about 0",
    "steps falling : rising": "34 : 30",
    "leaps falling : rising": "3.9 : 5.9",
    "ends on the final": "42-54",
    "ends on the fifth": "17-28",
    "last move a falling step": "50",
    "phrase notes, 25-50-75 %": "7-10-13",
    "phrase beats, 25-50-75 %": "6-8-10",
    "convex": "40",
    "descending": "25",
    "last note at least twice the median": "100",
    "degree 1": "36",
    "degree 2": "13",
    "degree 3": "10",
    "degree 4": "8",
    "degree 5": "15",
    "degree 6": "9",
    "degree 7": "6",
    "height of the final in the range": ".10-.33",
    "range (semitones), 5-50-95 %": "10-14-17",
    "one climax at 55-75 %": "100",
    "notes from motifs": "60 and more",
    "the same, notes shuffled": "",
    "longest run of one bar": "4 and less",
    "answers on the leader's onsets": "below 15",
}
GAUGE = {
    "motif_gain": (0.30, 0.55),
    "pitch_autocorrelation": (0.60, 0.85),
    "commonest_bar": (0.08, 0.25),
    "agogic_accent": (0.0, 9.0),
    "leap_share": (0.03, 0.15),
    "pitch_range": (9, 17),
    "recurrence": (0.85, 1.0),
}


class Row(NamedTuple):
    """One note of a section; `hold` where it ends a phrase."""

    onset: int
    degree: int
    hold: bool


@dataclass(frozen=True)
class Section:
    """One section of a theme: its notes, its phrases (cut behind held notes) and its material."""

    theme: Theme
    rows: list[Row]
    bars: Bars

    @property
    def phrases(self) -> list[list[Row]]:
        found: list[list[Row]] = [[]]
        for row in self.rows:
            found[-1].append(row)
            if row.hold:
                found.append([])
        return [phrase for phrase in found if phrase]


def section(piece: Piece, seed: int, bars: int = 16) -> Section:
    """Return a section of a style's theme as it is at rest."""
    spec, frame = piece.file.melody, Bars(piece.meters, bars)
    dice = Dice(seed, "melody")
    theme = make_theme(spec, piece.mode, piece.meters, dice)
    tune = mended(section_tune(theme, spec, piece.mode, frame, dice.at("verse")), piece.mode, 0)
    columns = zip(tune.onset.tolist(), tune.degree.tolist(), tune.hold.tolist(), strict=True)
    return Section(theme, [Row(*row) for row in columns], frame)


def derived(item: Section, rows: list[Row]) -> float:
    """Return the share of notes that stand in a figure of the motifs.

    A figure is three moves of a motif in a row, upright or turned over; or two moves in their
    own rhythm; or the whole of its rhythm.
    """
    moves, rhythms, both = _figures(item.theme)
    step = np.diff([row.degree for row in rows]).tolist()
    time = np.diff([row.onset for row in rows]).tolist()
    covered: set[int] = set()
    for at in range(len(step) - 1):
        lengths = [4] if tuple(step[at : at + 3]) in moves else []
        if (tuple(step[at : at + 2]), _ratio(time[at : at + 2])) in both:
            lengths.append(3)
        lengths += [len(rhythm) + 1 for rhythm in rhythms if _ratio(time[at : at + len(rhythm)]) == rhythm]
        covered.update(range(at, min(len(rows), at + max(lengths, default=0))))
    return len(covered) / len(rows)


def _figures(theme: Theme) -> tuple[set[tuple[int, ...]], set[tuple[float, ...]], set[tuple[object, object]]]:
    """Return the figures of both motifs: three moves; whole rhythms; two moves in their rhythm."""
    moves, rhythms, both = set(), set(), set()
    for letter in "mn":
        motif = theme.ideas[letter]
        step, time = np.diff(motif.degrees).tolist(), np.diff(motif.times).tolist()
        if len(time) > 2:
            rhythms.add(_ratio(time))
        for at in range(len(step) - 1):
            for sign in (1, -1):
                turned = tuple(sign * value for value in step)
                both.add((turned[at : at + 2], _ratio(time[at : at + 2])))
                if at + 3 <= len(step):
                    moves.add(turned[at : at + 3])
    return moves, rhythms, both


def _ratio(values: list[int]) -> tuple[float, ...]:
    return tuple(round(value / values[0], 2) for value in values)


def climax_is_one(item: Section) -> bool:
    """Return whether the highest note is heard in one place alone, at 55 to 75 % of the section."""
    top = max(row.degree for row in item.rows)
    places = [row.onset / item.bars.ticks for row in item.rows if row.degree == top]
    span = item.bars.ticks / max(len(item.bars.starts), 1)
    return 0.55 <= places[0] <= 0.75 and (places[-1] - places[0]) * item.bars.ticks <= span


def longest_run(item: Section) -> int:
    """Return the most times in a row that a bar is heard unchanged."""
    bars: dict[int, list[tuple[int, int]]] = {}
    for row in item.rows:
        bar = int(item.bars.bar_of(np.array([row.onset]))[0])
        bars.setdefault(bar, []).append((row.onset - int(item.bars.starts[bar]), row.degree))
    return max(len(list(group)) for _, group in groupby(map(tuple, bars.values())))


def overlap(piece: Piece, seed: int) -> float:
    """Return the share of an answer's notes that begin with one of the leader's."""
    spec, frame, dice = piece.file.melody, Bars(piece.meters, 16), Dice(seed, "melody")
    theme = make_theme(spec, piece.mode, piece.meters, dice)
    line = section_line(theme, spec, piece.mode, frame, dice.at("verse"), answered=True)
    reply = reply_line(theme, line, frame, dice.at("verse"))
    return float(np.mean(np.isin(reply.onset, line.onset))) if len(reply) else 1.0


class Counted:
    """What is counted over the sections of one style."""

    def __init__(self, name: str, seeds: int) -> None:
        self.piece = load_piece(name)
        self.items = [section(self.piece, seed) for seed in range(1, seeds + 1)]
        self.count, self.time, self.moves = Counter[str](), Counter[int](), list[int]()
        self.values: dict[str, list[float]] = defaultdict(list)
        for number, item in enumerate(self.items):
            self._section(number, item)

    def _section(self, number: int, item: Section) -> None:
        pitch = self.piece.mode.pitches([row.degree for row in item.rows], 0)
        gaps = np.diff([row.onset for row in item.rows], append=item.bars.ticks)
        for height, gap in zip(pitch.tolist(), gaps.tolist(), strict=True):
            self.time[height % 12] += gap
        self.moves += np.diff(pitch).tolist()
        self.values["range"].append(float(np.ptp(pitch)))
        self.values["height"].append(float(-pitch.min() / max(1, np.ptp(pitch))))
        self.values["from"].append(derived(item, item.rows))
        order = np.argsort(Dice(number, "shuffle").stream("order").random(len(gaps)))
        starts = np.cumsum(gaps[order]) - gaps[order]
        mixed = [Row(int(at), item.rows[one].degree, False) for at, one in zip(starts, order, strict=True)]
        self.values["mixed"].append(derived(item, mixed))
        self.count["climax"] += climax_is_one(item)
        place = 0
        for phrase in item.phrases:
            self._phrase(pitch[place : place + len(phrase)], gaps[place : place + len(phrase)])
            place += len(phrase)

    def _phrase(self, pitch: np.ndarray, gaps: np.ndarray) -> None:
        height = pitch.astype(float)
        self.count["phrases"] += 1
        self.values["notes"].append(len(pitch))
        self.values["beats"].append(float(gaps.sum()) / PPQ)
        self.count["held"] += bool(gaps[-1] >= 2 * np.median(gaps))
        self.count[f"end {int(pitch[-1]) % 12}"] += 1
        if len(height) > 2:
            self.count[contour(height[0], float(height[1:-1].mean()), height[-1])] += 1
            self.count["last"] += -2.5 < height[-1] - height[-2] < 0

    def share(self, key: str) -> str:
        """Return the percentage of phrases that were counted under a key."""
        return f"{100 * self.count[key] / self.count['phrases']:.0f}"

    def spread(self, key: str, *at: int) -> str:
        """Return percentiles of a value."""
        return "-".join(f"{value:.3g}" for value in np.percentile(self.values[key], at))


def rows_of(name: str, seeds: int = SEEDS) -> dict[str, str]:
    """Return the figures of a style's themes under the names of AIMS."""
    made = Counted(name, seeds)
    move, size = np.array(made.moves), np.abs(made.moves)

    def percent(marked: np.ndarray) -> str:
        return f"{100 * float(np.mean(marked)):.0f}"

    def ways(marked: np.ndarray) -> str:
        return f"{percent(marked & (move < 0))} : {percent(marked & (move > 0))}"

    shared = [overlap(made.piece, seed) for seed in range(1, 21)]
    found = {
        "repeat": percent(size == 0),
        "step": percent((size > 0) & (size < 3)),
        "third": percent((size == 3) | (size == 4)),
        "fourth": percent(size == 5),
        "fifth and larger": percent(size > 6),
        "tritones, sevenths": f"{100 * float(np.mean(np.isin(size, (6, 10, 11)))):.1f}",
        "steps falling : rising": ways(size < 3),
        "leaps falling : rising": ways(size > 4),
        "ends on the final": made.share("end 0"),
        "ends on the fifth": made.share("end 7"),
        "last move a falling step": made.share("last"),
        "phrase notes, 25-50-75 %": made.spread("notes", 25, 50, 75),
        "phrase beats, 25-50-75 %": made.spread("beats", 25, 50, 75),
        "convex": made.share("convex"),
        "descending": made.share("descending"),
        "last note at least twice the median": made.share("held"),
        "height of the final in the range": f"{float(np.median(made.values['height'])):.2f}".lstrip("0"),
        "range (semitones), 5-50-95 %": made.spread("range", 5, 50, 95),
        "one climax at 55-75 %": f"{100 * made.count['climax'] / len(made.items):.0f}",
        "notes from motifs": f"{100 * float(np.mean(made.values['from'])):.0f}",
        "the same, notes shuffled": f"{100 * float(np.mean(made.values['mixed'])):.0f}",
        "longest run of one bar": str(max(longest_run(item) for item in made.items)),
        "answers on the leader's onsets": f"{100 * float(np.mean(shared)):.0f}",
    }
    for number, semitone in enumerate(made.piece.mode.semitones):
        found[f"degree {number + 1}"] = f"{100 * made.time[semitone % 12] / sum(made.time.values()):.0f}"
    return found


def gauge_of(name: str, pieces: int = PIECES) -> dict[str, str]:
    """Return the medians of the gauge over whole pieces, and how many lie inside the aim."""
    base = load_piece(name)
    values: dict[str, list[float]] = {key: [] for key in GAUGE}
    for seed in range(1, pieces + 1):
        piece = replace(base, file=msgspec.structs.replace(base.file, seed=seed))
        found = measure(arrange(piece))
        for key in GAUGE:
            values[key].append(found[key] or 0.0)
    return {
        key: f"{np.median(column):.2f} ({sum(low <= value <= high for value in column)})"
        for (key, (low, high)), column in zip(GAUGE.items(), values.values(), strict=True)
    }


def tables() -> str:
    """Return the Markdown tables of all styles."""
    head = " | ".join(f"`{name}`" for name in STYLES)
    counted = [rows_of(name) for name in STYLES]
    lines = [f"| % | aim | {head} |", "|---|---|" + "---|" * len(STYLES)]
    for name, aim in AIMS.items():
        lines.append(f"| {name} | {aim} | " + " | ".join(column.get(name, "") for column in counted) + " |")
    gauged = [gauge_of(name) for name in STYLES]
    lines += ["", f"| median (of {PIECES} inside) | aim | {head} |", "|---|---|" + "---|" * len(STYLES)]
    for key, (low, high) in GAUGE.items():
        aim = f"{low:g}-{high:g}" if high < 9 or key == "pitch_range" else f"above {low:g}"
        lines.append(
            f"| {key.replace('_', ' ')} | {aim} | " + " | ".join(column[key] for column in gauged) + " |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    pages.show(PAGE, tables(), BEGIN, END)
