"""The form of a küy that grows: its grammar, lengths, and figures in their places."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from composed import LIBRARY, TYPES
from sirtak.errors import SpecError
from sirtak.folk.kuy.form import TITLES, KuySpec, Link, figure_bars, grow, shared
from sirtak.folk.kuy.layout import Use, cycled, fill, vary
from sirtak.folk.kuy.score import figure_meters
from sirtak.folk.kuy.types import LEAST, beats_of, load_kuy_type
from sirtak.rng import MAX_SEED, Dice
from sirtak.theory.meter import parse_meters

KINDS = {name: load_kuy_type(LIBRARY, name) for name in TYPES}
kinds = st.sampled_from(TYPES).map(KINDS.get)
seeds = st.integers(0, MAX_SEED)
HIGH = ("kishi_saga", "ulken_saga")


def grown(kind, seed, **spec):
    return grow(kind, KuySpec(type=kind.name, **spec), Dice(seed, "kuy"))


def zones(links):
    return [link.zone for link in links]


def sizes(links, *names):
    return sum(link.figures for link in links if not names or link.zone in names)


lengths = st.one_of(st.just(0), st.integers(2 * LEAST, 512))
portions = st.one_of(st.none(), st.floats(0, 0.5))


# -- the grammar -------------------------------------------------------------------------------------------


@settings(max_examples=150)
@given(kinds, seeds, lengths, portions)
def test_a_kuy_leaves_the_low_zone_and_comes_home(kind, seed, bars, saga):
    links = grown(kind, seed, bars=bars, saga=saga)
    names = zones(links)
    assert names[0] == names[-1] == "bas"
    assert all(a != b for a, b in pairwise(names))
    assert all(link.figures >= 1 for link in links)
    assert [link.place for link in links] == ["first", *[""] * (len(links) - 2), "last"]
    assert set(names) <= set(TITLES)
    followers = {
        "bas": {"orta", "kishi_saga"},
        "orta": {"bas"},  # the refrain closes every climb
        "kishi_saga": {"ulken_saga", "home"},
        "ulken_saga": {"home"},
        "home": {"bas"},
    }
    assert all(b in followers[a] for a, b in pairwise(names))
    wanted = kind.has_saga if saga is None else saga > 0
    assert names.count("kishi_saga") == names.count("home") == wanted
    assert names.count("ulken_saga") <= (wanted and kind.file.ulken)


@settings(max_examples=150)
@given(kinds, seeds, st.integers(2 * LEAST, 512))
def test_the_length_is_the_one_asked_for(kind, seed, bars):
    span = figure_bars(kind)
    links = grown(kind, seed, bars=bars)
    assert abs(sizes(links) * span - bars) <= span / 2


@settings(max_examples=100)
@given(kinds, seeds)
def test_the_usual_length_is_the_types_own(kind, seed):
    """Within a twentieth and half a figure."""
    bars = sizes(grown(kind, seed)) * figure_bars(kind)
    assert abs(bars - kind.file.bars) <= 0.05 * kind.file.bars + figure_bars(kind)


@settings(max_examples=100)
@given(kinds.filter(lambda kind: kind.has_saga), seeds)
def test_the_saga_enters_and_fills_where_it_does_in_the_models(kind, seed):
    links = grown(kind, seed)
    total, high = sizes(links), sizes(links, *HIGH)
    low, most = kind.file.saga
    assert low * total - 1 <= high <= most * total + 1
    before = sizes(links[: zones(links).index("kishi_saga")])
    low, most = kind.file.entry
    assert low * total - 1 <= before <= most * total + 1


@settings(max_examples=100)
@given(kinds, seeds, lengths, st.floats(0.01, 0.5))
def test_the_sagas_share_can_be_asked_for(kind, seed, bars, saga):
    links = grown(kind, seed, bars=bars, saga=saga)
    assert abs(sizes(links, *HIGH) - saga * sizes(links)) <= max(0.5, 2 - saga * sizes(links))  # two at least


@given(kinds, seeds, lengths)
def test_no_saga_no_way_home_from_it(kind, seed, bars):
    assert set(zones(grown(kind, seed, bars=bars, saga=0))) == {"bas", "orta"}


@settings(max_examples=60)
@given(kinds, seeds, lengths)
def test_the_form_is_that_of_its_dice(kind, seed, bars):
    assert grown(kind, seed, bars=bars) == grown(kind, seed, bars=bars)


@pytest.mark.parametrize("name", TYPES)
def test_seeds_have_forms_of_their_own(name):
    assert len({grown(KINDS[name], seed) for seed in range(30)}) > 8


@pytest.mark.parametrize("name", TYPES)
def test_a_kuy_too_short_is_refused(name):
    kind = KINDS[name]
    least = LEAST * figure_bars(kind)
    assert sizes(grown(kind, 1, bars=least, saga=0.5)) == LEAST
    with pytest.raises(SpecError, match="too short for a küy") as caught:
        grown(kind, 1, bars=least // 2)
    assert str(least) in caught.value.hint


@given(st.integers(1, 200), st.lists(st.floats(0.5, 60), min_size=1, max_size=40))
def test_shares_are_whole_and_add_up(spare, wanted):
    total = 3 * len(wanted) + spare
    parts = shared(total, wanted)
    assert sum(parts) == total
    assert min(parts) >= 1
    exact = [total * item / sum(wanted) for item in wanted]
    # Only what would have been nothing is taken from the longest.
    lifted = sum(1 for item in exact if item < 1.5)
    assert sum(abs(a - b) > 1 for a, b in zip(parts, exact, strict=True)) <= lifted


# -- figures in their places -------------------------------------------------------------------------------


@given(
    st.sampled_from(["bas", "orta", "kishi_saga", "ulken_saga", "home"]),
    st.integers(1, 60),
    st.sampled_from(["", "first", "last"]),
)
def test_a_section_has_as_many_figures_as_it_lasts(zone, count, place):
    uses = fill(Link(zone, count, place))
    assert len(uses) == count
    assert (uses[-1] == Use("E")) == (place == "last")
    assert Use("E") not in uses[:-1]
    lifts = {use.semitones for use in uses if use.figure[0] == "T"}
    assert lifts <= {{"orta": 5, "kishi_saga": 12, "ulken_saga": 12}.get(zone, 0)}
    assert all(use.semitones == 0 for use in uses if use.figure[0] != "T")


@given(st.integers(2, 40))
def test_the_refrain_closes_every_low_section(count):
    assert fill(Link("bas", count))[-1].figure[0] == "R"


def test_names_in_turn():
    assert cycled(("a", "b"), 5) == ["a", "b", "a", "b", "a"]
    assert cycled(("a", "b"), 4, "z") == ["a", "b", "a", "z"]
    assert cycled(("a",), 0) == []


@st.composite
def laid(draw):
    kind, seed = draw(kinds), draw(seeds)
    links = grown(kind, seed, bars=draw(lengths))
    return links, Dice(seed, "kuy").rows("vary", len(links), 64)


def changed(plain, varied):
    return {
        (number, place)
        for number, (one, two) in enumerate(zip(plain, varied, strict=True))
        for place, (a, b) in enumerate(zip(one, two, strict=True))
        if a != b
    }


@settings(max_examples=100)
@given(laid(), st.floats(0, 1), st.floats(0, 1))
def test_more_variation_only_varies_more(case, a, b):
    links, draws = case
    plain = [fill(link) for link in links]
    assert vary([fill(link) for link in links], draws, 0) == plain
    little, much = (
        changed(plain, vary([fill(link) for link in links], draws, share)) for share in sorted((a, b))
    )
    assert little <= much


@settings(max_examples=100)
@given(laid())
def test_a_figure_is_heard_plain_before_it_is_varied(case):
    links, draws = case
    plain = [use for link in links for use in fill(link)]
    varied = [use for section in vary([fill(link) for link in links], draws, 1.0) for use in section]
    assert len(varied) == len(plain)
    heard = set()
    for before, after in zip(plain, varied, strict=True):
        if before != after:
            assert before in heard
            assert after.figure.startswith(before.figure)
            assert after.semitones == before.semitones
            assert before.figure != "E"
        heard.add(before)


@settings(max_examples=60)
@given(laid())
def test_the_refrain_stays_to_be_known_again(case):
    links, draws = case
    for link, section in zip(links, vary([fill(link) for link in links], draws, 1.0), strict=True):
        refrain = [use.figure for use in section if use.figure[0] == "R"]
        if link.zone == "bas" and len(refrain) >= 2:
            assert sum("." in name or "'" in name for name in refrain) <= -(-len(refrain) // 2)


# -- bars --------------------------------------------------------------------------------------------------


METERS = ["4/4", "2/4", "6/8", "5/8", "7/8", "3/4", "2/4+3/4", "1/4", "3/8", "9/8 (2+2+2+3)", "2/2"]


@pytest.mark.parametrize("meter", METERS)
def test_figures_are_whole_turns_of_seven_eighths_or_more(meter):
    meters = parse_meters(meter)
    bars = figure_meters(meters)
    assert len(bars) % len(meters) == 0
    assert bars == meters * (len(bars) // len(meters))
    sixteenths = sum(sum(beats_of(bar)) for bar in bars)
    assert sixteenths >= 14
    assert len(bars) == len(meters) or sixteenths - sum(sum(beats_of(bar)) for bar in meters) < 14


@pytest.mark.parametrize("name", TYPES)
def test_the_form_counts_figures_as_they_are_laid(name):
    kind = KINDS[name]
    assert figure_bars(kind) == len(figure_meters((kind.meter,)))


SONG = """
[kuy]
type = "{kind}"
[dombra]
[[section]]
name = "a"
bars = {bars}
zone = "{zone}"
lead = "dombra"
[[section]]
name = "b"
bars = 2
lead = "dombra"
"""


@pytest.mark.parametrize("zone", ["bas", "orta", "kishi_saga", "ulken_saga", "home"])
@pytest.mark.parametrize("bars", [1, 3, 16])
@pytest.mark.parametrize("kind", ["balbyrauyn", "adai"])
def test_a_songs_section_of_any_length_is_filled_in_any_zone(kind, zone, bars):
    composition = sirtak.compose(SONG.format(kind=kind, bars=bars, zone=zone), seed=2)
    notes = composition["dombra"]
    end = composition.arrangement.markers[1][0]
    bar = composition.piece.meters[0].ticks
    assert end == bars * bar
    assert set(range(bars)) <= set(((notes.onset + 60) // bar).tolist())  # every bar sounds


def test_draws_that_are_always_the_same_leave_no_zone_out():
    """A form of any draws is a form: the grammar holds, not luck."""

    class Still(Dice):
        def stream(self, lane):
            class Same:
                def random(self, shape):
                    return np.full(shape, 0.999)

            return Same()

    for kind in KINDS.values():
        links = grow(kind, KuySpec(type=kind.name), Still(1, "kuy"))
        assert zones(links)[0] == zones(links)[-1] == "bas"
        assert sizes(links) * figure_bars(kind) <= kind.file.bars * 1.06 + 2
