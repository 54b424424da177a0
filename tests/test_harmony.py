"""Chords: modal, near to the tune, and led by the shortest way."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from sirtak.composer.load import load_piece
from sirtak.composer.scenes import place
from sirtak.errors import SpecError
from sirtak.harmony.chords import HarmonySpec, chord_tones, make_chords
from sirtak.harmony.listening import above, usual_roots
from sirtak.library import Library
from sirtak.scene import Chord, Chords, Line
from sirtak.scene.register import voice_lead, way
from sirtak.theory.meter import Bars, parse_meters
from sirtak.theory.mode import load_mode

LIBRARY = Library()
MODES = LIBRARY.names("mode")
STYLES = [name for name in LIBRARY.names("style") if name != "kuy"]
COLOURS = ["auto", "open", "third", "add2", "sus4", "quartal", "quintal"]
FOUR = parse_meters("4/4")


def semitones(mode, degrees):
    return {mode.semitones[degree % len(mode)] % 12 for degree in degrees}


def tune(*notes):
    """A tune of (bar, degree): whole notes in 4/4."""
    return Line.of([(bar * 3840, 3840, degree, 1.0) for bar, degree in notes])


def roots(spec, mode, line, bars=8, **more):
    return [chord.root % len(mode) for chord in make_chords(spec, mode, Bars(FOUR, bars), line, **more)]


lines = st.lists(st.integers(-7, 9), min_size=0, max_size=16).map(
    lambda degrees: Line.of([(i * 960, 900, degree, 0.5) for i, degree in enumerate(degrees)])
)


class TestModal:
    @settings(max_examples=150)
    @given(st.sampled_from(MODES), st.sampled_from(COLOURS), st.floats(0, 1), lines)
    def test_no_chord_on_the_fifth_has_the_leading_note(self, name, colour, listen, line):
        mode = load_mode(LIBRARY, name)
        on_fifth = above(mode.semitones, 0, 7)
        progression = "i v" if on_fifth is not None else "i"
        spec = HarmonySpec(colour=colour, bars=1, listen=listen, chords=progression)
        for chord in make_chords(spec, mode, Bars(FOUR, 4), line):
            tones = semitones(mode, chord.tones)
            assert tones <= {item % 12 for item in mode.semitones}
            assert not (mode.semitones[chord.root % len(mode)] == 7 and 11 in tones)

    @pytest.mark.parametrize("name", MODES)
    def test_auto_holds_nothing_against_the_drone(self, name):
        mode = load_mode(LIBRARY, name)
        for degree in range(len(mode)):
            line = tune((0, degree), (1, degree + 1))
            for chord in make_chords(HarmonySpec(bars=1, listen=1, chords="i"), mode, Bars(FOUR, 2), line):
                assert not semitones(mode, chord.tones) & {1, 11}

    @pytest.mark.parametrize("name", MODES)
    @pytest.mark.parametrize("colour", COLOURS[1:])
    def test_every_degree_has_a_chord_of_the_mode_without_doubled_degrees(self, name, colour):
        mode = load_mode(LIBRARY, name)
        for root in range(len(mode)):
            tones = chord_tones(mode, root, colour)
            assert tones[0] == root
            assert len({tone % len(mode) for tone in tones}) == len(tones)

    def test_colours_are_what_they_say(self):
        mode = load_mode(LIBRARY, "aeolian")
        wanted = {
            "open": {0, 7},
            "third": {0, 3, 7},
            "add2": {0, 2, 7},
            "sus4": {0, 5, 7},
            "quartal": {0, 5, 10},
            "quintal": {0, 7, 2},
        }
        assert {name: semitones(mode, chord_tones(mode, 0, name)) for name in wanted} == wanted

    def test_the_roots_that_may_stand_in_are_the_modes_own(self):
        found = {
            name: {load_mode(LIBRARY, name).semitones[d] for d in usual_roots(load_mode(LIBRARY, name))}
            for name in ("aeolian", "dorian", "mixolydian", "ionian")
        }
        assert found["aeolian"] == {0, 10, 8, 7, 3, 5}
        assert found["dorian"] == {0, 10, 7, 3, 5}
        assert found["mixolydian"] == {0, 5, 7, 10, 9}
        assert found["ionian"] == {0, 5, 7, 9}


class TestListening:
    def test_a_colour_contains_what_the_tune_holds(self):
        mode = load_mode(LIBRARY, "dorian")
        for degree, semitone in ((1, 2), (2, 3), (3, 5)):
            (chord,) = make_chords(
                HarmonySpec(chords="i"), mode, Bars(FOUR, 2), tune((0, degree), (1, degree))
            )
            assert semitone in semitones(mode, chord.tones)

    def test_what_is_heard_on_the_bar_line_weighs_more(self):
        mode = load_mode(LIBRARY, "aeolian")
        on, off = Line.of([(0, 480, 1, 1), (480, 480, 2, 0.2)]), Line.of([(0, 480, 2, 1), (480, 480, 1, 0.2)])
        chords = [
            make_chords(HarmonySpec(chords="i"), mode, Bars(FOUR, 1), line).items[0] for line in (on, off)
        ]
        assert [semitones(mode, chord.tones) for chord in chords] == [{0, 7, 2}, {0, 7, 3}]

    def test_a_chord_that_the_tune_rubs_gives_way_the_others_stay(self):
        mode = load_mode(LIBRARY, "aeolian")
        # The flat sixth over the tonic chord's fifth, then the tonic itself.
        line = tune((0, 5), (1, 5), (2, 0), (3, 4))
        assert roots(HarmonySpec(chords="i i", listen=0), mode, line, 4) == [0, 0]
        assert roots(HarmonySpec(chords="i i", listen=0.6), mode, line, 4)[0] != 0
        assert roots(HarmonySpec(chords="i i", listen=0.6), mode, line, 4)[1] == 0

    @settings(max_examples=60)
    @given(st.sampled_from(MODES), lines, st.floats(0, 1), st.floats(0, 1))
    def test_listening_harder_only_changes_more_chords(self, name, line, a, b):
        mode = load_mode(LIBRARY, name)
        numerals = "i v" if above(mode.semitones, 0, 7) is not None else "i"
        written, less, more = (
            roots(HarmonySpec(chords=numerals, bars=1, listen=listen), mode, line, 4)
            for listen in (0, min(a, b), max(a, b))
        )
        for plain, soft, hard in zip(written, less, more, strict=True):
            assert soft in (plain, hard)

    def test_listening_brings_the_chords_nearer_to_the_tunes_of_the_styles(self):
        shares = {}
        for listen in (0, 1):
            pieces = [load_piece(style, ["seed=5", f"harmony.listen={listen}"]) for style in STYLES]
            shares[listen] = [
                np.mean([inside(piece.mode, item.scene) for item in place(piece) if len(item.scene.theme)])
                for piece in pieces
                if piece.file.harmony.colour == "auto"
            ]
        assert min(shares[0]) >= 0.35
        assert np.mean(shares[1]) >= np.mean(shares[0]) + 0.02

    def test_the_end_comes_home_whatever_the_tune(self):
        mode = load_mode(LIBRARY, "aeolian")
        assert roots(HarmonySpec(listen=1), mode, tune((6, 1), (7, 1)), closing=True)[-1] == mode.final


def inside(mode, scene):
    """The share of the strong notes' time that lies in the chord under them."""
    line = scene.theme
    strong = np.isin(line.onset, scene.bars.group_starts)
    tones = np.array(mode.semitones)[line.degree % len(mode)] % 12
    chords = [semitones(mode, chord.tones) for chord in scene.chords]
    met = [tone in chords[i] for tone, i in zip(tones, scene.chords.index_at(line.onset), strict=True)]
    return np.average(np.array(met)[strong], weights=line.duration[strong])


