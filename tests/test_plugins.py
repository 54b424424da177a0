"""Styles that other packages bring."""

import importlib
import importlib.metadata
import sys

import pytest

import sirtak
from sirtak.errors import SirtakError
from sirtak.plugins import plugins

STYLE = """format = 1
kind = "style"
name = "aul"
style = "kazan"
source = "s"
tag = "invented"
about = "a style of another package"

[drums]
beat = "aul-beat"
"""
BEAT = """format = 1
name = "aul-beat"
tempo = [60, 80]
source = "s"
tag = "invented"
grid = "kick X-------x-------"
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with a style and a beat, a module without patterns, and one that is not there."""
    for folder in ("aul_styles/styles", "aul_styles/beats", "bare_package"):
        (tmp_path / "site" / folder).mkdir(parents=True)
    (tmp_path / "site" / "aul_styles" / "__init__.py").write_text("raise RuntimeError('nobody runs this')")
    (tmp_path / "site" / "aul_styles" / "styles" / "aul.toml").write_text(STYLE)
    (tmp_path / "site" / "aul_styles" / "beats" / "aul-beat.toml").write_text(BEAT)
    (tmp_path / "site" / "bare_package" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    points = [
        importlib.metadata.EntryPoint(name, value, "sirtak.styles")
        for name, value in (("aul", "aul_styles"), ("bare", "bare_package"), ("gone", "not_there.at_all"))
    ]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: points)
    plugins.cache_clear()
    yield tmp_path
    plugins.cache_clear()


def test_a_style_of_another_package_composes_with_its_own_beat(package):
    piece = sirtak.compose("aul", seed=2)
    assert piece.piece.file.name == "aul"
    assert "aul-beat" in piece.recipe
    assert "aul_styles" not in sys.modules
    plugins.cache_clear()
    again = sirtak.compose(piece.recipe)
    assert again.to_bytes() == piece.to_bytes()


def test_a_broken_one_is_shown_and_is_not_fatal(package, cli):
    code, out, _ = cli("list", "styles")
    assert code == 0
    rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "66 BPM" in rows["kazan"]
    assert "aul" in rows
    assert "broken: bare_package has no folder styles/" in rows["bare"]
    assert "broken: not_there.at_all cannot be found" in rows["gone"]


def test_a_style_that_is_nowhere_is_told_with_those_of_packages(package):
    with pytest.raises(SirtakError, match="unknown style 'aull'") as caught:
        sirtak.compose("aull")
    assert "'aul'" in caught.value.hint


def test_a_file_that_is_wrong_names_its_package(package):
    path = package / "site" / "aul_styles" / "styles" / "aul.toml"
    path.write_text(STYLE.replace("[drums]", "[drumms]"))
    with pytest.raises(SirtakError) as caught:
        sirtak.compose("aul")
    assert str(caught.value).startswith("aul: styles/aul.toml:9:")
