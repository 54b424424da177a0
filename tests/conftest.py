"""Every MIDI file that a test writes is checked byte by byte.

In CI the examples that hypothesis draws are the same in every run; elsewhere they are new ones,
and HYPOTHESIS_PROFILE=thorough draws many.
"""

import os

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
