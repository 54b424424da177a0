"""Grids to notes: places, swing, density, touch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.notes import Notes
from sirtak.rhythm import Grid, load_beat, parse_grid
from sirtak.rng import Dice
from sirtak.sequencer import kick_onsets, sequence, swung
from sirtak.sequencer.touch import drift, velocity_curve
from sirtak.spec import parse_document
from sirtak.theory.kit import build_kit, load_kit
from sirtak.theory.meter import Bars, parse_meters
from strategies import grids

GM = load_kit(Library(), "gm")
FOUR = parse_meters("4/4")
DICE = Dice(7, "drums", 0, "verse")


def grid(text, steps=4):
    return parse_grid(text, steps_per_beat=steps)


@pytest.mark.parametrize(("percent", "late"), [(50, 0), (54, 19), (58, 38), (62, 58), (66.7, 80), (75, 120)])
def test_swing_delays_the_second_sixteenth(percent, late):
    # At 480 ticks to the quarter these are 0, 9.6, 19.2, 28.8, 40 (and 60): doubled and rounded here.
    assert swung(np.array([240, 720]), percent).tolist() == [240 + late, 720 + late]
    assert swung(np.array([0, 480, 960]), percent).tolist() == [0, 480, 960]


@given(st.integers(0, 8000), st.integers(1, 500), st.floats(50, 75))
def test_swing_keeps_the_order_and_stays_in_its_eighth(tick, gap, percent):
    first, second = swung(np.array([tick, tick + gap]), percent).tolist()
    assert first <= second
    assert tick // 480 <= first // 480 <= tick // 480 + (first % 480 == 0)


@pytest.mark.parametrize("meter", ["4/4", "7/8 (3+2+2)", "5/8", "6/8", "2/4+3/4", "2/4+5/8"])
def test_steps_fall_where_the_meter_says(meter):
    bars = Bars(parse_meters(meter), 5)
    notes = sequence(grid("hat x", 1), bars, GM)
    wanted = [
        int(start) + beat * bars.meter(bar).beat
        for bar, start in enumerate(bars.starts)
        for beat in range(bars.meter(bar).numerator)
    ]
    assert notes.onset.tolist() == wanted


def test_rows_of_other_lengths_turn_against_the_bar():
    notes = sequence(grid("rim x----"), Bars(FOUR, 5), GM)
    assert notes.onset.tolist() == list(range(0, 5 * 3840, 5 * 240))


def test_triplet_grids_are_exact():
    notes = sequence(grid("hat xxx", 3), Bars(FOUR, 1), GM, swing=66)
    assert notes.onset.tolist()[:4] == [0, 320, 640, 960]


@settings(deadline=None)
@given(grids, st.integers(1, 6), st.floats(50, 75), st.floats(0, 1), st.floats(0, 2), st.integers(0, 99))
def test_no_note_leaves_the_bars(made, count, swing, density, human, seed):
    bars = Bars(FOUR, count)
    notes = sequence(made, bars, GM, dice=Dice(seed, "d"), swing=swing, density=density, human=human)
    if len(notes):
        assert notes.onset.min() >= 0
        assert notes.end.max() <= bars.ticks
        assert notes.velocity.min() >= 1
    again = sequence(made, bars, GM, dice=Dice(seed, "d"), swing=swing, density=density, human=human)
    assert notes == again


@settings(deadline=None)
@given(grids, st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_more_density_only_adds_hits(made, a, b, seed):
    low, high = sorted((a, b))
    bars = Bars(FOUR, 4)
    fewer = sequence(made, bars, GM, dice=Dice(seed, "d"), density=low, human=1)
    more = sequence(made, bars, GM, dice=Dice(seed, "d"), density=high, human=1)
    # A held note ends where another begins on its key, so durations may differ.
    columns = ["onset", "pitch", "velocity"]
    assert set(fewer.table[columns].tolist()) <= set(more.table[columns].tolist())


@settings(deadline=None)
@given(grids, st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_more_bars_leave_those_before_as_they_were(made, few, more, seed):
    long = sequence(made, Bars(FOUR, few + more), GM, dice=Dice(seed, "d"), density=0.7, human=1, swing=58)
    short = sequence(made, Bars(FOUR, few), GM, dice=Dice(seed, "d"), density=0.7, human=1, swing=58)
    edge = few * 3840 - 480  # a hit at the very end may be held longer where there is a bar to hold it in
    assert short.cut(0, edge) == Notes(long[long.onset < few * 3840].table.copy()).cut(0, edge)


@settings(deadline=None)
@given(grids, st.integers(0, 99))
def test_muting_a_row_changes_no_other(made, seed):
    bars = Bars(FOUR, 2)
    whole = sequence(made, bars, GM, dice=Dice(seed, "d"), density=0.8, human=1)
    rest = (
        sequence(Grid(made.rows[1:], 4), bars, GM, dice=Dice(seed, "d"), density=0.8, human=1)
        if made.rows[1:]
        else Notes.empty()
    )
    assert whole[whole.pitch != GM.note(made.rows[0].voice)] == rest


def test_swing_moves_time_and_nothing_else():
    beat = load_beat(Library(), "two-step")
    bars = Bars(FOUR, 8)
    straight, late = (
        sequence(beat.scene("main"), bars, GM, dice=DICE, swing=percent, density=0.8, human=0)
        for percent in (50, 62)
    )
    assert len(straight) == len(late)
    key = [("pitch", "velocity", "duration")]
    for column in key[0]:
        assert sorted(straight.table[column].tolist()) == sorted(late.table[column].tolist())
    moved = np.sort(late.onset) - np.sort(straight.onset)
    assert set(moved.tolist()) == {0, 58}


def test_a_row_may_have_a_swing_of_its_own():
    made = Grid.parse("kick xxxx\nhat xxxx\n\n[row.kick]\nswing = 50")
    notes = sequence(made, Bars(parse_meters("1/4"), 1), GM, swing=62)
    assert notes[notes.pitch == GM.note("kick")].onset.tolist() == [0, 240, 480, 720]
    assert notes[notes.pitch == GM.note("hat")].onset.tolist() == [0, 298, 480, 778]


def test_levels_have_the_velocities_of_the_craft():
    notes = sequence(grid("hat " + "oxX-" * 4), Bars(FOUR, 1), GM)
    ghost, hit, accent = (notes.velocity[k::3].tolist() for k in range(3))
    assert all(25 <= value <= 50 for value in ghost)
    assert all(80 <= value <= 110 for value in hit)
    assert all(105 <= value <= 127 for value in accent)


def test_holds_last_and_hits_are_short():
    notes = sequence(grid("hat x___x---"), Bars(parse_meters("2/4"), 1), GM)
    assert notes.duration.tolist() == [960, 120]


def test_drift_is_a_drift_within_20_ms():
    draws = DICE.rows("x", 2000, 16)[None]
    late = drift(["hat"], draws, 1.0)
    assert np.abs(late).max() <= 20
    flat = late.reshape(-1) - late.mean()
    correlation = float(np.mean(flat[1:] * flat[:-1]) / np.mean(flat**2))
    assert 0.25 < correlation < 0.4
    assert -8 < late.mean() < -4
    assert np.array_equal(drift(["hat"], draws, 0.0), np.zeros_like(draws))


def test_every_step_has_its_weight():
    snare = velocity_curve("snare", FOUR[0], 16)
    assert snare[4] == max(snare)
    seven = velocity_curve("hat", parse_meters("7/8 (3+2+2)")[0], 14)
    assert [place for place in range(14) if seven[place] > 1] == [0, 6, 10]


def test_the_bass_hears_the_kicks_as_written():
    made = grid("kick X---x--o--------\nhat xxxx")
    assert kick_onsets(made, Bars(FOUR, 1)).tolist() == [0, 960, 1680]
    assert kick_onsets(grid("hat x"), Bars(FOUR, 1)).tolist() == []


def test_a_voice_that_the_kit_lacks_is_named():
    with pytest.raises(SirtakError, match="voice in the kit gm: 'kik'") as caught:
        sequence(grid("kik x---"), Bars(FOUR, 1), GM)
    assert "did you mean 'kick'" in str(caught.value)


def test_kits_keep_their_names_and_their_keys():
    kits = {name: load_kit(Library(), name) for name in ("gm", "electronic", "folk")}
    for voice in ("kick", "snare", "clap", "hat", "open", "crash", "ride", "rim"):
        assert kits["gm"].note(voice) == kits["electronic"].note(voice)
    pads = sorted(kits["electronic"].voices.values())
    assert pads[:16] == list(range(36, 52))
    for kit in kits.values():
        assert len(set(kit.voices.values())) == len(kit.voices)
    text = 'format = 1\nname = "k"\nsource = "s"\ntag = "G"\n[voices]\nkick = 128\n'
    with pytest.raises(SirtakError, match=r"k\.toml:6: voices\.kick: expected int <= 127, found 128"):
        build_kit(parse_document(text, "k.toml"))
