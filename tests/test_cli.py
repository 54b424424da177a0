"""The command line, as people use and misuse it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sirtak.cli.main import COMMANDS, cli
from sirtak.export.check import check_bytes

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sirtak(call):
    return call


def test_compose_says_what_where_and_what_next(sirtak, tmp_path):
    code, out, _ = sirtak("compose", "kazan")
    assert code == 0
    for word in (
        "D aeolian",
        "66 BPM",
        "4/4",
        "92 bars",
        "seed 4",
        "bars 1-4",
        "Piano",
        "notes",
        "kazan.mid",
        "next:",
    ):
        assert word in out
    assert check_bytes((tmp_path / "kazan.mid").read_bytes()) == []


def test_quiet_prints_the_file_alone(sirtak):
    assert sirtak("compose", "sirtak", "-q", "-o", "x.mid") == (0, "x.mid\n", "")


def test_output_may_be_a_folder(sirtak, tmp_path):
    (tmp_path / "out").mkdir()
    assert sirtak("compose", "kazan", "-q", "-o", "out")[1].strip() == os.path.join("out", "kazan.mid")


def test_recover_gives_back_the_identical_file(sirtak, tmp_path):
    sirtak(
        "compose",
        EXAMPLES / "dala" / "dala.toml",
        "--set",
        "drums.swing=61",
        "--take",
        "drums=2",
        "--seed",
        "9",
    )
    code, out, _ = sirtak("recover", "dala.mid")
    assert code == 0
    assert "swing = 61" in out
    assert sirtak("recover", "dala.mid", "-o", "again.toml")[0] == 0
    assert sirtak("compose", "again.toml", "-o", "again.mid")[0] == 0
    assert (tmp_path / "again.mid").read_bytes() == (tmp_path / "dala.mid").read_bytes()


def test_a_file_of_another_piece_is_never_overwritten(sirtak, tmp_path):
    sirtak("compose", "kazan")
    before = (tmp_path / "kazan.mid").read_bytes()
    code, _, err = sirtak("compose", "sirtak", "-o", "kazan.mid")
    assert code == 2
    assert "--force" in err
    assert (tmp_path / "kazan.mid").read_bytes() == before
    assert sirtak("compose", "kazan", "--seed", "2")[0] == 0
    assert sirtak("compose", "sirtak", "-o", "kazan.mid", "--force")[0] == 0


def test_new_writes_a_piece_that_composes(sirtak, tmp_path):
    for style in ("kazan", "sirtak"):
        code, out, _ = sirtak("new", f"{style}-mine.toml", "--style", style, "--title", "«Түн»")
        assert code == 0
        assert "next:" in out
        assert sirtak("compose", f"{style}-mine.toml", "-q")[1] == f"{style}-mine.mid\n"
    assert sirtak("new", "kazan-mine.toml", "--style", "sirtak")[0] == 2
    text = (tmp_path / "kazan-mine.toml").read_text(encoding="utf-8")
    # Every line that is offered as a comment must be right when it is taken up.
    live = re.sub(r"(?m)^# (?=(tempo|tonic|mode|meter|density|take|swing|\[melody\]|\[drums\]))", "", text)
    (tmp_path / "live.toml").write_text(live, encoding="utf-8")
    assert sirtak("check", "live.toml")[0] == 0


def test_list_show_and_knobs_know_everything(sirtak):
    from sirtak.library import KINDS, Library

    assert sirtak("list")[0] == 0
    for kind in KINDS:
        code, out, _ = sirtak("list", f"{kind}s", "--json")
        rows = json.loads(out)
        assert code == 0
        assert [row["name"] for row in rows] == Library().names(kind)
        for row in rows:
            code, out, _ = sirtak("show", kind, row["name"])
            assert code == 0
            assert "evidence" in out
    assert "players" in sirtak("list")[1]
    assert sirtak("show", "kazan")[0] == 0
    knobs = json.loads(sirtak("knobs", "--json")[1])
    assert {"drums.swing", "melody.density"} <= {f"{knob['owner']}.{knob['name']}" for knob in knobs}
    assert all(knob["help"] for knob in knobs if knob["owner"] not in ("", "section"))
    assert "66" in sirtak("knobs", "kazan")[1]


def test_show_draws_pieces_and_files(sirtak):
    sirtak("compose", "kazan", "-q")
    overview = sirtak("show", "kazan.mid", "--width", "100", "--ascii")[1]
    assert "Piano Left Hand" in overview
    assert "'Climax" in overview
    roll = sirtak("show", "kazan.mid", "--bars", "9-10", "--track", "piano", "--ascii")[1]
    assert re.search(r"[A-G]#?[45] +\d\d +.*#=", roll)
    assert "Домбыра" in sirtak("show", EXAMPLES / "dala" / "dala.toml")[1]


def test_describe_speaks_to_people_and_to_scripts(sirtak):
    sirtak("compose", "sirtak", "-q")
    text = sirtak("describe", "sirtak.mid")[1]
    data = json.loads(sirtak("describe", "sirtak.mid", "--json")[1])
    assert "lead     Dombra" in text
    assert data["lead"] == "Dombra"
    assert data["tempo"] == pytest.approx(124, abs=0.01)
    assert data["meter"] == "4/4"
    assert data["bars"] == 120
    assert {track["name"] for track in data["tracks"]} >= {"Dombra", "Piano", "Bass", "Beat"}


def test_check_tells_good_from_bad(sirtak, tmp_path):
    sirtak("compose", "kazan", "-q")
    assert sirtak("check", "kazan.mid") == (0, "kazan.mid: ok\n", "")
    data = (tmp_path / "kazan.mid").read_bytes()
    (tmp_path / "bad.mid").write_bytes(data[:-1])
    code, out, _ = sirtak("check", "kazan.mid", "bad.mid")
    assert code == 1
    assert "[length]" in out
    for file in (EXAMPLES / "dala").iterdir():
        assert sirtak("check", file)[0] == 0


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples(command):
    result = CliRunner().invoke(cli, [*filter(None, [command]), "--help"])
    assert result.exit_code == 0
    assert "Examples:" in result.output


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_for_sirtak(sirtak, shell):
    code, out, _ = sirtak("completion", shell)
    assert code == 0
    assert "_SIRTAK_COMPLETE" in out


def test_completion_knows_styles_and_knobs():
    environment = os.environ | {"_SIRTAK_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    script = "from sirtak.cli.main import main; main()"
    for words, wanted in (("sirtak compose ka", "kazan"), ("sirtak knobs dom", "dombra")):
        result = subprocess.run(
            [sys.executable, "-c", script],
            env=environment | {"COMP_WORDS": words},
            capture_output=True,
            check=False,
            text=True,
        )
        assert wanted in result.stdout


HEAVY = ("music21", "pretty_midi", "matplotlib", "mido", "scipy")


@pytest.mark.parametrize("args", [["--help"], ["compose", "kazan", "-q"], ["recover", "kazan.mid"]])
def test_the_command_line_loads_nothing_heavy(args, sirtak):
    sirtak("compose", "kazan", "-q")
    script = f"""
