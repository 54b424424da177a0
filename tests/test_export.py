"""Standard MIDI files: what is in them, byte by byte, and that four other programs agree."""

import io
import os
import re
from collections import Counter

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.errors import MidiFileError, OutputError, SirtakError
from sirtak.export.check import check_bytes
from sirtak.export.events import resolve_overlaps, variable_length
from sirtak.export.names import ascii_name
from sirtak.export.recipe import chunks, metas, read_recipe
from sirtak.export.scales import format_scl, from_music21_scale, parse_scl, to_music21_scale
from sirtak.export.smf import encode, meta
from sirtak.export.write import write_bytes, write_midi
from sirtak.library import Library
from sirtak.notes import Arrangement, Controls, KeyChange, MeterChange, Notes, TempoChange, Track
from sirtak.theory.mode import load_mode
from sirtak.theory.pitch import parse_tonic

BAR = 3840

rows = st.tuples(
    st.integers(0, 4 * BAR - 200), st.integers(1, 2000), st.integers(20, 100), st.integers(1, 127)
)
tracks_of_notes = st.lists(rows, min_size=1, max_size=40).map(
    lambda items: Notes.of(*(np.array(column) for column in zip(*items, strict=True))).cut(0, 4 * BAR)
)


def piece(*tracks, bars=4, **kwargs):
    return Arrangement(tuple(tracks), length=bars * BAR, **{"title": "Test"} | kwargs)


def one(notes=None, name="a", **kwargs):
    return Track(name, notes if notes is not None else Notes.of([0, 960], 480, [60, 64]), **kwargs)


def sounding(notes):
    return Counter(tuple(row[:4]) for row in notes)


def by_mido(data):
    file = mido.MidiFile(file=io.BytesIO(data), clip=False)
    found, now, open_notes = Counter(), 0, {}
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on":
                open_notes[message.channel, message.note] = (now, message.velocity)
            elif message.type == "note_off":
                onset, velocity = open_notes.pop((message.channel, message.note))
                found[onset, now - onset, message.note, velocity] += 1
    return found


@settings(deadline=None, max_examples=40)
@given(tracks_of_notes, tracks_of_notes)
def test_mido_and_symusic_read_the_very_notes(a, b):
    import symusic

    data = encode(piece(one(a), one(b, "b")))
    assert check_bytes(data) == []
    wanted = sounding(resolve_overlaps(a, 4 * BAR)) + sounding(resolve_overlaps(b, 4 * BAR))
    assert by_mido(data) == wanted
    score = symusic.Score.from_midi(data)
    read = Counter(
        (note.time, note.duration, note.pitch, note.velocity)
        for track in score.tracks
        for note in track.notes
    )
    assert read == wanted


def test_pretty_midi_and_music21_read_the_very_notes(tmp_path):
    import music21
    import pretty_midi

    notes = Notes.of(
        [0, 960, 960, 1920, 3000], [480, 960, 240, 1920, 700], [60, 64, 67, 60, 72], [1, 64, 90, 127, 33]
    )
    path = write_midi(piece(one(notes, program=40), tempos=(TempoChange(0, 90.0),)), tmp_path / "a.mid")
    read = pretty_midi.PrettyMIDI(str(path))
    second = 90 * 960 / 60
    found = Counter(
        (round(note.start * second), round((note.end - note.start) * second), note.pitch, note.velocity)
        for note in read.instruments[0].notes
    )
    assert found == sounding(notes)
    assert read.instruments[0].program == 40
    score = music21.converter.parse(str(path), quantizePost=False)
    onsets = sorted((round(float(n.offset) * 960), p.midi) for n in score.flatten().notes for p in n.pitches)
    assert onsets == sorted((int(row[0]), int(row[2])) for row in notes)


def test_the_conductor_has_maps_and_markers_and_nothing_else():
    data = encode(
        piece(
            one(),
            bars=4,
            title="Дала",
            tempos=(TempoChange(0, 112.0), TempoChange(2 * BAR, 60.0)),
            meters=(MeterChange(0, 4, 4),),
            keys=(KeyChange(0, -1, True),),
            markers=((0, "Verse"), (2 * BAR, "Қайырма")),
            recipe='name = "x"\n',
            seed=3,
        )
    )
    conductor, part = mido.MidiFile(file=io.BytesIO(data), clip=False).tracks
    assert [message.type for message in conductor] == [
        "track_name", "time_signature", "set_tempo", "key_signature", "marker", "set_tempo", "marker", "end_of_track",
    ]  # fmt: skip
    assert conductor[0].name == "Dala"
    assert conductor[3].key == "Dm"
    assert [message.text for message in conductor if message.type == "marker"] == ["Verse", "Qaiyrma"]
    assert sum(message.time for message in conductor) == sum(message.time for message in part) == 4 * BAR
    assert any(message.type == "sequencer_specific" for message in part)
    assert any(message.type == "text" and "seed=3" in message.text for message in part)


