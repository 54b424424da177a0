"""Tunings and necks: what can be built, what is refused, and what their cards say."""

import re
from pathlib import Path

import numpy as np
import pytest

from sirtak.cli.patterns import build
from sirtak.composer.load import parse_piece
from sirtak.errors import SirtakError
from sirtak.folk.fretboard import BASS_FRETS, playable
from sirtak.library import KINDS, Library
from sirtak.spec import parse_document
from sirtak.theory.neck import STRETCH, build_neck, load_neck
from sirtak.theory.tuning import build_tuning, load_tuning

LIBRARY = Library()
NECKS = LIBRARY.names("fret")


# -- tunings ---------------------------------------------------------------------------------

TUNINGS = {  # name: title, interval in semitones, evidence
    "on": ("Oñ būrau", 5, "P"),
    "teris": ("Teris būrau", 7, "P"),
    "qalys": ("Qalys būrau", 3, "C"),
    "shalys": ("Shalys būrau", 2, "C"),
    "tel": ("Tel būrau", 0, "C"),
    "octave": ("Octave tuning", 12, "S"),
}


def test_tunings_have_their_names_intervals_and_evidence():
    assert set(LIBRARY.names("tuning")) == set(TUNINGS)
    for name, (title, interval, tag) in TUNINGS.items():
        tuning = load_tuning(LIBRARY, name)
        assert (tuning.title, tuning.melody - tuning.bass, tuning.tag) == (title, interval, tag)
        assert tuning.source


@pytest.mark.parametrize(
    ("strings", "words"),
    [
        ("[55, 50]", "the bass string G3 is above the melody string D3"),
        ("[50]", "1 strings, and a dombra has 2"),
        ("[50, 55, 60]", "3 strings, and a dombra has 2"),
        ("[]", "0 strings"),
        ("[42, 55]", "F#2 and G3 are 13 semitones apart"),
        ("[12, 19]", "expected int >= 24"),
        ("[80, 85]", "expected int <= 84"),
        ("[50, 55.5]", "expected int, got float, found 55.5"),
        ("[50, true]", "expected int, got bool, found true"),
        ('["D3", "G3"]', "expected int"),
        ("50", "expected array"),
    ],
)
def test_impossible_tunings_are_refused_with_file_and_line(tmp_path, cli, strings, words):
    text = f'format = 1\nkind = "tuning"\nname = "t"\nstrings = {strings}\nsource = "s"\ntag = "G"\n'
    with pytest.raises(SirtakError) as caught:
        build_tuning(parse_document(text, "t.toml"))
    message = str(caught.value)
    assert message.startswith("t.toml:4: strings")
    assert words in message
    # The same message wherever the file is used.
    (tmp_path / "t.toml").write_text(text)
    (tmp_path / "p.toml").write_text('style = "kazan"\n[dombra]\ntuning = "t"\n')
    for args in (("check", "t.toml"), ("show", "t.toml"), ("compose", "p.toml")):
        code, _, err = cli(*args)
        assert (code, "t.toml:4: strings" in err) == (2, True)


# -- necks -----------------------------------------------------------------------------------


def test_necks_say_what_the_reference_says():
    chromatic, bokey = load_neck(LIBRARY, "chromatic"), load_neck(LIBRARY, "bokey")
    assert chromatic.frets == tuple(range(1, 20))
    assert not chromatic.movable
    # On the open string G: a, b, d, e are fixed; c and f movable, and b flat, the saryarqa fret.
    assert {fret for fret in bokey.fixed if fret < 12} == {2, 4, 7, 9}
    assert {fret for fret in bokey.movable if fret < 12} == {3, 5, 10}
    assert bokey.names[3] == "saryarqa perne"
    assert bokey.assumed == {fret for fret in bokey.frets if fret >= 12}
    assert 12 <= len(load_neck(LIBRARY, "batys").frets) <= 14
    assert 5 <= len(load_neck(LIBRARY, "arqa").frets) <= 9
    for name in ("batys", "arqa"):  # which frets these have is not known, and every one says so
        neck = load_neck(LIBRARY, name)
        assert neck.assumed == set(neck.frets)
        assert neck.tag in ("U", "invented")


