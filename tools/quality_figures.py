"""Hold many seeds of every style against the quality gauge, for docs/quality.md.

python tools/quality_figures.py                     print the tables (50 seeds a style)
python tools/quality_figures.py --write             put them into docs/quality.md
python tools/quality_figures.py --seeds 10 --styles kazan,toi
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pages
from quality_copies import COPIES, applies, standing
from quality_distinct import (
    Bars,
    Chord,
    chords,
    drum_bars,
    melody_bars,
    over_pairs,
    same_chords,
    told_apart,
)

import sirtak
from sirtak.analysis.bars import Frame
from sirtak.analysis.measures import BANDS, Measures, measure, outside
from sirtak.library import Library
from sirtak.rng import stream

PAGE = Path(__file__).parents[1] / "docs" / "quality.md"
BEGIN, END = "<!-- tables: tools/quality_figures.py --write -->", "<!-- end of tables: styles -->"
SEEDS, PROCESSES, FOLDS = 50, 2, 10
SAME = 0.9  # of the bars: two bass lines that differ in fewer are one
ALONE = "kuy"  # a piece for one dombra: shown, and not one of the styles that are counted together


@dataclass(frozen=True)
class Measured:
    """What is kept of one piece. `copies`: whether it stands above its copy, and whether the copy
    has more measures outside; a kind of copy that it has no parts for is left out."""

    style: str
    seed: int
    values: Measures
    tempo: float
    copies: dict[str, tuple[bool, bool]]
    melody: Bars
    drums: Bars
    chords: list[Chord]


def measured(job: tuple[str, int]) -> Measured:
    """Compose a piece and its copies, and measure them."""
    style, seed = job
    made = sirtak.compose(style, seed=seed)
    piece, frame = made.arrangement, Frame.of(made.arrangement)
    values = measure(piece, piece.lead)
    copies = {}
    for kind, corrupt in COPIES.items():
        if applies(kind, piece):
            copy = measure(corrupt(piece, stream(seed, "copy", kind)), piece.lead)
            better = standing(values) > standing(copy) + 1e-9
            copies[kind] = (better, len(outside(copy)) > len(outside(values)))
    harmony = chords(piece, frame, made.piece.tonic)
    melody, drums = melody_bars(piece, frame), drum_bars(piece, frame)
    return Measured(style, seed, values, piece.tempos[0].bpm, copies, melody, drums, harmony)


def measure_all(styles: Sequence[str], seeds: int) -> dict[str, list[Measured]]:
    """Measure so many seeds of each style, in two processes; progress goes to stderr."""
    found: dict[str, list[Measured]] = {style: [] for style in styles}
    jobs = [(style, seed) for style in styles for seed in range(1, seeds + 1)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        for number, item in enumerate(pool.map(measured, jobs, chunksize=5), 1):
            found[item.style].append(item)
            if item.seed == seeds:
                print(f"{number} of {len(jobs)}: {item.style}", file=sys.stderr, flush=True)
    return found


def percent(flags: Sequence[bool]) -> str:
    """Return a share in percent, '-' of nothing."""
    return f"{100 * float(np.mean(flags)):.0f}" if len(flags) else "-"


def head(*names: str) -> str:
    """Return the first two lines of a Markdown table."""
    return "| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|"


def gauge_table(found: dict[str, list[Measured]]) -> Iterator[str]:
    """Yield how many pieces lie inside the human bands."""
    yield head(
        "style", "inside every band, %", "at most one outside, %", "what lies outside, and how often in %"
    )
    for style, pieces in rows_of(found):
        wrong = [outside(item.values) for item in pieces]
        counts = Counter(name for names in wrong for name in names)
        often = ", ".join(
            f"{name.replace('_', ' ')} {100 * n / len(pieces):.2g}" for name, n in counts.most_common()
        )
        all_in, one_out = percent([not item for item in wrong]), percent([len(item) < 2 for item in wrong])
        yield f"| {style} | {all_in} | {one_out} | {often or 'nothing'} |"


def rows_of(found: dict[str, list[Measured]]) -> Iterator[tuple[str, list[Measured]]]:
    """Yield each style, and then all together but for the one that stands alone."""
    yield from ((f"`{style}`", pieces) for style, pieces in found.items())
    together = [item for style, pieces in found.items() if style != ALONE for item in pieces]
    if len(found) > 1 and together:
        without = f", without `{ALONE}`" if ALONE in found else ""
        yield f"all{without}", together


def copies_table(found: dict[str, list[Measured]]) -> Iterator[str]:
    """Yield how often a piece stands above its corrupted copies."""
    yield head("style", *(f"above its {kind} copy, %" for kind in COPIES), "copy has more outside, %")
    for style, pieces in rows_of(found):
        cells = [percent([p.copies[kind][0] for p in pieces if kind in p.copies]) for kind in COPIES]
        cells.append(percent([worse for item in pieces for _, worse in item.copies.values()]))
        yield f"| {style} | " + " | ".join(cells) + " |"


def distinct_table(found: dict[str, list[Measured]]) -> Iterator[str]:
    """Yield what two seeds of a style have in common."""
    melodies = ("common melody bars, %: mean, 95th, most", "pairs at 15 % or less")
    harmonies = ("bars with the same chord, %", "with the same lowest note, %", "pairs with one bass line, %")
    yield head("style", *melodies, *harmonies, "common drum bars, %")
    for style, pieces in found.items():
        if len(pieces) < 2:
            continue
        melody = over_pairs([item.melody for item in pieces])
        melody = melody[~np.isnan(melody)]
        tune = "no bar of three notes"
        if len(melody):
            tune = (
                f"{100 * melody.mean():.1f}, {100 * np.percentile(melody, 95):.0f}, {100 * melody.max():.0f}"
            )
        accord = _accord(pieces)
        drums = over_pairs([item.drums for item in pieces])
        beat = "no drums" if np.isnan(drums).all() else f"{100 * np.nanmean(drums):.0f}"
        cells = [tune, percent(melody <= 0.15), *accord, beat]
        yield f"| `{style}` | " + " | ".join(cells) + " |"


def _accord(pieces: Sequence[Measured]) -> tuple[str, str, str]:
    """Return the shares of bars with the same chord and lowest note, and of pairs with one bass line."""
    if all(low < 0 for item in pieces for low, _ in item.chords):
        return "-", "-", "-"  # nobody plays but the lead
    chord, low = np.array([same_chords(a.chords, b.chords) for a, b in combinations(pieces, 2)]).T
    return f"{100 * chord.mean():.0f}", f"{100 * low.mean():.0f}", percent(low > SAME)


def classified(found: dict[str, list[Measured]]) -> Iterator[str]:
    """Yield how well the styles are told apart by their figures."""
    pieces = [item for items in found.values() for item in items]
    styles = np.array([item.style for item in pieces])
    folds = np.array([item.seed % FOLDS for item in pieces])
    if len(np.unique(styles)) < 2 or len(np.unique(folds)) < 2:
        return
    table = [
        [*(np.nan if item.values[name] is None else item.values[name] for name in BANDS), np.log2(item.tempo)]
        for item in pieces
    ]
    rows = np.array(table, float)
    rows = rows[:, ~np.isnan(rows).all(axis=0)]
    given, deaf = told_apart(rows, styles, folds), told_apart(rows[:, :-1], styles, folds)
    lowest = min(found, key=lambda style: float(np.mean(given[styles == style] == style)))
    yield (
        f"Told apart by measures and tempo: {percent(given == styles)} % of pieces, least "
        f"`{lowest}` with {percent(given[styles == lowest] == lowest)} %. By the measures alone, "
        f"without the tempo: {percent(deaf == styles)} %."
    )
    wrong = Counter(zip(styles[given != styles].tolist(), given[given != styles].tolist(), strict=True))
    if wrong:
        most = ", ".join(f"`{a}` for `{b}` {n}" for (a, b), n in wrong.most_common(4))
        yield ""
        yield f"Most often taken for another (pieces): {most}."


def tables(found: dict[str, list[Measured]], seeds: int) -> str:
    """Return all tables as Markdown."""
    lines = [
        f"### Inside the bands\n\n{seeds} seeds of each style, as it comes.\n",
        *gauge_table(found),
        "\n### Against their own copies\n",
        *copies_table(found),
        "\n### Two seeds of a style, every pair\n",
        *distinct_table(found),
        "\n### Two styles\n",
        *classified(found),
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the tables, or put them into the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--styles", default="", help="names with commas between; all when left out")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/quality.md")
    given = parser.parse_args()
    names = given.styles.split(",") if given.styles else Library().names("style")
    styles = sorted(names, key=lambda name: (name == ALONE, name))
    pages.show(PAGE, tables(measure_all(styles, given.seeds), given.seeds), BEGIN, END)


if __name__ == "__main__":
    main()
