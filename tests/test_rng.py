"""Randomness by name."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sirtak.rng import Dice, stream

names = st.text(max_size=8)

GOLDEN = [0.4833406633320866, 0.6913391871769259, 0.7337084408868078]


def test_streams_are_the_same_on_every_machine():
    # Golden numbers: a change here changes every piece ever made.
    assert stream(7, "drums", 0, "verse", "chance").random(3).tolist() == GOLDEN
    assert Dice(7, "drums", 0, "verse").rows("chance", 1, 3).tolist() == [GOLDEN]


@given(st.integers(0, 2**63 - 1), names, names)
def test_names_are_not_glued_together(seed, a, b):
    one, other = stream(seed, a + b, ""), stream(seed, a, b)
    assert (one.random() == other.random()) == (b == "")


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 16))
def test_rows_do_not_depend_on_the_number_of_bars(bars, more, width):
    dice = Dice(3, "piano", 1, "verse")
    assert np.array_equal(dice.rows("x", bars, width), dice.rows("x", bars + more, width)[:bars])


def test_part_take_section_and_lane_each_make_another_stream():
    base = Dice(3, "piano", 1, "verse")
    others = [
        base.rows("y", 1, 8),
        base.at("chorus").rows("x", 1, 8),
        Dice(3, "piano", 2, "verse").rows("x", 1, 8),
        Dice(3, "pad", 1, "verse").rows("x", 1, 8),
        Dice(4, "piano", 1, "verse").rows("x", 1, 8),
    ]
    seen = {tuple(rows[0]) for rows in [base.rows("x", 1, 8), *others]}
    assert len(seen) == 6


def test_rows_are_the_first_draws_of_their_stream():
    dice = Dice(5, "pad", 2, "b")
    assert np.array_equal(dice.rows("x", 3, 7), dice.stream("x").random((3, 7)))


def test_threads_do_not_disturb_each_other():
    def draw(number):
        return [Dice(number, "a").rows(str(lane), 4, 32).tobytes() for lane in range(200)]

    alone = [draw(number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, range(4))) == alone


def test_draws_are_even():
    draws = Dice(1, "a").rows("x", 400, 32)
    assert abs(draws.mean() - 0.5) < 0.01
    assert abs(np.histogram(draws, 10, (0, 1))[0] / draws.size - 0.1).max() < 0.01
