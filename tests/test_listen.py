"""Reading MIDI files of any program."""

import contextlib
import io
from collections import Counter

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from sirtak.analysis.describe import describe_file, to_json
from sirtak.errors import MidiFileError
from sirtak.export.events import resolve_overlaps
from sirtak.export.names import ascii_name
from sirtak.listen.read import parse_midi, read_midi


def foreign(kind=1, division=480, extra=(), name="Flöte"):
    """A file as another program might have written it: two channels in a track, type 0 or 1."""
    track = mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=name),
            mido.MetaMessage("set_tempo", tempo=400_000),
            mido.Message("program_change", channel=2, program=73),
            mido.Message("note_on", channel=2, note=62, velocity=80),
            mido.Message("note_on", channel=9, note=36, velocity=100),
            mido.Message("note_on", channel=2, note=62, velocity=0, time=division),
            mido.Message("note_off", channel=9, note=36),
            mido.Message("note_on", channel=2, note=69, velocity=70, time=division // 2),
            *extra,
        ]
    )
    file = mido.MidiFile(type=kind, ticks_per_beat=division, charset="latin-1")
    file.tracks.append(track)
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


@pytest.mark.parametrize("style", ["kazan", "sirtak"])
def test_what_was_written_is_read_back(style):
    composition = sirtak.compose(style)
    read = parse_midi(composition.to_bytes())
    wanted = composition.arrangement
    assert [track.title for track in read] == [track.title for track in wanted]
    for mine, theirs in zip(wanted, read, strict=True):
        clean = resolve_overlaps(mine.notes, wanted.length)
        assert Counter(r[:4] for r in clean) == Counter(r[:4] for r in theirs.notes)
        assert (mine.program, mine.drums) == (theirs.program, theirs.drums)
    assert read.markers == tuple((tick, ascii_name(text)) for tick, text in wanted.markers)
    assert read.meters == wanted.meters
    assert read.keys == wanted.keys
    assert read.length == wanted.length
    assert [t.tick for t in read.tempos] == [t.tick for t in wanted.tempos]
    assert read.seconds == pytest.approx(wanted.seconds, abs=0.01)


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("division", [96, 120, 480, 1000])
def test_other_programs_files_are_read_on_our_clock(kind, division):
    read = parse_midi(foreign(kind, division))
    assert [track.title for track in read] == ["Flöte, channel 3", "Flöte, channel 10"]
    flute, drums = read
    assert next(iter(flute.notes))[:3] == (0, 960, 62)
    assert flute.program == 73
    assert drums.drums
    assert read.tempos[0].bpm == pytest.approx(150)
    # The last note never ends: it lasts to the end of the file.
    assert flute.notes.onset[-1] == 1440


def test_unnamed_tracks_get_a_name_to_be_called_by():
    read = parse_midi(foreign(name=""))
    assert [track.title for track in read] == ["Track 0, channel 3", "Track 0, channel 10"]


def test_names_are_read_as_utf8_where_they_are():
    composition = sirtak.compose("kazan", set={"qobyz.title": "Қобыз"})
    assert "Қобыз" in [track.title for track in parse_midi(composition.to_bytes(utf8_names=True))]


DATA = sirtak.compose("kazan", set={"section.verse.bars": 1}).to_bytes()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(0, 255))
def test_damaged_files_are_read_or_refused(place, byte):
    damaged = bytearray(DATA)
    damaged[place] = byte
    with contextlib.suppress(MidiFileError):
        assert len(parse_midi(bytes(damaged)).tracks) > 0


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(DATA) - 1))
def test_broken_off_and_random_files_are_refused(data, cut):
    with pytest.raises(MidiFileError):
        parse_midi(data)
    with pytest.raises(MidiFileError):
        parse_midi(DATA[:cut])


def test_files_in_film_frames_and_without_notes_are_refused(tmp_path):
    head = b"MThd\0\0\0\6\0\1\0\1"
    with pytest.raises(MidiFileError, match="SMPTE"):
        parse_midi(head + b"\xe7\x28MTrk\0\0\0\4\0\xff\x2f\0")
    with pytest.raises(MidiFileError, match="no notes"):
        parse_midi(head + b"\3\xc0MTrk\0\0\0\4\0\xff\x2f\0")
    with pytest.raises(MidiFileError, match="folder"):
        read_midi(tmp_path)


def test_any_programs_file_is_described(tmp_path):
    (tmp_path / "x.mid").write_bytes(foreign())
    data = to_json(describe_file(tmp_path / "x.mid"))
    assert data["tempo"] == 150
    assert data["meter"] == "4/4"
    assert data["made_by_sirtak"] is False
    assert [track["instrument"] for track in data["tracks"]] == ["Flute", "Drums"]
    assert data["tracks"][0]["lowest"] == 62
