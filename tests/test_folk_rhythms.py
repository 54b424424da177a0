"""The folk rhythms beside the tables of the reference: strokes, meters, cells, verses."""

from itertools import pairwise

import pytest

from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.rhythm import build_rhythm, load_rhythm
from sirtak.rhythm.rhythm import check_names
from sirtak.sequencer import lay
from sirtak.spec import parse_document
from sirtak.theory.meter import Bars, parse_meters

LIBRARY = Library()

# kazakh.md 2.3: what is stroked, one sign a stroke (⊓ down, V up), and the onsets in sixteenths
# (trip: in twelfths of a half note; jigs: in eighths).
STROKES = {
    "alt": ("⊓V⊓V", [0, 2, 4, 6], 8),
    "dduu": ("⊓⊓VV", [0, 2, 4, 6], 8),
    "gallop-a": ("⊓V⊓VV", [0, 1, 2, 4, 6], 8),
    "gallop-b": ("⊓⊓V⊓V", [0, 2, 3, 4, 6], 8),
    "run16": ("⊓V⊓V⊓V", [0, 1, 2, 3, 4, 6], 8),
    "dvvv": ("⊓VVV⊓VVV", [0, 2, 4, 6, 8, 10, 12, 14], 16),
    "snap": ("⊓VVV", [0, 1, 4, 6], 8),
    "trip": ("⊓V⊓V", [0, 1, 2, 3], 6),
    "jig": ("⊓V⊓V", [0, 2, 3, 5], 6),
    "jig6": ("⊓VV⊓VV", [0, 1, 2, 3, 4, 5], 6),
    "pbsp": ("⊓VV⊓", [0, 2, 4, 6], 8),
}

# kazakh.md 4.2: onsets as they stand there.
CELLS = {
    "c22": "1010",
    "c4": "1000",
    "c112": "1110",
    "c211": "1011",
    "c13": "1100",
    "c1111": "1111",
    "jig": "101101",
    "jig6": "111111",
    "jig-eee": "111101",
    "alatau-a": "10111",
    "alatau-b": "11111",
    "aqsaq": "1100110011001100",
    "aqsaq-trip": "111100111100",
    "qudasha": "10011010",
    "qudasha-b": "111",
    "qudasha-b2": "101",
    "koroghly7": "10111010101010",
    "jumyr": "1001100110101010",
    "jumyr-six": "111111111111",
    "erke": "11101010",
}

# kazakh.md 4.1: every meter in print.
IN_PRINT = [
    "2/4", "4/4", "6/8", "3/4", "5/8", "2/4+3/4+5/8+3/8", "2/4+3/4",
    "7/8 (2+2+3)+4/8+6/8+5/8 (3+2)+9/8 (2+2+2+3)", "2/2+6/4 (2+2+2)+4/8+3/8",
    "2/2", "6/4", "4/8", "3/8", "4/8+3/8", "7/8",
]  # fmt: skip

# kazakh.md 4.3: syllables of each group, as accents part them.
VERSES = {
    "verse-7": [4, 3],
    "verse-8": [3, 2, 3],
    "verse-8-44": [4, 4],
    "verse-8-53": [5, 3],
    "verse-11": [4, 3, 4],
    "verse-11-344": [3, 4, 4],
}


def steps_of(name):
    return load_rhythm(LIBRARY, name).grid.rows[0].steps


