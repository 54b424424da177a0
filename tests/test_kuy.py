"""The figures of a küy, counted where the answer is known."""

import json

import numpy as np
import pytest

import sirtak
from sirtak.analysis.kuy import distance, find_dombra, kuy_figures, shares, strokes_of
from sirtak.analysis.kuy_report import format_kuy
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, MeterChange, Notes, Track


def played(melody, bass, onsets, bars=4, meter=(4, 4), spread=0):
    """A dombra part from frets (-1 is silence) and onsets in sixteenths."""
    rows = []
    for m, t, step in zip(melody, bass, onsets, strict=True):
        if m >= 0:
            rows.append((step * 240 + spread, 200, 55 + m, 90))
        if t >= 0:
            rows.append((step * 240, 200, 50 + t, 80))
    notes = Notes.of(*(np.array(column) for column in zip(*rows, strict=True)))
    meters = (MeterChange(0, *meter),)
    return Arrangement((Track("dombra", notes),), length=bars * 3840, meters=meters)


@pytest.mark.parametrize("spread", [0, 18])
def test_strings_and_frets_are_told_apart(spread):
    arrangement = played([2, 2, 5, 7, -1, 0], [0, 2, 5, -1, 3, 5], [0, 2, 4, 6, 8, 10], spread=spread)
    found = strokes_of(arrangement["dombra"].notes, (50, 55))
    assert found.melody.tolist() == [2, 2, 5, 7, -1, 0]
    assert found.bass.tolist() == [0, 2, 5, -1, 3, 5]


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


def test_beat_cells_and_what_follows_them():
    onsets = [0, 2, 4, 5, 6, 8, 10, 12]  # 2-2, 1-1-2, 2-2, 4
    figures = kuy_figures(played([2] * 8, [0] * 8, onsets))
    assert figures.cells == {"2-2": 50.0, "1-1-2": 25.0, "4": 25.0}
    assert figures.cell_bigrams["1-1-2"] == {"2-2": 100.0}
    jig = kuy_figures(played([2] * 8, [0] * 8, [0, 4, 6, 10, 12, 16, 18, 20], meter=(6, 8)))
    assert jig.cells == {"4-2": 75.0, "2-4": 25.0}


def test_zones_follow_each_other_as_they_are_played():
    frets = [2] * 8 + [9] * 8 + [14] * 8 + [19] * 5 + [0] * 3
    figures = kuy_figures(played(frets, [0] * 16 + [0] * 13 + [5] * 3, range(0, 64, 2)))
    assert figures.form.zones == ("bas", "orta", "kishi saga", "ulken saga")
    assert figures.drone_by_zone["kishi saga"] == 100
    assert figures.drone_by_zone["bas"] == pytest.approx(100 * 8 / 11, abs=0.1)


def test_degrees_are_counted_by_time_above_the_tonic():
    figures = kuy_figures(played([2] * 8, [0] * 8, [0, 2, 4, 6, 8, 10, 12, 14]), tonic=2)
    assert figures.degrees == {7: 100.0}


def test_distances_are_those_of_jensen_and_shannon():
    assert distance({"a": 3, "b": 1}, {"a": 75, "b": 25}) == 0
    assert distance({"a": 1, "b": 1}, {"a": 1}) == pytest.approx(0.5579, abs=1e-4)
    assert shares([]) == {}


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(SirtakError, match="too few to count"):
        kuy_figures(played([2], [0], [0]))
    drums = Arrangement((Track("d", Notes.of([0], 10, 36), drums=True),), length=3840)
    with pytest.raises(SirtakError, match="could be a dombra"):
        find_dombra(drums)


def test_our_own_dombra_keeps_near_the_measured_figures():
    composition = sirtak.compose("sirtak", seed=3)
    figures = kuy_figures(composition.arrangement)
    assert figures.part == "Dombra"
    assert figures.strings == (50, 55)
    assert figures.steps > 60
    assert {"2-2", "1-1-2", "2-1-1"} <= set(figures.cells)


def test_describe_prints_them_and_gives_them_to_scripts(tmp_path, monkeypatch, capsys):
    import sys

    from sirtak.cli.main import main

    path = sirtak.compose("sirtak").write(tmp_path / "s.mid")
    monkeypatch.setattr(sys, "argv", ["sirtak", "describe", "--kuy", str(path)])
    assert main() == 0
    text = capsys.readouterr().out
    assert "repeated notes" in text
    assert "measured 51" in text
    monkeypatch.setattr(sys, "argv", ["sirtak", "describe", "--kuy", "--json", str(path)])
    assert main() == 0
    data = json.loads(capsys.readouterr().out)
    assert data["part"] == "Dombra"
    assert data["cells"]
    assert format_kuy(kuy_figures(sirtak.compose("sirtak").arrangement)).startswith("Dombra: ")
