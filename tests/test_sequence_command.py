"""`sirtak sequence`, from the outside: length, tracks, scenes, and what it refuses."""

import re
import shutil

import mido
import numpy as np
import pytest

from sirtak.cli.main import COMMANDS
from sirtak.export.check import check_bytes
from sirtak.listen.read import read_midi

BEAT = '''format = 1
kind = "beat"
name = "own"
tempo = [100, 120]
source = "s"
tag = "invented"
grid = """
kick  X---x---X---x---
hat   x-x-x-x-x-x-x-x-
rim   x--
ping  ------------x---
"""

[scene.fill]
grid = """
kick  X---------------
ping  x-x-x-x-x-x-x-x-
"""
'''
KIT = 'format = 1\nkind = "kit"\nname = "mine"\nsource = "s"\ntag = "invented"\n[voices]\n'
KIT += "kick = 50\nhat = 51\nrim = 52\nping = 53\n"


@pytest.fixture
def beside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text(BEAT)
    (tmp_path / "kits").mkdir()
    (tmp_path / "kits" / "mine.toml").write_text(KIT)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "bars", "ticks"),
    [("four-floor", 1, 3840), ("four-floor", 16, 61440), ("alatau-five", 7, 16800), ("aqqu-mixed", 3, 6720),
     ("nine-dance", 2, 8640), ("kenes-two", 5, 9600)],
)  # fmt: skip
def test_a_loop_is_exactly_so_many_bars_on_the_drum_channel(cli, tmp_path, monkeypatch, name, bars, ticks):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cli("sequence", name, "--bars", str(bars), "-o", "loop.mid")
    assert code == 0
    assert "wrote loop.mid" in out
    file = mido.MidiFile("loop.mid")
    assert {sum(message.time for message in track) for track in file.tracks} == {ticks}
    channels = {message.channel for track in file.tracks for message in track if message.type == "note_on"}
    assert channels == {9}
    assert len(file.tracks) == 2
    assert check_bytes((tmp_path / "loop.mid").read_bytes()) == []


