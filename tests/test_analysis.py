"""What is heard in a piece: its lead, its key, its picture."""

import re

import numpy as np
import pytest

import sirtak
from sirtak.analysis.bars import bar_starts
from sirtak.analysis.describe import describe, estimate_key, signature_name
from sirtak.analysis.lead import find_lead, lead_score
from sirtak.analysis.roll import text_overview, text_roll
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, MeterChange, Notes, TempoChange, Track
from sirtak.notes.skyline import skyline

TUNE = [69, 69, 67, 67, 65, 64, 65, 67, 69, 70, 70, 69, 67, 65, 64, 62]


def tune(bars=8, shift=0):
    onset = np.arange(bars * 4) * 960
    return Notes.of(onset, 900, np.resize(TUNE, bars * 4) + shift, 80)


def band(bars=8):
    onset = np.arange(bars) * 3840
    return (
        Track("pad", Notes.of(np.repeat(onset, 3), 3800, np.tile([57, 62, 65], bars), 60)),
        Track("bass", Notes.of(np.arange(bars * 4) * 960, 400, np.repeat(np.resize([38, 34], bars), 4), 90)),
        Track("arp", Notes.of(np.arange(bars * 16) * 240, 200, np.tile([62, 69, 62, 69], bars * 4), 60)),
        Track("drums", Notes.of(np.arange(bars * 8) * 480, 100, 42, 90), drums=True),
        Track("tune", tune(bars)),
    )


def test_the_lead_is_the_tune_and_not_what_accompanies_it():
    assert find_lead(band()) == "tune"
    assert find_lead(band()[:1]) in ("pad", "")
    assert find_lead(()) == ""
    assert lead_score(tune(), 3840, 8) > 3 * lead_score(band()[2].notes, 3840, 8)


@pytest.mark.parametrize("seed", range(6))
def test_the_lead_of_our_own_pieces_is_heard_without_the_recipe(seed):
    for style, lead in (("kazan", "piano"), ("sirtak", "dombra")):
        assert find_lead(sirtak.compose(style, seed=seed).arrangement) == lead


def test_the_skyline_takes_strums_as_one():
    strum = Notes.of([0, 20, 960, 975], 400, [50, 62, 64, 50])
    assert skyline(strum).pitch.tolist() == [62, 64]
    assert len(skyline(Notes.empty())) == 0


def test_keys_are_heard_and_named():
    key, certainty = estimate_key(Arrangement((Track("t", tune(16)),), length=16 * 3840))
    assert key in ("D minor", "F major")
    assert certainty > 0.5
    assert estimate_key(Arrangement((band()[3],), length=8 * 3840)) == ("", 0.0)
    assert [signature_name(n, False) for n in (-7, 0, 7)] == ["Cb major", "C major", "C# major"]
    assert [signature_name(n, True) for n in (-7, 0, 7)] == ["Ab minor", "A minor", "A# minor"]


def test_kazan_is_heard_in_its_own_key():
    heard = [estimate_key(sirtak.compose("kazan", seed=seed).arrangement)[0] for seed in range(1, 9)]
    assert heard.count("D minor") >= 6


def test_times_follow_the_tempo_map():
    arrangement = Arrangement(
        (Track("t", Notes.of([0, 1920], 960, 60)),),
        length=3840,
        tempos=(TempoChange(0, 60.0), TempoChange(960, 120.0)),
        markers=((1920, "B"),),
    )
    found = describe(arrangement)
    assert found.sections == ((1.5, "B"),)
    assert found.tracks[0].last_second == 2.0
    assert found.seconds == 2.5
    assert found.bars == 1


def test_bar_lines_follow_the_meter_map():
    meters = (MeterChange(0, 2, 4), MeterChange(1920, 3, 4), MeterChange(4800, 7, 8))
    arrangement = Arrangement((Track("t", Notes.of(0, 1, 60)),), length=4800 + 2 * 3360, meters=meters)
    assert bar_starts(arrangement).tolist() == [0, 1920, 4800, 8160, 11520]


def test_the_overview_has_a_row_a_track_and_a_column_a_bar():
    arrangement = Arrangement(band(), length=8 * 3840, markers=((0, "One"), (4 * 3840, "Two")))
    lines = text_overview(arrangement, ascii=True).splitlines()
    assert lines[0] == "Untitled: 8 bars"
    row = next(line for line in lines if line.startswith("Tune"))
    assert row.split()[1] == "#" * 8
    assert lines[1].index("'One") == row.index("#")
    assert lines[2].index("'Two") == row.index("#") + 4


def test_long_pieces_are_drawn_in_the_width_given():
    arrangement = Arrangement((Track("tune", tune(400)),), length=400 * 3840)
    assert max(map(len, text_overview(arrangement, width=60).splitlines()[1:3])) <= 60


def test_the_roll_draws_each_note_where_it_is():
    arrangement = Arrangement((Track("tune", tune()),), length=8 * 3840)
    text = text_roll(arrangement, bars=(1, 1), ascii=True, width=60)
    rows = {line[:8].strip(): line[10:] for line in text.splitlines()[2:] if line}
    assert set(rows) == {"A4  69", "G4  67"}
    # Four columns a quarter: two A, then two G.
    assert [m.start() for m in re.finditer("#", rows["A4  69"])] == [0, 8] or rows["A4  69"].count("#") == 2
    assert rows["G4  67"].count("#") == 2
    with pytest.raises(SirtakError, match="bar 9 is behind the end"):
        text_roll(arrangement, bars=(9, 9))
    with pytest.raises(SirtakError, match="there is no track 'tuna'"):
        text_roll(arrangement, track="tuna")
