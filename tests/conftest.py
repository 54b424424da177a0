"""Every MIDI file that a test writes is checked byte by byte."""

import pytest

import sirtak.export.write as writing
from sirtak.export.check import check_bytes


@pytest.fixture(autouse=True)
def _written_files_are_clean(monkeypatch):
    whole = writing.write_bytes

    def checked(path, data, **kwargs):
        written = whole(path, data, **kwargs)
        if data[:4] == b"MThd":
            assert check_bytes(data) == []
        return written

    monkeypatch.setattr(writing, "write_bytes", checked)
