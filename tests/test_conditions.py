"""Trig conditions: on which plays a step sounds, what PRE and NEI remember, and what is none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.rhythm import Condition, Grid, parse_condition
from sirtak.sequencer import Feel, perform, sequence
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, parse_meters
from strategies import conditions

GM = load_kit(Library(), "gm")
LADDER = (1, 2, 4, 6, 9, 13, 19, 25, 33, 41, 50, 59, 67, 75, 81, 87, 91, 94, 96, 98, 99)  # craft.md 3.4


def played(text, bars, voice="hat", meter="1/4", step=240, **knobs):
    """Return the steps (from 0) at which a voice sounds."""
    notes = sequence(Grid.parse(text), bars, GM, meter=meter, **{"seed": None, **knobs})
    return [tick / step for tick in notes[notes.pitch == GM.note(voice)].onset.tolist()]


def row(voice, steps, *ifs, more=""):
    """Return a row and its table; conditions of its steps in order, '' for none."""
    table = [f'step.{number} = {{ if = "{text}" }}' for number, text in enumerate(ifs, 1) if text]
    return f"{voice} {steps}", "\n".join([f"[row.{voice}]", *([more] if more else []), *table])


def grid(*rows):
    return "\n".join([line for line, _ in rows] + [""] + [table for _, table in rows])


def plays(condition, count, **knobs):
    """Return the plays (from 1) of a row on which a condition lets its step sound."""
    return [at / 4 + 1 for at in played(grid(row("hat", "x---", condition)), count, **knobs)]


@pytest.mark.parametrize(
    ("condition", "count", "wanted"),
    [
        ("2:4", 12, [2, 6, 10]),
        ("4:7", 20, [4, 11, 18]),
        ("1:1", 3, [1, 2, 3]),
        ("1:2", 5, [1, 3, 5]),
        ("2:2", 5, [2, 4]),
        ("8:8", 17, [8, 16]),
        ("!2:4", 8, [1, 3, 4, 5, 7, 8]),
        ("1ST", 5, [1]),
        ("!1ST", 5, [2, 3, 4, 5]),
        ("FILL", 5, []),
        ("!FILL", 3, [1, 2, 3]),
        ("0%", 4, []),
        ("!100%", 4, []),
        ("100%", 4, [1, 2, 3, 4]),
        ("!0%", 4, [1, 2, 3, 4]),
    ],
)
def test_plays_are_counted_from_one(condition, count, wanted):
    assert plays(condition, count, seed=3) == wanted
    assert plays(condition.lower(), count, seed=3) == wanted


def test_fills_are_flagged_bar_by_bar():
    assert plays("FILL", 6, fill=[2, 5]) == [2, 5]
    assert plays("!FILL", 6, fill=[2, 5]) == [1, 3, 4, 6]
    with pytest.raises(SpecError, match="there is no bar 7 to fill") as caught:
        plays("FILL", 6, fill=[7])
    assert caught.value.hint == "1 to 6"


@pytest.mark.parametrize(
    ("steps", "more", "wanted"),
    [
        ("x---", "", [4, 20]),
        ("x--", "", [3, 15, 27]),
        ("x---", 'speed = "1/2"', [8]),
        ("x---", "speed = 2", [2, 10, 18, 26]),
        ("x---", "rotate = 1", [5, 21]),
        ("x---", "rotate = -1", [7, 23]),
    ],
)
def test_a_row_counts_its_own_plays(steps, more, wanted):
    assert played(grid(row("hat", steps, "2:4", more=more)), 8) == wanted


def test_a_master_length_counts_for_all_rows():
    made = "hat x---\nrim x---x---\nmaster = 8\n\n[row.hat]\nstep.1 = { if = '2:2' }\n[row.rim]\nstep.5 = { if = '1ST' }"
    assert played(made, 8) == [8, 12, 24, 28]
    assert played(made, 8, "rim") == [0, 4, 8, 16, 24]


T, F = "1:1", "!1:1"


@pytest.mark.parametrize(
    ("ifs", "wanted"),
    [
        ((T, "!PRE", "!PRE", "PRE"), [0, 3]),
        ((F, "!PRE", "!PRE", "PRE"), [1, 2]),
        (("PRE", "PRE", "PRE", "PRE"), []),
        (("!PRE", "!PRE", "PRE", "PRE"), [0, 1]),
        ((T, F, "PRE", "!PRE"), [0, 3]),
        ((F, T, "PRE", "PRE"), [1, 2, 3]),
        ((T, "", "PRE", ""), [0, 1, 2, 3]),
        ((F, "", "PRE", ""), [1, 3]),
        (("", "PRE", "", "!PRE"), [0, 2, 3]),
        (("!2:2", "PRE", "!1:2", "PRE"), [0, 1]),
        (("FILL", "PRE", "!FILL", "PRE"), [2, 3]),
        (("NEI", "PRE", "!NEI", "PRE"), [2, 3]),
    ],
)
def test_pre_repeats_the_last_evaluated_condition_of_its_row(ifs, wanted):
    assert played(grid(row("hat", "xxxx", *ifs)), 1) == wanted


def test_pre_remembers_from_play_to_play():
    assert played(grid(row("hat", "xx--", "PRE", T)), 3) == [1, 4, 5, 8, 9]
    assert played(grid(row("hat", "xx--", "PRE", "1:2")), 4) == [1, 4, 9, 12]


def test_pre_sees_what_a_draw_has_decided():
    drawn = played(grid(row("hat", "xxxx", "50%", "PRE", "!PRE")), 32, seed=5)
    for bar in range(32):
        first, then, other, last = (4 * bar + step in drawn for step in range(4))
        assert (then, other, last) == (first, not first, True)


@pytest.mark.parametrize(
    ("kick", "hat", "wanted"),
    [
        ((T,), ("NEI", "NEI", "!NEI", "!NEI"), [0, 1]),
        ((F,), ("NEI", "NEI", "!NEI", "!NEI"), [2, 3]),
        (("", T), ("NEI", "NEI", "NEI", "NEI"), [1, 2, 3]),
        (("", T), ("!NEI", "!NEI", "!NEI", "!NEI"), [0]),
        ((T, F, T), ("NEI", "NEI", "NEI", "NEI"), [0, 2, 3]),
        ((), ("NEI", "!NEI", "NEI", "!NEI"), [1, 3]),
        (("PRE", "!PRE"), ("NEI", "NEI", "!NEI", "!NEI"), [2, 3]),
        ((T, "!PRE", "PRE"), ("", "NEI", "NEI", "!NEI"), [0, 1, 2]),
        (("!2:2",), ("NEI", "PRE", "!PRE", "!NEI"), [0, 1]),
    ],
)
def test_nei_is_the_last_condition_of_the_row_above(kick, hat, wanted):
    assert played(grid(row("kick", "xxxx", *kick), row("hat", "xxxx", *hat)), 1) == wanted


def test_the_top_row_has_no_neighbour():
    made = grid(row("hat", "xx--", "NEI", "!NEI"), row("kick", "x---", T))
    assert played(made, 3) == [1, 5, 9]


def test_nei_reads_one_row_up_and_is_evaluated_itself():
    rows = row("kick", "x---", T), row("rim", "x---"), row("hat", "x---", "NEI")
    assert played(grid(*rows), 1) == []
    rows = row("kick", "x---", "1:2"), row("rim", "x---", "!NEI"), row("hat", "xx--", "NEI", "PRE")
    assert played(grid(*rows), 4) == [4, 5, 12, 13]


@pytest.mark.parametrize(
    ("kick", "wanted"),
    [
        (row("kick", "xxxxxxxx", "", T, "", F, more="speed = 2"), [1]),
        (row("kick", "xx", F, T, more='speed = "1/2"'), [2, 3]),
        (row("kick", "xxxxxx", F, T, F, more='speed = "3/2"'), [1]),
        (row("kick", "xxxx", T, F, more="rotate = 2"), [2]),
        (row("kick", "xxxx", "", "", T, more="nudge = 20"), [2, 3]),
    ],
)
def test_time_comes_first_and_then_the_row(kick, wanted):
    # 3/2: steps at 0, 2/3, 4/3; a nudge moves the sound and not the step.
    assert played(grid(kick, row("hat", "xxxx", *["NEI"] * 4)), 1) == wanted


def test_what_is_not_heard_is_evaluated_all_the_same():
    heard = grid(row("kick", "x---", "1:2"), row("hat", "x---", "NEI"))
    muted = heard.replace("[row.kick]", "[row.kick]\nmute = true")
    assert played(muted, 4) == played(heard, 4) == [0, 8]
    assert played(muted, 4, "kick") == []
    made, bars = Grid.parse(heard), Bars(parse_meters("1/4"), 4)
    mask = np.array([[False], [True]]) & np.ones((2, 16), bool)
    notes = perform([(made, mask)], bars, GM, Feel()).notes
    assert (notes.onset.tolist(), set(notes.pitch.tolist())) == ([0, 1920], {GM.note("hat")})
    dropped = heard.replace("{ if", "{ chance = 0, if", 1)
    assert played(dropped, 4, seed=1) == [0, 8]


def test_more_percent_only_adds_hits():
    chosen = [set(plays(f"{percent}%", 200, seed=9)) for percent in (0, *LADDER, 100)]
    assert all(fewer <= more for fewer, more in pairwise(chosen))
    assert chosen[0] == set()
    assert chosen[-1] == set(range(1, 201))
    assert 70 < len(chosen[11]) < 130


def test_percent_is_drawn_at_the_step_of_the_row():
    once = plays("50%", 64, seed=9)
    assert once == plays("50%", 64, seed=9) == plays("50%", 80, seed=9)[: len(once)]
    assert once != plays("50%", 64, seed=10)
    assert once != plays("50%", 64, seed=9, take=1)
    assert sorted(once + plays("!50%", 64, seed=9)) == list(range(1, 65))
    assert plays("1%", 8) == plays("!99%", 8) == list(range(1, 9))
    among = grid(row("kick", "xxxx", "30%", "60%"), row("hat", "xx--", "50%", "50%"))
    both = played(among, 64, seed=9)
    assert [at / 4 + 1 for at in both if at % 4 == 0] == once
    assert [at // 4 for at in both if at % 4 == 1] != [at // 4 for at in both if at % 4 == 0]


@given(conditions)
def test_formatting_and_parsing_a_condition_undo_each_other(condition):
    assert parse_condition(str(condition)) == condition
    assert parse_condition(f" {condition} ".lower()) == condition


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("! 2 : 4", Condition("ratio", negated=True, a=2, b=4)),
        ("nei", Condition("nei")),
        ("12.5 %", Condition("chance", percent=12.5)),
        ("128:128", Condition("ratio", a=128, b=128)),
    ],
)
def test_blanks_and_case_do_not_matter(text, wanted):
    assert parse_condition(text) == wanted


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("", "'' is not a condition", "A:B, 1ST, FILL, PRE, NEI or X%"),
        ("2", "'2' is not a condition", "A:B"),
        ("2:", "'2:' is not a condition", "A:B"),
        (":4", "':4' is not a condition", "A:B"),
        ("2:4:6", "'2:4:6' is not a condition", "A:B"),
        ("2/4", "'2/4' is not a condition", "A:B"),
        ("-1:4", "'-1:4' is not a condition", "A:B"),
        ("1.5:4", "'1.5:4' is not a condition", "A:B"),
        ("FIL", "'FIL' is not a condition", "FILL"),
        ("!", "'!' is not a condition", "1ST"),
        ("!!1ST", "'!!1ST' is not a condition", "1ST"),
        ("2ND", "'2ND' is not a condition", "1ST"),
        ("PRE NEI", "'PRE NEI' is not a condition", "NEI"),
        ("50", "'50' is not a condition", "X%"),
        ("-5%", "'-5%' is not a condition", "X%"),
        ("%", "'%' is not a condition", "X%"),
        ("0:4", "condition '0:4': 4 plays have no play 0", "1:4 to 4:4"),
        ("5:4", "condition '5:4': 4 plays have no play 5", "did you mean 4:5?"),
        ("!7:2", "condition '!7:2': 2 plays have no play 7", "did you mean 2:7?"),
        ("1:0", "condition '1:0': a cycle of 0 plays", "1 to 128"),
        ("1:129", "condition '1:129': a cycle of 129 plays", "1 to 128"),
        ("101%", "condition '101%': 101% is more than always", "0% to 100%"),
        ("!100.5%", "condition '!100.5%': 100.5% is more than always", "0% to 100%"),
    ],
)
def test_what_is_no_condition_is_told_with_a_way_out(text, words, hint):
    with pytest.raises(SpecError) as caught:
        parse_condition(text)
    assert words in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["2:", "FIL", "5:4", "1:129", "101%"])
def test_what_is_no_condition_has_its_column(text):
    with pytest.raises(SpecError) as caught:
        parse_condition(text)
    assert caught.value.text == text
    assert caught.value.column in range(len(text))


@given(st.text(max_size=8))
def test_any_text_is_a_condition_or_an_error_of_ours(text):
    try:
        found = parse_condition(text)
    except SpecError:
        return
    assert parse_condition(str(found)) == found