@pytest.mark.parametrize("name", STROKES)
def test_every_stroke_pattern_is_stroked_as_printed(name):
    hands, onsets, size = STROKES[name]
    rhythm = load_rhythm(LIBRARY, name)
    row = rhythm.grid.rows[0]
    assert "".join({"D": "⊓", "U": "V"}[step.stroke] for step in row.steps) == hands
    assert [step.index * size // row.size for step in row.steps] == onsets
    assert all(step.index * size % row.size == 0 for step in row.steps)
    assert "printed" in rhythm.source or "tab" in rhythm.source
    assert rhythm.observed
    assert rhythm.tag in ("P", "U")


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_has_the_onsets_of_the_table(name):
    row = load_rhythm(LIBRARY, name).grid.rows[0]
    assert "".join("1" if i in {s.index for s in row.steps} else "0" for i in range(row.size)) == CELLS[name]


def test_the_alatau_refrain_is_accented_on_one_alone():
    assert [step.index for step in steps_of("alatau-a") if step.level == 3] == [0]


@pytest.mark.parametrize("meter", IN_PRINT)
def test_every_meter_in_print_has_a_rhythm(meter):
    meters = parse_meters(meter)
    fitting = [name for name in LIBRARY.names("rhythm") if load_rhythm(LIBRARY, name).fits(meters)]
    assert fitting
    bars = Bars(meters, 2 * len(meters))
    for name in fitting:
        laid = lay(load_rhythm(LIBRARY, name), bars)
        assert laid.onset[0] == 0
        # A stroke on every bar line, but where a rhythm of several bars holds its last syllable.
        if not name.startswith("verse"):
            assert set(bars.starts.tolist()) <= set(laid.onset.tolist())


@pytest.mark.parametrize("name", VERSES)
def test_verses_have_their_syllables_and_groups(name):
    steps = steps_of(name)
    accents = [number for number, step in enumerate(steps) if step.level == 3] + [len(steps)]
    assert [b - a for a, b in pairwise(accents)] == VERSES[name]
    assert all(a.index + a.length == b.index for a, b in pairwise(steps))


@pytest.mark.parametrize("name", LIBRARY.names("rhythm"))
def test_every_rhythm_says_what_was_observed_and_what_is_ours(name):
    rhythm = load_rhythm(LIBRARY, name)
    row = rhythm.grid.rows[0]
    assert rhythm.about
    assert row.steps[0].level == 3
    assert rhythm.observed or rhythm.tag == "invented"
    if rhythm.tag == "invented":
        assert "ours" in rhythm.source or "invented" in rhythm.source
    else:  # strokes are either printed or said to be ours
        assert any(word in rhythm.source for word in ("strokes", "stroke is ours", "printed"))


def test_the_groups_of_uneven_bars_begin_with_a_stroke_and_an_accent():
    # craft.md 2.2: groups begin with a note in at least 85 % of bars.
    for name in ("koroghly7", "koroghly-mixed", "seven-gallop", "verse-8", "kezi", "aqsaq-qulan"):
        rhythm = load_rhythm(LIBRARY, name)
        bars = Bars(rhythm.meters, len(rhythm.meters))
        laid = lay(rhythm, bars)
        assert set(bars.group_starts.tolist()) <= set(laid.onset[laid.level == 3].tolist())


def test_shares_are_those_that_were_counted():
    weights = {"c22": 65.3, "c4": 14.8, "c112": 8.3, "c211": 6.0, "c13": 2.7, "c1111": 2.4}
    styles = {
        "adai": {"c22": 69, "c112": 22, "c13": 8},
        "balbyrauyn": {"c22": 68, "c211": 21, "c1111": 8, "c4": 2},
        "song-like": {"c4": 55, "c22": 44},
    }
    for name, weight in weights.items():
        rhythm = load_rhythm(LIBRARY, name)
        assert rhythm.weight == weight
        assert rhythm.weight_in == {style: cells[name] for style, cells in styles.items() if name in cells}


# -- fitting and laying ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meter", "fits"),
    [
        ("c22", "4/4", True),
        ("c22", "2/4+3/4", True),
        ("c22", "5/8", False),
        ("c22", "6/8", False),  # as long as three quarters, and grouped otherwise
        ("alt", "3/4", False),
        ("alt", "2/4+3/4", False),
        ("alt", "4/4+2/4", True),
        ("gallop", "2/2", True),
        ("gallop", "3/4", False),
        ("gallop", "2/4", True),  # over two bars
        ("verse-11", "4/4", True),
        ("jig", "12/8", True),
        ("jig", "3/4", False),
        ("c42", "9/8", True),
        ("koroghly7", "7/8 (3+2+2)", True),  # another grouping of the same bar is a choice
        ("kezi", "3/8+4/8", False),
        ("aqsaq-qulan", "2/4+3/4+5/8+3/8", True),
        ("aqsaq-qulan", "2/4", False),
        ("ili", "3/4+2/4", False),
    ],
)
def test_a_rhythm_fits_bars_that_hold_it(name, meter, fits):
    assert load_rhythm(LIBRARY, name).fits(parse_meters(meter)) is fits


