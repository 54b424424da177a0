"""Rhythms on the command line: their cards, and what can be played in a meter."""

import json

import pytest
from click.testing import CliRunner

from sirtak.cli.main import cli


def said(*args):
    result = CliRunner().invoke(cli, args, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def listed(kind, meter):
    return {row["name"] for row in json.loads(said("list", kind, "--meter", meter, "--json"))}


def test_a_card_shows_hands_accents_groups_and_evidence():
    card = said("show", "rhythm", "koroghly7")
    lines = card.splitlines()
    grid = next(number for number, line in enumerate(lines) if "D- du | D- u- | D- u- u-" in line)
    at = lines[grid].index("D- du")
    assert lines[grid - 1][at:] == ">       >       >"
    assert lines[grid + 1][at:] == "⊓  ⊓V   ⊓  V    ⊓  V  V"
    for words in (
        "meter    7/8 (2+2+3)",
        "groups   2+2+3",
        "observed Köroğly",
        "printed as 4+3",
        "evidence P: counted",
    ):
        assert words in card


def test_a_card_shows_the_shares_by_meter_and_by_kuy():
    card = said("show", "rhythm", "c22")
    assert "weight   65.3% of the beats" in card
    assert "in küy   adai 69%, balbyrauyn 68%, song-like 44%" in card
    assert "then     c22 52%, c112 21%, c4 19%, c13 8%   (counted in 4/4)" in card
    assert "after    c112: V V" in card
    assert "then     c22 100%" in said("show", "rhythm", "c211")


def test_a_card_shows_every_bar_of_a_mixed_meter_and_pulses():
    card = said("show", "rhythm", "aqsaq-qulan")
    assert [line.split()[1] for line in card.splitlines() if line.startswith("    stroke")] == [
        "2/4",
        "3/4",
        "5/8",
        "3/8",
    ]
    assert "groups   1+1 | 1+1+1 | 3+2 | 3" in card
    assert "pulses   1:3, " in said("show", "rhythm", "aqsaq-pulses")


def test_lists_are_narrowed_to_a_meter():
    assert {"koroghly7", "seven-gallop"} <= listed("rhythms", "7/8")
    assert "koroghly7" not in listed("rhythms", "7/8 (3+2+2)")
    assert listed("rhythms", "2/4+3/4+5/8+3/8") == {"aqsaq-qulan"}
    assert "aqsaq-seven" in listed("beats", "7/8 (2+2+3)")
    assert "aqsaq-break" not in listed("beats", "7/8 (2+2+3)")
    assert {"c22", "maira"} <= listed("rhythms", "3/4")
    assert "seven-gallop" in said("list", "rhythms", "--meter", "7/8")
    assert listed("rhythms", "11/32") == set()


def test_a_broken_file_does_not_hide_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr("sirtak.library.builtin_folder", lambda: tmp_path)
    folder = tmp_path / "rhythms"
    folder.mkdir()
    (folder / "bad.toml").write_text("kind = ")
    (folder / "worse.toml").write_text('kind = "rhythm"\nname = "worse"\n')
    (folder / "good.toml").write_text(
        'format = 1\nname = "good"\nmeter = "3/4"\nsource = "s"\ntag = "G"\nsteps_per_beat = 1\ngrid = "s Dud"\n'
    )
    from sirtak.library import _builtin_document

    _builtin_document.cache_clear()
    try:
        told = said("list", "rhythms", "--meter", "3/4").splitlines()
        assert [line.split()[0] for line in told[:3]] == ["bad", "good", "worse"]
        assert "broken: the field 'format' is missing" in told[2]
        assert len(said("list", "rhythms", "--meter", "5/8").splitlines()) == 4
    finally:
        _builtin_document.cache_clear()


@pytest.mark.parametrize("kind", ["modes", "styles", ""])
def test_only_rhythms_and_beats_have_a_meter(kind):
    from sirtak.errors import SpecError

    with pytest.raises(SpecError, match="only rhythms and beats have one"):
        CliRunner().invoke(
            cli,
            ["list", *filter(None, [kind]), "--meter", "3/4"],
            catch_exceptions=False,
            standalone_mode=False,
        )
