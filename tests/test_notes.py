"""The note table, its algebra and its laws."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, Controls, Notes, TempoChange, Track

events = st.tuples(
    st.integers(-2000, 20000),
    st.integers(1, 4000),
    st.integers(0, 127),
    st.integers(1, 127),
    st.integers(-200, 200),
)
tables = st.lists(events, max_size=24).map(
    lambda rows: (
        Notes.of(*(np.array(column, int) for column in zip(*rows, strict=True))) if rows else Notes.empty()
    )
)
ticks = st.integers(-1500, 1500)
spans = st.integers(1, 5000)


@given(tables, tables, tables)
def test_merging_is_commutative_associative_and_has_an_identity(a, b, c):
    assert a | b == b | a
    assert (a | b) | c == a | (b | c)
    assert a | Notes.empty() == a


@given(tables, ticks, ticks)
def test_shifts_add_up(a, x, y):
    assert a.shift(x).shift(y) == a.shift(x + y)
    assert a.shift(0) == a


def test_a_shift_out_of_range_is_refused():
    with pytest.raises(SirtakError, match="onset"):
        Notes.of([0, 960], 480, 62).shift(2**30)


@given(tables, tables, ticks)
def test_shift_distributes_over_merge(a, b, x):
    assert (a | b).shift(x) == a.shift(x) | b.shift(x)


@given(tables, tables, tables, st.integers(0, 900), st.integers(0, 900))
def test_then_is_associative_in_stated_ticks(a, b, c, x, y):
    assert a.then(b, x).then(c, x + y) == a.then(b.then(c, y), x)


@given(tables, spans, st.integers(0, 3), st.integers(0, 3))
def test_times_splits(a, span, m, n):
    assert a.times(m + n, span) == a.times(m, span).then(a.times(n, span), m * span)
    assert a.times(1, span) == a


@given(tables, spans, ticks, ticks)
def test_rotation_composes_and_stays_in_the_loop(a, span, x, y):
    turned = a.rotate(x, span)
    assert turned.rotate(y, span) == a.rotate(x + y, span)
    assert len(turned) == len(a)
    assert not len(a) or (turned.onset.min() >= 0 and turned.onset.max() < span)


@given(tables, st.integers(1, 6))
def test_stretch_is_undone_by_its_inverse(a, n):
    assert a.stretch(n).stretch(Fraction(1, n)) == a


@given(tables, st.integers(-500, 8000), spans)
def test_cut_keeps_what_begins_inside_and_ends_inside(a, start, span):
    part = a.cut(start, start + span)
    assert len(part) == int(np.sum((a.onset >= start) & (a.onset < start + span)))
    assert not len(part) or part.end.max() <= start + span


@given(tables, st.integers(1, 4), spans)
def test_every_changes_only_its_windows(a, n, span):
    louder = a.every(n, span, lambda notes: notes.but(velocity=1))
    touched = (a.onset // span) % n == 0
    assert np.array_equal(np.sort(louder.onset), np.sort(a.onset))
    assert int(np.sum(louder.velocity == 1)) >= int(np.sum(touched & (a.onset // span >= 0)))
    assert a.every(n, span, lambda notes: notes) == a


@given(tables)
def test_tables_are_sorted_and_read_only(a):
    assert np.all(np.diff(a.onset.astype(int)) >= 0)
    with pytest.raises(ValueError, match="read-only"):
        a.table["pitch"] = 60
    assert Notes(a.table.copy()) == a
    assert hash(Notes(a.table.copy())) == hash(a)


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"pitch": 128}, "pitch 128"),
        ({"pitch": -1}, "pitch -1"),
        ({"velocity": 0}, "velocity 0"),
        ({"duration": 0}, "duration 0"),
        ({"cents": 201}, "cents 201"),
        ({"onset": [0, 1], "pitch": [60, 61, 62]}, "different lengths"),
        ({"onset": 0.5}, "whole numbers"),
        ({"onset": float("nan")}, "not a finite number"),
    ],
)
def test_impossible_notes_are_refused(columns, word):
    with pytest.raises(SirtakError, match=word):
        Notes.of(**({"onset": 0, "duration": 1, "pitch": 60} | columns))


def test_a_table_goes_to_numpy_and_back():
    notes = Notes.of(onset=[960, 0], duration=480, pitch=[64, 60])
    table = notes.table.copy()
    table["pitch"] += 12
    assert Notes(table).pitch.tolist() == [72, 76]
    assert notes.pitch.tolist() == [60, 64]


def test_but_names_the_columns_it_knows():
    with pytest.raises(SirtakError, match="no column 'volume'"):
        Notes.of(0, 1, 60).but(volume=3)


def test_controls_keep_their_order_and_their_range():
    first = Controls.cc(7, tick=[10, 0], value=[1, 2])
    assert first.table["tick"].tolist() == [0, 10]
    assert (first | Controls.bend(5, -8192)).table["kind"].tolist() == [0, 1, 0]
    with pytest.raises(SirtakError, match="value outside"):
        Controls.cc(7, tick=0, value=128)
    with pytest.raises(SirtakError, match="no controller"):
        Controls.cc(120, tick=0, value=0)


def test_an_arrangement_refuses_what_cannot_be_written():
    late = Track("a", Notes.of(900, 100, 60))
    with pytest.raises(SirtakError, match="outside the piece"):
        Arrangement((late,), length=960)
    with pytest.raises(SirtakError, match="two tracks are called 'a'"):
        Arrangement((late, late), length=9600)
    with pytest.raises(SirtakError, match="there is no track 'bas'"):
        _ = Arrangement((late,), length=9600)["bas"]
    with pytest.raises(SirtakError, match="program 128"):
        Track("a", Notes.empty(), program=128)


def test_playing_time_follows_the_tempo_map():
    tempos = (TempoChange(0, 60.0), TempoChange(960, 120.0))
    assert Arrangement((), length=2880, tempos=tempos).seconds == pytest.approx(2.0)
