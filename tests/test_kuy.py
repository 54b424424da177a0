"""The figures of a küy, counted where the answer is known."""

import json
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak
from kuys import BASS, MELODY, bars_of_frets, drawn, piece, played, strung
from sirtak.analysis.kuy import bars_of, common_bars, distance, find_dombra, kuy_figures, shares, strokes_of
from sirtak.analysis.kuy_bars import Beats, beat_ticks, cell_text, cells_of, heard_groups
from sirtak.analysis.kuy_report import format_kuy
from sirtak.analysis.kuy_strings import assigned, grace_notes, open_strings
from sirtak.analysis.kuy_strokes import GRACE, HAMMER, PULL, STROKE
from sirtak.errors import SirtakError
from sirtak.listen.read import parse_midi
from sirtak.notes import Arrangement, MeterChange, Notes, Track

STRINGS = (50, 55)


def events(found):
    return list(
        zip(
            found.onset.tolist(),
            found.kind.tolist(),
            found.melody.tolist(),
            found.bass.tolist(),
            strict=True,
        )
    )


# -- strings and events --------------------------------------------------------------------------------


@pytest.mark.parametrize("spread", [0, 18])
def test_strings_and_frets_are_told_apart(spread):
    arrangement = played([2, 2, 5, 7, -1, 0], [0, 2, 5, -1, 3, 5], [0, 2, 4, 6, 8, 10], spread=spread)
    found = strokes_of(arrangement["dombra"].notes, STRINGS)
    assert found.melody.tolist() == [2, 2, 5, 7, -1, 0]
    assert found.bass.tolist() == [0, 2, 5, -1, 3, 5]


def test_where_notes_know_their_strings_the_bass_string_may_sound_higher():
    notes = strung((0, 400, MELODY, 0), (0, 400, BASS, 10), (480, 400, MELODY, 7), (480, 400, BASS, 14))
    found = strokes_of(notes, STRINGS)
    assert (found.melody.tolist(), found.bass.tolist()) == ([0, 7], [10, 14])
    # A file that does not say so can only be read the usual way.
    assert strokes_of(notes.but(string=0), STRINGS).melody.tolist()[0] == 5


def test_a_unison_is_two_strings():
    found = strokes_of(Notes.of([0, 12], 400, [55, 55]), STRINGS)
    assert (found.melody.tolist(), found.bass.tolist()) == ([0], [5])


def test_a_pull_off_from_a_unison_is_heard_whichever_note_a_file_ends_first():
    for lengths in ((440, 230), (230, 440)):
        notes = Notes.of([0, 20, 250], [*lengths, 200], [55, 55, 50], [90, 84, 50])
        assert strokes_of(notes, STRINGS).kind.tolist() == [STROKE, PULL]


def test_most_strokes_of_a_measured_hand_are_read_back_without_their_strings():
    notes, meant = drawn()
    assert Counter(events(strokes_of(notes, STRINGS))) == Counter(meant)
    read = Counter(events(strokes_of(notes.but(string=0), STRINGS)))
    assert (read & Counter(meant)).total() >= 0.98 * len(meant)


@pytest.mark.parametrize("known", [True, False])
def test_grace_notes_and_pull_offs_are_no_strokes(known):
    notes = strung(
        (0, 440, MELODY, 2, 90), (0, 230, BASS, 5, 84), (240, 220, BASS, 0, 50),  # pulled off
        (400, 70, MELODY, 3, 54), (480, 440, BASS, 0, 84), (500, 440, MELODY, 2, 90),  # with a grace note
    )  # fmt: skip
    found = strokes_of(notes if known else notes.but(string=0), STRINGS)
    assert found.kind.tolist() == [STROKE, PULL, GRACE, STROKE]
    assert found.melody.tolist() == [2, -1, 3, 2]
    assert found.bass.tolist() == [5, 0, -1, 0]
    assert found.down.tolist() == [-1, -1, -1, 1]