import sys
sys.argv = ["sirtak", *{args!r}]
from sirtak.cli.main import main
try:
    assert main() == 0
finally:
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
assert not loaded, loaded
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, text=True)
    assert result.returncode == 0, result.stderr


def test_the_module_is_the_command(tmp_path):
    command = [sys.executable, "-m", "sirtak", "compose", "kazan", "-q"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True)
    assert (result.returncode, result.stdout) == (0, "kazan.mid\n")
    command = [sys.executable, "-m", "sirtak", "compose", "kazn"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2


def test_help_does_not_even_load_numpy():
    script = "import sys; sys.argv = ['sirtak', '--help']\nfrom sirtak.cli.main import main\nmain()\nassert 'numpy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


GRID = 'format = 1\nkind = "beat"\nname = "b"\nsource = "s"\ntag = "invented"\ntempo = [60, 90]\ngrid = """\n{}\n"""\n'
ONE = '[[section]]\nname = "a"\nbars = 4\n'
PIECE = f'name = "p"\n[dombra]\n{ONE}'

# what is in the folder, the command, and what the message must say
BAD = {
    "unknown style": ({}, "compose kazn", "unknown style 'kazn'", "did you mean 'kazan'"),
    "unknown style in a piece": ({"p.toml": 'style = "kazn"\n'}, "compose p.toml", "p.toml:1: style: unknown style", "kazan"),
    "unknown mode": ({"p.toml": f'mode = "doria"\n{PIECE}'}, "compose p.toml", "p.toml:1: mode: unknown mode 'doria'", "dorian"),
    "unknown beat": ({"p.toml": f'{PIECE}[drums]\nbeat = "hause"\n'}, "compose p.toml", "p.toml:7: drums.beat: unknown beat 'hause'", "known"),
    "typo in a field": ({"p.toml": f'{PIECE}[melody]\ndenisty = 0.4\n'}, "compose p.toml", "p.toml:7: melody.denisty: unknown field", "did you mean 'density'"),
    "typo in a part": ({"p.toml": f"{PIECE}[drusm]\nswing = 60\n"}, "compose p.toml", "p.toml:6: drusm: there is no player", "did you mean 'drums'"),
    "typo in --set": ({}, "compose kazan --set drums.swnig=60", "drums.swnig: unknown field", "did you mean 'swing'"),
    "no assignment": ({}, "compose kazan --set drums.swing", "not an assignment", "drums.swing=58"),
    "tonic H": ({"p.toml": f'tonic = "H"\n{PIECE}'}, "compose p.toml", "p.toml:1: tonic: tonic 'H'", "German H is B"),
    "tempo 0": ({"p.toml": f"tempo = 0\n{PIECE}"}, "compose p.toml", "p.toml:1: tempo: expected float >= 20", "found 0"),
    "tempo -3": ({}, "compose kazan --set tempo=-3", "tempo: expected float >= 20", "found -3"),
    "tempo nan": ({"p.toml": f"tempo = nan\n{PIECE}"}, "compose p.toml", "p.toml:1: tempo: nan is not a number", "tempo"),
    "tempo nan in --set": ({}, "compose kazan --set tempo=nan", "tempo", "nan is not a number"),
    "tempo 1e9": ({"p.toml": f"tempo = 1e9\n{PIECE}"}, "compose p.toml", "p.toml:1: tempo: expected float <= 400", "tempo"),
    "meter 7/9": ({"p.toml": f'meter = "7/9"\n{PIECE}'}, "compose p.toml", "p.toml:1: meter: meter 7/9", "did you mean 7/8"),
    "a meter without a beat": ({"p.toml": f'meter = "11/8"\n{PIECE}[drums]\n'}, "compose p.toml", "p.toml:7: drums.beat: no beat is known for the meter 11/8", "beat file"),
    "a beat of another meter": ({"p.toml": f'meter = "7/8"\n{PIECE}[drums]\nbeat = "four-floor"\n'}, "compose p.toml", "p.toml:8: drums.beat: beat 'four-floor' is in 4/4, and the piece is in 7/8", "--set drums.beat=house-aqsaq"),
    "empty grid": ({"b.toml": GRID.format("")}, "check b.toml", "b.toml:8: the grid is empty", "write a row"),
    "foreign character": ({"b.toml": GRID.format("kick X--?x---X---x---")}, "check b.toml", "b.toml:8: '?' is not a step", "        ^"),
    "foreign character in a piece": ({"b.toml": GRID.format("kick X--?"), "p.toml": f'{PIECE}[drums]\nbeat = "b"\n'}, "compose p.toml", "b.toml:8: '?' is not a step", "^"),
    "rows that do not fit": ({"b.toml": GRID.format("kick X---x---X---x---\nhat  x-x-x-x-x-x-x-x")}, "check b.toml", "b.toml:9: row 'hat' has 15 steps, and a bar 16", "one step is missing"),
    "a section of 0 bars": ({"p.toml": PIECE.replace("4", "0")}, "compose p.toml", "p.toml:5: section[1].bars: expected int >= 1", "found 0"),
    "a section of 100000 bars": ({"p.toml": PIECE.replace("4", "100000")}, "compose p.toml", "p.toml:5: section[1].bars: expected int <= 512", "100000"),
    "a section without bars": ({"p.toml": '[dombra]\n[[section]]\nname = "a"\n'}, "compose p.toml", "the field 'bars' is missing", "add bars"),
    "no section": ({"p.toml": "[dombra]\n"}, "compose p.toml", "the piece has no section", "add [[section]]"),
    "no part": ({"p.toml": ONE}, "compose p.toml", "the piece has no part", "start from a style"),
    "an unknown lead": ({"p.toml": f'{PIECE}lead = "pino"\n[piano]\n'}, "compose p.toml", "p.toml:6: section 'a', lead: unknown part 'pino'", "did you mean 'piano'"),
    "chords that the mode lacks": ({"p.toml": f'mode = "do-pentatonic"\n{PIECE}'}, "compose p.toml", "mode do-pentatonic has no degree VII", "nearest that it has: --set \"harmony.chords=i VI i V"),
    "cyclic styles": ({"x.toml": 'kind = "style"\nname = "x"\nstyle = "y"\n', "y.toml": 'kind = "style"\nname = "y"\nstyle = "x"\n', "p.toml": 'style = "x"\n'}, "compose p.toml", "in a circle", "x → y → x"),
    "a style that is its own": ({"kazan.toml": 'kind = "style"\nname = "kazan"\nstyle = "kazan"\n'}, "compose kazan.toml", "in a circle", "kazan → kazan"),
    "not UTF-8": ({"p.toml": b'title = "\xd2"\n'}, "compose p.toml", "p.toml:1: not UTF-8", "save the file with UTF-8"),
    "a pattern that is not UTF-8": ({"b.toml": b'kind = "beat"\nname = "\xd2"\n', "p.toml": f'{PIECE}[drums]\nbeat = "b"\n'}, "compose p.toml", "b.toml:2: not UTF-8", "UTF-8"),
    "not TOML": ({"p.toml": "mode = dorian\n"}, "compose p.toml", "p.toml:1: not TOML", "^"),
    "a folder as a piece": ({"p.toml/": None}, "compose p.toml", "p.toml: this is a folder", "name the .toml file"),
    "a folder as a pattern": ({"beats/b.toml/": None, "p.toml": f'{PIECE}[drums]\nbeat = "b"\n'}, "compose p.toml", "b.toml: this is a folder", "folder"),
    "no such piece": ({}, "compose none.toml", "none.toml: there is no such file", "sirtak new"),
    "no such folder": ({}, "compose kazan -o none/k.mid", "the folder does not exist", "mkdir -p none"),
    "no such folder, no name": ({}, "compose kazan -o none", "there is no such folder", "none.mid"),
    "seed below": ({}, "compose kazan --seed -1", "seed: expected int >= 0", "found -1"),
    "seed above": ({}, "compose kazan --seed 99999999999999999999", "seed: expected int <= 9223372036854775807", "seed"),
    "seed no number": ({"p.toml": f'seed = "x"\n{PIECE}'}, "compose p.toml", "p.toml:1: seed: expected int", "found"),
    "take no number": ({}, "compose kazan --take drums=x", "not a take", "drums=2"),
    "truncated .mid": ({"x.mid": b"MThd\0\0\0\6\0\1\0\1\3\xc0MTrk\0\0\0\x20\0"}, "describe x.mid", "x.mid: the file is truncated", "copy it again"),
    "empty .mid": ({"x.mid": b""}, "describe x.mid", "x.mid: the file is empty", ""),
    "random .mid": ({"x.mid": bytes(range(256))}, "describe x.mid", "x.mid: this is not a MIDI file", "MThd"),
    "random .mid shown": ({"x.mid": bytes(range(256))}, "show x.mid", "x.mid: this is not a MIDI file", "MThd"),
    "random .mid recovered": ({"x.mid": bytes(range(256))}, "recover x.mid", "x.mid: this is not a MIDI file", "MThd"),
    "no recipe": ({"x.mid": b"MThd\0\0\0\6\0\1\0\1\3\xc0MTrk\0\0\0\4\0\xff\x2f\0"}, "recover x.mid", "x.mid: has no recipe", "sirtak wrote"),
    "a folder as a .mid": ({"x.mid/": None}, "describe x.mid", "x.mid: this is a folder", ""),
    "no such .mid": ({}, "describe x.mid", "x.mid: cannot be read", "No such file"),
    "unknown pattern": ({}, "show mode doria", "unknown mode 'doria'", "dorian"),
    "unknown kind": ({}, "list moods", "unknown kind 'moods'", "modes"),
    "unknown command": ({}, "compsoe kazan", "there is no command 'compsoe'", "did you mean 'compose'"),
    "bars behind the end": ({"p.toml": PIECE}, "show p.toml --bars 9-12", "bar 9 is behind the end", "4 bars"),
    "no bars": ({"p.toml": PIECE}, "show p.toml --bars x", "not a span of bars", "9-12"),
    "unknown kit voice": ({"b.toml": GRID.format("kik X---x---X---x---"), "p.toml": f'{PIECE}[drums]\nbeat = "b"\n'}, "compose p.toml", "'kik'", "did you mean 'kick'"),
    "too many parts": ({"p.toml": "".join(f'[p{n}]\nplayer = "piano"\n' for n in range(16)) + ONE}, "compose p.toml", "16 melodic parts do not fit the 15", "mute"),
    "a range without room": ({}, "compose kazan --set piano.low=84 --set piano.high=60", "less than an octave apart", "piano"),
    "a section and no field": ({}, "compose kazan --set section.verse=3", "which field?", "section.verse.bars=8"),
    "a kit without the voice": ({}, "compose kazan --set drums.kit=folk", "kit folk: 'kick'", "dauylpaz"),
    "a rhythm of another meter": ({}, "compose sirtak --set dombra.rhythm=jig", "rhythm 'jig' is in 6/8, and the piece is in 4/4", "as in: --set dombra.rhythm=jumyr"),
    "a cell that is not there": ({"r.toml": 'format = 1\nkind = "rhythm"\nname = "r"\nmeter = "1/4"\nsteps_per_beat = 1\nsource = "s"\ntag = "G"\nfollows = { c21 = 100 }\ngrid = "s D"\n'}, "check r.toml", "r.toml:8: follows: unknown cell 'c21'", "did you mean"),
    "a vector of one pulse": ({"p.toml": f"{PIECE}[piano]\npulses = [3]\n"}, "compose p.toml", "p.toml:7: piano.pulses: expected array of length >= 2", "pulses = [1, 3]"),
    "a pulse of no length": ({}, "compose kazan --set piano.pulses=[0,1]", "piano.pulses[1]: expected float >= 1.0, found 0", "pulses = [1, 3]"),
    "more pulses than a bar": ({"p.toml": f'meter = "1/8"\n{PIECE}[piano]\npulses = [6, 5, 4]\n'}, "compose p.toml", "p.toml:8: piano.pulses: 3 pulses do not fit a bar of 1/8", "at most 2"),
    "a meter for modes": ({}, "list modes --meter 3/4", "only rhythms and beats have one", "sirtak list rhythms"),
    "no meter to list": ({}, "list rhythms --meter 3/5", "meter 3/5: the lower number", "did you mean 3/4"),
    "a name with a slash": ({"p.toml": f'name = "../p"\n{PIECE.partition(chr(10))[2]}'}, "compose p.toml", "p.toml:1: name", "../p"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_clear_message_and_writes_nothing(sirtak, tmp_path, case):
    files, command, message, hint = BAD[case]
    for name, content in files.items():
        path = tmp_path / name
        if content is None:
            path.mkdir(parents=True)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    code, out, err = sirtak(*command.split(" "))
    assert code == 2, out + err
    assert message in err
    assert hint in err
    assert "Traceback" not in err
    assert out == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_cannot_be_written(sirtak, tmp_path, monkeypatch):
    def refused(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    code, _, err = sirtak("compose", "kazan")
    assert code == 2
    assert "kazan.mid: cannot be written: Permission denied" in err


def test_a_full_disk(sirtak, tmp_path, monkeypatch):
    sirtak("compose", "kazan", "-q")
    before = (tmp_path / "kazan.mid").read_bytes()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = sirtak("compose", "kazan", "--seed", "2")
    assert code == 2
    assert "No space left on device" in err
    assert (tmp_path / "kazan.mid").read_bytes() == before
    assert os.listdir(tmp_path) == ["kazan.mid"]
