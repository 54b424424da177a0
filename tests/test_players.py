"""The players: every part in every section keeps the rules of its instrument."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from sirtak.composer.load import load_piece
from sirtak.folk.dombra import tuned
from sirtak.folk.fretboard import BASS_FRETS, bass_odds, playable
from sirtak.folk.strokes import strokes
from sirtak.library import Library
from sirtak.scene import Chord, Chords, Line
from sirtak.scene.register import fold, sing, voice_lead
from sirtak.theory.meter import Bars, parse_meters
from sirtak.theory.mode import load_mode
from sirtak.theory.tuning import FRETS

LIBRARY = Library()
METERS = ["4/4", "7/8 (3+2+2)", "5/8", "6/8", "2/4+3/4", "3/4"]
modes = st.sampled_from(LIBRARY.names("mode")).map(lambda name: load_mode(LIBRARY, name))
meters = st.sampled_from(METERS).map(parse_meters)
seeds = st.integers(0, 2000)


class TestRegister:
    @given(st.lists(st.integers(-7, 14), min_size=1, max_size=20), st.integers(0, 11), modes)
    def test_tunes_stay_on_the_instrument(self, degrees, tonic, mode):
        line = Line.of([(i * 480, 480, degree, 0.5) for i, degree in enumerate(degrees)])
        pitch = sing(line, mode, tonic, 50, 74)
        assert pitch.min() >= 50
        assert pitch.max() <= 74
        assert {int(p - tonic) % 12 for p in pitch} <= mode.pitch_classes

    @given(st.lists(st.integers(0, 127), min_size=1), st.integers(20, 60))
    def test_folding_keeps_the_pitch_class(self, pitches, low):
        folded = fold(np.array(pitches), low, low + 24)
        assert np.all(folded % 12 == np.array(pitches) % 12)
        assert folded.min() >= low
        assert folded.max() <= low + 24

    def test_voices_move_by_the_shortest_way(self):
        mode = load_mode(LIBRARY, "aeolian")
        chords = Chords(
            tuple(
                Chord(i * 960, 960, root, (root, root + 4, root + 1)) for i, root in enumerate((0, 5, 0, 6))
            )
        )
        voicings = voice_lead(chords, mode, 2, 52, 71, 3)
        for before, after in zip(voicings, voicings[1:], strict=False):
            assert sum(abs(a - b) for a, b in zip(before, after, strict=True)) <= 8
        assert all(52 <= note <= 71 for voicing in voicings for note in voicing)


class TestDombra:
    def test_the_table_is_the_measured_one(self):
        assert all(93 <= sum(row.values()) <= 102 for row in BASS_FRETS.values())
        odds = bass_odds(5, 0, frozenset(range(12)))
        shares = np.diff(odds[2], prepend=0)
        assert shares[0] == pytest.approx(74 / 99)
        assert shares[2] == pytest.approx(13 / 99)

    @given(modes, st.integers(0, 11), st.sampled_from([0, 2, 3, 5, 7]))
    def test_every_bass_fret_can_be_stopped_and_is_in_the_mode(self, mode, tonic, interval):
        odds = bass_odds(interval, tonic, mode.pitch_classes)
        for melody in range(FRETS + 1):
            shares = np.diff(odds[melody], prepend=0)
            for bass in np.flatnonzero(shares > 0).tolist():
                assert playable(melody, bass)
                assert bass == 0 or (bass - tonic) % 12 in mode.pitch_classes
            assert odds[melody, -1] == pytest.approx(1)

    @pytest.mark.parametrize("style", ["kazan", "sirtak"])
    @pytest.mark.parametrize("seed", range(4))
    @pytest.mark.parametrize("tonic", ["D", "G", "F#"])
    def test_it_is_played_on_two_strings(self, style, seed, tonic):
        composition = sirtak.compose(
            style, seed=seed, set={"tonic": tonic, "dombra.human": 0, "dombra.grace": 0}
        )
        piece = load_piece(style, [f"tonic={tonic}"])
        shift = (piece.tonic - 2 + 6) % 12 - 6
        notes = composition["dombra"]
        assert notes.pitch.min() >= 50 + shift
        assert notes.pitch.max() <= 55 + shift + FRETS
        edges = np.sort(np.concatenate([notes.onset, notes.end]))
        for tick in edges[:: max(1, len(edges) // 400)]:
            together = notes[(notes.onset <= tick) & (notes.end > tick)]
            assert len(together) <= 2

    def test_the_strings_follow_the_tonic(self):
        composition = load_piece("kazan", ["tonic=C"])

        class Stage:
            library, mode, tonic, kuy = LIBRARY, composition.mode, composition.tonic, None

        assert (
            tuned(composition.parts["dombra"], Stage).bass,
            tuned(composition.parts["dombra"], Stage).melody,
        ) == (48, 53)

    @pytest.mark.parametrize("meter", METERS)
    def test_there_are_strokes_for_every_meter(self, meter):
        class Stage:
            bars, library = Bars(parse_meters(meter), 4), LIBRARY

        found = strokes(Stage, "")
        assert found.onset[0] == 0
        assert bool(found.down[0])
        assert np.all(np.diff(found.onset) > 0)
        assert found.onset[-1] < Stage.bars.ticks

    def test_down_strokes_meet_the_bass_string_first(self):
        sets = {"dombra.human": 0, "dombra.drone": 1, "section.hook.bars": 4, "dombra.spread": 20}
        notes = sirtak.compose("sirtak", set=sets)["dombra"]
        hook = notes.cut(16 * 3840, 20 * 3840)
        on_grid = hook[hook.onset % 240 == 0]
        late = hook[hook.onset % 240 != 0]
        assert np.median(on_grid.pitch) < np.median(late.pitch)


@settings(deadline=None, max_examples=15)
@given(st.sampled_from(["kazan", "sirtak"]), seeds, st.sampled_from(["lock", "off", "rumble", "long"]))
def test_the_bass_has_one_voice_and_one_policy(style, seed, policy):
    sections = "".join(
        f'[[section]]\nname = "{scene}"\nbars = 16\nscene = "{scene}"\n' for scene in ("main", "drop")
    )
    composition = sirtak.compose(f'style = "{style}"\nseed = {seed}\n{sections}[bass]\npolicy = "{policy}"\n')
    bass = composition["bass"]
    assert np.all(bass.end[:-1] <= bass.onset[1:])
    assert bass.pitch.max() <= 47
    kicks = composition["drums"][composition["drums"].pitch == 36].onset
    if policy in ("off", "rumble") and style == "sirtak":
        near = np.abs(bass.onset[:, None] - kicks[None, :]).min(axis=1) < 60
        assert np.mean(near) < 0.05
    if policy == "lock" and style == "sirtak":
        near = np.abs(bass.onset[:, None] - kicks[None, :]).min(axis=1) < 60
        assert np.mean(near) > 0.9


@settings(deadline=None, max_examples=10)
@given(seeds)
def test_pads_stay_put(seed):
    composition = sirtak.compose("sirtak", seed=seed)
    assert composition["pad"].pitch.min() >= 52
    assert composition["pad"].pitch.max() <= 71