def test_a_pull_off_needs_a_lower_fret_a_softer_note_and_the_tune_above_it():
    struck = ((0, 440, MELODY, 2, 90), (0, 230, BASS, 5, 84))

    def kinds(*more):
        return strokes_of(strung(*struck, *more), STRINGS).kind.tolist()

    assert kinds((240, 200, BASS, 0, 50)) == [STROKE, PULL]
    assert kinds((240, 200, BASS, 7, 50)) == [STROKE, STROKE]
    assert kinds((240, 200, BASS, 0, 84)) == [STROKE, STROKE]
    assert kinds((480, 200, BASS, 0, 50)) == [STROKE, STROKE]
    # The tune goes on alone on the bass string: the note pulled from is not that of the last stroke.
    assert kinds((200, 30, BASS, 7, 90), (240, 200, BASS, 3, 50)) == [STROKE] * 3


def test_a_hammer_on_is_slurred_up_softly():
    struck = ((0, 230, MELODY, 4, 90), (0, 440, BASS, 5, 84))

    def kinds(*more):
        return strokes_of(strung(*struck, *more), STRINGS).kind.tolist()

    assert kinds((240, 200, MELODY, 5, 60)) == [STROKE, HAMMER]
    assert kinds((240, 200, MELODY, 2, 60)) == [STROKE, STROKE]
    assert kinds((240, 200, MELODY, 9, 60)) == [STROKE, STROKE]  # out of the fingers' reach
    assert kinds((240, 200, MELODY, 5, 90)) == [STROKE, STROKE]
    assert kinds((480, 200, MELODY, 5, 60)) == [STROKE, STROKE]


def test_a_short_note_with_a_rest_behind_it_is_no_grace_note():
    struck = ((240, 400, MELODY, 2), (240, 400, BASS, 0))
    assert strokes_of(strung((0, 100, MELODY, 3), *struck), STRINGS).kind.tolist() == [STROKE, STROKE]
    assert strokes_of(strung((140, 100, MELODY, 3), *struck), STRINGS).kind.tolist() == [GRACE, STROKE]


def test_the_hand_takes_the_short_way():
    # Down 17 frets and up again, or the note where the thumb has it.
    lone = strokes_of(Notes.of([0, 480, 960], 400, [74, 57, 74]), STRINGS)
    assert (lone.melody.tolist(), lone.bass.tolist()) == ([19, -1, 19], [-1, 7, -1])
    near = strokes_of(Notes.of([0, 480, 960], 400, [59, 57, 59]), STRINGS)
    assert near.melody.tolist() == [4, 2, 4]
    # Nine frets apart no hand can stop; the open melody string under the bass string it can.
    pair = strokes_of(Notes.of([0, 0], 400, [55, 69]), STRINGS)
    assert (pair.melody.tolist(), pair.bass.tolist()) == ([0], [19])


def test_fast_strokes_on_both_strings_are_no_grace_notes():
    # 32nds in the aqsaq rhythm, strummed down: every stroke has its bass note.
    rows = [
        (at + gap, 100, string, 2) for at in (0, 120, 480, 600) for string, gap in ((BASS, 0), (MELODY, 20))
    ]
    notes = strung(*rows)
    assert not grace_notes(notes).any()
    assert not grace_notes(notes.but(string=0)).any()
    assert strokes_of(notes.but(string=0), STRINGS).kind.tolist() == [STROKE] * 4


def test_strokes_go_down_where_the_bass_string_is_met_first():
    rows = [(0, 200, BASS, 0), (20, 200, MELODY, 2), (480, 200, MELODY, 2), (500, 200, BASS, 0)]
    rows += [(960, 200, BASS, 0), (960, 200, MELODY, 2), (1440, 200, MELODY, 2)]
    assert strokes_of(strung(*rows), STRINGS).down.tolist() == [1, 0, -1, -1]


