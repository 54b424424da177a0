"""Uneven pulses: the time map, the knob on every part, the kicks that the bass hears."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak
from sirtak.composer.arrange import arrange
from sirtak.composer.load import build_piece, load_piece, parse_piece
from sirtak.errors import SirtakError, SpecError
from sirtak.library import Library
from sirtak.notes import Controls, Notes
from sirtak.rhythm import build_beat, parse_grid
from sirtak.rhythm.pulses import check_pulses
from sirtak.sequencer import kick_onsets, sequence
from sirtak.sequencer.pulses import pulse_map, step_map
from sirtak.spec import parse_document
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, parse_meters

METERS = ["4/4", "7/8 (3+2+2)", "5/8", "2/4+3/4+5/8+3/8", "2/2+6/4+4/8+3/8", "3/8", "9/8 (2+2+2+3)"]
vectors = st.lists(st.integers(1, 16), min_size=2, max_size=16).map(tuple)
bars = st.builds(
    lambda text, count: Bars(parse_meters(text), count), st.sampled_from(METERS), st.integers(1, 6)
)
values = st.sampled_from([2, 4, 6, 7, 8, 12, 16, 24, 32, 64])


def four(count=1):
    return Bars(parse_meters("4/4"), count)


@given(st.integers(2, 16), bars, values)
def test_equal_lengths_change_nothing(size, where, value):
    ticks = np.arange(-200, where.ticks + 200)
    for length in (1, 5):
        assert np.array_equal(pulse_map((length,) * size, where, value)(ticks), ticks)


@given(vectors, bars, values)
def test_the_map_rises_and_keeps_bar_lines_and_the_outside(vector, where, value):
    uneven = pulse_map(vector, where, value)
    assert np.all(np.diff(uneven.uneven) > 0)
    assert np.all(np.diff(uneven.equal) > 0)
    moved = uneven(np.arange(-50, where.ticks + 50))
    assert np.all(np.diff(moved) >= 0)
    lines = np.append(where.starts, where.ticks)
    assert np.array_equal(uneven(lines), lines)
    outside = np.array([-50, -1, where.ticks, where.ticks + 49])
    assert np.array_equal(uneven(outside), outside)


@given(vectors, bars, values)
def test_pulses_are_as_long_as_the_vector_says_and_the_rest_stays_equal(vector, where, value):
    uneven, unit = pulse_map(vector, where, value), 3840 / value
    for bar, start in enumerate(where.starts.tolist()):
        length = where.meter(bar).ticks
        rounds = int(length / (unit * len(vector)) + 1e-9)
        place = float(start)
        for number in range(rounds * len(vector)):
            assert np.interp(start + number * unit, uneven.equal, uneven.uneven) == pytest.approx(place)
            place += vector[number % len(vector)] * unit * len(vector) / sum(vector)
        assert place == pytest.approx(start + rounds * len(vector) * unit)
        rest = np.arange(int(np.ceil(place)), start + length)
        assert np.array_equal(uneven(rest), rest)


@given(vectors, bars, values)
def test_the_inverse_undoes_the_map(vector, where, value):
    uneven = pulse_map(vector, where, value)
    ticks = np.arange(0, where.ticks, 7)
    # Rounding to a tick is felt as many times as the pulse there is longer.
    steepest = float((np.diff(uneven.equal) / np.diff(uneven.uneven)).max())
    assert np.abs(uneven.inverse(uneven(ticks)) - ticks).max() <= 0.5 * steepest + 0.5


def test_one_to_three_on_pairs_of_eighths_puts_the_second_at_a_quarter():
    assert pulse_map((1, 3), four(), 8)(np.arange(0, 3840, 480)).tolist() == [
        0, 240, 960, 1200, 1920, 2160, 2880, 3120,
    ]  # fmt: skip


def test_a_bar_without_whole_cycles_begins_anew_at_its_line():
    # Sixteen sixteenths: five cycles of three, and one that stays as it was.
    places = pulse_map((6, 5, 4), four(2), 16)(np.arange(0, 7680, 240))
    assert places[:4].tolist() == [0, 288, 528, 720]
    assert places[15] == 3600
    assert np.array_equal(places[16:], places[:16] + 3840)


def test_a_grid_takes_its_step_from_each_meter():
    mixed = Bars(parse_meters("1/4+2/8"), 2)
    assert step_map((1, 3), mixed, 2)(np.array([0, 480, 960, 1200, 1440, 1680])).tolist() == [
        0, 240, 960, 1080, 1440, 1560,
    ]  # fmt: skip


@given(vectors, values, st.lists(st.tuples(st.integers(30, 900), st.floats(0, 1)), min_size=2, max_size=20))
def test_what_did_not_overlap_does_not_overlap_now(vector, value, spans):
    # From a 1/128, the shortest that players play, up to the very onset of the next.
    gaps = np.array([gap for gap, _ in spans])
    length = np.array([30 + int((gap - 30) * share) for gap, share in spans])
    onset = np.cumsum(gaps) - gaps
    notes = pulse_map(vector, four(3), value).notes(Notes.of(onset, length, 60))
    assert len(notes) == len(spans)
    assert np.all(notes.end[:-1] <= notes.onset[1:])
    touching = onset[1:] == (onset + length)[:-1]
    assert np.array_equal(notes.end[:-1][touching], notes.onset[1:][touching])


def test_controllers_go_with_their_notes():
    moved = pulse_map((1, 3), four(), 8).controls(Controls.cc(64, [0, 480, 960], [127, 0, 127]))
    assert moved.table["tick"].tolist() == [0, 240, 960]


def test_too_many_pulses_for_every_bar_are_refused():
    check_pulses((1,) * 8, [480, 480], parse_meters("2/4+4/4"))
    with pytest.raises(SpecError, match="9 pulses do not fit a bar of 2/4"):
        check_pulses((1,) * 9, [480, 480], parse_meters("2/4+4/4"))


# -- in a beat file ---------------------------------------------------------------------------


def test_a_grid_limps_and_swing_goes_along():
    grid, bars = parse_grid("kick x-x-\nhat xxxx", steps_per_beat=4), Bars(parse_meters("1/4"), 2)
    kit = load_kit(Library(), "gm")
    straight = sequence(grid, bars, kit, pulses=(1, 3))
    hat = straight[straight.pitch == kit.note("hat")]
    assert hat.onset.tolist() == [0, 120, 480, 600, 960, 1080, 1440, 1560]
    # A hit lasts an eighth of a beat at the most, and never into the next one.
    assert hat.duration.tolist() == [120] * 8
    assert kick_onsets(grid, bars, (1, 3)).tolist() == [0, 480, 960, 1440]
    swung = sequence(grid, bars, kit, pulses=(1, 3), swing=62)
    late = swung[swung.pitch == kit.note("hat")].onset
    # 58 ticks late on the straight grid are three times as many in the halves that are 1.5 long.
    assert late.tolist()[:4] == [0, 207, 480, 687]


def test_a_hold_ends_where_its_steps_do():
    grid, bars = parse_grid("hat x_xx", steps_per_beat=4), Bars(parse_meters("1/4"), 1)
    notes = sequence(grid, bars, load_kit(Library(), "gm"), pulses=(3, 1))
    assert notes.onset.tolist() == [0, 480, 840]
    assert notes.duration.tolist() == [480, 120, 120]


BEAT = """format = 1
kind = "beat"
name = "limp"
tempo = [100, 120]
pulses = {}
source = "s"
tag = "invented"
grid = "kick X---x-x-X---x---"
"""


def test_the_bass_meets_the_kicks_of_a_beat_that_limps(tmp_path):
    (tmp_path / "limp.toml").write_text(BEAT.format([5, 3, 4, 4]))
    text = PIECE.format(drums="", bass="", piano="").replace("four-floor", "limp")
    (tmp_path / "p.toml").write_text(text)
    arrangement = arrange(load_piece(tmp_path / "p.toml"))
    bar = [0, 960, 960 + 480, 1920, 2880]
    assert kicks(arrangement).tolist() == [start + tick for start in range(0, 4 * 3840, 3840) for tick in bar]
    assert set(kicks(arrangement).tolist()) <= set(arrangement["bass"].notes.onset.tolist())


@pytest.mark.parametrize(
    "value", ["[]", "[2]", "[0, 1]", "[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1, 1, 1, 1, 1, 1]"]
)
def test_beat_files_say_where_their_pulses_are_wrong(value):
    with pytest.raises(SirtakError) as caught:
        build_beat(parse_document(BEAT.format(value), "limp.toml"))
    assert str(caught.value).startswith("limp.toml:5: pulses")
    assert "hint: " in str(caught.value)


@pytest.mark.parametrize(("meter", "same"), [("2/2", "4/4"), ("4/8", "2/4"), ("2/8+2/8", "1/4+1/4")])
def test_a_beat_keeps_its_steps_in_bars_of_another_lower_number(meter, same):
    # Beats fit bars of their length, so four-floor plays in 2/2 what it plays in 4/4.
    beat = {"4/4": "four-floor", "2/4": "kenes-two", "1/4+1/4": "quarter"}[same]
    library = Library(None, {"beat": {"quarter": {**BARE, "meter": "1/4", "grid": "kick x-o-"}}})
    first, second = (
        arrange(
            build_piece(
                parse_document(
                    PIECE.format(drums="", bass="", piano="")
                    .replace('"4/4"', f'"{item}"')
                    .replace("four-floor", beat),
                    "p",
                ),
                (),
                library,
            )
        )
        for item in (meter, same)
    )
    assert first["drums"].notes.onset.tolist() == second["drums"].notes.onset.tolist()
    assert kicks(first).tolist() == kicks(second).tolist()


BARE = {"format": 1, "tempo": [100, 120], "source": "s", "tag": "invented"}


# -- the knob of a part ---------------------------------------------------------------------

PIECE = """
name = "p"
meter = "4/4"
[drums]
human = 0
density = 1
fills = false
vary = 0
crash = false
beat = "four-floor"
swing = 50
{drums}
[bass]
policy = "lock"
density = 1
{bass}
[piano]
human = 0
{piano}
[[section]]
name = "a"
bars = 4
fill = false
lead = "piano"
"""


def made(**parts):
    texts = {name: parts.get(name, "") for name in ("drums", "bass", "piano")}
    return arrange(parse_piece(PIECE.format(**texts)))


def test_a_part_is_moved_note_by_note_and_no_other_part_is():
    plain, limping = made(), made(piano="pulses = [6, 5, 4]")
    uneven = pulse_map((6, 5, 4), four(4), 16)
    assert limping["piano"].notes == uneven.notes(plain["piano"].notes)
    assert limping["piano"].notes != plain["piano"].notes
    assert limping["piano"].controls == uneven.controls(plain["piano"].controls)
    for name in ("drums", "bass"):
        assert limping[name].notes == plain[name].notes


def test_the_note_value_is_the_pulse_knob():
    plain, limping = made(), made(drums="pulses = [1, 3]\npulse = 8")
    assert limping["drums"].notes == pulse_map((1, 3), four(4), 8).notes(plain["drums"].notes)


def kicks(arrangement):
    drums = arrangement["drums"].notes
    return np.unique(drums.onset[drums.pitch == 36])


@pytest.mark.parametrize(
    ("drums", "bass"),
    [
        ("pulses = [1, 3]\npulse = 4", ""),
        ("pulses = [1, 3]\npulse = 4", "pulses = [1, 3]\npulse = 4"),
        ("", "pulses = [3, 2]\npulse = 8"),
        ("pulses = [5, 3, 4]\npulse = 4", "pulses = [3, 2]\npulse = 8"),
    ],
)
def test_the_bass_meets_the_kicks_where_they_sound(drums, bass):
    arrangement = made(drums=drums, bass=bass)
    sounding, low = kicks(arrangement), np.unique(arrangement["bass"].notes.onset)
    assert len(low) >= len(sounding) > 8
    # With two different vectors the way there and back is rounded, to a tick or two.
    assert all(np.abs(low - tick).min() <= 2 for tick in sounding)


def test_pulses_are_set_from_python_and_survive_the_recipe():
    first = sirtak.compose("sirtak", set={"drums.pulses": [3, 2], "drums.pulse": 8})
    plain = sirtak.compose("sirtak")
    assert first["drums"] != plain["drums"]
    assert first["dombra"] == plain["dombra"]
    again = arrange(parse_piece(first.recipe))
    assert all(again[track.name].notes == track.notes for track in first)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("[]", "array of length >= 2, found []"),
        ("[3]", "array of length >= 2, found [3]"),
        ("3", "expected array"),
        ("[0, 3]", "expected float >= 1.0, found 0"),
        ("[1, -3]", "expected float >= 1.0, found -3"),
        ("[1, 17]", "expected float <= 16.0, found 17"),
        ("[1, nan]", "nan is not a number"),
        ('["a", 2]', "expected float, got str"),
        (str([1] * 17), "array of length <= 16"),
        (str([1, 2] * 8) + "\npulse = 4", "16 pulses do not fit a bar of 4/4"),
    ],
)
def test_a_wrong_vector_names_line_and_way_out(value, words):
    with pytest.raises(SirtakError) as caught:
        made(piano=f"pulses = {value}")
    message = str(caught.value)
    assert message.startswith("recipe:19: piano.pulses")
    assert words in message
    assert f"pulses = {value}".split("\n")[0] in message
    assert "hint: " in message or "nan" in value


def test_a_pulse_that_is_no_note_value():
    with pytest.raises(SirtakError, match=r"piano\.pulse: expected int >= 2"):
        made(piano="pulses = [1, 3]\npulse = 0")
