"""Chains of cells: the shares that were counted, addresses, bar lines, wrong files."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.errors import SirtakError, SpecError
from sirtak.library import Library
from sirtak.rhythm.cells import Cells, chain, load_cells
from sirtak.rng import Dice
from sirtak.sequencer import lay_row
from sirtak.theory.meter import Bars, parse_meters

LIBRARY = Library()

# kuy_stats.json, beat_cell_bigrams_pct, with cells by their names here; None is what was not listed.
COUNTED = {
    "4/4": {
        "c22": {"c22": 52, "c112": 21, "c4": 19, "c13": 8},
        "c112": {"c22": 100},
        "c13": {"c22": 96, "c13": 4},
        "c4": {"c4": 53, "c22": 46, "c12": 1},
    },
    "2/4": {
        "c211": {"c22": 100},
        "c22": {"c22": 68, "c211": 19, "c1111": 8, "c112": 3, None: 2},
        "c1111": {"c22": 100},
        "c4": {"c22": 50, "c4": 38, "c211": 12},
        "c112": {"c22": 100},
    },
    "6/8": {
        "c42": {"c42": 63, "c222": 23, "c6": 14},
        "c222": {"c42": 59, "c222": 41},
        "c6": {"c42": 100},
    },
}
STYLES = [
    ("4/4", "adai", {"c22": 69, "c112": 22, "c13": 8}),
    ("2/4", "balbyrauyn", {"c22": 68, "c211": 21, "c1111": 8, "c4": 2}),
    ("4/4", "song-like", {"c4": 55, "c22": 44}),
]
PLACES = [("4/4", ""), ("2/4", ""), ("6/8", ""), ("3/4", ""), ("2/4+3/4", ""), ("4/4", "adai"), ("12/8", "")]


@cache
def cells(meter, style=""):
    return load_cells(LIBRARY, parse_meters(meter), style)


def drawn(meter, style="", bars=4000, seed=1):
    found = cells(meter, style)
    draws = found.draws(Dice(seed, "dombra", 0, "verse"), "cells", bars)
    return chain(found, len(draws), draws)


@pytest.mark.parametrize("meter", COUNTED)
def test_the_files_carry_what_was_counted(meter):
    table = {
        name: {other: round(100 * share, 6) for other, share in shares.items()}
        for name, shares in cells(meter).follows.items()
        if name != "c12"
    }
    # What was counted but not listed after c22 in 2/4 is c4's, and that is ours.
    wanted = {a: {b or "c4": share for b, share in row.items()} for a, row in COUNTED[meter].items()}
    assert table == wanted


@pytest.mark.parametrize("meter", COUNTED)
def test_long_chains_have_the_shares(meter):
    pairs = Counter(pairwise(drawn(meter)))
    for before, row in cells(meter).follows.items():
        total = sum(count for pair, count in pairs.items() if pair[0] == before)
        if total < 400:  # c12 comes too seldom to be counted
            continue
        for after in cells(meter).rhythms:
            share = row.get(after, 0)
            # Four standard errors; a pair that was never counted never comes.
            slack = 4 * np.sqrt(share * (1 - share) / total) if share < 1 else 0
            # A long beat on the fourth beat has no room for three more.
            slack += 0.012 if before == "c4" and meter == "4/4" else 0
            assert abs(pairs[before, after] / total - share) <= slack


@pytest.mark.parametrize("meter", ["2/4", "4/4"])
def test_runs_and_gallops_are_answered_by_an_even_pair(meter):
    answers = {b for a, b in pairwise(drawn(meter)) if a in ("c112", "c211", "c1111")}
    assert answers == {"c22"}


@pytest.mark.parametrize(("meter", "style", "wanted"), STYLES)
def test_styles_keep_their_shares_of_beats(meter, style, wanted):
    names = drawn(meter, style)
    counted = Counter(names)
    total = sum(wanted.values())
    assert set(counted) == set(wanted)
    for name, share in wanted.items():
        assert 100 * counted[name] / len(names) == pytest.approx(100 * share / total, abs=1.5)
    for a, b in pairwise(names):  # and nothing follows that was never counted
        assert b in cells(meter).follows[a]


def test_the_weights_in_six_eight_are_what_the_followers_lead_to():
    names = ["c42", "c222", "c6"]
    table = np.array([[COUNTED["6/8"][a].get(b, 0) for b in names] for a in names]) / 100
    share = np.ones(3) / 3
    for _ in range(200):
        share = share @ table
    weights = [cells("6/8").rhythms[name].weight for name in names]
    assert np.allclose(100 * share, weights, atol=0.1)


@settings(deadline=None)
@given(st.sampled_from(PLACES), st.integers(1, 12), st.integers(0, 12), st.integers(0, 99))
def test_a_longer_section_leaves_the_cells_before_as_they_were(place, few, more, seed):
    short, long = (drawn(*place, bars=bars, seed=seed) for bars in (few, few + more))
    assert long[: len(short)] == short


@settings(deadline=None)
@given(st.sampled_from(PLACES), st.integers(1, 12), st.integers(0, 99))
def test_cells_fill_the_bars_and_cross_no_bar_line(place, bars, seed):
    found, names = cells(*place), drawn(*place, bars=bars, seed=seed)
    ends = np.cumsum([found.beats[name] for name in names])
    lines = np.cumsum(np.resize(found.bars, bars))
    assert set(lines.tolist()) <= set(ends.tolist())
    assert ends[-1] == lines[-1]


def test_bar_by_bar_is_the_same_as_at_once():
    found = cells("4/4")
    draws = found.draws(Dice(3, "dombra"), "cells", 30)
    once, pieces, before = chain(found, 120, draws), [], ""
    for bar in range(30):
        pieces += chain(found, 4, draws[4 * bar : 4 * bar + 4], before)
        before = pieces[-1]
    assert tuple(pieces) == once


def test_the_draws_are_addressed_by_bar_and_beat():
    found, dice = cells("2/4+3/4"), Dice(3, "dombra")
    assert np.array_equal(found.draws(dice, "cells", 9)[:5], found.draws(dice, "cells", 2))
    rows = dice.rows("cells", 2, 3)
    assert found.draws(dice, "cells", 2).tolist() == [*rows[0, :2], *rows[1]]


def test_a_chain_is_stroked_as_the_scores_are():
    row = cells("4/4").grid(["c112", "c22", "c22", "c13", "c22"]).rows[0]
    hands = "".join({"D": "⊓", "U": "V"}[step.stroke] for step in row.steps)
    # Adai, bars 3 and 29: an even pair after gallop or snap is two strokes up.
    assert hands == "⊓V⊓" + "VV" + "⊓V" + "⊓V" + "VV"
    laid = lay_row(row, Bars(parse_meters("5/4"), 1), 4)
    assert laid.onset.tolist() == [0, 240, 480, 960, 1440, 1920, 2400, 2880, 3120, 3840, 4320]


def test_cells_of_other_steps_are_joined_exactly():
    found = cells("6/8")
    grid = found.grid(["c42", "c222"])
    assert (grid.rows[0].size, grid.steps_per_beat) == (6, 1)
    mixed = Cells({**found.rhythms, "c22": cells("2/4").rhythms["c22"]}, {}, {}, {}, (2,))
    assert mixed.grid(["c22", "c42"]).steps_per_beat == 4


@pytest.mark.parametrize("meter", ["5/8", "7/8", "2/4+3/8", "4/8"])
def test_meters_without_counted_cells_are_refused(meter):
    with pytest.raises(SpecError, match="no cells were counted in") as caught:
        load_cells(LIBRARY, parse_meters(meter))
    assert "name a rhythm" in str(caught.value)


def test_a_style_that_is_not_there():
    with pytest.raises(SpecError, match="was counted in the style 'adia'") as caught:
        load_cells(LIBRARY, parse_meters("4/4"), "adia")
    assert "did you mean 'adai'" in str(caught.value)
    with pytest.raises(SpecError, match="leave the style out"):
        load_cells(LIBRARY, parse_meters("6/8"), "adai")


def test_too_few_draws():
    with pytest.raises(SpecError, match="4 beats take as many draws, and there are 3"):
        chain(cells("4/4"), 4, [0.1, 0.2, 0.3])


CELL = """format = 1
kind = "rhythm"
name = "{name}"
meter = "{meter}"
source = "s"
tag = "invented"
grid = "s {grid}"
[follows_in."2/4"]
{follows} = 100
"""


def own(tmp_path, **files):
    for name, (meter, grid, follows) in files.items():
        text = CELL.format(name=name, meter=meter, grid=grid, follows=follows)
        (tmp_path / f"{name}.toml").write_text(text)
    return Library(tmp_path)


def test_own_cells_chain_too(tmp_path):
    library = own(tmp_path, mine=("2/4", "D---u---", "other"), other=("1/4", "DuDu", "mine"))
    found = load_cells(library, parse_meters("3/4"), first="mine")
    assert found.beats == {"mine": 2, "other": 1}
    # Without weights nothing is likelier than anything at first.
    assert [chain(found, 3, [draw, 0.0, 0.0])[0] for draw in (0.49, 0.51)] == ["mine", "other"]
    assert chain(found, 6, [0.0] * 6, "other") == ("mine", "other", "mine", "other")
    assert set(library.own_used()["rhythm"]) == {"mine", "other"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"mine": ("1/4", "D---", "othr"), "other": ("1/4", "D---", "mine")},
            "mine.toml:9: follows_in: unknown cell 'othr'",
        ),
        ({"mine": ("1/8", "D---", "mine")}, "mine.toml:4: meter: the cell 'mine' lasts 1/8"),
        ({"mine": ("3/8", "D---D---D---", "mine")}, "mine.toml:4: meter: the cell 'mine' lasts 3/8"),
    ],
)
def test_own_cells_that_are_wrong_are_shown_with_their_line(tmp_path, files, words):
    with pytest.raises(SirtakError) as caught:
        load_cells(own(tmp_path, **files), parse_meters("2/4"), first="mine")
    assert words in str(caught.value)
    assert "hint: " in str(caught.value)


def test_the_example_in_the_docs_runs():
    text = (Path(__file__).parents[1] / "docs" / "pieces.md").read_text(encoding="utf-8")
    code = next(
        block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "load_cells" in block
    )
    found: dict[str, object] = {}
    exec(code, found)
    first = ", ".join(map(repr, found["names"][:3]))
    assert f"({first}, …), eight bars" in text
    assert found["strokes"].rows[0].size == 8 * 16
