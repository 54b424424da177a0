"""The catalogue of modes, the rules of variable degrees, spelling, and Scala files as modes."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak
from sirtak.composer.load import load_piece, parse_piece
from sirtak.composer.recipe import recipe
from sirtak.errors import SirtakError
from sirtak.export.scales import (
    format_mode,
    format_scl,
    from_music21_scale,
    parse_scl,
    to_music21_scale,
)
from sirtak.library import Library
from sirtak.spec import parse_document
from sirtak.theory.mode import Mode, build_mode, load_mode
from sirtak.theory.pitch import parse_tonic
from sirtak.theory.spelling import canonical, note_names, spell, tonic_for
from sirtak.theory.variable import Variable

LIBRARY = Library()
MODES = LIBRARY.names("mode")
TONICS = ("C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B")

# Every row of the reference's table: degrees in semitones, second forms by degree, evidence.
CATALOGUE = {
    "ionian": ([0, 2, 4, 5, 7, 9, 11], {}, "P"),
    "mixolydian": ([0, 2, 4, 5, 7, 9, 10], {}, "P"),
    "major-variable-7": ([0, 2, 4, 5, 7, 9, 10], {6: (11, "neighbour", "any")}, "P"),
    "aeolian-dorian": ([0, 2, 3, 5, 7, 8, 10], {5: (9, "high", "any")}, "P"),
    "dorian": ([0, 2, 3, 5, 7, 9, 10], {}, "P"),
    "phrygian-variable-2": ([0, 1, 3, 5, 7, 8, 10], {1: (2, "rising", "any")}, "P"),
    "adai-saga": ([0, 2, 3, 5, 7, 8, 10], {5: (9, "high", "any"), 2: (4, "rising", "bass")}, "P"),
    "do-pentatonic": ([0, 2, 4, 7, 9], {}, "S"),
    "so-pentatonic": ([0, 2, 5, 7, 9], {}, "G"),
    "la-pentatonic": ([0, 3, 5, 7, 10], {}, "G"),
    "mangystau-minor": ([0, 2, 3, 5, 7], {}, "G"),
    "mangystau-phrygian": ([0, 1, 3, 5], {}, "G"),
    "harmonic-series": ([0, 2, 4, 6, 7, 10], {}, "G"),
}

# Duration-weighted profiles as counted, percent by semitone.
PROFILES = {
    ("aeolian-dorian", ""): {0: 8.9, 2: 8.6, 3: 9.8, 5: 7.6, 7: 44.6, 8: 4.4, 9: 3.3, 10: 12.9},
    ("major-variable-7", ""): {0: 28.8, 2: 12.7, 4: 20.2, 5: 6.8, 7: 21.7, 9: 5.1, 10: 2.7, 11: 1.9},
    ("ionian", ""): {0: 25, 2: 18, 4: 18, 5: 8, 7: 18, 9: 10, 11: 4},
    ("ionian", "maira"): {0: 37, 2: 9, 4: 8, 5: 8, 7: 17, 9: 9, 11: 12},
    ("ionian", "natmn187"): {0: 41, 2: 5, 4: 11, 5: 2, 7: 20, 9: 13, 11: 8},
    ("dorian", ""): {0: 50, 2: 9, 3: 4, 5: 15, 7: 7, 9: 4, 10: 10},
}


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_row_of_the_catalogue_is_a_mode(name):
    semitones, second, tag = CATALOGUE[name]
    mode = load_mode(LIBRARY, name)
    assert list(mode.semitones) == semitones
    assert {v.degree: (v.cents / 100, v.rule, v.voice) for v in mode.variable} == second
    assert (mode.tag, mode.final) == (tag, 0)
    assert mode.observed
    assert mode.source


def test_harmonics_stand_where_physics_puts_them():
    partials = sorted(1200 * np.log2(n / 4) % 1200 for n in (4, 5, 6, 7, 9, 11))
    assert load_mode(LIBRARY, "harmonic-series").cents == pytest.approx(partials, abs=0.6)


def test_weights_are_those_counted_and_no_others():
    found = {}
    for name in MODES:
        mode = load_mode(LIBRARY, name)
        found |= {(name, ""): mode.weights} if mode.weights else {}
        found |= {(name, piece): shares for piece, shares in (mode.profiles or {}).items()}
    assert found == PROFILES


def test_natural_sixth_in_the_high_zone_and_before_it():
    minor = load_mode(LIBRARY, "adai-saga")
    # Low: Bb. The four notes before the octave, and everything above it: B.
    line = [4, 5, 4, 3, 4, 5, 4, 5, 6, 7, 12, 11]
    assert minor.pitches(line, 50).tolist() == [57, 58, 57, 55, 57, 59, 57, 59, 60, 62, 71, 69]
    # Strokes on one note count as one note, so the same four notes are meant.
    strokes = np.repeat(line, 3)
    assert minor.pitches(strokes, 50).tolist() == np.repeat(minor.pitches(line, 50), 3).tolist()
    # Without a high zone there is nothing to come before.
    assert minor.pitches([4, 5, 4, 5, 6], 50).tolist() == [57, 58, 57, 58, 60]


def test_the_parallel_colour_is_the_bass_strings_alone():
    saga = load_mode(LIBRARY, "adai-saga")
    walk = [0, 1, 2, 3]
    assert saga.pitches(walk, 50).tolist() == [50, 52, 53, 55]
    assert saga.pitches(walk, 50, voice="bass").tolist() == [50, 52, 54, 55]  # D E F# G
    assert saga.pitches(walk[::-1], 50, voice="bass").tolist() == [55, 53, 52, 50]
    assert 4 not in saga.pitch_classes
    assert saga.minor


def test_seventh_is_minor_at_the_peak_and_major_only_as_a_lower_neighbour():
    major = load_mode(LIBRARY, "major-variable-7")
    assert major.pitches([4, 5, 6, 5, 4], 55).tolist() == [62, 64, 65, 64, 62]
    assert major.pitches([7, 6, 6, 7], 55).tolist() == [67, 66, 66, 67]
    assert major.pitches([5, 6, 7], 55).tolist() == [64, 65, 67]  # a way up is no neighbour


def test_a_repeated_second_keeps_its_form_in_the_phrygian():
    phrygian = load_mode(LIBRARY, "phrygian-variable-2")
    assert phrygian.pitches([1, 1, 2, 1, 1, 0], 55).tolist() == [57, 57, 58, 56, 56, 55]


@pytest.mark.parametrize(
    ("rule", "line", "marks"),
    [
        ("high", [6, 7, 8, 6], "-xx-"),
        ("rising", [0, 1, 1, 0, 2], "x--x-"),
        ("falling", [0, 1, 1, 0, 2], "--x--"),
        ("peak", [0, 2, 1, 3, 3, 0], "-x----"),
        ("neighbour", [2, 1, 2, 1, 0, 1], "-x--x-"),
        ("peak", [0], "-"),
        ("rising", [], ""),
        ("high", [], ""),
    ],
)
def test_rules_mark_the_notes_that_they_name(rule, line, marks):
    found = Variable(degree=1, cents=200, rule=rule).marks(np.array(line, np.int64), 7)
    assert "".join("x" if mark else "-" for mark in found) == marks


variables = st.builds(
    Variable,
    degree=st.just(1),
    cents=st.just(150.0),
    rule=st.sampled_from(["high", "neighbour", "rising", "falling", "peak"]),
    ahead=st.integers(0, 9),
    repeats_as_one=st.just(True),
)


@given(variables, st.lists(st.integers(-3, 12), min_size=1, max_size=20), st.lists(st.integers(1, 4)))
def test_striking_a_note_again_never_changes_its_form(item, line, times):
    line = np.array([a for i, a in enumerate(line) if not i or a != line[i - 1]])
    repeats = np.resize(np.array([*times, 1]), len(line))
    strokes = item.marks(np.repeat(line, repeats), 7)
    assert strokes.tolist() == np.repeat(item.marks(line, 7), repeats).tolist()


@given(st.lists(st.integers(-3, 12), max_size=20), st.integers(0, 9))
def test_looking_ahead_only_adds_notes(line, ahead):
    line = np.array(line, np.int64)
    plain = Variable(degree=1, cents=150, rule="high").marks(line, 7)
    more = Variable(degree=1, cents=150, rule="high", ahead=ahead).marks(line, 7)
    assert np.all(more | ~plain)
    for place in np.flatnonzero(more):
        assert plain[place : place + ahead + 1].any()


MODE = 'format = 1\nname = "x"\ncents = [0, 200, 300, 700]\nsource = "s"\ntag = "G"\n'


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("[[variable]]\ndegree = 4\ncents = 1\nrule = 'high'", "m.toml:7: variable[1].degree: there is no degree 4"),
        ("[[variable]]\ndegree = 2\ncents = 300\nrule = 'high'", "m.toml:8: variable[1].cents: 300 is no second form"),
        ("[[variable]]\ndegree = 2\ncents = 800\nrule = 'high'", "between its neighbours, 200 and 700"),
        ("[[variable]]\ndegree = 2\ncents = 350\nrule = 'rising'\nahead = 2", "m.toml:10: variable[1].ahead: goes with the rule 'high'"),
        ("[[variable]]\ndegree = 2\ncents = 350\nrule = 'sometimes'", "m.toml:9: variable[1].rule"),
        ("[weights]\n0 = 60\n5 = 40", "m.toml:8: weights.5: the mode has no such semitone"),
        ("[weights]\n0 = 60\n2 = 10", "weights: the shares add up to 70 percent"),
        ("[weights]\n0 = 160\n2 = -60", "weights.2: semitones 0 to 11, shares from 0"),
        ("[profiles.adai]\n0 = 60\n12 = 40", "m.toml:8: profiles.adai.12: semitones 0 to 11"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_a_mode_is_refused_with_its_line(more, words):
    with pytest.raises(SirtakError) as caught:
        build_mode(parse_document(MODE + more + "\n", "m.toml"))
    assert words in str(caught.value)
    assert re.match(r"m\.toml:\d+: ", str(caught.value))


@pytest.mark.parametrize(
    ("mode", "tonic", "names"),
    [
        ("aeolian", "D", "D E F G A Bb C"),
        ("dorian", "C", "C D Eb F G A Bb"),
        ("dorian", "Bb", "Bb C Db Eb F G Ab"),
        ("phrygian-variable-2", "G", "G Ab Bb C D Eb F"),
        ("ionian", "E", "E F# G# A B C# D#"),
        ("ionian", "Gb", "Gb Ab Bb Cb Db Eb F"),
        ("mixolydian", "g", "G A B C D E F"),
        ("la-pentatonic", "D", "D F G A C"),
        ("aeolian", "Db", "C# D# E F# G# A B"),
        ("ionian", "G#", "Ab Bb C Db Eb F G"),
        ("harmonic-series", "D", "D E F# G# A C"),
    ],
)
def test_modes_are_spelled_as_musicians_write_them(mode, tonic, names):
    assert " ".join(note_names(load_mode(LIBRARY, mode), tonic)) == names


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("tonic", TONICS)
def test_names_sound_right_in_every_key_and_never_need_three_signs(name, tonic):
    mode = load_mode(LIBRARY, name)
    second = [round(item.cents / 100) for item in mode.variable]
    root = tonic_for(mode, tonic)
    assert parse_tonic(root) == parse_tonic(tonic)
    wanted = [*mode.semitones, *second]
    for semitone, found in zip(wanted, note_names(mode, tonic, wanted), strict=True):
        sign = found.count("#") - found.count("b")
        assert (parse_tonic(found[0]) + sign - parse_tonic(tonic) - semitone) % 12 == 0
        assert len(found) <= 2 or semitone in second
    assert spell("F#", 11, 6) == "E#"
    assert canonical("g♭") == "Gb"


def test_the_card_of_a_mode_says_it_all(cli):
    out = cli("show", "mode", "adai-saga", "--tonic", "Bb")[1]
    assert re.search(r"notes +Bb +C +Db +Eb +F +Gb +Ab +Bb\n", out)
    assert re.search(r"cents +0 +200 +300 +500 +700 +800 +1000 +1200\n", out)
    assert re.search(r"steps +2 +1 +2 +2 +1 +2 +2\n", out)
    assert "Gb becomes G (900 cents)" in out
    assert "Db becomes D (400 cents) when the next note is higher, on the bass string alone" in out
    ionian = cli("show", "mode", "ionian", "--tonic", "E")[1]
    assert "E 25%  F# 18%  G# 18%" in ionian
    assert re.search(r"maira +E 37%", ionian)
    assert "F#-14" in cli("show", "harmonic-series")[1]
    assert "Db is written C#" in cli("show", "aeolian", "--tonic", "Db")[1]
    assert all(len(line) <= 112 for name in MODES for line in cli("show", "mode", name)[1].splitlines())
    assert "3|4 5 7 8|9" in cli("list", "modes")[1]


# -- Scala files -----------------------------------------------------------------------------


@st.composite
def modes(draw):
    """Any mode a file can hold: microtones, second forms, evidence and weights included."""
    size = draw(st.integers(3, 24))
    gaps = draw(st.lists(st.floats(0.001, 1), min_size=size, max_size=size))
    cents = (0.0, *np.cumsum(gaps)[:-1].tolist())
    scale = 1199 / sum(gaps)
    cents = tuple(item * scale for item in cents)
    degree = draw(st.integers(0, size - 1))
    above = cents[degree + 1] if degree + 1 < size else 1200
    rule = draw(st.sampled_from(["high", "rising", "peak"]))
    item = Variable(
        degree=degree,
        cents=(cents[degree] + above) / 2,
        rule=rule,
        ahead=draw(st.integers(0, 9)) if rule == "high" else 0,
        repeats_as_one=draw(st.booleans()),
        voice=draw(st.sampled_from(["any", "bass"])),
        about=draw(st.text(max_size=9)),
    )
    words = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=20)
    shares = st.none() | st.just({0: 100.0})
    return Mode(
        "x", cents, draw(st.integers(0, size - 1)), (item,) if draw(st.booleans()) else (),
        title=draw(words), weights=draw(shares),
        profiles=draw(st.none() | st.dictionaries(words, st.just({0: 99.5}), min_size=1, max_size=2)),
        observed=draw(words | st.just("")), source=draw(words), tag=draw(st.sampled_from("PSCGU")),
    )  # fmt: skip


@given(modes())
def test_a_mode_comes_back_whole_from_scala_text_and_from_a_mode_file(mode):
    text = format_scl(mode)
    assert text.isascii()
    assert parse_scl(text, "x") == mode
    assert build_mode(parse_document(format_mode(mode), "x.toml")) == mode


@pytest.mark.parametrize("name", MODES)
def test_our_own_modes_come_back_whole(name):
    mode = load_mode(LIBRARY, name)
    assert parse_scl(format_scl(mode), f"{name}.scl") == mode
    assert build_mode(parse_document(format_mode(mode), "x.toml")) == mode


@pytest.mark.parametrize("name", ["aeolian-dorian", "phrygian-variable-2", "harmonic-series", "adai-saga"])
@pytest.mark.parametrize("tonic", ["D", "Bb", "F#", "Cb"])
def test_music21_gets_either_form_under_its_proper_name(name, tonic):
    mode = load_mode(LIBRARY, name)
    for form in ("first", "second"):
        cents = list(mode.cents)
        for item in mode.variable if form == "second" else ():
            cents[item.degree] = item.cents
        scale = to_music21_scale(mode, tonic, form)
        assert from_music21_scale(scale, "x").cents == pytest.approx(tuple(cents))
        if not mode.microtonal:  # between the semitones music21 picks a letter of its own
            written = [pitch.name.replace("-", "b") for pitch in scale.pitches[:-1]]
            assert written == note_names(mode, tonic, [round(c / 100) for c in cents])


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_mode_or_a_clear_refusal(text):
    for candidate in (text, f"x\n3\n{text}\n3/2\n2/1\n", f"! sirtak: {text}\nx\n3\n5/4\n3/2\n2/1\n"):
        refusal = "x.scl:"
        try:
            parse_scl(candidate, "x.scl")
        except SirtakError as error:
            refusal = str(error)
        assert refusal.startswith("x.scl:")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x\n0\n", "x.scl:2: the degrees must rise to the octave (2/1), and this scale has none"),
        ("x\n2\n3/2\n2/1\n", "x.scl:2: 2 degrees, and a mode has 3 to 24"),
        ("! r\nx\n3\n9/8\n3/2\n3/1\n", "x.scl:6: the degrees must rise to the octave (2/1), and this scale ends at 1901.96 cents"),
        ("x\n3\n1/1\n3/2\n2/1\n", "x.scl:3: the degrees must rise to the octave (2/1), and 1/1 does not"),
        ("x\n4\n200.0\n-5.0\n300.0\n2/1\n", "x.scl:4: the degrees must rise to the octave (2/1), and -5.0 does not"),
        ("x\n3.5\n200.0\n300.0\n2/1\n", "x.scl:2: 3 degrees, where the count says '3.5'"),
        (f"x\n3\n{'9' * 5000}\n300.0\n2/1\n", "x.scl:3: '999"),
        ("! sirtak: variable = {degree = 9, cents = 1.0, rule = \"high\"}\nx\n3\n200.0\n300.0\n2/1\n", "x.scl:1: variable[1].degree: there is no degree 9"),
        ("! sirtak: tagg = \"P\"\nx\n3\n200.0\n300.0\n2/1\n", "x.scl:1: tagg: unknown field"),
        ("! sirtak: tag = P\nx\n3\n200.0\n300.0\n2/1\n", "x.scl:1: this remark is not TOML"),
        ("x\n! sirtak: weights = {0 = nan}\n3\n200.0\n300.0\n2/1\n", "x.scl:2: weights.0: nan"),
    ],
)  # fmt: skip
def test_bad_scala_files_say_line_and_reason(text, words):
    with pytest.raises(SirtakError) as caught:
        parse_scl(text, "x.scl")
    assert str(caught.value).startswith(words)


def test_what_scala_allows_is_read(tmp_path, cli):
    text = "! gamelan.scl\r\n!\r\nPélog by ear\r\n 5  notes\r\n!\r\n 120.5  nem\r\n 4/3\r\n3/2 ! fifth\r\n .7E\r\n 2\r\n"
    with pytest.raises(SirtakError, match=r"'\.7E' is no degree"):
        parse_scl(text, "gamelan.scl")
    (tmp_path / "gamelan.scl").write_bytes(text.replace(".7E", "800.").encode("latin-1"))
    code, out, _ = cli("show", "gamelan.scl", "--tonic", "D")
    assert code == 0
    assert "Pélog by ear (mode gamelan)" in out
    assert "evidence U" in out
    assert cli("check", "gamelan.scl")[1] == "gamelan.scl: ok, a mode: Pélog by ear\n"


def test_a_scala_file_beside_the_piece_is_a_mode(tmp_path, cli):
    (tmp_path / "modes").mkdir()
    (tmp_path / "modes" / "pelog.scl").write_text("pelog\n5\n120.0\n270.0\n670.0\n785.0\n2/1\n")
    piece = 'name = "p"\nmode = "pelog"\n[harmony]\nchords = "i V"\n[dombra]\n[[section]]\nname = "a"\nbars = 4\nlead = "dombra"\n'
    (tmp_path / "p.toml").write_text(piece)
    piece = load_piece(tmp_path / "p.toml")
    assert piece.mode.cents == (0, 120, 270, 670, 785)
    # The recipe carries the mode along, so that the piece needs no file beside it.
    assert parse_piece(recipe(piece)).mode == piece.mode
    assert cli("compose", "p.toml", "-q")[0] == 0
    notes = sirtak.compose(tmp_path / "p.toml")["dombra"]
    assert {int(pitch - 50) % 12 for pitch in notes.pitch} <= {0, 1, 3, 7, 8, 5}  # and the open string
    # A mode file of the same name is the one that was edited by hand: it comes first.
    assert cli("show", "modes/pelog.scl", "--toml")[1].startswith(
        'format = 1\nkind = "mode"\nname = "pelog"\n'
    )
    (tmp_path / "modes" / "pelog.toml").write_text(
        cli("show", "modes/pelog.scl", "--toml")[1].replace("785", "790")
    )
    assert load_piece(tmp_path / "p.toml").mode.cents[-1] == 790
    assert Library(tmp_path).names("mode").count("pelog") == 1


def test_a_broken_scala_file_beside_the_piece_says_so(tmp_path, cli):
    (tmp_path / "m.scl").write_text("m\n3\n120.0\nfifth\n2/1\n")
    (tmp_path / "p.toml").write_text('style = "kazan"\nmode = "m"\n')
    code, _, err = cli("compose", "p.toml")
    assert code == 2
    assert "m.scl:4: 'fifth' is no degree" in err
    (tmp_path / "d.scl").mkdir()
    for file, words in (("d.scl", "d.scl: this is a folder"), ("none.scl", "none.scl: cannot be read")):
        code, _, err = cli("show", file)
        assert code == 2
        assert words in err


def test_show_gives_modes_in_every_form(tmp_path, cli):
    (tmp_path / "a.scl").write_text(cli("show", "mode", "adai-saga", "--scl")[1])
    assert (
        cli("show", "a.scl", "--scl")[1].splitlines()[1:] == (tmp_path / "a.scl").read_text().splitlines()[1:]
    )
    (tmp_path / "a.toml").write_text(cli("show", "a.scl", "--toml")[1], encoding="utf-8")
    assert cli("check", "a.toml")[1] == "a.toml: ok, a mode: Minor of Adai's sağa\n"
    assert cli("show", "a.toml")[1].replace("mode a)", "") == cli("show", "adai-saga")[1].replace(
        "mode adai-saga)", ""
    )
    assert cli("show", "mode", "a.scl")[1] == cli("show", "a.scl")[1]
    assert cli("show", "beat", "four-floor", "--toml")[1].startswith("format = 1")
    for args, words in (
        (("beat", "four-floor", "--scl"), "only a mode can be Scala text"),
        (("kazan.mid", "--scl"), "kazan.mid: not a pattern file"),
        (("mode", "kazan.mid"), "kazan.mid: not a pattern file"),
        (("beat", "a.scl"), "a.scl: this is a mode, and a beat is wanted"),
        (("mode", "none.scl"), "none.scl: cannot be read"),
    ):
        code, _, err = cli("show", *args)
        assert code == 2
        assert words in err
