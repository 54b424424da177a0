"""The gauge tells music from noodling and a piece from its corrupted copies; the figures tell pieces apart."""

import numpy as np
import pytest
from pages import page_with
from quality_copies import COPIES, applies, shifted, shuffled, standing, transposed
from quality_corpora import arrangement_of
from quality_distinct import common, drum_bars, melody_bars, same_chords, told_apart
from quality_figures import BEGIN, END, PAGE, measured, tables
from quality_nulls import LEADS, Chain, loop, random_beat, shuffle, walk, with_lead

import sirtak
from sirtak.analysis.bars import Frame
from sirtak.analysis.measures import measure, verdict
from sirtak.notes import Notes
from sirtak.rng import stream

STYLES = ("kazan", "toi", "aqsaq", "bazaar")


@pytest.fixture(scope="module")
def pieces():
    return {style: sirtak.compose(style, seed=3).arrangement for style in STYLES}


@pytest.fixture(scope="module")
def tunes():
    from music21 import corpus

    paths = [path for path in corpus.getCorePaths() if "ryansMammoth" in path.parts]
    return [arrangement_of(corpus.parse(path)) for path in sorted(paths)[100:900:80]]


@pytest.mark.parametrize("kind", COPIES)
@pytest.mark.parametrize("style", STYLES)
def test_a_piece_stands_above_its_corrupted_copy(pieces, style, kind):
    piece = pieces[style]
    copy = COPIES[kind](piece, stream(5, "copy", kind))
    assert applies(kind, piece)
    assert standing(measure(piece)) > standing(measure(copy, piece.lead))


def test_a_copy_keeps_what_it_does_not_destroy(pieces):
    piece = pieces["toi"]
    moved = transposed(piece, stream(1, "t"))
    changed = [a.name for a, b in zip(piece, moved, strict=True) if a.notes != b.notes]
    assert len(changed) == 1
    assert (piece[changed[0]].notes.onset == moved[changed[0]].notes.onset).all()
    for corrupt in (shifted, shuffled):
        for before, after in zip(piece, corrupt(piece, stream(1, "c")), strict=True):
            assert sorted(before.notes.pitch) == sorted(after.notes.pitch)
            assert sorted(before.notes.velocity) == sorted(after.notes.velocity)
    frame = Frame.of(piece)
    bars = drum_bars(shuffled(piece, stream(1, "c")), frame)
    assert common(bars, drum_bars(piece, frame)) > 0.9


def test_a_solo_has_no_other_part_to_clash_with():
    kuy = sirtak.compose("kuy").arrangement
    assert [kind for kind in COPIES if applies(kind, kuy)] == ["shuffled"]


def test_human_tunes_pass(tunes):
    assert sum(verdict(measure(tune)).passes for tune in tunes) >= 0.8 * len(tunes)
    assert all(len(verdict(measure(tune)).outside) < 2 for tune in tunes)


def test_walks_chains_shuffles_and_loops_do_not(tunes):
    chain = Chain.of([tune.tracks[0].notes for tune in tunes])
    noodling = [walk(stream(n, "walk")) for n in range(10)]
    noodling += [chain.tune(stream(n, "chain")) for n in range(10)]
    noodling += [make(tune, stream(1, "null")) for tune in tunes for make in (shuffle, loop)]
    assert [verdict(measure(piece)).passes for piece in noodling] == [False] * len(noodling)


@pytest.mark.parametrize("kind", LEADS)
def test_our_band_does_not_hide_a_lead_that_noodles(pieces, kind):
    for piece in pieces.values():
        spoilt = verdict(measure(with_lead(piece, kind, stream(3, kind)), piece.lead))
        assert len(spoilt.outside) > len(verdict(measure(piece)).outside)


def test_nor_drums_that_strike_anywhere(pieces):
    found = verdict(measure(random_beat(pieces["toi"], stream(1, "beat"))))
    assert {"drum_consistency", "velocity_system"} <= set(found.outside)


def test_a_melody_bar_is_the_same_in_another_key_and_a_bar_on_one_pitch_is_none(pieces):
    from dataclasses import replace

    piece = pieces["kazan"]
    lead = piece[piece.lead]
    up = replace(lead, notes=lead.notes.but(pitch=lambda n: n.pitch + 3))
    other = replace(piece, tracks=tuple(up if track is lead else track for track in piece))
    frame = Frame.of(piece)
    assert common(melody_bars(piece, frame), melody_bars(other, frame)) == 1
    even = replace(lead, notes=Notes.of(np.arange(64) * 960, 900, 60))
    flat = replace(piece, tracks=tuple(even if track is lead else track for track in piece))
    assert not melody_bars(flat, frame)


def test_styles_are_told_apart_by_what_differs_and_not_by_chance():
    draws = stream(1, "rows")
    styles, folds = np.repeat(np.array(["a", "b", "c"]), 40), np.tile(np.arange(40) % 10, 3)
    rows = draws.random((120, 6))
    assert np.mean(told_apart(rows, styles, folds) == styles) < 0.5
    rows[:, 2] += np.repeat([0.0, 2.0, 4.0], 40)
    assert np.mean(told_apart(rows, styles, folds) == styles) > 0.95
    rows[styles == "b", 2] = np.nan
    assert np.mean(told_apart(rows, styles, folds) == styles) > 0.95


def test_the_tables_are_made_and_put_between_their_marks():
    found = {style: [measured((style, seed)) for seed in (1, 2)] for style in ("kazan", "qara-oleng")}
    text = tables(found, 2)
    assert text.count("| `kazan` |") == 3
    assert "Told apart by measures and tempo" in text
    assert same_chords(found["kazan"][0].chords, found["kazan"][0].chords) == (1, 1)
    page = PAGE.read_text(encoding="utf-8")
    assert page_with(page_with(page, "x", BEGIN, END), "x", BEGIN, END).count(BEGIN) == 1
    assert page_with(page, "x", BEGIN, END).split(END)[1] == page.split(END)[1]
