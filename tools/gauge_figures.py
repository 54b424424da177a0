"""Try the quality gauge on human music and on noodling, for docs/quality.md.

python tools/gauge_figures.py            print the tables
python tools/gauge_figures.py --write    put them into docs/quality.md

The music is what ships with music21; parsing it takes some two minutes.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise

import numpy as np
import pages
from quality_copies import shuffled
from quality_corpora import CORPORA, arrangements
from quality_figures import ALONE, PAGE, PROCESSES, head, percent
from quality_nulls import LEADS, Chain, loop, random_beat, shuffle, walk, with_lead

import sirtak
from sirtak.analysis.bars import Frame
from sirtak.analysis.measures import BANDS, Measures, measure, outside
from sirtak.analysis.motif import interval_gain
from sirtak.analysis.texture import FEWEST_BARS, bar_states, hyper_metre, similarities
from sirtak.library import Library
from sirtak.notes import Arrangement
from sirtak.notes.skyline import skyline
from sirtak.rng import stream

BEGIN, END = "<!-- tables: tools/gauge_figures.py --write -->", "<!-- end of tables: gauge -->"
NULLS = 200  # of each kind
SEEDS = 4  # of each style, whose lead is replaced
FEW = 10  # pieces, of which no share is given
LENGTHS = (40, 60, 80, 100, 120, 160, 10_000)  # intervals


def read(name: str) -> list[Arrangement]:
    """Return the pieces of a corpus."""
    warnings.simplefilter("ignore")
    return list(arrangements(name))


def spoilt(style: str) -> list[tuple[str, Measures]]:
    """Return the measures of pieces of a style whose lead noodles, or whose drums hit at random."""
    found = []
    for seed in range(1, SEEDS + 1):
        piece = sirtak.compose(style, seed=seed).arrangement
        copies = {kind: with_lead(piece, kind, stream(seed, "lead", kind)) for kind in LEADS}
        if any(track.drums for track in piece):
            copies["beat"] = random_beat(piece, stream(seed, "beat"))
        found += [(kind, measure(copy, piece.lead)) for kind, copy in copies.items()]
    return found


def nulls(tunes: Sequence[Arrangement]) -> dict[str, list[Arrangement]]:
    """Return lines that are not music, some made out of tunes."""
    chain = Chain.of([tune.tracks[0].notes for tune in tunes])
    some = [tunes[number * len(tunes) // NULLS] for number in range(NULLS)]
    return {
        "walk": [walk(stream(number, "walk")) for number in range(NULLS)],
        "chain": [chain.tune(stream(number, "chain")) for number in range(NULLS)],
        "shuffle": [shuffle(tune, stream(number, "shuffle")) for number, tune in enumerate(some)],
        "loop": [loop(tune, stream(number, "loop")) for number, tune in enumerate(some) if _has_bar(tune)],
    }


def _has_bar(tune: Arrangement) -> bool:
    return bool((np.bincount(tune.tracks[0].notes.onset // tune.meters[0].bar_ticks) >= 3).any())


def shares(sets: Mapping[str, Sequence[Measures]]) -> Iterator[str]:
    """Yield, for each measure and set, the share inside its band; then all of them jointly."""
    yield head("% inside", "human band", *(f"{name} ({len(some)})" for name, some in sets.items()))
    for name, band in BANDS.items():
        cells = []
        for some in sets.values():
            known = [values for values in some if values[name] is not None]
            inside = [name not in outside(values) for values in known]
            cells.append(percent(inside) if len(known) >= FEW else "")
        if any(cells):
            span = f"≥ {band.low:g}" if band.high == np.inf else f"{band.low:g} to {band.high:g}"
            yield f"| {name.replace('_', ' ')} | {span} | " + " | ".join(cells) + " |"
    for label, most in (("all that apply", 0), ("at most one outside", 1)):
        cells = [percent([len(outside(values)) <= most for values in some]) for some in sets.values()]
        yield f"| **{label}** | | " + " | ".join(f"**{cell}**" for cell in cells) + " |"


def spoilt_table(found: Sequence[tuple[str, Measures]]) -> Iterator[str]:
    """Yield how few of the spoilt pieces pass, and what gives them away."""
    passing = ("inside every band, %", "at most one outside, %")
    yield head("our pieces, with", "pieces", *passing, "most often outside, %")
    labels = {
        "walk": "the lead walking at random over its own pitches",
        "shuffle": "the lead's pitches in another order",
        "loop": "the lead's fullest bar over and over",
        "beat": "drums at random steps and velocities",
    }
    for kind, label in labels.items():
        wrong = [outside(values) for name, values in found if name == kind]
        often = Counter(name for names in wrong for name in names).most_common(3)
        told = ", ".join(f"{name.replace('_', ' ')} {100 * n / len(wrong):.0f}" for name, n in often)
        passed, nearly = percent([not item for item in wrong]), percent([len(item) < 2 for item in wrong])
        yield f"| {label} | {len(wrong)} | {passed} | {nearly} | {told} |"


def length_table(tunes: Sequence[Arrangement]) -> Iterator[str]:
    """Yield how many tunes, and the same tunes shuffled, gain enough, by their length."""
    gains = []
    for number, tune in enumerate(tunes):
        pitch = skyline(tune.tracks[0].notes).pitch.astype(np.int64)
        order = np.argsort(stream(number, "order").random(len(pitch)))
        if len(pitch) > LENGTHS[0]:
            pair = interval_gain(np.diff(pitch)), interval_gain(np.diff(pitch[order]))
            gains.append((len(pitch) - 1, *pair))
    yield head("intervals", "tunes", "gain .11 or more, %", "the same shuffled, %")
    for low, high in pairwise(LENGTHS):
        rows = np.array([row for row in gains if low <= row[0] < high])
        span = f"{low} to {high - 1}" if high < LENGTHS[-1] else f"{low} or more"
        yield f"| {span} | {len(rows)} | {percent(rows[:, 1] >= 0.11)} | {percent(rows[:, 2] >= 0.11)} |"


def hyper_line(sets: Mapping[str, Sequence[Arrangement]]) -> Iterator[str]:
    """Yield a table of the hyper-metre of tunes, as written and with their bars shuffled."""
    shares_of = ("at 0 or more, %", "bars shuffled, %", "above its shuffled copy, %")
    yield head(f"tunes of {FEWEST_BARS} bars or more", "tunes", *shares_of)
    for name, pieces in sets.items():
        pairs = []
        for number, piece in enumerate(pieces):
            frame = Frame.of(piece)
            if len(frame) >= FEWEST_BARS:
                both = (piece, shuffled(piece, stream(number, "bars")))
                pairs.append([hyper_metre(similarities(bar_states(item, frame))) for item in both])
        table = np.array(pairs, float)
        cells = [percent(table[:, 0] >= 0), percent(table[:, 1] >= 0), percent(table[:, 0] > table[:, 1])]
        yield f"| {name} | {len(table)} | " + " | ".join(cells) + " |"


def tables() -> str:
    """Return all tables as Markdown."""
    styles = [name for name in Library().names("style") if name != ALONE]
    with ProcessPoolExecutor(PROCESSES) as pool:
        spoiling = pool.map(spoilt, styles)
        corpora = {}
        for name, pieces in zip(reversed(CORPORA), pool.map(read, reversed(CORPORA)), strict=True):
            print(f"{name}: {len(pieces)}", file=sys.stderr, flush=True)
            corpora[name] = pieces
        ruined = [item for found in spoiling for item in found]
    corpora = {name: corpora[name] for name in CORPORA}
    single = {name: some for name, some in corpora.items() if all(len(piece.tracks) == 1 for piece in some)}
    tunes = [piece for some in single.values() for piece in some]
    lines = [
        "### Human music\n\nIn brackets, how many pieces; no figure where fewer than ten can be measured.\n",
        *shares({name: [measure(piece) for piece in some] for name, some in corpora.items()}),
        "\n### Lines that are not music\n",
        *shares({name: [measure(piece) for piece in some] for name, some in nulls(tunes).items()}),
        "\n### Our own pieces, spoilt\n",
        *spoilt_table(ruined),
        "\n### How long a line must be for the motif gain\n",
        *length_table(tunes),
        "\n### Hyper-metre of tunes, as if it applied to a single line\n",
        *hyper_line(single),
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the tables, or put them into the page."""
    pages.show(PAGE, tables(), BEGIN, END)


if __name__ == "__main__":
    main()
