"""What is true of every grid, with everything that rows and steps can have."""

import pickle
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.export.check import check_bytes
from sirtak.export.smf import encode
from sirtak.library import Library
from sirtak.notes import Arrangement, Track
from sirtak.rhythm import Grid, Groove
from sirtak.rhythm.step import LANE
from sirtak.rng import Dice
from sirtak.sequencer import Feel, perform
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, parse_meters
from strategies import full_grids

GM = load_kit(Library(), "gm")
LURCH = Groove(
    "lurch",
    "1/16",
    {"all": (0.0, 40.0, -30.0), "hat": (-20.0, 5.0, 0.0)},
    {"all": (90.0, 40.0, 64.0)},
    quantize=30,
    random=40,
    velocity=50,
)

seeds = st.integers(0, 999)
meters = st.sampled_from(["4/4", "7/8 (3+2+2)", "2/4+3/8", "5/16"]).map(parse_meters)
feels = st.sampled_from(
    [
        Feel(),
        Feel(swing=62, human=1.5),
        Feel(swing=75, density=0.6, pulses=(3.0, 1.0)),
        Feel(groove=LURCH, amount=1.3, human=0.5, level=1.4),
    ]
)
laws = settings(max_examples=60)


def performed(made, meters, feel, seed, count=3, fills=(True, False, False)):
    bars = Bars(meters, count)
    dice = None if seed is None else Dice(seed, "d")
    return perform([(made, np.ones(count, bool))], bars, GM, feel, dice=dice, fills=np.resize(fills, count))


def of(notes, voice):
    return notes[notes.pitch == GM.note(voice)]


@laws
@given(full_grids(), meters, feels, st.one_of(st.none(), seeds))
def test_no_note_lies_outside_the_bars(made, meters, feel, seed):
    notes, ticks = performed(made, meters, feel, seed).notes, Bars(meters, 3).ticks
    assert (notes.onset >= 0).all()
    assert (notes.end <= ticks).all()
    assert (notes.duration >= 1).all()
    assert ((notes.velocity >= 1) & (notes.velocity <= 127)).all()


@laws
@given(full_grids(), meters, feels, seeds)
def test_no_lock_lies_outside_the_bars(made, meters, feel, seed):
    ticks = performed(made, meters, feel, seed).controls.table["tick"]
    assert ((ticks >= 0) & (ticks < Bars(meters, 3).ticks)).all()


@laws
@given(full_grids(), meters, feels, seeds)
def test_no_key_is_struck_while_it_sounds(made, meters, feel, seed):
    notes = performed(made, meters, feel, seed).notes
    for pitch in set(notes.pitch.tolist()):
        same = notes[notes.pitch == pitch]
        assert (same.end[:-1] <= same.onset[1:]).all()
        assert (np.diff(same.onset) > 0).all()


@laws
@given(full_grids(), feels, seeds)
def test_the_same_seed_gives_the_same_bytes(made, feel, seed):
    meters, length = parse_meters("4/4"), 3 * 3840

    def data(grid):
        found = performed(grid, meters, feel, seed)
        table = found.controls.table
        # What is asked of locks behind the end is a test of its own.
        controls = type(found.controls)(table[table["tick"] < length].copy())
        return encode(Arrangement((Track("drums", found.notes, drums=True, controls=controls),), length))

    first = data(made)
    assert check_bytes(first) == []
    assert data(made) == first
    assert data(replace(made)) == first
    assert data(Grid.parse(made.format())) == first


@settings(max_examples=150)
@given(full_grids())
def test_formatting_and_parsing_undo_each_other(made):
    assert Grid.parse(made.format()) == made
    assert Grid.parse(made.format()).format() == made.format()


@laws
@given(full_grids().filter(lambda grid: any(row.steps for row in grid.rows)), meters, seeds, st.data())
def test_raising_a_chance_only_adds_onsets(made, meters, seed, data):
    number = data.draw(st.sampled_from([n for n, row in enumerate(made.rows) if row.steps]))
    row = made.rows[number]
    at = data.draw(st.integers(0, len(row.steps) - 1))
    low, high = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))

    def onsets(changed):
        rows = [*made.rows[:number], changed, *made.rows[number + 1 :]]
        notes = performed(replace(made, rows=tuple(rows)), meters, Feel(), seed).notes
        return set(zip(notes.pitch.tolist(), notes.onset.tolist(), strict=True))

    def step(chance):
        steps = [*row.steps[:at], replace(row.steps[at], chance=chance), *row.steps[at + 1 :]]
        return onsets(row.but(steps=tuple(steps)))

    assert step(low) <= step(high)
    assert onsets(row.but(chance=low)) <= onsets(row.but(chance=high))


@laws
@given(full_grids(), meters, feels, seeds, st.data())
def test_muting_one_row_changes_no_other(made, meters, feel, seed, data):
    # What a muted accent lane does is nowhere said.
    voices = [row.voice for row in made.rows if row.voice != LANE]
    if not voices:
        return
    muted = data.draw(st.sampled_from(voices))
    before, after = (performed(grid, meters, feel, seed) for grid in (made, made.mute(muted)))
    assert len(of(after.notes, muted)) == 0
    for voice in set(voices) - {muted}:
        assert of(after.notes, voice) == of(before.notes, voice)


@laws
@given(full_grids(), meters, seeds, st.integers(1, 4))
def test_more_bars_leave_those_before_as_they_were(made, meters, seed, more):
    short, long = (performed(made, meters, Feel(), seed, count=count).notes for count in (2, 2 + more))
    edge = Bars(meters, 2).ticks - 480  # a grace note of what comes next may lie before it
    columns = ["onset", "pitch", "velocity"]
    assert (
        short.table[short.onset < edge][columns].tolist() == long.table[long.onset < edge][columns].tolist()
    )


@laws
@given(full_grids(), meters, seeds)
def test_the_accent_lane_moves_nothing(made, meters, seed):
    if made.voices and LANE in [row.voice for row in made.rows]:
        # A row under the lane would have another row above it.
        plain = made.only(LANE, *made.voices)
        rest = plain.but(LANE, chance=0)
        with_lane, without = (performed(grid, meters, Feel(), seed).notes for grid in (plain, rest))
        assert with_lane.onset.tolist() == without.onset.tolist()
        assert (with_lane.velocity.astype(int).sum() - without.velocity.astype(int).sum()) >= 0


@settings(max_examples=20)
@given(full_grids())
def test_equal_grids_have_one_hash_and_travel_without_what_was_worked_out(made):
    again = replace(made)
    assert again is not made
    assert hash(again) == hash(made)
    travelled = pickle.loads(pickle.dumps(made))
    assert travelled == made
    assert not travelled.memo