@pytest.mark.parametrize(
    ("pitches", "expected"),
    [
        ([50, 57], (50, 55)),
        ([48, 74], (48, 55)),  # fret 19 lies a fifth above: teris buryu
        ([53, 55], (53, 55)),  # two notes within a second need strings a second apart
        ([45, 45 + 12 + 19], (45, 57)),
    ],
)
def test_a_tuning_is_found_that_holds_the_notes(pitches, expected):
    assert open_strings(Track("d", Notes.of(0, 9, pitches))) == expected
    assert open_strings(Track("d", Notes.of(0, 9, pitches), strings=(55, 50))) == (50, 55)


def test_notes_that_no_string_holds_keep_none_and_are_not_playable():
    chord = Notes.of([0] * 3, 400, [50, 57, 62])
    assert assigned(chord, STRINGS).string.tolist() == [2, 0, 1]
    assert strokes_of(chord, STRINGS).playable.tolist() == [0]
    assert assigned(Notes.of(0, 9, 90), STRINGS).string.tolist() == [0]
    assert strokes_of(Notes.of(0, 9, 90), STRINGS).playable.tolist() == [0]
    wide = strung((0, 9, MELODY, 12), (0, 9, BASS, 3), (480, 9, MELODY, 12), (480, 9, BASS, 7))
    assert strokes_of(wide, STRINGS).playable.tolist() == [0, 1]
    twice = Notes.of([0, 0], 9, [57, 62], string=1)
    assert strokes_of(twice, STRINGS).playable.tolist() == [1, 1]  # one after the other, not at once


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(36, 84), st.integers(30, 900)), max_size=30))
def test_anything_is_read_without_a_fall(rows):
    table = sorted(rows)
    notes = Notes.of(
        *np.array([(step * 60, length, pitch) for step, pitch, length in table], int).reshape(-1, 3).T
    )
    found = strokes_of(notes, STRINGS)
    assert len(found.onset) <= len(notes)
    assert (np.diff(found.onset) >= 0).all()
    assert np.isin(found.kind, [STROKE, HAMMER, PULL, GRACE]).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 120), st.integers(45, 80), st.integers(20, 900)), min_size=8, max_size=60
    ),
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from([1, 2, 4, 8, 16, 32, 64])), min_size=1, max_size=4),
)
def test_any_part_is_counted_or_refused(rows, meters):
    onset, pitch, length = np.array(rows).T
    notes = Notes.of(onset * 97, length, pitch)
    changes = tuple(MeterChange(number * 3000, *meter) for number, meter in enumerate(meters))
    arrangement = Arrangement((Track("dombra", notes),), length=int(notes.end.max()), meters=changes)
    found = strokes_of(notes, open_strings(arrangement["dombra"]))
    if min((found.kind == STROKE).sum(), len(found.tune.onset)) < 8:
        with pytest.raises(SirtakError, match="too few to count"):
            kuy_figures(arrangement)
        return
    figures = kuy_figures(arrangement)
    for table in (figures.cells, figures.dyads, figures.degrees):
        assert not table or sum(table.values()) == pytest.approx(100, abs=1.5)
    assert 0 <= figures.playable <= 100
    assert figures.form.refrains <= figures.form.climbs + 1
    assert sum(item.bars for item in figures.plan) <= len(figures.form.zones)
    assert "held against" in format_kuy(figures)


def test_more_bars_than_can_be_measured_are_refused():
    meters = (MeterChange(0, 1, 32),)
    notes = Notes.of(np.arange(0, 9600, 480), 400, 57)
    long = Arrangement((Track("dombra", notes),), length=120 * 5000, meters=meters)
    with pytest.raises(SirtakError, match="too many to measure"):
        kuy_figures(long, strings=STRINGS)


# -- counts ----------------------------------------------------------------------------------------------


