"""Rows of their own length, speed, rotation and swing, and the algebra of grids with its laws."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.errors import GridError
from sirtak.library import Library
from sirtak.rhythm import Grid, Row, Step
from sirtak.sequencer import sequence
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, parse_meters
from strategies import full_grids, grids, rows

GM = load_kit(Library(), "gm")


def play(made, bars=1, meter="1/4", **knobs):
    made = Grid.parse(made) if isinstance(made, str) else made
    return sequence(made, bars, GM, meter=meter, **{"seed": None, **knobs})


def hat(steps, table=""):
    return f"hat {steps}\n\n[row.hat]\n{table}"


@pytest.mark.parametrize("size", [1, 3, 5, 7, 12, 16, 17, 31])
def test_a_row_turns_with_its_own_length(size):
    notes = play("hat x" + "-" * (size - 1), 4, "4/4")
    assert notes.onset.tolist() == list(range(0, 4 * 3840, 240 * size))


@pytest.mark.parametrize(
    ("speed", "ticks"),
    [("1/8", 1920), ("1/4", 960), ("1/2", 480), ("3/4", 320), ("1", 240), ("3/2", 160), ("2", 120)],
)
def test_a_speed_divides_the_length_of_the_steps(speed, ticks):
    made = Grid.parse(hat("x__-x", f'speed = "{speed}"'))
    notes = play(made, 20, "4/4")
    wanted = [ticks * (5 * turn + step) for turn in range(200) for step in (0, 4)]
    assert notes.onset.tolist() == [tick for tick in wanted if tick < 20 * 3840]
    assert notes.duration.tolist()[0] == 3 * ticks
    assert made.period == 5 / Fraction(speed)


def test_a_fast_row_lies_on_the_swung_sixteenths_of_a_slower_grid():
    sixteenths = Grid.parse("hat xxxx\n\n[row.hat]\nspeed = 2", steps_per_beat=2)
    assert play(sixteenths, swing=62).onset.tolist() == [0, 298, 480, 778]


@pytest.mark.parametrize("rotate", [-9, -1, 0, 1, 3, 8])
def test_a_rotation_turns_a_row_to_the_right(rotate):
    turned = play(hat("X-xo----", f"rotate = {rotate}"), 4, "2/4")
    written = play(Grid.parse("hat X-xo----").rotate(rotate), 4, "2/4")
    assert turned == written
    assert len(turned) == 12
    assert turned.onset.tolist()[:3] == sorted(240 * ((at + rotate) % 8) for at in (0, 2, 3))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("E(3,8)", "x--x--x-"),
        ("E(3,8,1)", "-x--x--x"),
        ("E(3,8,-1)", "--x--x-x"),
        ("E(5,8)", "x-x-xx-x"),
        ("E(4,16)", "x---x---x---x---"),
        ("E(0,4)", "----"),
        ("E(4,4)", "xxxx"),
        ("E( 2 , 5 )X E(1,2)", "x--x-Xx-"),
        ("E(1,3)_o", None),
        ("x|E(1,3)|-", "xx---"),
    ],
)
def test_euclid_stands_in_a_row_as_it_sounds(text, steps):
    if steps is None:
        with pytest.raises(GridError, match="a hold with nothing to hold"):
            Grid.parse(f"hat {text}")
    else:
        assert Grid.parse(f"hat {text}") == Grid.parse(f"hat {steps}")


@given(st.integers(1, 32), st.integers(0, 32), st.integers(-40, 40))
def test_euclid_is_the_formula_of_the_craft(n, k, r):
    if k > n:
        with pytest.raises(GridError, match="no such rhythm") as caught:
            Grid.parse(f"hat E({k},{n},{r})")
        assert (caught.value.line, caught.value.column) == (1, 4)
        assert caught.value.hint
    else:
        steps = Grid.parse(f"hat E({k},{n},{r})")["hat"].steps
        assert [step.index for step in steps] == [i for i in range(n) if (i - r) * k % n < k]


def test_pulses_of_a_row_bend_this_row_alone():
    limping = play("kick xxxx\nhat xxxx\n\n[row.hat]\npulses = [1, 3]")
    assert limping[limping.pitch == 36].onset.tolist() == [0, 240, 480, 720]
    assert limping[limping.pitch == 42].onset.tolist() == [0, 120, 480, 600]
    quick = play(hat("xxxxxxxx", "speed = 2\npulses = [1, 3]"))
    assert quick.onset.tolist() == [0, 60, 240, 300, 480, 540, 720, 780]
    both = play(hat("xxxx", "pulses = [1, 3]"), pulses=(3.0, 1.0))
    assert both.onset.tolist() == [0, 180, 480, 660]


def test_a_row_has_its_own_swing_and_nudge():
    text = "kick xxxx\nhat xxxx\n\n[row.hat]\nswing = 62\nnudge = 2"
    notes = play(text, swing=54)
    assert notes[notes.pitch == 36].onset.tolist() == [0, 259, 480, 739]
    assert notes[notes.pitch == 42].onset.tolist() == [20, 318, 500, 798]


def test_a_take_draws_anew_for_its_row_alone():
    text = "kick xxxx\nhat xxxx\n\n[row.kick]\nchance = 0.5\n[row.hat]\nchance = 0.5"
    first, again = (play(text + more, 16, seed=4) for more in ("", "\ntake = 1"))
    assert first[first.pitch == 36] == again[again.pitch == 36]
    assert first[first.pitch == 42] != again[again.pitch == 42]
    assert again == play(text + "\ntake = 1", 16, seed=4)
    human = play("kick xxxx\nhat xxxx\n\n[row.hat]\ntake = 1", 4, seed=4, human=1)
    plain = play("kick xxxx\nhat xxxx", 4, seed=4, human=1)
    assert human[human.pitch == 36] == plain[plain.pitch == 36]
    assert human[human.pitch == 42] != plain[plain.pitch == 42]


def test_a_muted_row_is_not_heard():
    text = "kick xxxx\nhat x-x-\n\n[row.kick]\nmute = true"
    assert set(play(text).pitch.tolist()) == {42}
    assert play(Grid.parse("kick xxxx\nhat x-x-").mute("kick")) == play("hat x-x-")


@pytest.mark.parametrize(
    ("steps", "table", "master", "wanted"),
    [
        ("x----", "", 16, [0, 5, 10, 15, 16, 21, 26, 31]),
        ("x--", "", 4, [0, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 23, 24, 27, 28, 31]),
        ("-x--", "", 1, []),
        ("xx", 'speed = "1/2"', 3, [0, 2, 3, 5, 6, 8, 9, 11]),
        ("xx-", 'speed = "3/2"', 8, [0, 2 / 3, 2, 8 / 3, 4, 14 / 3, 6, 20 / 3, 8]),
        ("x-----", "rotate = 2", 16, [2, 8, 14, 18, 24, 30]),
    ],
)
def test_a_master_length_begins_all_rows_anew(steps, table, master, wanted):
    made = Grid.parse(f"hat {steps}\nmaster = {master}\n\n[row.hat]\n{table}")
    found = [tick / 240 for tick in play(made, 8).onset.tolist()]
    assert found[: len(wanted)] == pytest.approx(wanted, abs=1 / 240)
    assert bool(found) == bool(wanted)
    assert made.period == master


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("hat x---", 4),
        ("hat x---\nkick x----", 20),
        ("hat x---\nkick x-----\nrim x--", 12),
        ("hat x---\n\n[row.hat]\nspeed = 2", 2),
        ("hat x---\nkick x--\n\n[row.hat]\nspeed = '3/2'", 24),
        ("hat xxxxx\nkick x-\n\n[row.hat]\nspeed = '3/4'", 20),
        ("hat x\n\n[row.hat]\nspeed = '1/8'", 8),
    ],
)
def test_the_period_is_when_all_rows_stand_together_again(text, period):
    made = Grid.parse(text)
    assert made.period == period
    notes = play(made, period)
    turns = [notes[notes.onset // (240 * period) == turn].shift(-240 * period * turn) for turn in (0, 1)]
    assert turns[0].onset.tolist() == turns[1].onset.tolist()
    assert turns[0].pitch.tolist() == turns[1].pitch.tolist()


square = st.integers(2, 24).flatmap(
    lambda size: st.lists(st.sampled_from("xXo-"), min_size=2 * size, max_size=2 * size).map(
        lambda marks: Grid.parse(f"hat {''.join(marks[:size])}\nkick {''.join(marks[size:])}")
    )
)
steps = st.integers(-50, 50)


@given(grids, steps, steps)
def test_rotations_add_up(made, a, b):
    assert made.rotate(a).rotate(b) == made.rotate(a + b)
    assert made.rotate(0) == made
    row = made.rows[0]
    assert Grid((row,), 4).rotate(row.size * 3) == Grid((row,), 4)


@settings(max_examples=25)
@given(full_grids(), st.integers(1, 5))
def test_times_adds_up_and_sounds_the_same(made, count):
    assert made.times(1) == made
    assert made.times(count + 1) == made.times(count).then(made)
    assert [row.period for row in made.times(count).rows] == [count * row.period for row in made.rows]
    plain = replace(made, master=0).but(chance=1.0, cc=())
    rows = [
        row.but(steps=tuple(replace(s, condition=None, chance=1.0, cc=()) for s in row.steps))
        for row in plain.rows
    ]
    plain = replace(plain, rows=tuple(rows))
    assert play(plain.times(count), 3, "4/4") == play(plain, 3, "4/4")


@given(grids)
def test_backwards_twice_is_forwards(made):
    assert made.reverse().reverse() == made


@given(rows("hat").filter(lambda row: row.steps), st.integers(-9, 9))
def test_backwards_is_what_sounds_backwards(row, rotate):
    made = Grid((row.but(rotate=rotate),), 4)
    sounding = {((step.index + rotate) % row.size, step.length) for step in row.steps}
    bars = Bars(parse_meters("1/16"), row.size)
    heard = play(replace(made.reverse(), steps_per_beat=1), bars).onset // 240
    assert set(heard.tolist()) == {(row.size - at - length) % row.size for at, length in sounding}


@settings(max_examples=25)
@given(full_grids(), st.integers(1, 4), st.integers(1, 4))
def test_stretches_multiply(made, a, b):
    assert made.stretch(a).stretch(b) == made.stretch(a * b)
    assert made.stretch(1) == made
    assert made.stretch(a).period == a * made.period


@pytest.mark.parametrize(
    "text",
    [
        hat("x-x_--"),
        hat("x-x_--", "rotate = 1"),
        hat("x-x_--", "speed = '3/2'"),
        hat("x-x_--\nmaster = 5"),
        hat("x-x_--", "step.3 = { ratchet = 4 }"),
        hat("x-----", "step.1 = { ratchet = 4, length = 3 }"),
        hat("x-----", "step.1 = { ratchet = 2, length = 0.5 }"),
    ],
)
def test_a_stretched_grid_sounds_more_slowly(text):
    made = Grid.parse(text)
    once, twice = play(made, 3), play(made.stretch(2), 6)
    assert (2 * once.onset).tolist() == twice.onset.tolist()


@given(square, st.data())
def test_what_is_cut_in_two_comes_together_again(made, data):
    size = made.rows[0].size
    at = data.draw(st.integers(1, size - 1))
    assert made.cut(0, at).then(made.cut(at, size)) == made
    assert made.cut(0, size) == made
    assert made.times(2).cut(size, 2 * size) == made


def test_a_cut_ends_holds():
    assert Grid.parse("hat x-x___x-").cut(2, 4) == Grid.parse("hat x_")
    assert Grid.parse("hat x-x___x-").cut(3, 8) == Grid.parse("hat ---x-")


@given(square, square)
def test_then_plays_one_after_the_other(first, second):
    size, other = first.rows[0].size, second.rows[0].size
    joined = first.then(second)
    assert joined.cut(0, size) == first
    assert joined.cut(size, size + other) == second


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("hat x-x-", "kick x---", [4]),
        ("hat x-x-x-x-\n\n[row.hat]\nspeed = 2", "kick x---", [4]),
        ("hat x-x-", "kick x---\n\n[row.kick]\nrotate = 1", [5]),
        ("kick x---\n\n[row.kick]\nrotate = 1", "kick x---", [1, 4]),
    ],
)
def test_then_waits_for_the_whole_of_the_first_grid(first, second, wanted):
    notes = play(Grid.parse(first).then(Grid.parse(second)), 2)
    assert [tick / 240 for tick in notes[notes.pitch == 36].onset.tolist()] == wanted


def test_a_bar_replaces_and_adds_rows():
    beat, other = Grid.parse("kick x---\nhat xxxx"), Grid.parse("hat x-x-\nrim -x\nmaster = 8")
    both = beat | other
    assert both.voices == ("kick", "hat", "rim")
    assert (both["kick"], both["hat"], both["rim"]) == (beat["kick"], other["hat"], other["rim"])
    assert both.master == 8
    assert beat | beat == beat


@settings(max_examples=25)
@given(full_grids())
def test_rows_are_chosen_left_and_put_together(made):
    voices = [row.voice for row in made.rows]
    assert made.only(*voices) == made.without() == made
    assert made.only(*voices[::-1]).rows == made.rows[::-1]
    if len(voices) > 1:
        assert made.without(voices[0]) == made.only(*voices[1:])
        assert made.only(voices[0]) | made.without(voices[0]) == made
    assert made.mute(voices[-1]).but(voices[-1], mute=made.rows[-1].mute) == made
    assert all(row.take == 7 for row in made.but(take=7).rows)
    assert made.but(voices[0], take=7).rows == (made.rows[0].but(take=7), *made.rows[1:])


@given(grids, st.integers(1, 5), st.data())
def test_every_changes_one_play_of_many(made, n, data):
    first = data.draw(st.one_of(st.none(), st.integers(0, n - 1)))
    plays = [made] * n
    plays[-1 if first is None else first] = made.reverse()
    joined = plays[0]
    for play_of in plays[1:]:
        joined = joined.then(play_of)
    assert made.every(n, Grid.reverse, first) == joined
    assert made.every(n, lambda same: same) == made.times(n)


BEAT = Grid.parse("kick x---\nhat x-x-x-")


@pytest.mark.parametrize(
    ("change", "words", "hint"),
    [
        (lambda grid: grid.only("kik"), "the grid has no row 'kik'", "did you mean 'kick'?"),
        (lambda grid: grid.without("hta"), "the grid has no row 'hta'", "did you mean 'hat'?"),
        (lambda grid: grid.mute("rim"), "the grid has no row 'rim'", "known: hat, kick"),
        (lambda grid: grid.but("rim", take=2), "the grid has no row 'rim'", "known: hat, kick"),
        (lambda grid: grid.without("kick", "hat"), "no row is left", "one row at least"),
        (lambda grid: grid.only(), "no row is left", "one row at least"),
        (lambda grid: grid.stretch(0), "cannot be stretched by 0", "1, 2, 3"),
        (lambda grid: grid.times(0), "cannot be played 0 times", "1, 2, 3"),
        (lambda grid: grid.cut(0, 5), "there are no steps 0 to 5 in every row", "4"),
        (lambda grid: grid.cut(2, 2), "there are no steps 2 to 2 in every row", "4"),
        (lambda grid: grid.cut(-1, 2), "there are no steps -1 to 2 in every row", "4"),
        (lambda grid: grid.every(0, Grid.reverse), "there is no play -1 in 0", "1"),
        (lambda grid: grid.every(2, Grid.reverse, 2), "there is no play 2 in 2", "1"),
        (lambda grid: grid | Grid.parse("rim x", steps_per_beat=3), "4 and 3 steps in a beat", "stretch"),
        (lambda grid: grid.then(grid.but("kick", speed=Fraction(2))), "speed", ""),
        (lambda grid: grid.then(Grid.parse("rim x", steps_per_beat=3)), "4 and 3 steps in a beat", "stretch"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_way_out(change, words, hint):
    with pytest.raises(GridError) as caught:
        change(BEAT)
    assert words in caught.value.message
    assert hint in (caught.value.hint or "")


def test_a_voice_without_a_row_is_a_key_error():
    assert BEAT["kick"] == Row("kick", 4, (Step(0, 2),))
    with pytest.raises(KeyError):
        BEAT["rim"]
