"""A küy as it comes out of the toolkit: playable, among other players, and one knob at a time."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from composed import LIBRARY, TYPES, composed, dombra, faults, kuy_of, onsets, others
from sirtak.composer.load import parse_piece
from sirtak.errors import SpecError
from sirtak.folk.fingering import finger, reach_of
from sirtak.folk.kuy.types import load_kuy_type

AEOLIAN = frozenset({0, 2, 3, 5, 7, 8, 10})
REACH = reach_of(5, 0, AEOLIAN)
OPEN = [fret for fret in range(20) if np.isfinite(REACH.cost[fret]).any()]


def path_cost(melody, choices, bias):
    places = list(zip(melody, choices, strict=True))
    own = sum(float(REACH.cost[fret, way]) + bias[n][way] for n, (fret, way) in enumerate(places))
    steps = pairwise(places)
    return own + sum(float(REACH.ways[to, j, fret, i]) for (fret, i), (to, j) in steps)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(OPEN), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_no_fingering_is_cheaper_than_the_one_found(melody, random):
    width = REACH.frets.shape[1]
    bias = np.array([[random.random() for _ in range(width)] for _ in melody])
    found = finger(REACH, np.array(melody), bias).tolist()
    allowed = [[way for way in range(width) if np.isfinite(REACH.cost[fret, way])] for fret in melody]
    best = min(product(*allowed), key=lambda choices: path_cost(melody, choices, bias))
    ways = [
        next(way for way in allowed[n] if REACH.frets[fret, way] == bass)
        for n, (fret, bass) in enumerate(zip(melody, found, strict=True))
    ]
    assert path_cost(melody, ways, bias) == pytest.approx(path_cost(melody, best, bias), abs=1e-3)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_hand_plays_every_kuy(kind, seed):
    assert faults(composed(kind, seed)) == []


@pytest.mark.parametrize("kind", TYPES)
def test_a_recipe_gives_the_same_kuy_again(kind):
    first = composed(kind, 5)
    assert sirtak.compose(first.recipe).to_bytes() == first.to_bytes()


@pytest.mark.parametrize("kind", TYPES)
def test_grace_notes_only_add(kind):
    full, bare = (onsets(dombra(composed(kind, kuy__grace=grace)).notes) for grace in (1, 0))
    assert bare <= full
    assert (bare < full) == bool(load_kuy_type(LIBRARY, kind).file.grace)


@pytest.mark.parametrize("kind", TYPES)
def test_a_pull_off_takes_the_place_of_a_stroke(kind):
    full, bare = (onsets(dombra(composed(kind, kuy__pull_off=share)).notes) for share in (1, 0))
    assert {tick for tick, *_ in full} <= {tick for tick, *_ in bare}
    assert (bare != full) == bool(load_kuy_type(LIBRARY, kind).file.pull_off)


@pytest.mark.parametrize("knob", ["kuy.grace", "kuy.pull_off"])
def test_an_ornament_moves_nobody_else_in_a_song(knob):
    low, high = (sirtak.compose("sirtak", set={"kuy.type": "adai", knob: value}) for value in (0, 2))
    theirs = others(high)
    assert len(theirs) > 1
    for name, notes in others(low).items():
        assert notes == theirs[name]


DRUMMED = """format = 1
style = "kuy"
seed = 3
[kuy]
type = "adai"
[drums]
beat = "four-floor"
"""


def test_drums_keep_their_meter_under_a_kuy_with_short_bars():
    assert any(section.kuy.hinge for section in kuy_of("adai", 3).sections())
    composition = sirtak.compose(DRUMMED)
    assert not any(section.kuy.hinge for section in parse_piece(DRUMMED, "piece").sections())
    assert {"drums", "dombra"} <= {track.name for track in composition}


def test_a_kuy_is_not_retuned():
    with pytest.raises(SpecError, match="not retuned to tel"):
        kuy_of("adai", dombra__tuning="tel")