def test_every_row_can_have_a_track(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli("sequence", "dnb-roller", "--bars", "8", "-q", "-o", "one.mid")
    cli("sequence", "dnb-roller", "--bars", "8", "-q", "--every-row-track", "-o", "many.mid")
    one, many = read_midi("one.mid"), read_midi("many.mid")
    assert [len(set(track.notes.pitch.tolist())) for track in many] == [1] * len(many.tracks)
    assert [track.title for track in many][:3] == ["Kick", "Snare", "Hat"]
    together = np.sort(np.concatenate([track.notes.table[["onset", "pitch", "velocity"]] for track in many]))
    assert together.tolist() == np.sort(one.tracks[0].notes.table[["onset", "pitch", "velocity"]]).tolist()


def test_tempo_scene_chain_and_fills_do_what_they_say(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cli("sequence", "four-floor", "--bars", "2", "--tempo", "131", "--scene", "break", "-q", "-o", "a.mid")
    read = read_midi("a.mid")
    assert round(read.tempos[0].bpm) == 131
    assert 36 not in read.tracks[0].notes.pitch
    _, out, _ = cli("sequence", "four-floor", "--chain", "intro*2 build*4 drop*2", "-o", "b.mid")
    assert [text for _, text in read_midi("b.mid").markers] == ["Intro", "Build", "Drop"]
    assert "8 bars" in out
    _, out, _ = cli("sequence", "four-floor", "--bars", "8", "--fill", "3,6", "-o", "c.mid")
    assert "end bars 3, 6" in out
    _, out, _ = cli("sequence", "four-floor", "--bars", "8", "-o", "d.mid", "--fill")
    assert "end bar 8" in out
    _, out, _ = cli("sequence", "four-floor", "--bars", "8", "--fill", "none", "-o", "e.mid")
    assert "fills" not in out


def test_a_beat_finds_its_own_kit_and_says_where_rows_meet(cli, beside):
    code, out, err = cli("sequence", "own.toml", "--bars", "4", "--kit", "mine", "--scene", "main")
    assert code == 0, err
    assert "rows and bar meet again after 3 bars" in out
    assert set(read_midi("own.mid").tracks[0].notes.pitch.tolist()) == {50, 51, 52, 53}
    code, _, err = cli("sequence", "own.toml", "--kit", "gm", "-o", "x.mid")
    assert code == 2
    assert "unknown voice in the kit gm: 'ping'" in err
    assert "own.toml:11: " in err
    assert not (beside / "x.mid").exists()


def test_the_file_tells_how_it_was_made(cli, beside):
    cli("sequence", "own.toml", "--bars", "4", "--kit", "mine", "--seed", "7", "--mute", "rim", "-q")
    _, out, _ = cli("recover", "own.mid")
    first, rest = out.split("\n", 1)
    assert first == "# sirtak sequence own.toml --bars 4 --kit mine --seed 7 --mute rim"
    assert rest.strip() == BEAT.strip()
    before = (beside / "own.mid").read_bytes()
    cli(*first.removeprefix("# sirtak ").split(), "-q")
    assert (beside / "own.mid").read_bytes() == before


def test_another_take_of_a_row_moves_that_row_alone(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, more in (("a.mid", ()), ("b.mid", ("--take", "hat=3"))):
        cli("sequence", "garage-skip", "--human", "1", "--bars", "16", "-q", "-o", name, *more)
    a, b = (read_midi(name).tracks[0].notes for name in ("a.mid", "b.mid"))
    assert a[a.pitch == 42] != b[b.pitch == 42]
    assert a[a.pitch != 42] == b[b.pitch != 42]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["four-flor"], "did you mean 'four-floor'"),
        (["nothing.toml"], "there is no such file"),
        (["four-floor", "--scene", "man"], "did you mean 'main'?"),
        (["four-floor", "--chain", "main*4 bild"], "did you mean 'build'?"),
        (["four-floor", "--chain", "main*0"], "is not a scene and its bars"),
        (["four-floor", "--scene", "main", "--chain", "main"], "name the scene in the chain"),
        (["four-floor", "--fill", "17"], "the loop has bars 1 to 16"),
        (["four-floor", "--fill", "x"], "--fill x: not bars"),
        (["four-floor", "--take", "hatt=2"], "did you mean 'hat'?"),
        (["four-floor", "--take", "hat"], "write ROW=N"),
        (["four-floor", "--mute", "kik"], "did you mean 'kick'?"),
        (["four-floor", "--groove", "drunkk"], "did you mean 'drunk'?"),
        (["four-floor", "--kit", "gmm"], "did you mean 'gm'?"),
        (["four-floor", "--kit", "folk"], "unknown voice in the kit folk: 'kick'"),
        (["four-floor", "--bars", "0"], "0 is not in the range"),
        (["four-floor", "--density", "0"], "nothing sounds in these bars"),
        (["four-floor", "-o", "nowhere/x.mid"], "the folder does not exist"),
    ],
)
def test_what_cannot_be_played_is_said_and_nothing_is_written(cli, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    code, _, err = cli("sequence", *words)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert list(tmp_path.rglob("*.mid")) == []


def test_a_piece_is_no_beat_and_other_files_are_kept(cli, beside):
    (beside / "piece.toml").write_text('name = "p"\nstyle = "kazan"\n')
    code, _, err = cli("sequence", "piece.toml")
    assert code == 2
    assert "this is a piece, and a beat is wanted" in err
    assert "sirtak compose piece.toml" in err
    shutil.copy("piece.toml", "own.mid")
    code, _, err = cli("sequence", "own.toml", "--kit", "mine")
    assert code == 2
    assert "is there already" in err
    assert (beside / "own.mid").read_bytes() == (beside / "piece.toml").read_bytes()


def test_help_names_what_the_page_of_the_sequencer_names(cli):
    _, out, _ = cli("sequence", "--help")
    for option in ("--bars", "--tempo", "--scene", "--chain", "--fill", "--every-row-track", "--groove"):
        assert option in out
    assert re.search(r"Examples:\s+sirtak sequence", out)
    assert "sequence" in COMMANDS


GROOVE = 'format = 1\nkind = "groove"\nname = "late"\nbase = "1/16"\nsource = "s"\ntag = "invented"\n'
GROOVE += "[offsets]\nall = [0, 40]\n"


def grooved(groove=""):
    return BEAT.replace("tempo", f'groove = "{groove}"\ntempo') if groove else BEAT


@pytest.mark.parametrize(
    ("own", "words", "late"),
    [
        ("", (), False),
        ("", ("--groove", "late.toml"), True),
        ("", ("--groove", "late"), True),
        ("late", (), True),
        ("late", ("--groove", "none"), False),
        ("late", ("--groove", ""), False),
        ("nowhere", ("--groove", "none"), False),
        ("nowhere", ("--groove", "late.toml"), True),
    ],
)
def test_a_groove_is_a_name_a_file_or_none(cli, beside, own, words, late):
    (beside / "grooves").mkdir()
    for folder in (beside, beside / "grooves"):
        (folder / "late.toml").write_text(GROOVE)
    text = grooved(own).replace("x-x-x-x-x-x-x-x-", "-x-x-x-x-x-x-x-x", 1)
    (beside / "own.toml").write_text(text)
    code, _, err = cli(
        "sequence", "own.toml", "--kit", "mine", "--scene", "main", "--bars", "1", "-q", *words
    )
    assert code == 0, err
    notes = read_midi("own.mid").tracks[0].notes
    assert notes[notes.pitch == 51].onset.tolist() == [240 + 40 * late + 480 * at for at in range(8)]


def test_a_groove_that_is_not_there_is_told_where_it_is_named(cli, beside):
    (beside / "own.toml").write_text(grooved("drunkk"))
    for command in (("sequence", "own.toml", "--kit", "mine"), ("check", "own.toml")):
        code, _, err = cli(*command)
        assert code == 2
        assert "own.toml:4: groove: unknown groove 'drunkk'" in err
        assert "did you mean 'drunk'?" in err
    for file in ("no.toml", "own.toml"):
        code, _, err = cli("sequence", "own.toml", "--kit", "mine", "--groove", file)
        assert code == 2
        assert f"{file}:" in err
    assert not (beside / "own.mid").exists()


def test_a_beat_is_checked_for_voices_that_no_kit_has(cli, beside):
    (beside / "kits" / "mine.toml").unlink()
    code, _, err = cli("check", "own.toml")
    assert code == 2
    assert "own.toml:11: unknown voice in the kit electronic: 'ping'" in err
    (beside / "kits" / "mine.toml").write_text(KIT)
    code, out, _ = cli("check", "own.toml")
    assert (code, out.strip()) == (0, "own.toml: ok, a beat: own")


def test_a_voice_that_only_a_scene_has_is_told_in_its_scene(cli, beside):
    (beside / "own.toml").write_text(BEAT.replace("ping  ------------x---\n", ""))
    code, _, err = cli("sequence", "own.toml", "--kit", "gm", "-o", "x.mid")
    assert code == 2
    assert "own.toml:16: unknown voice in the kit gm: 'ping'" in err


def test_a_crash_that_the_beat_has_not_can_be_muted(cli, beside):
    loud = ("four-floor", "--chain", "build*4 drop*4", "-q")
    for name, more in (("a.mid", ()), ("b.mid", ("--mute", "crash"))):
        code, _, err = cli("sequence", *loud, "-o", name, *more)
        assert code == 0, err
    a, b = (read_midi(name).tracks[0].notes for name in ("a.mid", "b.mid"))
    assert a[a.pitch == 49].onset.tolist() == [4 * 3840]
    assert a[a.pitch != 49] == b


def test_every_row_track_keeps_locks_beside_their_notes(cli, beside):
    (beside / "own.toml").write_text(
        BEAT.replace(
            "[scene.fill]", "[row.hat]\ncc = { 74 = 64 }\nstep.3 = { cc = { 74 = 90 } }\n\n[scene.fill]"
        )
    )
    words = ("sequence", "own.toml", "--kit", "mine", "--scene", "main", "--bars", "2", "-q")
    cli(*words, "-o", "one.mid")
    cli(*words, "-o", "many.mid", "--every-row-track")

    def locks(track):
        return [
            (message.control, message.value)
            for message in track
            if message.type == "control_change" and message.control == 74
        ]

    one, many = mido.MidiFile("one.mid"), mido.MidiFile("many.mid")
    assert locks(one.tracks[1])[:3] == [(74, 64), (74, 90), (74, 64)]
    assert {track.name: locks(track) for track in many.tracks if locks(track)} == {
        "Hat": locks(one.tracks[1])
    }
