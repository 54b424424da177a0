"""Every MIDI file that a test writes is checked byte by byte.

In CI the examples that hypothesis draws are the same in every run; elsewhere they are new ones,
and HYPOTHESIS_PROFILE=thorough draws many.
"""

import os
import sys

import pytest
from hypothesis import settings

import sirtak.export.write as writing
from sirtak.export.check import check_bytes

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.register_profile("default", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


@pytest.fixture(autouse=True)
def _written_files_are_clean(monkeypatch):
    whole = writing.write_bytes

    def checked(path, data, **kwargs):
        written = whole(path, data, **kwargs)
        if data[:4] == b"MThd":
            assert check_bytes(data) == []
        return written

    monkeypatch.setattr(writing, "write_bytes", checked)


@pytest.fixture
def call(monkeypatch, capsys):
    """Call the command; returns its exit code, and what it said on both channels."""
    from sirtak.cli.main import main

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["sirtak", *map(str, words)])
        code = main()
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def cli(call, monkeypatch, tmp_path):
    """The command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return call
