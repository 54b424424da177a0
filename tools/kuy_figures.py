"""Count the figures of our küy beside those of the models, for docs/kuy.md.

python tools/kuy_figures.py             print the tables (50 seeds of each counted type)
python tools/kuy_figures.py --write     put them into docs/kuy.md
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pages

import sirtak
from sirtak.analysis.bars import bar_starts
from sirtak.analysis.kuy import KuyFigures, bars_of, common_bars, kuy_figures
from sirtak.analysis.kuy_held import Check, far, held
from sirtak.analysis.kuy_measured import TYPES, Measured, measured
from sirtak.api import Composition
from sirtak.folk.hand import playable_share
from sirtak.library import Library
from sirtak.rng import stream
from sirtak.theory.neck import load_neck
from sirtak.theory.tuning import Tuning

PAGE = Path(__file__).parents[1] / "docs" / "kuy.md"
SEEDS = 50
BEGIN, END = "<!-- tables: tools/kuy_figures.py --write -->", "<!-- end of tables -->"
TABLES = ("cells", "dyads", "intervals", "degrees")


@dataclass(frozen=True)
class Sample:
    """What was counted of one küy."""

    figures: KuyFigures
    checks: list[Check]
    bars: list[Any]
    both: list[Any]
    playable: float


def sample(kind: str, seed: int) -> Sample:
    """Compose a küy and count it."""
    piece = sirtak.compose("kuy", seed=seed, set={"kuy.type": kind})
    figures = kuy_figures(piece.arrangement)
    return Sample(
        figures, held(figures, measured(kind)), bars_of(piece.arrangement), both_strings(piece), judged(piece)
    )


def both_strings(piece: Composition) -> list[Any]:
    """Return the bars of a küy as both strings play them: 32nds, strings and pitches, hands left out."""
    plain = sirtak.compose(piece.recipe, set={"dombra.human": 0, "dombra.spread": 0})
    notes, lines = plain["dombra"], bar_starts(plain.arrangement)
    bar = np.searchsorted(lines, notes.onset, side="right") - 1
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for number, onset, pitch, string in zip(bar, notes.onset, notes.pitch, notes.string, strict=True):
        rows.setdefault(int(number), []).append(
            (round((onset - lines[number]) / 120), int(string), int(pitch))
        )
    return [tuple(sorted(row)) for row in rows.values()]


def judged(piece: Composition) -> float:
    """Return the share of strokes that one hand can play, by the judge of `sirtak.folk.hand`, in percent."""
    track = piece.arrangement["dombra"]
    melody, bass = track.strings
    neck = load_neck(Library(), "chromatic")
    return 100 * playable_share(track.notes, Tuning("", bass, melody), neck)


def pooled(samples: list[Sample]) -> KuyFigures:
    """Return the figures of all küy together: each table's mean share."""
    found: dict[str, dict[Any, float]] = {}
    for name in TABLES:
        total: Counter[Any] = Counter()
        for item in samples:
            for key, share in getattr(item.figures, name).items():
                total[key] += share / len(samples)
        found[name] = dict(total)
    return replace(samples[0].figures, **found)


def by_chance(wanted: Measured, count: int) -> float:
    """Return the mean distance of `count` intervals drawn one by one from the measured shares."""
    from sirtak.analysis.kuy_held import apart

    names = [*wanted.intervals, "rest"]
    odds = np.array([*wanted.intervals.values(), 100 - sum(wanted.intervals.values())])
    edges = np.cumsum(odds / odds.sum())
    found = []
    for row in stream(0, "tools", "chance").random((200, count)):
        drawn = Counter(names[int(number)] for number in np.searchsorted(edges, row, side="right"))
        found.append(apart({name: 100 * n / count for name, n in drawn.items()}, wanted.intervals))
    return float(np.mean(found))


def between(samples: list[Sample], name: str) -> list[float]:
    """Return the share of bars that each küy has in common with each other one, in percent."""
    bars = [getattr(item, name) for item in samples]
    return [100 * common_bars(a, b) for i, a in enumerate(bars) for j, b in enumerate(bars) if i != j]


def rows(kind: str, samples: list[Sample]) -> list[tuple[str, str, str, str]]:
    """Return a type's table: figure, wanted, ours (mean, least to most), seeds inside."""
    wanted, together = measured(kind), pooled(samples)
    names = list(dict.fromkeys(check.name for item in samples for check in item.checks))
    table = []
    for name in names:
        checks = [check for item in samples for check in item.checks if check.name == name]
        values = [float(check.ours) for check in checks if check.ours is not None]
        inside = f"{sum(check.ok for check in checks)} of {len(checks)}"
        if name == "refrains":
            forms = [item.figures.form for item in samples]
            values = [100 * form.refrains / max(1, form.climbs) for form in forms]
            table.append(("refrain returns, % of climbs", "after every climb", spread(values), inside))
            continue
        ours, stem = spread(values), name.removesuffix(" distance")
        if stem in TABLES:
            ours += f"; all seeds together {far(together, wanted, stem):.3f}"
        table.append((name, checks[0].wanted, ours, inside))
    by_hand = [item.playable for item in samples]
    whole = f"{by_hand.count(100.0)} of {len(by_hand)}"
    table.append(("playable, by the judge of a hand", "100", spread(by_hand), whole))
    for title, name in (("tune", "bars"), ("both strings", "both")):
        common = between(samples, name)
        inside = f"{sum(share <= 30 for share in common)} of {len(common)} pairs"
        table.append((f"bars two seeds share, %: {title}", "at most 30", spread(common), inside))
    return table


def spread(values: list[float]) -> str:
    """Return mean, least and most of some values."""
    if not values:
        return "none"
    digits = 3 if max(values) < 1.5 else 1
    return f"{np.mean(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def tables() -> str:
    """Return the tables of all counted types as Markdown."""
    parts = [f"Seeds 1 to {SEEDS} of each type; mean, and least to most, of the seeds."]
    for kind in TYPES:
        samples = [sample(kind, seed) for seed in range(1, SEEDS + 1)]
        wanted = measured(kind)
        moves = round(
            float(np.mean([item.figures.strokes * (100 - item.figures.repeats) / 100 for item in samples]))
        )
        parts += ["", f"### {kind}", "", "| figure | wanted | ours | seeds inside |", "|---|---|---|---|"]
        parts += ["| " + " | ".join(row) + " |" for row in rows(kind, samples)]
        parts += [
            "",
            f"A küy of this type makes about {moves} moves; as many drawn one by one from the measured"
            f" intervals would lie {by_chance(wanted, moves):.3f} from them.",
        ]
    return "\n".join(parts)


def main() -> None:
    """Print the tables, or write them."""
    pages.show(PAGE, tables(), BEGIN, END)


if __name__ == "__main__":
    main()
