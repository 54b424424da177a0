"""What one hand can play: the judge against a slow one that says the same in plain loops."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak
from sirtak.errors import SirtakError
from sirtak.folk.fretboard import BASS_FRETS, playable
from sirtak.folk.hand import REASONS, STROKE, bent, frets_of, playable_share, strings_of, unplayable
from sirtak.library import Library
from sirtak.notes import Notes, Track
from sirtak.theory.neck import Neck, load_neck
from sirtak.theory.tuning import Tuning, load_tuning

LIBRARY = Library()
ON = load_tuning(LIBRARY, "on")
CHROMATIC, BOKEY = load_neck(LIBRARY, "chromatic"), load_neck(LIBRARY, "bokey")
NECKS = [load_neck(LIBRARY, name) for name in LIBRARY.names("fret")]
TUNINGS = [load_tuning(LIBRARY, name) for name in LIBRARY.names("tuning")]


def slow(notes, tuning, neck, slack):
    """The rules in words, note by note; every string is known."""
    rows = [tuple(int(item) for item in row) for row in notes]
    return slow_alone(rows, tuning, neck) | slow_pairs(rows, tuning, neck, slack)


def slow_alone(rows, tuning, neck):
    found = set()
    opened = {1: tuning.melody, 2: tuning.bass}
    for i, (onset, _, pitch, _, _, string) in enumerate(rows):
        sounding = [k for k, row in enumerate(rows) if row[0] <= onset < row[0] + row[1]]
        if len(sounding) > 2:
            found.add((REASONS[1], i, -1))
        if string not in opened:
            found.add((REASONS[0], i, -1))
            continue
        fret = pitch - opened[string]
        if not 0 <= fret <= neck.last:
            found.add((REASONS[3], i, -1))
        elif fret not in (0, *neck.frets):
            found.add((REASONS[4], i, -1))
        if any(k < i and rows[k][5] == string for k in sounding):
            found.add((REASONS[2], i, None))
    return found


def rings(rows, i):
    """From when to when a note rings: the next note of its string ends it."""
    start, length, string = rows[i][0], rows[i][1], rows[i][5]
    following = [row[0] for row in rows[i + 1 :] if row[5] == string]
    return start, min([start + length, *following[:1]])


def slow_pairs(rows, tuning, neck, slack):
    found = set()
    fingers = [(i, row[2] - tuning.melody) for i, row in enumerate(rows) if row[5] == 1]
    thumbs = [(k, row[2] - tuning.bass) for k, row in enumerate(rows) if row[5] == 2]
    for (i, high), (k, low) in product(fingers, thumbs):
        stopped = 0 < high <= neck.last and 0 < low <= neck.last
        (a, b), (c, d) = rings(rows, i), rings(rows, k)
        shared = min(b, d) - max(a, c)
        held = shared > slack or (shared > 0 and abs(a - c) <= slack)
        if stopped and held and abs(high - low) > neck.stretch:
            found.add((REASONS[5], *((i, k) if a >= c else (k, i))))
    return found


@st.composite
def tables(draw, strings=(1, 2), most=24):
    size = draw(st.integers(0, most))

    def column(low, high):
        return draw(st.lists(st.integers(low, high), min_size=size, max_size=size))

    onset, length, pitch = column(0, 900), column(1, 500), column(40, 80)
    string = draw(st.lists(st.sampled_from(strings), min_size=size, max_size=size))
    return Notes.of(onset, length, pitch, 90, 0, string) if size else Notes.empty()


@given(
    tables((1, 2, 1, 2, 3)),
    st.sampled_from(TUNINGS),
    st.sampled_from(NECKS),
    st.sampled_from([0, 1, STROKE, 300]),
)
def test_the_judge_agrees_with_the_slow_one(notes, tuning, neck, slack):
    faults = unplayable(notes, tuning, neck, slack)
    rows = {(f.reason, f.note, None if f.reason == REASONS[2] else f.other) for f in faults}
    assert rows == slow(notes, tuning, neck, slack)
    assert len(rows) == len(faults)
    assert [f.onset for f in faults] == sorted(f.onset for f in faults)
    for fault in faults:
        assert fault.onset == notes.onset[fault.note]
        assert str(fault).startswith(f"tick {fault.onset}: {fault.reason}")
        if fault.reason == REASONS[2]:
            other = notes.table[fault.other]
            assert other["string"] == notes.string[fault.note]
            assert other["onset"] <= fault.onset < other["onset"] + other["duration"]


@st.composite
def played(draw):
    """Strokes that a hand can play, each ringing until the next one of its string."""
    neck = draw(st.sampled_from(NECKS))
    tuning = draw(st.sampled_from(TUNINGS))
    frets = st.sampled_from([0, *neck.frets])
    pairs = draw(
        st.lists(st.tuples(frets, frets).filter(lambda pair: playable(*pair, neck)), min_size=1, max_size=20)
    )
    spread = draw(st.integers(0, STROKE))
    onset = np.arange(len(pairs)) * draw(st.integers(2 * STROKE + 1, 960))
    step = int(onset[1]) if len(pairs) > 1 else 400
    melody, bass = (np.array(column) for column in zip(*pairs, strict=True))
    notes = Notes.of(onset + spread, step, tuning.melody + melody, string=1)
    return notes | Notes.of(onset, step, tuning.bass + bass, string=2), tuning, neck


@given(played())
def test_what_a_hand_can_play_is_never_refused(case):
    notes, tuning, neck = case
    assert unplayable(notes, tuning, neck) == []
    assert playable_share(notes, tuning, neck) == 1


@given(played(), st.data())
def test_one_impossible_stroke_among_the_playable_ones_is_found(case, data):
    notes, tuning, neck = case
    at = int(notes.end.max()) + 2 * STROKE
    far = [(m, b) for m in neck.frets for b in neck.frets if abs(m - b) > neck.stretch]
    melody, bass = data.draw(st.sampled_from(far))
    slip = Notes.of([at, at + 5], 30, [tuning.bass + bass, tuning.melody + melody], string=[2, 1])
    faults = unplayable(notes | slip, tuning, neck)
    assert [(f.reason, f.onset, f.melody, f.bass) for f in faults] == [(REASONS[5], at + 5, melody, bass)]
    assert playable_share(notes | slip, tuning, neck) < 1


@given(tables(), st.sampled_from(NECKS), st.integers(-500, 500))
def test_the_verdict_does_not_depend_on_where_it_stands(notes, neck, ticks):
    before = unplayable(notes, ON, neck)
    later = unplayable(notes.shift(ticks), ON, neck)
    assert [f._replace(onset=f.onset + ticks) for f in before] == later


@given(tables(), st.sampled_from(NECKS))
def test_a_wider_hand_and_a_fuller_neck_only_help(notes, neck):
    faults = {f[1:4] for f in unplayable(notes, ON, neck)}
    wide = Neck("wide", frozenset(range(1, 20)), stretch=19)
    easier = {f[1:4] for f in unplayable(notes, ON, wide)}
    assert {f for f in easier if f[0] in (REASONS[1], REASONS[2])} <= faults
    assert not any(f[0] in (REASONS[4], REASONS[5]) for f in easier)


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [  # onset, duration, pitch, string
        ([(0, 9, 50, 2), (0, 9, 55, 1)], []),
        ([(0, 9, 49, 2)], ["off the frets"]),
        ([(0, 9, 54, 1)], ["off the frets"]),
        ([(0, 9, 75, 1)], ["off the frets"]),
        ([(0, 9, 56, 1)], ["the neck has no such fret"]),
        ([(0, 9, 50, 3)], ["there is no such string"]),
        ([(0, 9, 55, 1), (0, 9, 57, 1)], ["more than one note at once on a string"]),
        ([(0, 9, 55, 1), (8, 9, 57, 1)], ["more than one note at once on a string"]),
        ([(0, 9, 55, 1), (9, 9, 57, 1)], []),
        ([(0, 9, 55, 1), (9, 9, 55, 1)], []),
        # A stopped bass that rings on holds the thumb where it is.
        ([(0, 900, 52, 2), (0, 400, 57, 1), (480, 400, 67, 1)], ["the stretch is too wide"]),
        ([(0, 900, 50, 2), (0, 400, 57, 1), (480, 400, 67, 1)], []),
        ([(0, 500, 52, 2), (480, 400, 67, 1)], []),  # one stroke passes into the next
        ([(0, 900, 52, 2), (480, 10, 67, 1)], []),  # a flick at the end of a hand's move
        ([(0, 9, 52, 2), (3, 9, 67, 1)], ["the stretch is too wide"]),  # but struck together is held
        ([(0, 9, 50, 2), (0, 9, 55, 1), (0, 9, 57, 1)], ["more than two notes at once"] * 3 + ["more than one note at once on a string"]),
    ],
)  # fmt: skip
def test_reasons_one_by_one(rows, reasons):
    onset, length, pitch, string = zip(*rows, strict=True)
    notes = Notes.of(onset, length, pitch, string=string)
    assert sorted(f.reason for f in unplayable(notes, ON, BOKEY)) == sorted(reasons)


def test_faults_read_like_sentences():
    notes = Notes.of([0, 0, 960, 960, 1920], 480, [52, 67, 56, 57, 50], string=[2, 1, 1, 1, 3])
    assert [str(fault) for fault in unplayable(notes, ON, BOKEY)] == [
        "tick 0: the stretch is too wide (fret 12 on the melody string, fret 2 on the bass string)",
        "tick 960: the neck has no such fret (fret 1 on the melody string)",
        "tick 960: more than one note at once on a string (fret 2 on the melody string)",
        "tick 1920: there is no such string",
    ]


def test_all_measured_strokes_can_be_played():
    pairs = [(melody, bass) for melody, row in BASS_FRETS.items() for bass in row]
    onset = np.arange(len(pairs)) * 240
    melody, bass = (np.array(column) for column in zip(*pairs, strict=True))
    notes = Notes.of(onset, 228, 55 + melody, string=1) | Notes.of(onset + 17, 228, 50 + bass, string=2)
    assert unplayable(notes, ON, CHROMATIC) == []
    assert playable_share(notes, ON, load_neck(LIBRARY, "batys")) == 1


# -- notes whose string is not known -----------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), min_size=1, max_size=12),
    st.integers(0, STROKE),
)
def test_strings_are_found_where_the_higher_note_is_the_melodys(pairs, spread):
    kept = [(melody, bass) for melody, bass in pairs if 50 + bass <= 55 + melody]
    if not kept:
        return
    melody, bass = (np.array(column) for column in zip(*kept, strict=True))
    onset = np.arange(len(kept)) * 480
    known = Notes.of(onset + spread, 240, 55 + melody, 99, string=1) | Notes.of(
        onset, 240, 50 + bass, 88, string=2
    )
    found = strings_of(known.but(string=0), ON)
    assert np.array_equal(found == 1, known.but(string=0).velocity == 99)


@given(tables((0, 1, 2)), st.sampled_from(TUNINGS))
def test_known_strings_are_never_changed_and_unknown_ones_always_found(notes, tuning):
    found = strings_of(notes, tuning)
    known = notes.string > 0
    assert np.array_equal(found[known], notes.string[known])
    assert set(found.tolist()) <= {1, 2}
    assert np.all(found[~known & (notes.pitch < tuning.melody)] == 2)


def test_a_third_note_has_no_string_left():
    reasons = {f.reason for f in unplayable(Notes.of(0, 240, [55, 57, 60]), ON, CHROMATIC)}
    assert reasons == {REASONS[1], REASONS[2]}


def test_frets_are_those_of_the_track():
    notes = Notes.of([0, 1, 2], 9, [50, 57, 62], string=[2, 1, 1])
    track = Track("dombra", notes, strings=(55, 50))
    assert frets_of(notes, ON, strings_of(notes, ON)).tolist() == track.frets.tolist()


def test_nothing_is_playable_and_nothing_is_bent():
    assert unplayable(Notes.empty(), ON, CHROMATIC) == []
    assert playable_share(Notes.empty(), ON, CHROMATIC) == 1
    assert bent(Notes.empty(), ON, BOKEY, []) == Notes.empty()


def test_a_hundred_thousand_notes_are_judged_by_sorting():
    # The number of pairs looked at must grow with the notes, even where everything overlaps.
    size = 100_000
    place = np.arange(size)
    notes = Notes.of(place, 2**20, 55 + place % 2 * 2, string=1 + place % 2)
    assert len(unplayable(notes, ON, CHROMATIC)) >= size


# -- movable frets -------------------------------------------------------------------------------


@given(tables(), st.sampled_from(NECKS), st.integers(0, 2**30))
def test_only_movable_frets_with_stated_cents_bend_and_only_so_far(notes, neck, seed):
    draws = np.modf(np.arange(len(notes)) * 0.618 + seed / 7)[0]
    made = bent(notes, ON, neck, draws)
    assert made.but(cents=0) == notes
    frets = frets_of(made, ON, strings_of(made, ON))
    for fret, cents in zip(frets.tolist(), made.cents.tolist(), strict=True):
        if fret in neck.cents:
            assert abs(cents - (neck.cents[fret] - 100 * fret)) <= neck.offset + 0.5
        else:
            assert cents == 0


def test_draws_place_the_stop_within_the_offset():
    notes = Notes.of([0, 1, 2, 3], 1, [58, 58, 65, 60], string=1)  # frets 3, 3, 10, 5
    assert bent(notes, ON, BOKEY, [0, 1, 0.5, 0]).cents.tolist() == [30, 60, 45, 0]
    assert bent(notes, ON, CHROMATIC, 0.9) == notes
    kept = notes.but(cents=[7, 7, 7, 7])
    assert bent(kept, ON, BOKEY, 0.5).cents.tolist() == [45, 45, 45, 7]
    for draws, words in (
        ([0.5], "1 draws for 4 notes"),
        ([0, 0, 0, 1.5], "from 0 to 1"),
        (np.nan, "from 0 to 1"),
    ):
        with pytest.raises(SirtakError, match=words):
            bent(notes, ON, BOKEY, draws)


def test_a_composed_dombra_can_be_judged():
    notes = sirtak.compose("sirtak", seed=1)["dombra"]
    assert playable_share(notes, Tuning("on", 50, 55), CHROMATIC) > 0.9
    # The same notes on a dombra tuned a tone higher: what lay on the open bass string is gone.
    assert playable_share(notes, Tuning("on", 52, 57), CHROMATIC) < 0.9