def test_set_up_stands_at_tick_0_and_once_more():
    data = encode(piece(one(program=106, bank=129, volume=90, pan=70)))
    part, now, setup = mido.MidiFile(file=io.BytesIO(data)).tracks[1], 0, []
    for message in part:
        now += message.time
        if message.type in ("control_change", "program_change"):
            value = message.program if message.type == "program_change" else (message.control, message.value)
            setup.append((now, value))
    once = [(0, 1), (32, 1), 106, (7, 90), (10, 70)]
    assert setup == [(0, item) for item in once] + [(1, item) for item in once]


def test_channels_are_one_a_part_and_ten_for_drums():
    parts = [one(name=f"p{n}") for n in range(15)]
    data = encode(piece(*parts[:9], one(name="beat", drums=True), *parts[9:]))
    channels = [
        {message.channel for message in track if hasattr(message, "channel")}
        for track in mido.MidiFile(file=io.BytesIO(data)).tracks[1:]
    ]
    assert channels == [{n} for n in range(16)]
    assert check_bytes(data) == []


def test_more_parts_than_channels_is_said_clearly():
    with pytest.raises(SirtakError, match="16 melodic parts do not fit the 15"):
        encode(piece(*(one(name=f"p{n}") for n in range(16))))
    with pytest.raises(SirtakError, match="no notes"):
        encode(piece())


def test_at_one_tick_offs_come_first_and_ons_last():
    notes = Notes.of([0, 960], 960, 60)
    controls = Controls.cc(64, 960, 127) | Controls.bend(960, 100) | Controls.pressure(960, 5)
    part = mido.MidiFile(file=io.BytesIO(encode(piece(one(notes, controls=controls))))).tracks[1]
    now, at_960 = 0, []
    for message in part:
        now += message.time
        if now == 960:
            at_960.append(message.type)
    assert at_960 == ["note_off", "control_change", "aftertouch", "pitchwheel", "note_on"]


def test_of_two_values_on_one_tick_the_last_counts():
    controls = Controls.cc(1, [5, 5, 5], [1, 2, 3])
    part = mido.MidiFile(file=io.BytesIO(encode(piece(one(controls=controls))))).tracks[1]
    assert [m.value for m in part if m.type == "control_change" and m.control == 1] == [3]


@given(tracks_of_notes)
def test_overlaps_are_resolved_and_nothing_else_changes(notes):
    clean = resolve_overlaps(notes, 4 * BAR)
    assert {(int(r[0]), int(r[2])) for r in clean} == {(int(r[0]), int(r[2])) for r in notes}
    last = {}
    for onset, duration, pitch, *_ in clean:
        assert duration >= 1
        assert onset >= last.get(pitch, 0)
        last[pitch] = onset + duration
    assert resolve_overlaps(clean, 4 * BAR) == clean


def test_a_four_bar_loop_is_exactly_four_bars():
    file = mido.MidiFile(file=io.BytesIO(encode(piece(one()))))
    assert {sum(message.time for message in track) for track in file.tracks} == {4 * BAR}


@pytest.mark.parametrize(
    "message",
    [
        mido.MetaMessage("track_name", name="Qobyz"),
        mido.MetaMessage("set_tempo", tempo=535714),
        mido.MetaMessage("time_signature", numerator=7, denominator=8),
        mido.MetaMessage("key_signature", key="F#m"),
        mido.MetaMessage("marker", text="x" * 300),
        mido.MetaMessage("end_of_track"),
    ],
)
def test_meta_events_are_midos_own_bytes(message):
    built = bytes(message.bytes())
    size = len(variable_length(len(built)))
    data = built[3:] if len(built) < 130 else built[2 + size :]
    assert meta(built[1], data)[1:] == built


def test_cents_become_bends_and_clashes_are_refused():
    notes = Notes.of([0, 960, 1920], 960, 60, cents=[0, 50, 0])
    data = encode(piece(one(notes)))
    part, now, bends = mido.MidiFile(file=io.BytesIO(data)).tracks[1], 0, []
    for message in part:
        now += message.time
        if message.type == "pitchwheel":
            bends.append((now, message.pitch))
    assert bends == [(960, 2048), (1920, 0)]
    assert check_bytes(data) == []
    with pytest.raises(SirtakError, match="different cents sound together"):
        encode(piece(one(Notes.of([0, 0], 960, [60, 64], cents=[0, 50]))))


@pytest.mark.parametrize(
    ("title", "ascii_title"),
    [("Қобыз", "Qobyz"), ("Дала", "Dala"), ("Әке толғауы", "Ake tolgauy"), ("Көроғлы", "Korogly"),
     ("Жұмыр-Қылыш", "Jumyr-Qylysh"), ("Щедрый ёж", "Shchedryi ioj"), ("三味線", "SanWeiXian"), ("Ü", "U"), ("💥", "")],
)  # fmt: skip
def test_names_are_ascii_or_exact_on_request(title, ascii_title):
    track = one(title=title)
    for utf8 in (False, True):
        data = encode(piece(track, title=title), utf8_names=utf8)
        part = mido.MidiFile(file=io.BytesIO(data), charset="utf8").tracks[1]
        if utf8:
            assert part[0].name == f"{title} 2"  # the conductor has the title first
        elif ascii_title:
            assert part[0].name == f"{ascii_title} 2"
        assert part[0].name.isascii() or utf8
        assert check_bytes(data, utf8_names=utf8) == []


