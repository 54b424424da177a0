"""The examples and the README do what they say."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sirtak
from sirtak.export.check import check_bytes

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_scripts_run_and_write_clean_files(script, tmp_path):
    result = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    written = list(tmp_path.glob("*.mid"))
    assert len(written) == 1
    assert written[0].name in result.stdout
    assert check_bytes(written[0].read_bytes()) == []


@pytest.mark.parametrize("piece", [EXAMPLES / "dala" / "dala.toml", *sorted(EXAMPLES.glob("*.toml"))])
def test_pieces_compose(piece, tmp_path):
    composition = sirtak.compose(piece)
    assert check_bytes(composition.write(tmp_path / "x.mid").read_bytes()) == []


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        assert len(list(filter(None, block.splitlines()))) <= 9
        exec(compile(block, "README.md", "exec"), {})
    assert check_bytes((tmp_path / "kazan.mid").read_bytes()) == []


def test_the_commands_of_the_readme_run(tmp_path, monkeypatch, capsys):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)
    shutil.copytree(EXAMPLES / "dala", tmp_path / "examples" / "dala")
    commands = re.findall(r"^    (sirtak .*?)(?:  .*)?$", README, re.MULTILINE)
    assert len(commands) >= 8
    shutil.copy(sirtak.compose("kazan").write("any.mid"), "kazan.mid")
    for command in commands:
        monkeypatch.setattr(sys, "argv", command.split())
        assert main() == 0, (command, capsys.readouterr().err)


SEQUENCER = (ROOT / "docs" / "sequencer.md").read_text(encoding="utf-8")


def test_what_the_page_of_the_sequencer_says_runs(tmp_path, monkeypatch, capsys):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)
    sirtak.compose("sirtak").write("played.mid")
    commands = re.findall(r"^    (sirtak .*?)(?:  .*)?$", SEQUENCER, re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        line, _, target = command.partition(" > ")
        monkeypatch.setattr(sys, "argv", shlex.split(line))
        assert main() == 0, (command, capsys.readouterr().err)
        printed = capsys.readouterr().out
        if target:
            (tmp_path / target).write_text(printed)
    for block in re.findall(r"```python\n(.*?)```", SEQUENCER, re.DOTALL):
        exec(compile(block, "docs/sequencer.md", "exec"), {})
    for number, block in enumerate(re.findall(r"```toml\n(.*?)```", SEQUENCER, re.DOTALL)):
        (tmp_path / f"{number}.toml").write_text(block)
        monkeypatch.setattr(sys, "argv", ["sirtak", "check", f"{number}.toml"])
        assert main() == 0, capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("beats/*.toml")), ids=lambda path: path.name)
def test_beats_play_as_their_first_lines_say(path, tmp_path, monkeypatch, capsys):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)
    shutil.copy(path, tmp_path)
    commands = re.findall(r"^#   (sirtak .*)$", path.read_text(), re.MULTILINE)
    assert commands
    for number, command in enumerate(commands):
        monkeypatch.setattr(sys, "argv", [*shlex.split(command), "-o", f"{number}.mid"])
        assert main() == 0, capsys.readouterr().err
        assert check_bytes((tmp_path / f"{number}.mid").read_bytes()) == []


def test_the_readme_shows_what_really_comes_out(tmp_path, monkeypatch, capsys):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["sirtak", "compose", "kazan"])
    assert main() == 0
    printed = capsys.readouterr().out
    shown = re.search(r"```\n(Kazan: .*?)```", README, re.DOTALL)[1]
    for line in shown.splitlines():
        if line.strip() not in ("", "…"):
            assert line.rstrip(" …") in printed
    monkeypatch.setattr(sys, "argv", ["sirtak", "show", "kazan.mid", "--width", "110"])
    assert main() == 0
    drawn = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    picture = re.search(r"one column a bar:\n\n```\n(.*?)```", README, re.DOTALL)[1]
    for line in picture.splitlines():
        assert line.rstrip() in drawn


def test_the_tablature_of_the_readme_is_what_is_printed(monkeypatch, capsys):
    from sirtak.cli.main import main

    command, shown = re.search(
        r"`sirtak (show kuy --tab [^`]*)` .*?\n\n```\n(.*?)```", README, re.DOTALL
    ).groups()
    monkeypatch.setattr(sys, "argv", ["sirtak", *command.split(), "--width", "110"])
    assert main() == 0
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert printed == [line.rstrip() for line in shown.splitlines()]


def test_the_readme_counts_what_there_is():
    from sirtak.composer.players import PLAYERS
    from sirtak.library import Library

    words = {
        "four": 4,
        "five": 5,
        "six": 6,
        "eight": 8,
        "fourteen": 14,
        "twenty-one": 21,
        "fifty": 50,
        "184": 184,
    }
    text = " ".join(README.split())
    found = {"players": len(PLAYERS)}
    for what, kind in {
        "types of küy": "kuy", "song forms": "song", "modes": "mode", "folk rhythms": "rhythm",
        "tunings": "tuning", "necks": "fret", "beats": "beat",
    }.items():  # fmt: skip
        found[what] = len(Library().names(kind))
    for what, count in found.items():
        said = [words[word] for word in re.findall(rf"([\w-]+) {what}", text) if word in words]
        assert said, what
        assert set(said) == {count}, what


def test_every_style_of_the_readme_exists_and_the_other_way_round():
    from sirtak.library import Library

    named = re.findall(r"^\| `([\w-]+)` \|", README, re.MULTILINE)
    assert sorted(named) == Library().names("style")


def test_every_page_that_the_readme_names_is_there():
    for page in re.findall(r"\]\(([\w/.-]+\.md)\)", README):
        assert (ROOT / page).is_file(), page
