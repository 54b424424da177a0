"""Step grids, beat and rhythm files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.errors import GridError, SirtakError, SpecError
from sirtak.library import Library
from sirtak.rhythm import (
    build_beat,
    build_rhythm,
    euclid,
    format_grid,
    load_beat,
    load_rhythm,
    parse_grid,
)
from sirtak.spec import parse_document
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import parse_meters
from strategies import grids

LIBRARY = Library()


@given(grids)
def test_formatting_and_parsing_undo_each_other(grid):
    assert parse_grid(format_grid(grid), steps_per_beat=4) == grid


def test_every_mark_means_what_it_says():
    row = parse_grid("v X x o D d U u - . x__", steps_per_beat=4)["v"]
    assert [(s.index, s.level, s.length, s.stroke) for s in row.steps] == [
        (0, 3, 1, ""), (1, 2, 1, ""), (2, 1, 1, ""), (3, 3, 1, "D"), (4, 2, 1, "D"), (5, 3, 1, "U"),
        (6, 2, 1, "U"), (9, 2, 3, ""),
    ]  # fmt: skip
    assert row.size == 12


SEVEN = parse_meters("7/8 (3+2+2)")


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("kick X---q---X---x---", 1, 9, "'q' is not a step"),
        ("\nkick X---\n hat  x-?-", 3, 8, "'?' is not a step"),
        ("kick _x--", 1, 5, "hold with nothing to hold"),
        ("kick x-_-", 1, 7, "hold with nothing to hold"),
        ("kick", 1, 0, "has no steps"),
        ("kick |", 1, 5, "has no steps"),
        ("kick x---\nkick ----", 2, 0, "has a row already"),
    ],
)
def test_slips_are_shown_with_line_and_caret(text, line, column, words):
    with pytest.raises(GridError) as caught:
        parse_grid(text, steps_per_beat=4, file="a.toml")
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert words in str(error)
    assert str(error).splitlines()[2].index("^") == 4 + column


def test_an_empty_grid_is_none():
    for text in ("", "\n  \n", "# only a remark"):
        with pytest.raises(GridError, match="the grid is empty"):
            parse_grid(text, steps_per_beat=4)


def test_group_lines_stand_where_groups_begin():
    parse_grid("kick X-----|x---|x---", steps_per_beat=2, meters=SEVEN)
    with pytest.raises(GridError, match="no group of the meter begins after 4 steps"):
        parse_grid("kick X---|x-----|x---", steps_per_beat=2, meters=SEVEN)


@pytest.mark.parametrize("size", [15, 17, 31, 33])
def test_a_row_one_step_off_is_a_slip_unless_it_is_confirmed(size):
    text = "hat " + "x" * size
    meters = parse_meters("4/4")
    with pytest.raises(GridError, match=f"has {size} steps, and a bar 16") as caught:
        parse_grid(text, steps_per_beat=4, meters=meters)
    assert f"[row.hat] length = {size}" in str(caught.value)
    parse_grid(text, steps_per_beat=4, meters=meters, confirmed={"hat": size})
    with pytest.raises(GridError, match="its table says 12"):
        parse_grid(text, steps_per_beat=4, meters=meters, confirmed={"hat": 12})


@pytest.mark.parametrize("size", [3, 5, 12, 14, 16, 32, 48])
def test_other_lengths_are_polymeter(size):
    grid = parse_grid(
        "kick X---------------\nhat " + "x" * size, steps_per_beat=4, meters=parse_meters("4/4")
    )
    assert grid["hat"].size == size
    assert grid.period % size == 0


def test_rhythms_fill_whole_bars():
    with pytest.raises(GridError, match="fill whole bars"):
        parse_grid("s x-x-x-", steps_per_beat=4, meters=parse_meters("4/4"), whole_bars=True)


@given(st.integers(1, 32), st.integers(0, 32), st.integers(0, 40))
def test_euclid_spreads_evenly_and_turns(steps, hits, rotation):
    if hits > steps:
        with pytest.raises(SpecError):
            euclid(hits, steps)
        return
    pattern = euclid(hits, steps)
    assert sum(pattern) == hits
    turned = euclid(hits, steps, rotation)
    assert turned == tuple(pattern[(i - rotation) % steps] for i in range(steps))
    places = [i for i, hit in enumerate(pattern) if hit]
    gaps = {(b - a) % steps or steps for a, b in zip(places, places[1:] + places[:1], strict=True)}
    assert not gaps or max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize("name", LIBRARY.names("beat"))
def test_every_beat_has_its_scenes_its_source_and_a_kit_that_plays_it(name):
    beat = load_beat(LIBRARY, name)
    assert set(beat.scenes) == {"main", "variation", "intro", "break", "fill"}
    assert beat.source
    assert beat.tag == "invented"
    kit = load_kit(LIBRARY, "folk" if beat.genre == "folk" else "electronic")
    for grid in beat.scenes.values():
        for voice in grid.voices:
            if voice not in kit.voices:
                assert voice in load_kit(LIBRARY, "gm").voices
    assert beat.name == name


@pytest.mark.parametrize("name", LIBRARY.names("rhythm"))
def test_every_rhythm_has_strokes_source_and_tag(name):
    rhythm = load_rhythm(LIBRARY, name)
    assert rhythm.name == name
    assert rhythm.source
    assert rhythm.tag in {"P", "S", "C", "G", "U", "invented"}
    assert all(step.stroke for row in rhythm.grid.rows for step in row.steps)


def test_the_measured_cells_carry_their_shares():
    shares = {
        name: load_rhythm(LIBRARY, name).weight for name in ("c22", "c4", "c112", "c211", "c13", "c1111")
    }
    assert shares == {"c22": 65.3, "c4": 14.8, "c112": 8.3, "c211": 6.0, "c13": 2.7, "c1111": 2.4}


def test_there_are_enough_of_them():
    beats = [load_beat(LIBRARY, name) for name in LIBRARY.names("beat")]
    assert len(beats) >= 10
    assert len({beat.genre for beat in beats}) >= 5
    assert len(LIBRARY.names("rhythm")) >= 8


BEAT = """format = 1
kind = "beat"
name = "b"
source = "s"
tag = "invented"
tempo = [100, 120]
grid = \"\"\"
kick X---x---X---x---
hat  --x---x---x---xo
\"\"\"
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("--x---x", "--x-z-x", 9, "'z' is not a step"),
        ("tempo = [100, 120]", "tempo = [120, 100]", 6, "wrong way round"),
        ('source = "s"', 'sauce = "s"', 4, "did you mean 'source'"),
        ("tempo = [100", "swing = 90\ntempo = [100", 6, "expected float <= 75"),
        ('tag = "invented"', 'tag = "invented"\nmeter = "7/9"', 6, "lower number"),
    ],
)
def test_beat_files_say_where_they_are_wrong(old, new, line, words):
    with pytest.raises(SirtakError) as caught:
        build_beat(parse_document(BEAT.replace(old, new), "b.toml"))
    assert str(caught.value).startswith(f"b.toml:{line}: ")
    assert words in str(caught.value)


def test_a_row_table_must_have_its_row():
    with pytest.raises(SirtakError, match=r"row\.snare: no grid has a row 'snare'"):
        build_beat(parse_document(BEAT + "[row.snare]\nswing = 60\n", "b.toml"))


def test_beats_fit_bars_of_their_length():
    beat = build_beat(parse_document(BEAT, "b.toml"))
    assert beat.fits(parse_meters("4/4"))
    assert beat.fits(parse_meters("4/4 (2+2)"))
    assert not beat.fits(parse_meters("3/4"))
    assert not beat.fits(parse_meters("4/4+3/4"))


def test_a_rhythm_file_without_a_meter_says_so():
    text = 'format = 1\nkind = "rhythm"\nname = "r"\nsource = "s"\ntag = "G"\ngrid = "s D-u-"\n'
    with pytest.raises(SirtakError, match="'meter' is missing"):
        build_rhythm(parse_document(text, "r.toml"))
