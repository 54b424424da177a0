"""Choosing: sweeps, lengths, some of the parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak as api
from sirtak.composer.choices import _lengths, parse_values, sweeps_of, variants
from sirtak.errors import SpecError
from sirtak.export.check import check_bytes
from sirtak.listen.read import read_midi


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("7", ("7",)),
        ("1..4", ("1", "2", "3", "4")),
        ("4..1", ("4", "3", "2", "1")),
        ("1..9..4", ("1", "5", "9")),
        ("0.3..0.9..0.2", ("0.3", "0.5", "0.7", "0.9")),
        ("0.1..0.35..0.1", ("0.1", "0.2", "0.3")),
        ("-2..2..2", ("-2", "0", "2")),
        ("dorian", ("dorian",)),
    ],
)
def test_a_range_is_its_values(text, values):
    assert parse_values("x", text) == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.1..0.9", "in steps of what"),
        ("1..9..0", "never come"),
        ("1..9..-1", "never come"),
        ("1..99", "99 variants"),
    ],
)
def test_what_is_no_range_is_said(text, said):
    with pytest.raises(SpecError, match=said):
        parse_values("x", text)


def test_sweeps_are_played_together():
    plain, sweeps = sweeps_of(["tempo=100", "seed=1..2", "melody.density=0.2..0.6..0.2"])
    assert plain == ["tempo=100"]
    assert variants(sweeps) == [(seed, x) for seed in "12" for x in ("0.2", "0.4", "0.6")]
    with pytest.raises(SpecError, match="10 x 10 are 100 variants"):
        variants(sweeps_of(["a=1..10", "b=1..10"])[1])


@given(st.lists(st.integers(1, 64), min_size=1, max_size=16), st.integers(1, 400))
def test_lengths_add_up(lengths, bars):
    if bars < len(lengths):
        with pytest.raises(SpecError, match="sections"):
            _lengths(lengths, bars, "--bars")
        return
    found = _lengths(lengths, bars, "--bars")
    assert sum(found) == bars
    assert min(found) >= 1


def test_lengths_keep_their_proportions_in_fours():
    assert _lengths([16, 16, 8, 16, 16, 8, 24, 16], 60, "") == [8, 8, 4, 8, 8, 4, 12, 8]
    assert _lengths([8, 8, 16], 64, "") == [16, 16, 32]


def test_a_sweep_writes_numbered_files_and_says_what_differs(cli, tmp_path):
    code, out, err = cli("compose", "sirtak", "--take", "drums=1..3", "--bars", "32")
    assert code == 0, err
    assert [path.name for path in sorted(tmp_path.glob("*.mid"))] == [f"sirtak-0{n}.mid" for n in (1, 2, 3)]
    lines = out.splitlines()
    assert lines[0].split() == ["file", "drums.take", "length", "notes", "other", "than", "the", "first"]
    assert lines[2].split()[-1] == lines[3].split()[-1] == "drums"
    for path in tmp_path.glob("*.mid"):
        assert check_bytes(path.read_bytes()) == []


def test_nothing_is_written_where_one_value_cannot_be_used(cli, tmp_path):
    code, _, err = cli("compose", "kazan", "--set", "melody.density=0.8..1.2..0.2")
    assert code == 2
    assert "melody.density" in err
    assert list(tmp_path.glob("*.mid")) == []


@pytest.mark.parametrize(("style", "bars"), [("kazan", 33), ("sirtak", 64), ("kuy", 40)])
def test_bars_are_those_of_the_whole_piece(cli, style, bars):
    assert cli("compose", style, "--bars", str(bars), "-q", "-o", "x.mid")[0] == 0
    assert read_midi("x.mid").length == bars * 3840


def test_a_duration_is_kept_to_a_bar_or_two(cli):
    assert cli("compose", "sirtak", "--duration", "2:00", "-q", "-o", "x.mid")[0] == 0
    assert abs(read_midi("x.mid").seconds - 120) < 4


def test_parts_that_are_left_alone_play_what_they_played(cli):
    cli("compose", "sirtak", "--only", "bass,drums", "-q", "-o", "x.mid")
    found = {track.title: track.notes for track in read_midi("x.mid")}
    whole = api.compose("sirtak")
    assert set(found) == {"Bass", "Beat"}
    assert found["Bass"].onset.tolist() == whole["bass"].onset.tolist()
    assert len(found["Beat"]) == len(whole["drums"])


def test_a_key_and_a_tempo_are_asked_for_by_name(cli):
    cli("compose", "kazan", "--tonic", "B", "--mode", "dorian", "--tempo", "72", "-q", "-o", "x.mid")
    read = read_midi("x.mid")
    assert round(read.tempos[0].bpm) == 72
    assert (read.keys[0].sharps, read.keys[0].minor) in ((3, False), (2, True), (3, True))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--bars", "5"], "a form of 9 sections"),
        (["--bars", "64", "--duration", "2:00"], "cannot both be kept"),
        (["--duration", "2:77"], "not a duration"),
        (["--duration", "0"], "shorter than a bar"),
        (["--only", "pianoo"], "did you mean 'piano'?"),
        (["--meter", "7/9"], "did you mean 7/8?"),
        (["--mode", "doria"], "did you mean 'dorian'?"),
        (["--seed", "x"], "expected int"),
        (["--seed", "1..100"], "64 at the most"),
        (["--take", "drums=x"], "write part=N"),
    ],
)
def test_what_cannot_be_had_is_said(cli, tmp_path, words, said):
    code, _, err = cli("compose", "kazan", *words)
    assert code == 2
    assert said in err
    assert list(tmp_path.glob("*.mid")) == []


@pytest.mark.parametrize("way", [["--duration", "99999"], ["--set", "form.name=club", "--bars", "4000"]])
def test_a_section_too_long_is_said_with_the_longest_piece(cli, way):
    code, _, err = cli("compose", "sirtak", *way)
    assert code == 2
    assert "too long for a form of" in err
    most = int(err.split("hint: ")[1].split()[0])
    longest = [*way[:-2], "--bars"]
    assert cli("compose", "sirtak", *longest, str(most + 1))[0] == 2
    assert cli("compose", "sirtak", *longest, str(most), "-q", "-o", "x.mid")[0] == 0


def test_only_takes_guests_and_no_part_of_a_longer_name(cli):
    cli("compose", "sirtak", "--set", "fusion.folk=0", "--only", "synth", "-q", "-o", "x.mid")
    assert [track.title for track in read_midi("x.mid")] == ["Synth"]
    more = ["--set", "piano-low.player=piano", "--set", "section.drop.parts=['piano', 'piano-low']"]
    more += ["--set", "section.drop.lead=piano", "--set", "section.drop.answer="]
    for name in ("piano", "piano-low"):
        cli("compose", "sirtak", *more, "--only", name, "-q", "-o", f"{name}.mid")
        assert len(read_midi(f"{name}.mid").tracks) == 1


def test_only_takes_every_string_of_a_part(cli):
    cli("compose", "sirtak", "--set", "dombra.strings=split", "--only", "dombra", "-q", "-o", "x.mid")
    assert len(read_midi("x.mid").tracks) == 2