def test_names_never_come_out_empty():
    assert ascii_name("\u200b", "Part") == "Part"
    assert ascii_name("") == "Track"


@pytest.mark.parametrize("size", [60, 99, 100, 101, 5000, 30000])
def test_no_meta_event_is_too_long_for_a_byte(size):
    recipe = "# " + "ә" * size
    long = piece(one(title="Қ" * 300), title="Т" * 300, markers=((0, "Ұ" * 300),), recipe=recipe)
    for utf8 in (False, True):
        data = encode(long, utf8_names=utf8)
        assert check_bytes(data) == []
        longest = max(len(payload) for body in chunks(data) for _, payload in metas(body))
        assert 100 < longest <= 120
        assert read_recipe(data) == recipe


def test_a_recipe_that_lost_a_piece_is_damaged():
    data = bytearray(encode(piece(one(), recipe="x" * 250)))
    data[data.index(b"sirtak\0\0\1") + 8] = 5
    with pytest.raises(MidiFileError, match="recipe is damaged"):
        read_recipe(bytes(data))


def test_recipes_come_back_and_do_not_depend_on_names():
    recipe = 'name = "x"\ntitle = "Қобыз"\n'
    for utf8 in (False, True):
        assert read_recipe(encode(piece(one(), recipe=recipe), utf8_names=utf8)) == recipe


class TestWriting:
    def test_a_folder_that_is_not_there(self, tmp_path):
        with pytest.raises(OutputError, match="folder does not exist"):
            write_midi(piece(one()), tmp_path / "no" / "a.mid")

    def test_a_folder_in_place_of_a_file(self, tmp_path):
        with pytest.raises(OutputError, match="this is a folder"):
            write_midi(piece(one()), tmp_path)

    @pytest.mark.parametrize("broken", ["write", "fsync", "replace"])
    def test_a_full_disk_leaves_the_old_file_and_nothing_else(self, tmp_path, monkeypatch, broken):
        path = tmp_path / "a.mid"
        path.write_bytes(b"old")

        def full(*args, **kwargs):
            raise OSError(28, "No space left on device")

        if broken == "write":
            real = os.fdopen

            def limited(number, mode):
                file = real(number, mode)
                return type(
                    "Full",
                    (),
                    {"__enter__": lambda s: s, "__exit__": lambda s, *a: file.close(), "write": full},
                )()

            monkeypatch.setattr(os, "fdopen", limited)
        else:
            monkeypatch.setattr(os, broken, full)
        with pytest.raises(OutputError, match="No space left"):
            write_bytes(path, b"new", force=True)
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == ["a.mid"]

    def test_only_the_same_piece_is_overwritten(self, tmp_path):
        path = tmp_path / "a.mid"
        mine = piece(one(), recipe='name = "x"\nseed = 1\n')
        write_midi(mine, path)
        write_midi(piece(one(program=3), recipe='name = "x"\nseed = 2\n'), path)
        with pytest.raises(OutputError, match="not made from this piece"):
            write_midi(piece(one(), recipe='name = "y"\n'), path)
        path.write_bytes(b"somebody's own work")
        with pytest.raises(OutputError, match="--force"):
            write_midi(mine, path)
        assert path.read_bytes() == b"somebody's own work"
        write_midi(mine, path, force=True)
        assert path.read_bytes()[:4] == b"MThd"


@pytest.mark.parametrize("name", Library().names("mode"))
def test_modes_come_back_from_scala_and_music21(name):
    mode = load_mode(Library(), name)
    assert parse_scl(format_scl(mode)).cents == pytest.approx(mode.cents)
    assert from_music21_scale(to_music21_scale(mode, "D"), "x").cents == pytest.approx(mode.cents)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a Scala file"),
        ("x\n3\n200.0\n2/1\n", "2 degrees, where the count says '3'"),
        ("x\n2\n700.0\n200.0\n", "must rise to the octave"),
        ("x\n1\n3/1\n", "must rise to the octave"),
        ("x\n2\nfifth\n2/1\n", "x.scl:3: 'fifth' is no degree"),
        ("x\n2\n1/0\n2/1\n", "'1/0' is no degree"),
    ],
)
def test_what_is_no_scala_file(text, words):
    with pytest.raises(SirtakError, match=re.escape(words)):
        parse_scl(text, "x.scl")


@pytest.mark.parametrize("name", Library().names("mode"))
@pytest.mark.parametrize("tonic", ["D", "Bb"])
def test_music21_scales_agree_note_for_note(name, tonic):
    mode = load_mode(Library(), name)
    scale = to_music21_scale(mode, tonic)
    base = 48 + parse_tonic(tonic)
    found = [
        pitch.midi for pitch in scale.getPitches(f"{tonic.replace('b', '-')}3", f"{tonic.replace('b', '-')}4")
    ]
    assert found == [base + step for step in (*mode.semitones, 12)]
