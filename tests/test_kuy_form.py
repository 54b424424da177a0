"""The form of a küy: zones, sections, the sağa, climbs and refrains, where the answer is known."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuys import BASS, MELODY, bars_of_frets, piece, strung
from sirtak.analysis.kuy import kuy_figures
from sirtak.analysis.kuy_form import ZONES, Section, bar_zones, returns, sections, ways, zone

R0, R1, R2 = [2, 2, 3, 2], [2, 0, 2, 2], [3, 2, 0, 2]
O0, O1 = [7, 7, 9, 7], [9, 7, 9, 10]
S0, S1 = [14, 14, 16, 14], [14, 12, 14, 14]
U = [17, 17, 19, 17]


def form(*bars):
    return kuy_figures(bars_of_frets(*bars), tonic=2).form


def plan(found):
    return [(item.zone, item.first, item.bars) for item in found.plan]


def test_zones_follow_each_other_as_they_are_played():
    figures = kuy_figures(bars_of_frets(R0, O0, S0, U))
    assert figures.form.zones == ("bas", "orta", "kishi saga", "ulken saga")
    assert figures.strokes_by_zone == {"bas": 4, "orta": 4, "kishi saga": 4, "ulken saga": 4}
    assert set(figures.drone_by_zone.values()) == {100.0}


def test_a_whole_kuy_is_heard_as_it_was_laid_out():
    found = form(R0, R1, O0, O1, R0, R2, S0, S1, U, U, R0, R1)
    assert plan(found) == [
        ("bas", 1, 2), ("orta", 3, 2), ("bas", 5, 2),
        ("kishi saga", 7, 2), ("ulken saga", 9, 2), ("bas", 11, 2),
    ]  # fmt: skip
    assert found.saga_entry == 0.5
    assert found.saga_share == pytest.approx(4 / 12, abs=1e-3)
    assert (found.climbs, found.refrains) == (2, 2)
    assert found.longest_run == 2
    assert found.distinct == pytest.approx(8 / 12, abs=1e-3)


def test_without_a_saga_there_is_no_entry():
    found = form(R0, R1, O0, O1, R0, R1)
    assert found.saga_entry is None
    assert found.saga_share == 0


def test_rests_before_and_after_are_no_part_of_the_form():
    silent = []
    found = form(silent, silent, R0, R1, S0, S1, R0, R1, silent, silent)
    assert plan(found) == [("bas", 3, 2), ("kishi saga", 5, 2), ("bas", 7, 2)]
    assert found.zones == ("", "", "bas", "bas", "kishi saga", "kishi saga", "bas", "bas", "bas", "bas")
    assert found.saga_entry == pytest.approx(2 / 6, abs=1e-3)


def test_a_refrain_has_returned_when_half_its_bars_were_heard():
    new = [0, 3, 2, 5]
    other = [3, 3, 5, 3]
    assert form(R0, R1, O0, O1, R0, new).refrains == 1
    assert form(R0, R1, O0, O1, new, other).refrains == 0
    assert form(R0, R1, O0, O1, new, other, R0).refrains == 0  # one of three
    # Heard in any earlier low section, the first one or not.
    assert form(R0, R1, O0, O1, new, other, O0, O1, new, other).refrains == 1
    # Another rhythm is another bar.
    rows = [(960 * 4 * 4 + at, 400, string, 2) for at in range(0, 7680, 960) for string in (MELODY, BASS)]
    slow = bars_of_frets(R0, R1, O0, O1).tracks[0].notes | strung(*rows)
    assert kuy_figures(piece(slow, 6), tonic=2).form.refrains == 0


def test_a_climb_that_does_not_come_home_has_no_refrain():
    found = form(R0, R1, O0, O1, R0, R1, O0, O1)
    assert (found.climbs, found.refrains) == (2, 1)
    # What begins high has not departed.
    assert form(O0, O1, R0, R1, O0, O1, R0, R1).climbs == 1


def test_strays_are_taken_in_by_their_neighbours():
    assert plan(form(R0, R1, O0, R0, R1, S0, S1, R0, R0)) == [
        ("bas", 1, 5), ("kishi saga", 6, 2), ("bas", 8, 2),
    ]  # fmt: skip
    # Between two zones a single bar goes to the nearer one; of two, to the earlier, whose edge it touches.
    assert sections(["bas", "bas", "orta", "kishi saga", "kishi saga"])[0].bars == 3
    assert sections(["bas", "bas", "ulken saga", "kishi saga", "kishi saga"])[0].bars == 2
    assert plan(form(R0, R1, O0, S0, S1)) == [("bas", 1, 2), ("kishi saga", 3, 3)]


def test_two_short_bars_are_a_stray_too():
    found = kuy_figures(
        bars_of_frets(*[R0] * 4, O0, O0, *[R0] * 4, *[O0] * 3, *[R0] * 3, beats=2), tonic=2
    ).form
    assert plan(found) == [("bas", 1, 10), ("orta", 11, 3), ("bas", 14, 3)]


def test_bars_on_the_way_go_to_the_climb():
    up, home = [2, 3, 2, 7], [5, 7, 3, 2]
    found = form(R0, R1, up, O0, O1, home, R0, R1)
    assert plan(found) == [("bas", 1, 2), ("orta", 3, 4), ("bas", 7, 2)]
    assert found.refrains == 1
    bars = [((0, 7), (4, 2), (8, 2))] * 5
    # Three a side at the most, and one bar is left; the outer edges stay.
    assert ways((Section("orta", 1, 0), Section("bas", 1, 5)), bars, 6)[1] == Section("bas", 4, 2)
    assert ways((Section("bas", 1, 5),), bars, 6) == (Section("bas", 1, 5),)
    assert ways((Section("orta", 1, 3), Section("bas", 4, 2)), bars, 6)[1].bars == 1


def test_the_low_zone_is_wider_where_the_tune_ends_on_its_open_string():
    bars = [[0, 2, 4, 0], [7, 7, 7, 4], [9, 9, 7, 9], [7, 7, 5, 7], [0, 2, 4, 0]]
    wide, narrow = (kuy_figures(bars_of_frets(*bars), tonic=tonic).form.zones for tonic in (7, 2))
    assert wide == ("bas", "bas", "orta", "orta", "bas")
    assert narrow == ("bas", "orta", "orta", "orta", "bas")
    assert bar_zones([((0, 8),)], wide_low=True) == ["orta"]


def test_the_longest_run_is_one_bar_literally_repeated():
    assert form(R0, R0, R0, R1, R1, O0, O0).longest_run == 3
    assert form(R0, R1, R0, R1, R0, R1).longest_run == 1
    assert form(R0, [], R0, R0).longest_run == 2


@given(st.lists(st.sampled_from([name for name, _ in ZONES]), min_size=1, max_size=60), st.integers(1, 2))
def test_sections_cover_every_bar_once(zones, stray):
    found = sections(zones, stray=stray)
    assert [item.first for item in found] == [1, *(item.last + 1 for item in found[:-1])]
    assert found[-1].last == len(zones)
    assert all(item.bars > stray for item in found) or len(found) == 1
    assert all(a.zone != b.zone for a, b in pairwise(found))


@given(st.lists(st.lists(st.integers(0, 19), min_size=1, max_size=4), min_size=4, max_size=30))
def test_ways_keep_the_order_and_the_length(bars):
    bars = [tuple(enumerate(bar)) for bar in bars]
    before = sections([zone(bar[0][1]) for bar in bars])
    after = ways(before, bars, 6)
    assert [item.zone for item in after] == [item.zone for item in before]
    assert sum(item.bars for item in after) == len(bars)
    assert all(item.bars >= 1 for item in after)
    climbs, refrains = returns(after, bars)
    assert 0 <= refrains <= climbs + 1