class TestRhythm:
    def test_chords_may_last_differently(self):
        mode, spec = load_mode(LIBRARY, "aeolian"), HarmonySpec(rhythm=(2, 2, 4))
        chords = make_chords(spec, mode, Bars(FOUR, 14), Line.empty())
        assert [chord.duration // 3840 for chord in chords] == [2, 2, 4, 2, 2, 2]

    @pytest.mark.parametrize("meter", ["4/4", "7/8 (3+2+2)", "7/8 (2+2+3)", "5/8", "6/8", "2/4+3/4"])
    @pytest.mark.parametrize("bars", [1, 2, 5])
    def test_a_section_is_filled_without_gaps(self, meter, bars):
        grid = Bars(parse_meters(meter), bars)
        chords = make_chords(HarmonySpec(rhythm=(1, 3)), load_mode(LIBRARY, "dorian"), grid, Line.empty())
        assert sum(chord.duration for chord in chords) == grid.ticks
        assert set(chords.onsets.tolist()) <= set(grid.starts.tolist())

    def test_a_rhythm_of_nothing_is_refused(self):
        with pytest.raises(SpecError, match=r"harmony\.rhythm"):
            sirtak.compose("kazan", set={"harmony.rhythm": "[2, 0]"})

    def test_it_is_a_knob_like_others(self):
        piece = sirtak.compose("kazan", set={"harmony.rhythm": "[2, 2, 4]"})
        assert piece["pad"] != sirtak.compose("kazan")["pad"]
        assert sirtak.compose(piece.recipe)["pad"] == piece["pad"]


class TestVoiceLeading:
    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize("colour", COLOURS)
    def test_in_every_style_the_voices_move_little(self, style, colour):
        piece = load_piece(style, [f"harmony.colour={colour}", "seed=3"])
        moves, common = [], []
        high = 76 if colour.startswith("qu") else 71
        for item in place(piece):
            voicings = voice_lead(item.scene.chords, piece.mode, piece.tonic, 52, high, 3)
            for before, after in pairwise(voicings):
                moves.append(way(before, after) / max(len(before), len(after)))
                assert abs(before[-1] - after[-1]) <= 5
                shared = {note % 12 for note in before} & {note % 12 for note in after}
                common.append(len(set(before) & set(after)) >= 1 if shared else True)
            assert all(52 <= note <= high for voicing in voicings for note in voicing)
        # Two voices have nobody to hold still while roots go by step or third; stacks of fifths are wide.
        assert np.mean(moves) <= (2.2 if colour in ("open", "quintal") else 2)
        assert np.mean(common) >= 0.9

    def test_stacks_keep_their_fourths_and_fifths_apart(self):
        mode = load_mode(LIBRARY, "aeolian")
        for colour in ("quartal", "quintal"):
            chords = make_chords(HarmonySpec(colour=colour), mode, Bars(FOUR, 8), Line.empty())
            for voicing in voice_lead(chords, mode, 2, 50, 74, 3):
                assert min(np.diff(voicing)) >= 5

    def test_two_tones_are_doubled_where_three_voices_are_wanted(self):
        mode = load_mode(LIBRARY, "aeolian")
        chords = Chords(
            (Chord(0, 960, 0, (0, 4)), Chord(960, 960, 6, (6, 10)), Chord(1920, 960, 0, (0, 4, 1)))
        )
        voicings = voice_lead(chords, mode, 2, 52, 76, 3, full=True)
        assert [len(set(voicing)) for voicing in voicings] == [3, 3, 3]
        assert [len(item) for item in voice_lead(chords, mode, 2, 52, 76, 3)] == [2, 2, 3]

    @given(
        st.lists(st.integers(40, 80), min_size=1, max_size=4),
        st.lists(st.integers(40, 80), min_size=1, max_size=4),
    )
    def test_the_way_is_a_distance(self, a, b):
        a, b = tuple(sorted(a)), tuple(sorted(b))
        assert way(a, b) == way(b, a)
        assert way(a, a) == 0
        assert way(a, b) >= max(abs(a[0] - b[0]), abs(a[-1] - b[-1]))
