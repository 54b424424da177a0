"""The close picture: spans, beats of odd bars, drums by name, sections and loudness."""

import pytest

import sirtak
from sirtak.analysis.bars import bar_starts
from sirtak.analysis.roll import text_roll
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, MeterChange, Notes, Track


def piece(notes, length=7680, drums=False, **rest):
    return Arrangement((Track("part", notes, drums=drums),), length=length, **rest)


@pytest.mark.parametrize("bars", [(0, 2), (-1, 1), (2, 1), (0, 0)])
def test_what_is_no_span_is_refused_with_the_bars_there_are(bars):
    with pytest.raises(SirtakError, match="are no span") as caught:
        text_roll(piece(Notes.of(0, 240, 60)), bars=bars)
    assert caught.value.hint == "the piece has bars 1 to 2"


def test_the_beats_of_an_odd_bar_are_counted_from_its_own_bar_line():
    meters = (MeterChange(0, 7, 8),)
    text = text_roll(piece(Notes.of(0, 240, 60), 6720, meters=meters), bars=(1, 2), ascii=True, width=60)
    row = text.splitlines()[2][10:]
    # Fourteen sixteenths a bar: lines at 0 and 14, dots four apart from each.
    assert [at for at, sign in enumerate(row) if sign == "|"] == [14]
    assert [at for at, sign in enumerate(row) if sign == "."] == [4, 8, 12, 18, 22, 26]


def test_drums_are_called_by_name_and_others_by_note():
    notes = Notes.of([0, 960, 1920], 100, [36, 42, 34])
    names = [
        line.split()[0] for line in text_roll(piece(notes, drums=True), ascii=True).splitlines()[2:] if line
    ]
    assert names == ["hat", "kick", "Bb1"]
    assert "C2" in text_roll(piece(notes), ascii=True)


def test_ghosts_and_accents_are_drawn_as_such():
    notes = Notes.of([0, 960, 1920, 2880], 240, 60, [49, 50, 99, 100])
    assert text_roll(piece(notes), bars=(1, 1), ascii=True, width=40).splitlines()[2][10:] == "o   #   #   @"


def test_sections_stand_where_they_begin():
    arrangement = piece(Notes.of([0, 3840], 240, 60), markers=((0, "Verse"), (3840, "Hook")))
    lines = text_roll(arrangement, bars=(1, 2), ascii=True, width=60).splitlines()
    assert lines[1].index("'Verse") == lines[3].index("#") == 10
    assert lines[1].index("'Hook") == lines[2].index("2") == lines[3].rindex("#")
    assert "Verse" not in text_roll(arrangement, bars=(2, 2), ascii=True)


def test_a_meter_behind_the_end_makes_no_bars():
    meters = (MeterChange(0, 4, 4), MeterChange(99999, 3, 4))
    assert bar_starts(piece(Notes.of(0, 240, 60), meters=meters)).tolist() == [0, 3840, 7680]


@pytest.mark.parametrize("style", ["kazan", "sirtak"])
def test_our_pieces_are_drawn_within_the_width(style):
    arrangement = sirtak.compose(style, seed=3).arrangement
    for first in (1, 17, 40):
        lines = text_roll(arrangement, bars=(first, first + 1), width=80).splitlines()
        assert max(map(len, lines)) <= 80