def test_moves_repeats_and_dyads_are_counted():
    frets = [2, 2, 2, 0, 2, 4, 5, 5]
    figures = kuy_figures(played(frets, [0, 2, 0, 0, 0, 5, 7, 5], range(0, 16, 2)))
    assert figures.strokes == 8
    assert figures.repeats == pytest.approx(100 * 3 / 7, abs=0.1)
    assert figures.steps == 100
    assert figures.up_down == (75.0, 25.0)
    assert figures.intervals == {2: 50.0, -2: 25.0, 1: 25.0}
    assert figures.moves[2] == {0: 50.0, 4: 50.0}
    assert figures.dyads == {7: 37.5, 5: 37.5, 4: 12.5, 3: 12.5}
    assert figures.fourths_and_fifths == 75.0
    assert figures.bass_given_melody[5] == {7: 50.0, 5: 50.0}
    assert figures.drone == 50.0
    assert figures.repeat_runs == {1: 60.0, 3: 20.0, 2: 20.0}


def test_slurs_and_graces_count_only_where_they_should():
    rows = []
    for beat in range(8):
        at = 200 + beat * 960
        rows += [(at, 900, MELODY, 2, 90), (at, 460, BASS, 5, 84), (at + 480, 400, BASS, 0, 50)]
        rows += [(at - 100, 80, MELODY, 3, 50)]
    whole = kuy_figures(piece(strung(*rows)))
    assert (whole.strokes, whole.pull_offs, whole.graces) == (8, 8, 8)
    assert whole.repeats == 100  # the grace notes are no melody notes
    assert whole.dyads == {2: 100.0}
    assert whole.drone == 0  # the pulled-off open string is no drone
    shifted = [(at - 200, *rest) for at, *rest in rows if at >= 200]
    assert kuy_figures(piece(strung(*shifted))).cells == {"2-2": 100.0}  # but it belongs to the cell
    hammered = [
        row
        for beat in range(8)
        for row in (
            (beat * 960, 470, MELODY, 2, 90),
            (beat * 960, 900, BASS, 0, 84),
            (beat * 960 + 480, 400, MELODY, 4, 60),
        )
    ]
    figures = kuy_figures(piece(strung(*hammered)))
    assert figures.hammer_ons == 8
    assert figures.repeats == 0
    assert figures.dyads == {7: 100.0}


def test_degrees_are_counted_by_time_above_the_tonic():
    figures = kuy_figures(played([2] * 8, [0] * 8, range(0, 16, 2)), tonic=2)
    assert figures.degrees == {7: 100.0}
    # Under a pull-off the tune sounds on.
    rows = [(0, 900, MELODY, 2, 90), (0, 460, BASS, 5, 84), (480, 400, BASS, 0, 50), (960, 900, MELODY, 0)]
    more = [(1920 + 960 * n, 900, MELODY, 0) for n in range(10)]
    assert kuy_figures(piece(strung(*rows, *more)), tonic=2).degrees[7] == pytest.approx(100 / 12, abs=0.1)


@pytest.mark.parametrize(("home", "tonic"), [([2, 2, 3, 2, 0, 2, 5, 2], 2), ([0, 0, 4, 0, 2, 0, 7, 4], 7)])
def test_the_final_is_the_open_string_that_the_degrees_speak_for(home, tonic):
    figures = kuy_figures(bars_of_frets(*[home] * 4))
    assert figures.tonic == tonic
    assert figures.degrees[0 if tonic == 7 else 7] == pytest.approx(100 * home.count(home[0]) / 8, abs=0.5)


def test_distances_are_those_of_jensen_and_shannon():
    assert distance({"a": 3, "b": 1}, {"a": 75, "b": 25}) == 0
    assert distance({"a": 1, "b": 1}, {"a": 1}) == pytest.approx(0.5579, abs=1e-4)
    assert distance({}, {"a": 1}) == 1
    assert shares([]) == {}


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(SirtakError, match="too few to count"):
        kuy_figures(played([2], [0], [0]))
    drums = Arrangement((Track("d", Notes.of([0], 10, 36), drums=True),), length=3840)
    with pytest.raises(SirtakError, match="could be a dombra"):
        find_dombra(drums)
    with pytest.raises(SirtakError, match="no track 'dombr'") as caught:
        kuy_figures(played([2] * 8, [0] * 8, range(8)), "dombr")
    assert "Dombra" in caught.value.hint


