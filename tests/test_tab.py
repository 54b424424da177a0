"""Tablature: what stands where, how it wraps, and what cannot be written so."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak
from kuys import BASS, MELODY, drawn, piece, strung
from sirtak.analysis.tab import text_tab
from sirtak.analysis.tab_bar import grid_of
from sirtak.analysis.tab_events import events_of, lines_of
from sirtak.cli.source import arrangement_of
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement, Notes, Track


def rows(arrangement, **options):
    """The lines of a tablature without its head."""
    return text_tab(arrangement, **{"ascii": True, "width": 100, **options}).splitlines()[2:]


def strums(*frets, down=(1,), step=480, gap=20):
    """Strokes on both strings from (melody, bass), down or up in turn."""
    found = []
    for number, (melody, bass) in enumerate(frets):
        at, goes = number * step, down[number % len(down)]
        found += [
            (at + gap * (goes == 1), step - 20, MELODY, melody),
            (at + gap * (goes == 0), step - 20, BASS, bass),
        ]
    return found


# -- what stands where -----------------------------------------------------------------------------------


def test_numbers_stand_on_their_sixteenths_under_their_strokes():
    found = rows(piece(strung(*strums((2, 0), (2, 0), (3, 5), (5, 7), down=(1, 0))), 1, ((0, 2, 4),)))
    assert found == [
        "    1",
        "    D   U   D   U",
        "G3 |2---2---3---5---|",
        "D3 |0---0---5---7---|",
        "    1   .   2   .",
        "",
        "D down, U up",
    ]


def test_without_ascii_the_strokes_are_those_of_a_score():
    text = text_tab(piece(strung(*strums((2, 0), (2, 0), down=(1, 0))), 1, ((0, 1, 4),)))
    assert "    ⊓   V\n" in text
    assert text.endswith("⊓ down, V up")


def test_equal_onsets_leave_the_stroke_open():
    found = rows(piece(strung(*strums((2, 0), (2, 0), gap=0)), 1, ((0, 1, 4),)))
    assert found == ["    1", "G3 |2---2---|", "D3 |0---0---|", "    1   ."]


def test_two_digits_keep_apart():
    sixteenths = rows(piece(strung(*strums((12, 10), (14, 0), (12, 10), (10, 7), step=240)), 1, ((0, 1, 4),)))
    assert sixteenths[2:4] == ["G3 |12-14-12-10-|", "D3 |10-0--10-7--|"]
    eighths = rows(piece(strung(*strums((12, 10), (14, 0))), 1, ((0, 1, 4),)))
    assert eighths[2] == "G3 |12--14--|"


def test_dashes_ring_and_spaces_are_silent():
    notes = strung((0, 480, MELODY, 2), (0, 1900, BASS, 0), (960, 240, MELODY, 4))
    found = rows(piece(notes, 1, ((0, 2, 4),)))
    assert found[1:3] == ["G3 |2---    4-      |", "D3 |0---------------|"]
    over = rows(piece(strung((0, 2880, MELODY, 2), (0, 240, BASS, 0)), 2, ((0, 2, 4),)))
    assert over[1] == "G3 |2---------------|--------        |"


def test_slurs_and_grace_notes_are_marked():
    notes = strung(
        (0, 940, MELODY, 2, 90), (0, 230, BASS, 5, 84), (240, 700, BASS, 0, 50),
        (880, 70, MELODY, 3, 54), (960, 230, MELODY, 2, 90), (960, 900, BASS, 0, 84),
        (1200, 700, MELODY, 3, 60),
    )  # fmt: skip
    found = rows(piece(notes, 1, ((0, 2, 4),)))
    assert found == [
        "    1",
        "G3 |2----(3)2h3-----|",
        "D3 |5p0-----0-------|",
        "    1   .   2   .",
        "",
        "p pull-off, h hammer-on, (n) grace note",
    ]


def test_a_grace_note_before_the_first_beat_has_room():
    notes = strung(*strums((2, 0), (2, 0))).shift(960) | strung((900, 80, MELODY, 14))
    found = rows(piece(notes, 2, ((0, 1, 4),)))
    assert found[2] == "G3 |  |(14)2---2---|"
    assert found[1] == "           D   D"


def test_every_bar_has_the_grid_that_it_needs():
    even = strums((2, 0), (2, 0), (2, 0), (2, 0))
    trip = [
        (1920 + at, *rest) for at, *rest in strums((3, 0), (3, 0), (3, 0), (3, 0), (3, 0), (3, 0), step=320)
    ]
    snap = [(3840 + at, 100, MELODY, 5) for at in (0, 120, 480, 600, 960, 1080, 1440, 1560)]
    found = rows(piece(strung(*even, *trip, *snap), 3, ((0, 2, 4),)), width=200)
    bars = found[2].split("|")[1:4]
    assert [bar.count("2") + bar.count("3") + bar.count("5") for bar in bars] == [4, 6, 8]
    assert [len(bar) for bar in bars] == [16, 24, 32]
    assert [place for place, sign in enumerate(bars[1]) if sign == "3"] == [0, 4, 8, 12, 16, 20]


@pytest.mark.parametrize(
    ("offsets", "grid"),
    [
        ([0, 240, 480, 720], 240),
        ([0, 260, 700], 240),
        ([0, 160, 320], 160),
        ([0, 320, 640, 1280], 160),
        ([0, 120, 480, 600], 120),
        ([0, 75, 160, 240], 80),
        ([], 240),
    ],
)
def test_the_coarsest_grid_that_fits_is_taken(offsets, grid):
    assert grid_of(offsets) == grid


def test_beats_of_odd_bars_are_counted_by_their_groups():
    notes = strung(*strums(*[(2, 0)] * 7))
    assert rows(piece(notes, 1, ((0, 7, 8),)))[4] == "    1   .   2   .   3   .   ."
    given = rows(piece(notes, 1, ((0, 7, 8),)), groups={(7, 8): (3, 2, 2)})
    assert given[4] == "    1   .   .   2   .   3   ."


def test_sections_and_bars_stand_above():
    notes = strung(*strums(*[(2, 0)] * 8))
    arrangement = piece(notes, 2, ((0, 2, 4),), markers=((0, "Bas buyn"), (1920, "Orta buyn")))
    found = rows(arrangement)
    assert found[0] == "    'Bas buyn'       'Orta buyn'"
    assert found[1] == "    1                2"
    assert rows(arrangement, bars=(2, 2))[0:2] == ["    'Orta buyn'", "    2"]


def test_long_rests_are_told_not_drawn():
    notes = strung(*strums((2, 0), (2, 0))).shift(960 * 5)
    found = rows(piece(notes, 9, ((0, 1, 4),), markers=((0, "Intro"),)))
    assert found[0] == "bars 1-5 rest  'Intro'"
    assert found[2].strip() == "6"
    assert "bars 7-9 rest" in found


def test_the_tablature_in_the_manual_is_ours():
    notes = strung(
        (20, 940, MELODY, 2, 90), (0, 470, BASS, 5, 84), (480, 400, BASS, 0, 50), (880, 70, MELODY, 3, 54),
        (980, 240, MELODY, 2, 90), (960, 460, BASS, 0, 84), (1220, 200, MELODY, 3, 60),
        (1440, 460, MELODY, 3), (1460, 460, BASS, 5), (1940, 900, MELODY, 2), (1920, 940, BASS, 0),
        (2880, 460, MELODY, 2), (2900, 460, BASS, 0), (3380, 440, MELODY, 2), (3360, 460, BASS, 2),
    )  # fmt: skip
    text = text_tab(piece(notes, 2, ((0, 2, 4),), markers=((0, "Bas buyn"),)))
    drawing = text.split("\n\n")[1]
    manual = Path(__file__).parents[1] / "docs" / "pieces.md"
    assert drawing in manual.read_text("utf-8")


# -- the page --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [40, 61, 80, 110, 200])
def test_nothing_is_wider_than_the_page_and_nothing_is_lost(width):
    notes, meant = drawn(160)
    arrangement = piece(notes, 21)
    lines = text_tab(arrangement, width=width, ascii=True).splitlines()
    assert max(map(len, lines)) <= width
    strings = [row[3:] for row in lines if row.startswith(("G3", "D3"))]
    numbers = sum(len(re.findall(r"\d+", row)) for row in strings)
    written = sum((melody >= 0) + (bass >= 0) for _, _, melody, bass in meant)
    assert numbers == written
    bars = [row.split() for row in lines if re.fullmatch(r"[\d ]+", row)]
    assert [int(word) for row in bars for word in row] == list(range(1, 22))


def test_bars_wider_than_the_page_are_cut_before_a_beat():
    notes = strung(*strums(*[(12, 10)] * 16, step=240))
    lines = text_tab(piece(notes, 1), width=40, ascii=True).splitlines()
    strings = [row for row in lines if row.startswith("G3")]
    assert strings == ["G3 |12-12-12-12-12-12-12-12-", "G3  12-12-12-12-12-12-12-12-|"]
    assert sum(row.count("12") for row in strings) == 16


def test_a_cut_does_not_part_a_note_from_what_leans_on_it():
    rows = [(step * 240, 200, MELODY, 12) for step in range(16)]
    rows[3] = (720, 60, MELODY, 12)
    lines = text_tab(piece(strung(*rows, (880, 60, MELODY, 14)), 1), width=40, ascii=True).splitlines()
    strings = [row for row in lines if row.startswith("G3")]
    assert strings[1].startswith("G3  (14)12")
    assert strings[0] == "G3 |12----12----12----12"


@pytest.mark.parametrize("bars", [(0, 1), (2, 1)])
def test_spans_that_are_none_are_refused(bars):
    with pytest.raises(SirtakError, match="are no span"):
        text_tab(piece(strung(*strums((2, 0)))), bars=bars)
    with pytest.raises(SirtakError, match="bar 5 is behind the end"):
        text_tab(piece(strung(*strums((2, 0)))), bars=(5, 6))


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 19), st.integers(-1, 19), st.integers(20, 900)),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_two_strings_play_is_drawn(strokes):
    table = []
    for step, melody, bass, length in sorted({item[0]: item for item in strokes}.values()):
        table.append((step * 117, length, MELODY, melody))
        table += [(step * 117 + 10, length, BASS, bass)] if bass >= 0 else []
    arrangement = piece(strung(*table), 3)
    lines = text_tab(arrangement, width=60, ascii=True).splitlines()
    assert max(map(len, lines)) <= 60
    known = events_of(arrangement, arrangement["dombra"])
    assert sum(len(event.signs) for event in known) <= len(table)


# -- whose tablature -------------------------------------------------------------------------------------


def test_more_than_two_strings_are_drawn_where_every_note_knows_its_own():
    notes = Notes.of([0, 0, 0, 480, 500, 520], 400, [60, 57, 50, 50, 57, 62], string=[1, 2, 3, 3, 2, 1])
    arrangement = piece(notes, 1, ((0, 1, 4),), strings=(60, 55, 50))
    assert rows(arrangement) == [
        "    1",
        "        D",
        "C4 |0---2---|",
        "G3 |2---2---|",
        "D3 |0---0---|",
        "    1   .",
        "",
        "D down, U up",
    ]
    with pytest.raises(SirtakError, match="does not say on which string"):
        text_tab(piece(notes.but(string=0), strings=(60, 55, 50)))
    with pytest.raises(SirtakError, match="off the frets"):
        text_tab(piece(Notes.of(0, 9, 52, string=1), strings=(60, 55, 50)))


REFUSED = {
    "three at once": (
        Notes.of([3840] * 3, 400, [50, 57, 62]),
        "has 3 notes at once in bar 2, more than the 2 strings",
    ),
    "below the bass": (
        Notes.of([0, 480], 400, [50, 45]),
        r"plays A2 \(MIDI 45\) in bar 1, below the bass string",
    ),
    "above fret 19": (Notes.of([0, 480], 400, [50, 75]), r"plays Eb5 \(MIDI 75\) in bar 1, above fret 19"),
    "two on one string": (Notes.of([0, 0], 400, [50, 53]), "has two notes in bar 1 that lie on one string"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_dombra_part_is_refused(name):
    notes, said = REFUSED[name]
    with pytest.raises(SirtakError, match=said) as caught:
        text_tab(piece(notes))
    assert "it cannot be a dombra part" in str(caught.value)
    assert "--track" in caught.value.hint


def test_drums_have_no_strings():
    drums = Arrangement((Track("dombra", Notes.of(0, 9, 36), drums=True),), length=3840)
    with pytest.raises(SirtakError, match="drums have no strings"):
        text_tab(drums)


def test_a_foreign_part_is_read_on_strings_that_hold_it():
    notes, _ = drawn(64)
    known = piece(notes, 9)
    foreign = replace(known, tracks=(Track("dombra", notes.but(string=0)),))
    assert lines_of(foreign["dombra"]) == (55, 50)
    a, b = text_tab(known).splitlines(), text_tab(foreign).splitlines()
    assert sum(x == y for x, y in zip(a, b, strict=True)) > 0.9 * len(a)


# -- the command ------------------------------------------------------------------------------------------


@pytest.fixture
def show(call):
    return partial(call, "show")


def test_styles_pieces_and_files_are_shown_as_tablature(show, tmp_path):
    path = sirtak.compose("sirtak").write(tmp_path / "s.mid")
    options = ("--tab", "--bars", "17-18", "--width", "100", "--ascii")
    by_name = show("sirtak", *options)
    assert by_name[0] == 0
    assert by_name[1].startswith("Dombra: strings G3 and D3\n")
    assert "'Hook'" in by_name[1]
    assert "    17 " in by_name[1]
    assert show("style", "sirtak", *options)[1] == by_name[1]
    assert show(path, *options)[1] == by_name[1]
    (tmp_path / "p.toml").write_text('style = "sirtak"\n', "utf-8")
    assert show(tmp_path / "p.toml", *options)[1] == by_name[1]
    assert show("sirtak", *options, "--track", "DOMBRA")[1] == by_name[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mode", "dorian", "--tab"), "--tab draws a style"),
        (("nosuch", "--tab"), "unknown style 'nosuch'"),
        (("nosuch.toml", "--tab"), "there is no such file"),
        (("nosuch.mid", "--tab"), "cannot be read"),
        (("sirtak", "--tab", "--track", "beat"), "drums have no strings"),
        (("sirtak", "--tab", "--track", "piano"), "it cannot be a dombra part"),
        (("sirtak", "--tab", "--track", "nobody"), "there is no track 'nobody'"),
        (("sirtak", "--tab", "--bars", "999"), "bar 999 is behind the end"),
    ],
)
def test_mistakes_have_messages(show, words, said):
    code, out, err = show(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert "hint" in err or "--tab draws" in err or "no such file" in err or "cannot be read" in err


def test_strings_come_from_the_recipe_while_the_notes_are_its_own(tmp_path, monkeypatch):
    path = sirtak.compose("sirtak").write(tmp_path / "s.mid")
    composed = sirtak.compose("sirtak").arrangement
    import sirtak.composer.arrange as arranging

    original = arranging.arrange
    tuned = (55, 50)

    def with_strings(item):
        whole = original(item)
        tracks = [
            replace(
                track, strings=tuned, notes=track.notes.but(string=np.where(track.notes.pitch < 58, 2, 1))
            )
            if track.name == "dombra"
            else track
            for track in whole
        ]
        return replace(whole, tracks=tuple(tracks))

    monkeypatch.setattr(arranging, "arrange", with_strings)
    read, groups = arrangement_of(path)
    track = next(item for item in read if item.title == "Dombra")
    assert track.strings == tuned
    assert (track.notes.string == np.where(track.notes.pitch < 58, 2, 1)).all()
    assert groups == {(4, 4): (1, 1, 1, 1)}
    # One note moved in a DAW, and the recipe no longer speaks for the track.
    from sirtak.export.smf import encode

    notes = composed["dombra"].notes
    pitch = notes.pitch.copy()
    pitch[5] += 1
    moved = replace(
        composed,
        tracks=tuple(
            replace(t, notes=t.notes.but(pitch=pitch)) if t.name == "dombra" else t for t in composed
        ),
    )
    (tmp_path / "m.mid").write_bytes(encode(moved))
    read, _ = arrangement_of(tmp_path / "m.mid")
    assert next(item for item in read if item.title == "Dombra").strings == ()
