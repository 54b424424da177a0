"""Meters, modes and lengths that do not fit: the error names what does, and what it names works."""

import re
import shlex

import pytest

import sirtak
from sirtak.composer.fitting import beats_in, meters_near, rhythms_in
from sirtak.composer.load import load_piece
from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.theory.meter import parse_meters


def refused(source, sets):
    with pytest.raises(SirtakError) as found:
        load_piece(source, sets)
    return str(found.value)


def ways(text):
    """Return the assignments of all --set that an error offers."""
    words = shlex.split(" ".join(line for line in text.splitlines() if "--set" in line))
    return [words[at + 1] for at, word in enumerate(words) if word == "--set"]


@pytest.mark.parametrize(
    ("style", "meter"),
    [
        ("kazan", "7/8"),
        ("kazan", "5/8"),
        ("sirtak", "7/8"),
        ("aqsaq", "4/4"),
        ("aqsaq", "7/8 (2+2+3)"),
        ("bazaar", "9/8"),
        ("steppe-house", "5/8"),
        ("kazan", "11/8"),
    ],
)
def test_what_is_offered_for_a_meter_works(style, meter):
    sets = [f'meter="{meter}"']
    said = refused(style, sets)
    assert "all at once" in said
    made = sirtak.compose(
        style,
        set=dict(way.split("=") for way in ways(said)) | {"meter": f'"{meter}"'},
    )
    assert len(made.arrangement.tracks) > 3


def test_the_nearest_beat_is_of_the_genre_and_the_groups():
    library, spec = Library(), load_piece("steppe-house").parts["drums"]
    found = beats_in(library, parse_meters("7/8 (3+2+2)"), spec, 121)
    assert library.document("beat", found[0]).data["genre"] == "house"
    other = beats_in(library, parse_meters("7/8 (2+2+3)"), spec, 121)
    assert other
    assert not set(found) & set(other)
    assert "seven-gallop" in rhythms_in(library, parse_meters("7/8"), "gallop")[:1]
    assert meters_near(library, parse_meters("11/8"))[0].startswith("9/8")


@pytest.mark.parametrize(("style", "mode"), [("kazan", "do-pentatonic"), ("sirtak", "so-pentatonic")])
def test_what_is_offered_for_a_mode_works(style, mode):
    said = refused(style, [f"mode={mode}"])
    assert load_piece(style, [f"mode={mode}", *ways(said)]).mode.name == mode
    other = re.search(r"nearest modes that have them all: ([\w-]+)", said)[1]
    assert load_piece(style, [f"mode={other}"]).mode.name == other


def test_a_numeral_that_is_none_is_said_as_it_is():
    assert "not a chord numeral" in refused("kazan", ["harmony.chords=i VIII"])


def test_the_shortest_length_is_said_and_works(monkeypatch, capsys, tmp_path):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr("sys.argv", ["sirtak", "compose", *words])
        code = main()
        return code, capsys.readouterr().err

    code, said = call("kazan", "--duration", "0:10")
    assert code == 2
    option = re.search(r"--duration (\d:\d\d)\)", said)[1]
    assert call("kazan", "--duration", option)[0] == 0
    assert call("kazan", "--bars", re.search(r"--bars (\d+)", said)[1], "-f")[0] == 0
