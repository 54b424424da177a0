"""Strokes on two strings: how they sound, what the left hand adds, and which string a note is on."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composed import LIBRARY, onsets
from sirtak.errors import SirtakError
from sirtak.folk.dombra import DombraSpec
from sirtak.folk.fretboard import playable
from sirtak.folk.hand import let_go, unplayable
from sirtak.folk.strings import PULLED_FROM, Touch, sound
from sirtak.notes import Notes, Track
from sirtak.rng import Dice
from sirtak.scene import Chords, Scene
from sirtak.scene.fretted import Fretted
from sirtak.theory.meter import Bars, parse_meters
from sirtak.theory.mode import load_mode
from sirtak.theory.neck import load_neck
from sirtak.theory.tuning import Tuning

ON = Tuning("on", 50, 55)
NECK = load_neck(LIBRARY, "chromatic")
MODE = load_mode(LIBRARY, "aeolian-dorian")
STEADY = DombraSpec(human=0)


def scene_of(bars=4, bpm=120, energy=0.5, mode=MODE, tonic=2):
    return Scene(
        "a", Bars(parse_meters("4/4"), bars), mode, tonic, bpm, np.full(bars, energy), Chords(()), LIBRARY
    )


def strokes(rows, *, refrain=True, **odds):
    """Strokes from (sixteenth, melody, bass[, down]); those off the beat are inside one."""
    table = [(*row, True) if len(row) == 3 else row for row in rows]
    at, melody, bass, down = (np.array(column) for column in zip(*table, strict=True))
    level = np.where(at % 4 == 0, 0.7, 0.45)
    return Fretted(at * 240, melody, bass, down, level, at % 4 != 0, np.full(len(at), refrain), **odds)


def played(rows, spec=STEADY, scene=None, spread=9.0, human=0.0, seed=1, **odds):
    dice = Dice(seed, "dombra", 0, "a")
    return sound(spec, scene or scene_of(), dice, strokes(rows, **odds), ON, Touch(human, spread))


def on(notes, string):
    return notes[notes.string == string]


# -- one stroke --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bpm", "gap"), [(60, 9), (120, 17), (180, 26)])
def test_a_down_stroke_meets_the_bass_string_first_and_an_up_stroke_the_melody_string(bpm, gap):
    notes = played([(0, 2, 0, True), (4, 2, 0, False)], scene=scene_of(bpm=bpm))
    assert on(notes, 2).onset.tolist() == [0, 960 + gap]
    assert on(notes, 1).onset.tolist() == [gap, 960]


def test_a_string_alone_is_not_spread():
    assert played([(4, 2, -1, True), (8, -1, 0, False)]).onset.tolist() == [960, 1920]


@pytest.mark.parametrize("spread", [0, 30])
def test_the_spread_is_the_players_own(spread):
    notes = played([(4, 2, 0)], spread=spread)
    assert np.diff(notes.onset).tolist() == [round(spread * 1.92)]


def test_up_strokes_and_the_second_string_are_softer():
    notes = played([(4, 2, 0, True), (20, 2, 0, False)])
    down, up = on(notes, 1).velocity.tolist()
    assert up == pytest.approx(0.84 * down, abs=1)
    assert (on(notes, 1).velocity - on(notes, 2).velocity).tolist() == [10, 10]


def test_frets_count_from_the_open_strings_and_every_note_says_its_string():
    notes = played([(0, 2, 0), (4, 19, 12), (8, 0, 5)])
    track = Track("dombra", notes, strings=(55, 50))
    table = sorted(zip(notes.onset.tolist(), notes.string.tolist(), track.frets.tolist(), strict=True))
    assert [(string, fret) for _, string, fret in table] == [(2, 0), (1, 2), (2, 12), (1, 19), (2, 5), (1, 0)]
    # Fret 5 of the bass string and the open melody string are one pitch, on two strings.
    assert on(notes, 1).pitch[-1] == on(notes, 2).pitch[-1] == 55


def test_nothing_struck_is_nothing_heard():
    empty = strokes([(0, 2, 0)]).chosen(np.zeros(1, bool))
    assert sound(STEADY, scene_of(), Dice(1, "d"), empty, ON, Touch(0, 9)) == Notes.empty()


frets = st.sampled_from([0, 2, 3, 5, 7, 9, 10, 12, 14])
pairs = st.tuples(st.integers(-1, 19), st.integers(-1, 19)).filter(
    lambda p: max(p) >= 0 and playable(max(p[0], 0), max(p[1], 0))
)


@st.composite
def rows(draw):
    steps = sorted(draw(st.sets(st.integers(0, 63), min_size=1, max_size=40)))
    return [(step, *draw(pairs), draw(st.booleans())) for step in steps]


odds = st.fixed_dictionaries(
    {name: st.sampled_from([0.0, 0.5, 1.0]) for name in ("grace", "pull_off", "hammer_on")}
)


@settings(max_examples=150)
@given(
    rows(),
    odds,
    st.sampled_from([30, 66, 120, 170, 400]),
    st.floats(0, 2),
    st.floats(0, 30),
    st.integers(0, 99),
)
def test_a_string_sounds_one_note_at_a_time_and_the_hand_can_hold_them(
    table, ornaments, bpm, human, spread, seed
):
    spec = DombraSpec(human=human)
    notes = played(table, spec, scene_of(bpm=bpm), spread, 8.0, seed, **ornaments)
    for string in (1, 2):
        mine = on(notes, string)
        assert (mine.end[:-1] <= np.maximum(mine.onset[1:], mine.onset[:-1] + 1)).all()
    free = let_go(notes, ON, NECK)
    # Two strokes that the hand's own haste throws together are the arrangement's to damp.
    crowded = (
        np.diff(np.sort(on(free, 1).onset)).min(initial=99) < 2
        or np.diff(np.sort(on(free, 2).onset)).min(initial=99) < 2
    )
    if bpm <= 170 and not crowded:
        assert unplayable(free, ON, NECK) == []
    assert onsets(free) == onsets(notes)
    assert (free.duration <= notes.duration).all()


@given(rows(), st.integers(0, 99))
def test_hands_that_can_stay_do_not_let_go(table, seed):
    """Only what is held too wide is cut short."""
    notes = played(table, human=8.0, seed=seed)
    faults = [fault for fault in unplayable(notes, ON, NECK) if "stretch" in fault.reason]
    free = let_go(notes, ON, NECK)
    if not faults:
        assert free == notes
    shorter = np.flatnonzero(free.duration != notes.duration)
    assert set(shorter.tolist()) <= {fault.other for fault in faults}


def test_a_hand_lets_go_of_what_it_cannot_hold():
    notes = Notes.of([0, 480, 960], [960, 480, 400], [52, 67, 57], string=[2, 1, 1])
    assert let_go(notes, ON, NECK).duration.tolist() == [480, 480, 400]
    # The open string rings on, and so does what is near.
    near = Notes.of([0, 480], [960, 480], [50, 67], string=[2, 1])
    assert let_go(near, ON, NECK) == near
    assert let_go(Notes.empty(), ON, NECK) == Notes.empty()


# -- the left hand -----------------------------------------------------------------------------------------

PULLED = [(0, 2, 5), (2, 2, 5, False)]


def test_a_pull_off_lets_the_thumb_go_and_the_tune_ring_on():
    plain, pulled = played(PULLED), played(PULLED, pull_off=1.0)
    assert [note[2] for note in plain] == [55, 57, 57, 55]
    assert [(n[2] - (55 if n[5] == 1 else 50), n[5]) for n in pulled] == [(5, 2), (2, 1), (0, 2)]
    thumb = on(pulled, 2)
    assert thumb.onset.tolist() == [0, 480]
    assert thumb.velocity[1] < 0.7 * thumb.velocity[0]  # about 60 % (kazakh.md 2.2)
    assert on(pulled, 1).end[0] > 480  # the tune rings on


@pytest.mark.parametrize(
    ("table", "more"),
    [
        ([(0, 2, 5), (2, 3, 5, False)], {}),  # another melody note
        ([(0, 2, 2), (2, 2, 2, False)], {}),  # a fret that nobody pulls off from
        ([(0, 2, 0), (2, 2, 0, False)], {}),  # an open string
        ([(0, 2, 5), (4, 2, 5, False)], {}),  # on the beat
        ([(0, 2, 5), (1, 2, 5, False)], {}),  # too quick
        ([(0, 2, 3), (2, 2, 5, False)], {}),  # the thumb has just come
        (PULLED, {"refrain": False}),
    ],
)  # fmt: skip
def test_where_nothing_is_pulled_off(table, more):
    assert played(table, pull_off=1.0, **more) == played(table, **more)


def test_frets_of_pull_offs_are_those_counted():
    assert set(PULLED_FROM) == {5, 10}


def test_a_hammer_on_is_the_melody_string_alone_and_softer():
    table = [(0, 2, 0), (2, 2, 0), (3, 3, 0, False)]
    plain, hammered = played(table), played(table, hammer_on=1.0)
    assert len(plain) == 6
    assert len(hammered) == 5
    last = hammered[hammered.onset >= 700]
    assert (last.string.tolist(), (last.pitch - 55).tolist()) == ([1], [3])
    assert last.velocity[0] < 0.8 * on(plain, 1).velocity[-1]


@pytest.mark.parametrize(
    "table",
    [
        [(0, 2, 0), (2, 3, 0, False)],  # an eighth later: the right hand has time
        [(3, 2, 0), (4, 3, 0, False)],  # on the beat
        [(2, 3, 0), (3, 2, 0, False)],  # falling
        [(2, 2, 0), (3, 5, 0, False)],  # more than a tone
        [(2, 2, 0), (3, 2, 0, False)],  # the same note
        [(2, -1, 0), (3, 2, 0, False)],  # from silence
        [(2, 0, 10), (3, 2, 2, False)],  # out of reach of the thumb
    ],
)
def test_where_nothing_is_hammered_on(table):
    assert played(table, hammer_on=1.0) == played(table)


GRACED = [(0, 2, 0), (2, 2, 0, False)]


@pytest.mark.parametrize("bpm", [60, 100, 160])
def test_a_grace_note_is_the_upper_semitone_just_before_and_softer(bpm):
    """Bb before A off the beat (kazakh.md 2.2)."""
    scene = scene_of(bpm=bpm)
    plain, graced = played(GRACED, scene=scene), played(GRACED, scene=scene, grace=1.0)
    added = onsets(graced) - onsets(plain)
    assert onsets(plain) <= onsets(graced)
    ((onset, pitch, string),) = added
    assert (pitch, string) == (58, 1)
    main = on(plain, 1)[1:]
    assert 0 < main.onset[0] - onset <= 120  # an eighth of a quarter at most
    assert (main.onset[0] - onset) / scene.ticks_per_ms <= 56
    grace = graced[graced.pitch == 58]
    assert grace.velocity[0] < 0.7 * main.velocity[0]
    assert on(graced, 2) == on(plain, 2)


@pytest.mark.parametrize(
    ("table", "more"),
    [
        ([(0, 2, 0), (4, 2, 0, False)], {}),  # on the beat
        ([(0, 5, 0), (2, 5, 0, False)], {}),  # no semitone above C in the mode
        ([(0, 2, 0), (1, 2, 0, False)], {"bpm": 170}),  # no room
        ([(0, 19, 0), (2, 19, 0, False)], {}),  # no fret above
        ([(0, -1, 0), (2, -1, 0, False)], {}),  # no tune
        ([(0, 9, 4), (2, 9, 4, False)], {"mode": "phrygian-variable-2", "tonic": 9}),  # out of reach of the thumb
        (GRACED, {"refrain": False}),
    ],
)  # fmt: skip
def test_where_nothing_is_graced(table, more):
    more = dict(more)
    place = {key: more.pop(key) for key in ("bpm", "tonic") if key in more}
    mode = load_mode(LIBRARY, more.pop("mode")) if "mode" in more else MODE
    scene = scene_of(mode=mode, **place)
    assert played(table, scene=scene, grace=1.0, **more) == played(table, scene=scene, **more)


@settings(max_examples=80)
@given(rows(), st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_more_grace_only_adds(table, a, b, seed):
    little, much = (played(table, seed=seed, human=8.0, grace=share) for share in sorted((a, b)))
    assert onsets(little) <= onsets(much)
    assert on(little, 2) == on(much, 2)
    for notes in (little, much):
        assert onsets(played(table, seed=seed, human=8.0)) <= onsets(notes)


@settings(max_examples=80)
@given(rows(), st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_more_pull_offs_only_let_more_go(table, a, b, seed):
    def struck(share):
        return onsets(on(played(table, seed=seed, pull_off=share), 1))

    little, much = sorted((a, b))
    assert struck(much) <= struck(little) <= struck(0)
    notes = played(table, seed=seed, pull_off=much)
    assert len(on(notes, 2)) == len(on(played(table, seed=seed), 2))


@given(rows(), st.integers(0, 99))
def test_without_odds_there_is_no_ornament(table, seed):
    plain = strokes(table)
    notes = sound(STEADY, scene_of(), Dice(seed, "d"), plain, ON, Touch(0, 0))
    assert len(on(notes, 1)) == (plain.melody >= 0).sum()
    assert len(on(notes, 2)) == (plain.bass >= 0).sum()


# -- scores of strokes -------------------------------------------------------------------------------------


@given(rows(), st.lists(rows(), max_size=3), st.lists(st.integers(0, 9000), min_size=4, max_size=4))
def test_scores_are_joined_at_their_ticks(first, others, starts):
    whole = strokes(first, grace=0.3).then([strokes(item) for item in others], starts[: len(others) + 1])
    parts = [strokes(item) for item in (first, *others)]
    for name in ("melody", "bass", "down", "level", "inside", "refrain"):
        joined = np.concatenate([getattr(part, name) for part in parts])
        assert np.array_equal(getattr(whole, name), joined)
        assert getattr(whole, name).dtype == joined.dtype
    assert whole.onset.tolist() == [
        tick + start for part, start in zip(parts, starts, strict=False) for tick in part.onset.tolist()
    ]
    assert whole.grace == 0.3
    assert len(whole) == sum(map(len, parts))


def test_strokes_are_chosen_by_mask_index_or_slice():
    score = strokes([(0, 2, 0), (2, 3, 5), (4, 5, 7)])
    assert score.chosen(score.melody > 2).bass.tolist() == [5, 7]
    assert score.chosen(np.array([2, 0])).melody.tolist() == [5, 2]
    assert score.chosen(slice(-1, None)).onset.tolist() == [960]
    assert replace(score, grace=0.5).chosen(slice(0, 1)).grace == 0.5


# -- the string of a note ----------------------------------------------------------------------------------

tables = st.lists(
    st.tuples(
        st.integers(0, 5000),
        st.integers(1, 900),
        st.integers(0, 127),
        st.integers(1, 127),
        st.integers(-200, 200),
        st.integers(0, 8),
    ),
    max_size=12,
).map(lambda rows: Notes.of(*np.array(rows, int).reshape(-1, 6).T) if rows else Notes.empty())


@given(tables, tables, st.integers(0, 999))
def test_strings_travel_through_the_algebra(a, b, ticks):
    def held(notes):
        return sorted(notes.string.tolist())

    assert held(a | b) == sorted(held(a) + held(b))
    assert held(a.shift(ticks)) == held(a)
    assert held(a.times(2, 6000)) == sorted(held(a) * 2)
    assert held(a.stretch(2)) == held(a)
    if len(a):
        assert set(a.but(string=3).string.tolist()) == {3}
        assert a.but(string=lambda notes: notes.string) == a
    assert Notes.merge(a, b) == Notes.merge(b, a)
    for number in range(9):
        chosen = a[a.string == number]
        assert set(chosen.string.tolist()) <= {number}


@given(tables)
def test_tables_that_differ_in_a_string_are_two(notes):
    if len(notes):
        other = notes.but(string=lambda n: (n.string.astype(int) + 1) % 9)
        assert other != notes
        assert sorted(row[:5] for row in other) == sorted(row[:5] for row in notes)


def test_a_string_is_a_small_number_and_0_by_itself():
    assert Notes.of(0, 9, 60).string.tolist() == [0]
    for wrong in (-1, 9, 1.5):
        with pytest.raises(SirtakError, match="string"):
            Notes.of(0, 9, 60, string=wrong)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 24)), min_size=1, max_size=20))
def test_frets_of_a_track_are_semitones_above_its_strings(rows):
    opened = (55, 50)
    string, fret = (np.array(column) for column in zip(*rows, strict=True))
    base = np.array([0, *opened, 50])[string]
    notes = Notes.of(np.arange(len(rows)) * 10, 9, base + fret, string=string)
    frets = Track("d", notes, strings=opened).frets
    for number, fret_, found in zip(string.tolist(), fret.tolist(), frets.tolist(), strict=True):
        assert found == (fret_ if number in (1, 2) else -1)
    assert (Track("d", notes).frets == -1).all()