def test_the_western_neck_has_the_frets_of_the_counted_kuy():
    played = set(BASS_FRETS) | {bass for row in BASS_FRETS.values() for bass in row}
    assert set(load_neck(LIBRARY, "batys").frets) == played - {0}


def test_editorial_cents_are_unsourced_and_where_the_reference_puts_them():
    editorial = {1: 150, 3: 345, 10: 1045}
    for name in NECKS:
        neck = load_neck(LIBRARY, name)
        for fret, cents in neck.cents.items():
            assert cents == editorial[fret % 12] + 1200 * (fret // 12)
            assert fret in neck.movable
        if neck.cents:
            assert (neck.offset, neck.cents_tag) == (15, "U")
            assert neck.cents_source.startswith("unsourced")
    assert {name for name in NECKS if load_neck(LIBRARY, name).cents} == {"bokey", "neutral"}


def test_a_neck_has_what_it_has():
    neck = load_neck(LIBRARY, "bokey")
    assert neck.has(np.arange(-2, 30)).nonzero()[0].tolist() == [2, *(fret + 2 for fret in neck.frets)]
    assert [neck.kind(fret) for fret in (0, 1, 2, 3)] == ["open", None, "fixed", "movable"]
    assert neck.deviations[[0, 2, 3, 10]].tolist() == [0, 0, 45, 45]
    assert len({neck, load_neck(LIBRARY, "bokey")}) == 1


@pytest.mark.parametrize("name", [None, *NECKS])
def test_playable_is_presence_and_stretch(name):
    neck = load_neck(LIBRARY, name) if name else None
    for melody in range(20):
        for bass in range(20):
            there = neck is None or {melody, bass} <= {0, *neck.frets}
            near = 0 in (melody, bass) or abs(melody - bass) <= STRETCH
            assert playable(melody, bass, neck) == (there and near)
    assert not playable(0, 25, load_neck(LIBRARY, "chromatic"))
    assert not playable(-1, 0, load_neck(LIBRARY, "chromatic"))


def test_all_measured_pairs_can_be_played_on_the_necks_that_have_the_frets():
    for name in ("chromatic", "batys"):
        neck = load_neck(LIBRARY, name)
        pairs = [(melody, bass) for melody, row in BASS_FRETS.items() for bass in row]
        far = [pair for pair in pairs if not playable(*pair, neck)]
        assert far == []


NECK = 'format = 1\nkind = "fret"\nname = "n"\nsource = "s"\ntag = "G"\n'
MICRO = '[microtones]\nsource = "s"\ntag = "U"\n'


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", "n.toml: the neck has no fret"),
        ("fixed = [2, 2]", "n.toml:6: fixed: the frets must rise"),
        ("fixed = [4, 2]", "n.toml:6: fixed: the frets must rise"),
        ("fixed = [0, 2]", "n.toml:6: fixed[1]: expected int >= 1, found 0"),
        ("fixed = [2, 25]", "n.toml:6: fixed[2]: expected int <= 24, found 25"),
        ("fixed = [2.5]", "n.toml:6: fixed[1]: expected int, got float, found 2.5"),
        ("fixed = [2, 3]\nmovable = [3]", "n.toml:7: movable: fret 3 is fixed as well"),
        ("fixed = [2]\nassumed = [3]", "n.toml:7: assumed: the neck has no fret 3"),
        ("fixed = [2]\nstretch = 0", "n.toml:7: stretch: expected int >= 1"),
        ("fixed = [2]\n[names]\n3 = 'x'", "n.toml:8: names.3: the neck has no fret 3"),
        ("fixed = [2]\n[names]\nthree = 'x'", "n.toml:8: names.three: the neck has no fret three"),
        (f"fixed = [2]\n{MICRO}[microtones.cents]\n2 = 150", "n.toml:11: microtones.cents.2: fret 2 is fixed"),
        (f"movable = [2]\n{MICRO}[microtones.cents]\n3 = 345", "n.toml:11: microtones.cents.3: the neck has no fret 3"),
        (f"movable = [3]\n{MICRO}[microtones.cents]\n3 = 45", "n.toml:11: microtones.cents.3: 45 is more than a semitone"),
        (f"movable = [2, 3]\n{MICRO}[microtones.cents]\n2 = 290\n3 = 280", "n.toml:10: microtones.cents: a fret lies on or behind"),
        (f"movable = [1]\n{MICRO}[microtones.cents]\n1 = 0", "n.toml:10: microtones.cents: a fret lies on or behind"),
        (f"movable = [3]\n{MICRO}offset = 90\n[microtones.cents]\n3 = 345", "n.toml:10: microtones.offset: expected float <= 50"),
        ("fixed = [2]\n[microtones]\ntag = 'U'\n[microtones.cents]\n2 = 150", "microtones: the field 'source' is missing"),
        ("fixed = [2]\nfrets = [3]", "n.toml:7: frets: unknown field"),
    ],
)  # fmt: skip
def test_impossible_necks_are_refused_with_file_and_line(tmp_path, cli, more, words):
    with pytest.raises(SirtakError) as caught:
        build_neck(parse_document(NECK + more + "\n", "n.toml"))
    assert words in str(caught.value)
    (tmp_path / "n.toml").write_text(NECK + more + "\n")
    assert cli("check", "n.toml")[0] == cli("show", "n.toml")[0] == 2