# -- cells and bars --------------------------------------------------------------------------------------


def test_beat_cells_and_what_follows_them():
    onsets = [0, 2, 4, 5, 6, 8, 10, 12]  # 2-2, 1-1-2, 2-2, 4
    figures = kuy_figures(played([2] * 8, [0] * 8, onsets))
    assert figures.cells == {"2-2": 50.0, "1-1-2": 25.0, "4": 25.0}
    assert figures.cell_bigrams["1-1-2"] == {"2-2": 100.0}
    jig = kuy_figures(played([2] * 8, [0] * 8, [0, 4, 6, 10, 12, 16, 18, 20], meter=(6, 8)))
    assert jig.cells == {"4-2": 75.0, "2-4": 25.0}


def test_a_beat_that_begins_with_a_rest_is_no_cell_and_nothing_follows_across_it():
    onsets = [0, 2, 6, 8, 9, 10, 12, 14]  # 2-2, (rest), 1-1-2, 2-2
    figures = kuy_figures(played([2] * 8, [0] * 8, onsets))
    assert figures.cells == {"2-2": 66.7, "1-1-2": 33.3}
    assert figures.cell_bigrams == {"1-1-2": {"2-2": 100.0}}


@pytest.mark.parametrize(
    ("meter", "ticks"),
    [
        ((4, 4), (0, 960, 1920, 2880)),
        ((2, 4), (0, 960)),
        ((3, 4), (0, 960, 1920)),
        ((6, 8), (0, 1440)),
        ((9, 8), (0, 1440, 2880)),
        ((3, 8), (0,)),
        ((4, 8), (0, 960)),
        ((5, 8), (0, 1440)),
        ((7, 8), (0, 960, 1920)),
        ((2, 2), (0, 960, 1920, 2880)),
    ],
)
def test_beats_follow_the_groups_of_the_meter(meter, ticks):
    assert beat_ticks(*meter) == ticks


def test_mixed_meters_are_counted_bar_by_bar():
    changes = tuple(MeterChange(*item) for item in ((0, 2, 4), (1920, 5, 8), (4320, 3, 4)))
    beats = Beats.of(Arrangement((), length=7200, meters=changes))
    assert beats.starts.tolist() == [0, 960, 1920, 3360, 4320, 5280, 6240]
    assert beats.bar.tolist() == [0, 0, 1, 1, 2, 2, 2]
    onsets = np.array([0, 960, 1920, 2880, 3360, 3840, 4320])
    assert [cell for cell, _ in cells_of(onsets, beats)] == ["4", "4", "4-2", "2-2", "4"]


def test_seven_eighths_are_grouped_as_given_or_as_their_accents_fall():
    seven = (MeterChange(0, 7, 8),)
    onset = np.arange(0, 3360 * 4, 480)
    for groups in ((2, 2, 3), (3, 2, 2), (2, 3, 2)):
        accents = np.isin(onset % 3360, np.cumsum([0, *groups[:-1]]) * 480)
        notes = Notes.of(onset, 400, 57, np.where(accents, 110, 70))
        arrangement = Arrangement((Track("dombra", notes),), length=3360 * 4, meters=seven)
        assert heard_groups(arrangement, notes)[7, 8] == groups
        assert heard_groups(arrangement, notes, {(7, 8): (4, 3)})[7, 8] == (4, 3)
        even = notes.but(velocity=90)
        assert heard_groups(arrangement, even)[7, 8] == (2, 2, 3)
        hardly = notes.but(velocity=np.where(accents, 91, 90))
        assert heard_groups(arrangement, hardly)[7, 8] == (2, 2, 3)
    figures = kuy_figures(arrangement, strings=(50, 55), groups={(7, 8): (3, 2, 2)})
    assert figures.cells == {"2-2": 66.7, "2-2-2": 33.3}


