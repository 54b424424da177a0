"""The measures: human music, noodling and corrupted copies are told apart."""

from dataclasses import replace

import numpy as np
import pytest

import sirtak
from sirtak.analysis.bars import Frame
from sirtak.analysis.measures import BANDS, format_measures, measure, outside
from sirtak.analysis.motif import lz76, motif_gain
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
    assert 0.2 <= values["motif_gain"] <= 0.6
    assert values["cross_semitones"] <= 0.10
    assert values["tritones_and_sevenths"] <= 0.03


@pytest.mark.parametrize(("style", "seed"), PIECES[::3])
def test_corrupted_copies_score_worse(style, seed):
    piece = sirtak.compose(style, seed=seed).arrangement
    original = measure(piece)
    lead = piece[piece.lead]
    moved = replace(lead, notes=lead.notes.but(pitch=lambda n: n.pitch.astype(int) + 1))
    transposed = replace(piece, tracks=tuple(moved if t is lead else t for t in piece))
    assert measure(transposed)["cross_semitones"] > original["cross_semitones"] + 0.02
    order = np.argsort(stream(1, "shuffle").random(len(Frame.of(piece))))
    starts = Frame.of(piece).starts
    tracks = []
    for track in piece:
        bars = [track.notes.cut(int(starts[b]), int(starts[b + 1])).shift(-int(starts[b])) for b in order]
        tables = [notes.shift(int(starts[place])) for place, notes in enumerate(bars)]
        tracks.append(replace(track, notes=Notes.merge(*tables)))
    shuffled = measure(replace(piece, tracks=tuple(tracks)))
    assert shuffled["hyper_metre"] < original["hyper_metre"]


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
    assert len(text.splitlines()) == len(BANDS)


def test_describe_prints_the_gauge(tmp_path, monkeypatch, capsys):
    import json
    import sys

    from sirtak.cli.main import main

    path = sirtak.compose("kazan").write(tmp_path / "k.mid")
    monkeypatch.setattr(sys, "argv", ["sirtak", "describe", "--quality", str(path)])
    assert main() == 0
    assert "motif gain" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["sirtak", "describe", "--json", str(path)])
    assert main() == 0
    assert set(json.loads(capsys.readouterr().out)["quality"]) == set(BANDS)
