"""One hand's path over the neck: the cheapest of all paths, never off the frets, never too wide."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composed import LIBRARY
from sirtak.folk.fingering import FAR, HOLD, LAND, LEAVE, LIFT, SLIDE, finger, reach_of
from sirtak.folk.fretboard import BASS_FRETS
from sirtak.theory.mode import load_mode
from sirtak.theory.neck import STRETCH, load_neck
from sirtak.theory.tuning import FRETS, load_tuning

MODES = {name: load_mode(LIBRARY, name).pitch_classes for name in LIBRARY.names("mode")}
NECKS = {name: load_neck(LIBRARY, name) for name in LIBRARY.names("fret")}
MINOR = frozenset({0, 2, 3, 5, 7, 8, 9, 10})
reaches = st.builds(
    reach_of,
    st.sampled_from(
        [
            load_tuning(LIBRARY, name).melody - load_tuning(LIBRARY, name).bass
            for name in LIBRARY.names("tuning")
        ]
    ),
    st.integers(0, 11),
    st.sampled_from(list(MODES.values())),
    st.sampled_from([None, *NECKS.values()]),
)
tunes = st.lists(st.integers(0, FRETS), min_size=1, max_size=5).map(np.array)


def way(a, b):
    """What the hand does between two pairs of frets, said in plain words."""
    (melody, bass), (melody_next, bass_next) = a, b
    if not bass:
        return LAND if bass_next else SLIDE
    if not bass_next:
        return LIFT
    if bass_next - bass == melody_next - melody:
        return SLIDE  # as one: parallel fourths and fifths
    return HOLD if bass_next == bass else LEAVE + FAR * abs(bass_next - bass)


def price(reach, tune, path, bias=None):
    """What a path costs; infinity where it takes what the hand has not."""
    total = 0.0
    for place, (melody, bass) in enumerate(zip(tune, path, strict=True)):
        choices = [
            (reach.cost[melody, number], number)
            for number in range(reach.frets.shape[1])
            if reach.frets[melody, number] == bass
        ]
        own, number = min(choices, default=(np.inf, 0))
        total += own + (0 if bias is None else bias[place][number])
    pairs = list(zip(tune, path, strict=True))
    return total + sum(way(a, b) for a, b in zip(pairs, pairs[1:], strict=False))


def every(reach, tune):
    """All paths there are."""
    rows = [
        [int(fret) for fret, cost in zip(reach.frets[m], reach.cost[m], strict=True) if np.isfinite(cost)]
        for m in tune.tolist()
    ]
    return product(*rows)


@settings(max_examples=60)
@given(reaches, st.lists(st.integers(0, FRETS), min_size=1, max_size=4).map(np.array))
def test_the_path_is_the_cheapest_of_all(reach, tune):
    found = finger(reach, tune)
    best = min(price(reach, tune.tolist(), path) for path in every(reach, tune))
    assert price(reach, tune.tolist(), found.tolist()) == pytest.approx(best, abs=1e-4)


@settings(max_examples=40)
@given(reaches, st.lists(st.integers(0, FRETS), min_size=1, max_size=3).map(np.array), st.integers(0, 99))
def test_a_tilt_is_part_of_the_price(reach, tune, seed):
    bias = (
        np.modf(np.arange(len(tune) * reach.frets.shape[1]) * 0.618 + seed * 0.37)[0].reshape(len(tune), -1)
        * 3
    )
    found = finger(reach, tune, bias)
    best = min(price(reach, tune.tolist(), path, bias) for path in every(reach, tune))
    assert price(reach, tune.tolist(), found.tolist(), bias) == pytest.approx(best, abs=1e-4)


@given(reaches, st.lists(st.integers(0, FRETS), min_size=3, max_size=3), st.integers(0, 5))
def test_many_tunes_are_fingered_as_each_alone(reach, tune, up):
    table = np.array([tune, [min(fret + up, FRETS) for fret in tune]])
    found = finger(reach, table)
    assert found.shape == table.shape
    for row, path in zip(table, found, strict=True):
        assert path.tolist() == finger(reach, row).tolist()
    # One tune, many tilts.
    tilt = np.modf(np.arange(2 * 3 * reach.frets.shape[1]) * 0.618)[0].reshape(2, 3, -1)
    both = finger(reach, table[:1], tilt)
    assert [path.tolist() for path in both] == [finger(reach, table[0], item).tolist() for item in tilt]


@settings(max_examples=150)
@given(
    st.sampled_from([0, 2, 4, 5, 7, 12]),
    st.integers(0, 11),
    st.sampled_from(list(MODES.values())),
    st.sampled_from([None, *NECKS.values()]),
    st.lists(st.integers(0, FRETS), min_size=1, max_size=40).map(np.array),
)
def test_a_hand_never_leaves_the_neck_the_mode_or_its_stretch(interval, tonic, scale, neck, tune):
    path = finger(reach_of(interval, tonic, scale, neck), tune)
    assert len(path) == len(tune)
    stretch = STRETCH if neck is None else neck.stretch
    for melody, bass in zip(tune.tolist(), path.tolist(), strict=True):
        assert 0 <= bass <= FRETS
        assert bass == 0 or (bass - tonic) % 12 in scale
        assert bass == 0 or neck is None or bass in neck.frets
        assert melody == 0 or bass == 0 or abs(melody - bass) <= stretch


def test_an_empty_tune_has_an_empty_path():
    assert finger(reach_of(5, 0, MINOR), np.array([], int)).tolist() == []


@given(st.sampled_from([3, 5, 7, 8, 10]), st.lists(st.integers(1, FRETS), min_size=1, max_size=5))
def test_where_frets_cost_the_same_the_hand_slides_as_one(start, rest):
    """Parallel motion: fourths on one fret, fifths two lower (kazakh.md 2.2). Nothing is cheaper."""
    reach = reach_of(5, 0, frozenset(range(12)))
    tune = np.array([start, *rest])
    free = np.where(np.isfinite(reach.cost), 0 - reach.cost, 0)[tune]
    free = np.where(reach.frets[tune] == 0, 50, free)  # no rest on the open string
    first = next(
        n
        for n, fret in enumerate(reach.frets[start].tolist())
        if 0 < fret <= start and abs(fret - start) in (0, 2)
    )
    free[0] = np.where(np.arange(reach.frets.shape[1]) == first, free[0], 99)
    shift = start - int(reach.frets[start, first])
    together = [fret - shift for fret in tune.tolist()]
    there = [
        low > 0 and low in reach.frets[high, np.isfinite(reach.cost[high])].tolist()
        for low, high in zip(together, tune.tolist(), strict=True)
    ]
    path = finger(reach, tune, free).tolist()
    if all(there):
        assert path == together


@pytest.mark.parametrize("melody", BASS_FRETS)
def test_single_notes_take_the_pair_counted_most(melody):
    """kazakh.md 2.2; without a way to go the cheapest pair is the most frequent one that the mode has."""
    scale = frozenset(range(12))
    counted = BASS_FRETS[melody]
    best = max(counted.values())
    assert counted[int(finger(reach_of(5, 0, scale), np.array([melody]))[0])] == best


@given(reaches)
def test_every_melody_fret_has_the_open_string_at_least(reach):
    assert reach.frets.shape == reach.cost.shape
    assert (reach.frets[:, 0] == 0).all()
    assert np.isfinite(reach.cost[:, 0]).all()
    dyads = reach.dyad(np.arange(FRETS + 1)[:, None], reach.frets)
    assert (dyads == np.arange(FRETS + 1)[:, None] - reach.frets + reach.interval).all()


def test_a_narrow_hand_takes_nearer_frets():
    from sirtak.theory.neck import Neck

    narrow = Neck("narrow", frozenset(range(1, 20)), stretch=1)
    path = finger(reach_of(5, 0, MINOR, narrow), np.array([5, 7, 10, 12, 5, 7]))
    assert all(
        not low or abs(low - high) <= 1 for low, high in zip(path.tolist(), [5, 7, 10, 12, 5, 7], strict=True)
    )
