"""The measures: human music, noodling and corrupted copies are told apart."""

import json
import sys

import mido
import numpy as np
import pytest

import sirtak
from sirtak.analysis.bars import Frame
from sirtak.analysis.measures import BANDS, format_measures, format_verdict, measure, outside, verdict
from sirtak.analysis.motif import lz76, motif_gain
from sirtak.cli.main import main
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, Notes, Track
from sirtak.rng import stream

PIECES = [(style, seed) for style in ("kazan", "sirtak") for seed in range(1, 7)]


def walk(size=400):
    return 60 + np.cumsum(np.rint(stream(1, "walk").random(size) * 6 - 3)).astype(int) % 24


def test_a_walk_does_not_gain_and_a_loop_gains_too_much():
    assert motif_gain(walk()) < 0.11
    assert motif_gain([60, 62, 64, 65, 67, 65] * 40) > 0.7
    assert motif_gain([60] * 100) is None
    assert motif_gain(walk(20)) is None


def test_the_parse_is_that_of_lempel_and_ziv():
    assert [lz76(text) for text in ("", "a", "ab", "aab", "abab", "0001101001000101")] == [0, 1, 2, 2, 3, 6]


@pytest.mark.parametrize(("style", "seed"), PIECES)
def test_our_pieces_lie_in_the_human_bands_but_for_two_at_the_most(style, seed):
    values = measure(sirtak.compose(style, seed=seed).arrangement)
    assert set(values) == set(BANDS)
    assert all(value is not None for value in values.values())
    assert len(outside(values)) <= 2, outside(values)
    assert 0.15 <= values["motif_gain"] <= 0.6
    assert values["cross_semitones"] <= 0.10
    assert values["tritones_and_sevenths"] <= 0.03


def test_bars_and_beats_follow_the_meter():
    frame = Frame.of(
        sirtak.compose("kazan", set={"meter": "7/8", "drums.beat": "", "percussion.mute": True}).arrangement
    )
    assert frame.beats[0] == (0, 6, 10)
    assert frame.steps == 14
    with pytest.raises(SirtakError, match="too many to measure"):
        Frame.of(Arrangement((), length=3840 * 5000))


def test_what_does_not_apply_is_none_and_shown_so():
    tune = Notes.of(np.arange(64) * 960, 900, 60 + np.arange(64) % 5)
    values = measure(Arrangement((Track("t", tune),), length=64 * 960))
    assert values["drum_metre"] is None
    assert values["density_contrast"] is None
    text = format_measures(values)
    assert "does not apply" in text
    assert len(text.splitlines()) == len(BANDS) + 1


def test_the_verdict_counts_what_applies_and_names_what_is_outside():
    tune = Notes.of(np.arange(64) * 960, 900, 60 + np.arange(64) % 5)
    found = verdict(measure(Arrangement((Track("t", tune),), length=64 * 960)))
    assert found.outside == ("pitch_autocorrelation", "leap_share", "pitch_range")
    assert not found.passes
    nothing = verdict(measure(Arrangement((), length=3840)))
    assert (nothing, nothing.passes) == ((0, ()), False)
    assert format_verdict(nothing) == "too little to judge: no measure applies"


def test_a_single_note_over_and_over_is_a_line_though_no_lead():
    beaten = Track("t", Notes.of(np.arange(64) * 960, 900, 60))
    alone = verdict(measure(Arrangement((beaten,), length=64 * 960)))
    assert {"commonest_bar", "pitch_range"} <= set(alone.outside)
    drums = Track("d", Notes.of(np.arange(64) * 960, 100, 36), drums=True)
    assert measure(Arrangement((drums,), length=64 * 960))["commonest_bar"] is None


def described(monkeypatch, capsys, *args):
    monkeypatch.setattr(sys, "argv", ["sirtak", "describe", *map(str, args)])
    code = main()
    return code, capsys.readouterr()


def test_describe_prints_the_gauge_and_the_verdict_last(tmp_path, monkeypatch, capsys):
    path = sirtak.compose("kazan").write(tmp_path / "k.mid")
    code, text = described(monkeypatch, capsys, "--quality", path)
    assert code == 0
    assert "motif gain" in text.out
    assert text.out.splitlines()[-1] == "inside all 17 human bands that apply"
    table = json.loads(described(monkeypatch, capsys, "--json", path)[1].out)
    assert set(table["quality"]) == set(BANDS)
    assert (table["lead"], table["outside"]) == ("Piano", [])
    pad = json.loads(described(monkeypatch, capsys, "--json", path, "--track", "Pad")[1].out)
    assert pad["quality"]["pitch_range"] < table["quality"]["pitch_range"]
    assert pad["quality"]["drum_metre"] == table["quality"]["drum_metre"]


@pytest.mark.parametrize("flag", ["--json", "--quality"])
def test_a_track_that_is_not_there_is_an_error_however_it_is_asked_for(tmp_path, monkeypatch, capsys, flag):
    path = sirtak.compose("kazan").write(tmp_path / "k.mid")
    code, text = described(monkeypatch, capsys, flag, path, "--track", "pinao")
    assert code == 2
    assert "no track 'pinao'\n  hint: did you mean 'Piano'?" in text.err


def test_files_of_other_programs_are_judged_by_what_they_have(tmp_path, monkeypatch, capsys):
    song = mido.MidiFile(ticks_per_beat=96)
    beat = [mido.Message("note_on", channel=9, note=36, velocity=90, time=96 * (n > 0)) for n in range(64)]
    song.tracks.append(mido.MidiTrack(beat))
    song.save(tmp_path / "drums.mid")
    table = json.loads(described(monkeypatch, capsys, "--json", tmp_path / "drums.mid")[1].out)
    assert table["lead"] == ""
    assert table["outside"] == ["drum_consistency", "commonest_drum_bar"]