def test_a_neck_of_ones_own(tmp_path, cli):
    (tmp_path / "n.toml").write_text(
        NECK + f"movable = [2, 5]\nstretch = 3\n{MICRO}[microtones.cents]\n2 = 180\n"
    )
    assert cli("check", "n.toml")[1] == "n.toml: ok, a fret: n\n"
    out = cli("show", "n.toml")[1]
    assert "stretch  3 frets" in out
    assert "fret 2 at 180" in out
    neck = load_neck(Library(tmp_path), "n")
    assert playable(5, 2, neck)
    assert not playable(5, 1, neck)
    inline = '[pattern.fret.mine]\nformat = 1\nfixed = [2]\nsource = "s"\ntag = "G"\n'
    piece = parse_piece('style = "kazan"\n' + inline)
    assert load_neck(piece.library, "mine").frets == (2,)


def test_the_card_draws_the_neck(cli):
    out = cli("show", "fret", "bokey")[1]
    for row in (
        "    0   D3══════G3    open strings",
        "    1    │       │",
        "    2   E3──────A3    fixed",
        "    3   F3~~~~~~Bb3   movable, saryarqa perne",
        "   10   C4~~~~~~F4    movable",
        "   16   F#4─────B4    fixed, our reading",
    ):
        assert f"\n{row}\n" in out
    assert "off unless a player asks for them" in " ".join(out.split())
    assert "unsourced" in out
    assert "evidence S: sourced" in out
    assert "kädesiz" in cli("show", "chromatic")[1]
    for name in NECKS:
        lines = cli("show", "fret", name)[1].splitlines()
        frets = load_neck(LIBRARY, name).frets
        drawn = [int(line.split()[0]) for line in lines if "──" in line or "~~" in line]
        assert drawn == list(frets)
    out = cli("list", "frets")[1]
    assert "Bökey neck: 13 frets, 5 movable" in out
    assert cli("list", "fret")[1] == out


def test_the_patterns_and_the_python_of_the_docs_are_right(capsys):
    text = (Path(__file__).parents[1] / "docs" / "pieces.md").read_text(encoding="utf-8")
    built = {}
    for number, block in enumerate(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)):
        document = parse_document(block, f"block{number}.toml")
        kind = document.data.get("kind", "piece")
        if kind in KINDS:
            built[kind] = build(kind, document)
    assert {"beat", "mode", "tuning", "fret"} <= set(built)
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "pieces.md", "exec"), {})
        printed = capsys.readouterr().out.strip()
        if promised := re.search(r"# (tick .*)", block):
            assert printed == promised[1]