def test_mixed_meters_are_laid_through_the_whole_cycle():
    rhythm = load_rhythm(LIBRARY, "aqsaq-qulan")
    meters = parse_meters("2/4+3/4+5/8+3/8")
    laid = lay(rhythm, Bars(meters, 8))
    cycle = (5 * 2 + 5 + 3) * 480
    eighths = range(0, 2 * cycle, 480)
    # A snap on every eighth: the second stroke is a quarter of the way.
    assert laid.onset.tolist() == [tick + late for tick in eighths for late in (0, 120)]
    assert laid.down.tolist() == [True, False] * len(eighths)
    assert laid.end.max() <= 2 * cycle


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ("s D-u-|D-|u-", "no group of the meter begins after 6 steps"),
        ("s D-u-D-u", "has 7 steps, and a bar 8"),
        ("s D-u-|D-u-|D-u-", "has 12 steps, and a bar 8"),
    ],
)
def test_a_grid_in_mixed_meters_fills_the_cycle_and_keeps_its_groups(grid, words):
    # Four steps a beat: sixteenths in the bar of 1/4, and half as long in that of 1/8.
    text = FILE.format("", "").replace('"2/4"', '"1/4+1/8"').replace("s D-u-D-u-", grid)
    with pytest.raises(SirtakError, match=words):
        build_rhythm(parse_document(text, "r.toml"))


def test_a_rhythm_in_four_fills_bars_of_two_halves():
    rhythm = load_rhythm(LIBRARY, "jumyr")
    four, two = (lay(rhythm, Bars(parse_meters(meter), 3)) for meter in ("4/4", "2/2"))
    assert four.onset.tolist() == two.onset.tolist()
    assert four.onset.tolist()[:8] == [0, 720, 960, 1680, 1920, 2400, 2880, 3360]


def test_a_section_may_end_in_the_middle_of_a_rhythm():
    laid = lay(load_rhythm(LIBRARY, "verse-11"), Bars(parse_meters("4/4"), 3))
    assert laid.onset.max() < 3 * 3840
    assert len(laid.onset) == 11 + 8


def test_the_snap_in_pulses_is_the_snap():
    for meter, count in (("2/4", 3), ("4/4", 2), ("2/4", 1)):
        bars = Bars(parse_meters(meter), count)
        plain, pulsed = (lay(load_rhythm(LIBRARY, name), bars) for name in ("aqsaq", "aqsaq-pulses"))
        for column in ("onset", "level", "down"):
            assert getattr(plain, column).tolist() == getattr(pulsed, column).tolist()


FILE = """format = 1
kind = "rhythm"
name = "r"
meter = "2/4"
source = "s"
tag = "invented"
{}
grid = \"\"\"
s D-u-D-u-
\"\"\"
{}"""


@pytest.mark.parametrize(
    ("top", "tables", "line", "words", "hint"),
    [
        ("follows = { c21 = 100 }", "", 7, "follows: unknown cell 'c21'", "did you mean"),
        ("", '[follows_in."2/4"]\nc22 = 50\nc2222 = 50\n', 13, "follows_in: unknown cell 'c2222'", "c222"),
        ("", "[after]\nc999 = 'D-u-D-u-'\n", 12, "after: unknown cell 'c999'", "known"),
        ("", "[after]\nc22 = 'D-u-D--u'\n", 12, "has not the onsets of the grid", "leave their places"),
        ("", "[after]\nc22 = 'D-u-'\n", 12, "has not the onsets", "leave their places"),
        ("", "[after]\nc22 = 'D-q-D-u-'\n", 12, "'q' is not a step", "use X x o"),
        ("", '[follows_in."2/5"]\nc22 = 100\n', 11, "the lower number must be", "did you mean 2/4"),
        ("follows = { c22 = 101 }", "", 7, "expected float <= 100", ""),
        ("pulses = [0, 1]", "", 7, "pulses[1]: expected float >= 1.0, found 0", "e.g. pulses = [1, 3]"),
        ("pulses = []", "", 7, "pulses: expected array of length >= 2", "e.g. pulses = [1, 3]"),
        ("pulses = [1,1,1,1,1,1,1,1,2]", "", 7, "9 pulses do not fit a bar of 2/4", "at most 8"),
    ],
)
def test_rhythm_files_say_where_they_are_wrong(top, tables, line, words, hint):
    document = parse_document(FILE.format(top, tables), "r.toml")
    with pytest.raises(SirtakError) as caught:
        check_names(LIBRARY, document, build_rhythm(document))
    message = str(caught.value)
    assert message.startswith(f"r.toml:{line}: ")
    assert words in message
    assert hint in message