@pytest.mark.parametrize("ticks", [[0, 240, 480], [15, 230, 510], [-20, 255, 470]])
def test_cells_do_not_mind_a_human_hand(ticks):
    assert cell_text(ticks, 960) == "1-1-2"


def test_triplets_and_32nds_have_cells_of_their_own():
    assert cell_text([0, 160, 320, 480], 960) == "0.67-0.67-0.67-2"
    assert cell_text([5, 118, 485, 600], 960) == "0.5-1.5-0.5-1.5"


def test_bars_are_the_same_where_rhythm_and_tune_are():
    a = bars_of(bars_of_frets([2, 2, 3, 2], [5, 7], [2, 2, 3, 2]))
    assert a[0] == a[2] == ((0, 2), (4, 2), (8, 3), (12, 2))
    early = Notes.of(
        np.maximum(bars_of_frets([2, 2, 3, 2]).tracks[0].notes.onset - 25, 0),
        400,
        [50, 57] * 2 + [50, 58, 50, 57],
        string=[2, 1] * 4,
    )
    assert bars_of(piece(early))[0] == a[0]
    assert bars_of(piece(early))[1] == ()
    assert common_bars(a, a) == 1
    assert common_bars(a, [a[0]]) == pytest.approx(2 / 3)
    assert common_bars([(), ()], a) == 0


# -- files and the command --------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["kazan", "sirtak"])
def test_our_own_files_give_the_figures_of_the_piece(style):
    composition = sirtak.compose(style)
    ours = kuy_figures(composition.arrangement)
    read = kuy_figures(parse_midi(composition.to_bytes()))
    assert ours.part == read.part == "Dombra"
    assert ours.playable == read.playable == 100
    assert ours.cells == read.cells
    assert distance(ours.dyads, read.dyads) < 0.15  # strings are inferred in a file
    assert distance(ours.intervals, read.intervals) < 0.15
    assert ours.form.zones == read.form.zones


def test_our_own_dombra_keeps_near_the_measured_figures():
    figures = kuy_figures(sirtak.compose("sirtak", seed=3, set={"tonic": "D"}).arrangement)
    assert figures.strings == (50, 55)
    assert figures.steps > 60
    assert {"2-2", "1-1-2", "2-1-1"} <= set(figures.cells)


def test_describe_prints_them_and_gives_them_to_scripts(tmp_path, call):
    path = sirtak.compose("sirtak").write(tmp_path / "s.mid")
    code, text, _ = call("describe", "--kuy", path)
    assert code == 0
    for said in ("repeated notes", "measured 51", "nearest to", "held against", "derived", "sections"):
        assert said in text
    code, text, _ = call("describe", "--kuy", "--json", "--type", "kenes", path)
    data = json.loads(text)
    assert code == 0
    assert (data["part"], data["type"]) == ("Dombra", "kenes")
    assert data["cells"]
    assert {"name", "ours", "wanted", "ok"} == set(data["checks"][0])
    assert data["form"]["plan"][0]["first"] == 17  # the tune begins behind the intro
    assert format_kuy(kuy_figures(sirtak.compose("sirtak").arrangement)).startswith("Dombra: ")


def test_describe_holds_a_part_against_a_type(tmp_path, call):
    path = sirtak.compose("sirtak").write(tmp_path / "s.mid")
    assert "beside adai" in call("describe", "--kuy", "--type", "adai", path)[1]
    assert call("describe", "--kuy", "--track", "PIANO", path)[1].startswith("Piano: ")
    code, _, said = call("describe", "--kuy", "--type", "adaj", path)
    assert code == 2
    assert "unknown kuy 'adaj'" in said
    assert "did you mean 'adai'?" in said
    code, _, said = call("describe", "--type", "adai", path)
    assert code == 2
    assert "--type goes with --kuy" in said
