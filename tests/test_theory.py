"""Pitches, modes, meters, keys, tunings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.spec import parse_document
from sirtak.theory.key import nearest_signature
from sirtak.theory.meter import Bars, Meter, format_meters, parse_meters
from sirtak.theory.mode import build_mode, load_mode
from sirtak.theory.pitch import near, note_name, parse_tonic
from sirtak.theory.tuning import build_tuning, load_tuning

MODES = Library().names("mode")
LIBRARY = Library()


def test_the_observed_modes_are_here_with_source_and_tag():
    wanted = {
        "ionian": (0, 2, 4, 5, 7, 9, 11),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
        "major-variable-7": (0, 2, 4, 5, 7, 9, 10),
        "aeolian-dorian": (0, 2, 3, 5, 7, 8, 10),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "phrygian-variable-2": (0, 1, 3, 5, 7, 8, 10),
        "do-pentatonic": (0, 2, 4, 7, 9),
    }
    for name, semitones in wanted.items():
        mode = load_mode(LIBRARY, name)
        assert mode.semitones == semitones
        assert mode.source
        assert mode.tag in {"P", "S", "C", "G", "U", "invented"}


@pytest.mark.parametrize("name", MODES)
def test_octaves_agree_in_every_mode_and_direction(name):
    mode = load_mode(LIBRARY, name)
    line = np.arange(-3, len(mode) + 3)
    plain = np.zeros(len(line), bool)
    low, high = mode.pitches(line, 50, plain), mode.pitches(line + len(mode), 50, plain)
    assert np.array_equal(low + 12, high)
    assert np.all(np.diff(low) > 0)


def test_variable_degrees_follow_their_rules():
    minor = load_mode(LIBRARY, "aeolian-dorian")
    assert minor.pitches([12, 4, 5], 50).tolist() == [71, 57, 58]  # natural 6 in the high zone, b6 low
    assert minor.pitches([5, 6, 7], 50).tolist() == [59, 60, 62]  # and natural before it
    major = load_mode(LIBRARY, "major-variable-7")
    assert major.pitches([7, 6, 7], 55).tolist() == [67, 66, 67]  # lower neighbour
    assert major.pitches([5, 6, 5], 55).tolist() == [64, 65, 64]  # peak
    phrygian = load_mode(LIBRARY, "phrygian-variable-2")
    assert phrygian.pitches([0, 1, 2, 1, 0], 55).tolist() == [55, 57, 58, 56, 55]


def test_numerals_find_their_degree_or_say_what_there_is():
    assert load_mode(LIBRARY, "aeolian").degree_of("VI") == 5
    assert load_mode(LIBRARY, "do-pentatonic").degree_of("vi") == 4
    with pytest.raises(SirtakError, match="has no degree VII") as caught:
        load_mode(LIBRARY, "do-pentatonic").degree_of("VII")
    assert "I, II, III, V, VI" in str(caught.value)
    with pytest.raises(SirtakError, match="not a chord numeral"):
        load_mode(LIBRARY, "aeolian").degree_of("H7")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cents": "[100, 200, 300]"}, "first degree is 100"),
        ({"cents": "[0, 300, 200]"}, "must rise"),
        ({"cents": "[0, 300, 1200]"}, "expected float < 1200"),
        ({"final": "9"}, "no degree 9"),
        ({"tag": "'X'"}, "tag"),
        ({"tinal": "1"}, "did you mean 'final'"),
    ],
)
def test_modes_that_make_no_sense_are_refused_with_their_line(change, words):
    fields = {"format": "1", "name": "'x'", "cents": "[0, 200, 700]", "source": "'s'", "tag": "'G'"} | change
    text = "\n".join(f"{key} = {value}" for key, value in fields.items())
    with pytest.raises(SirtakError, match=r"m\.toml:\d+: .*") as caught:
        build_mode(parse_document(text, "m.toml"))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("tonic", "mode", "signature"),
    [
        ("D", "aeolian", (-1, True)),
        ("D", "dorian", (0, True)),
        ("G", "ionian", (1, False)),
        ("G", "mixolydian", (0, False)),
        ("C", "phrygian-variable-2", (-4, True)),
        ("F#", "ionian", (6, False)),
    ],
)
def test_the_nearest_signature_has_the_modes_notes(tonic, mode, signature):
    assert nearest_signature(parse_tonic(tonic), load_mode(LIBRARY, mode)) == signature


@pytest.mark.parametrize("name", ["H", "", "D##", "do", "9", "Hb"])
def test_tonics_that_are_none(name):
    with pytest.raises(SirtakError, match="is not a note name"):
        parse_tonic(name)


@given(st.integers(0, 11), st.integers(12, 100))
def test_near_is_the_nearest(pitch_class, centre):
    found = near(pitch_class, centre)
    assert found % 12 == pitch_class
    assert -6 <= found - centre <= 5


def test_note_names_are_scientific():
    assert [note_name(pitch) for pitch in (21, 60, 127)] == ["A0", "C4", "G9"]


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("4/4", [3840]),
        ("7/8 (3+2+2)", [3360]),
        ("2/4+3/4", [1920, 2880]),
        ("2/4+3/4+5/8+3/8", [1920, 2880, 2400, 1440]),
        ("5/8(2+3)", [2400]),
    ],
)
def test_meters_and_their_lengths(text, lengths):
    meters = parse_meters(text)
    assert [meter.ticks for meter in meters] == lengths
    assert parse_meters(format_meters(meters)) == meters


@given(st.lists(st.tuples(st.integers(1, 16), st.sampled_from([1, 2, 4, 8, 16])), min_size=1, max_size=4))
def test_meter_text_reads_back(parts):
    meters = parse_meters("+".join(f"{top}/{bottom}" for top, bottom in parts))
    assert parse_meters(format_meters(meters)) == meters
    assert all(sum(meter.groups) == meter.numerator for meter in meters)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("7/9", "lower number"),
        ("0/4", "upper number"),
        ("4", "not a meter"),
        ("4/4+", "not a meter"),
        ("7/8 (3+2)", "add up to 5"),
        ("7/8 (3+4+0)", "add up"),
        ("5/8 (3++2)", "grouping"),
        ("99/4", "upper"),
    ],
)
def test_meters_that_are_none(text, words):
    with pytest.raises(SirtakError, match=words):
        parse_meters(text)


def test_bars_are_laid_out_by_the_cycle():
    bars = Bars(parse_meters("2/4+3/4"), 3)
    assert bars.starts.tolist() == [0, 1920, 4800]
    assert bars.bar_of(np.array([-1, 0, 1919, 1920, 6719, 9999])).tolist() == [0, 0, 0, 1, 2, 2]
    assert bars.group_starts.tolist() == [0, 960, 1920, 2880, 3840, 4800, 5760]
    assert Meter(7, 8, (3, 2, 2)).group_ticks.tolist() == [0, 1440, 2400]


def test_tunings_are_those_of_the_reference():
    strings = {
        name: (t.bass, t.melody) for name in LIBRARY.names("tuning") for t in [load_tuning(LIBRARY, name)]
    }
    assert strings == {
        "on": (50, 55),
        "teris": (48, 55),
        "qalys": (52, 55),
        "shalys": (53, 55),
        "tel": (55, 55),
        "octave": (43, 55),
    }
    text = 'format = 1\nname = "x"\nstrings = [60, 55]\nsource = "s"\ntag = "G"\n'
    with pytest.raises(SirtakError, match=r"t\.toml:3: strings"):
        build_tuning(parse_document(text, "t.toml"))
