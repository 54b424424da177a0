"""`sirtak grid`: a drum file becomes a beat that plays the same hits."""

import struct
from fractions import Fraction

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak.listen.drums as drums_module
from drumfiles import GM, beat_in, heard, hits, loop, played, save
from sirtak.errors import SirtakError
from sirtak.export.smf import encode
from sirtak.library import Library
from sirtak.listen.beats import take_beat
from sirtak.listen.drums import drums_of
from sirtak.listen.read import parse_midi
from sirtak.notes import Arrangement, MeterChange, Notes, Track
from sirtak.rhythm import Grid, build_beat, load_beat
from sirtak.rhythm.beat_format import format_beat
from sirtak.rhythm.step import Ratchet
from sirtak.sequencer import sequence
from sirtak.spec import parse_document
from sirtak.theory.kit import load_kit

LIBRARY = Library()
FEELS = {
    "written": {"swing": 50, "human": 0, "seed": None},
    "swung": {"swing": 62, "human": 0},
    "by hand": {"human": 1.0, "bpm": 140},
    "by hand and swung": {"human": 1.0, "swing": 58, "groove": "drunk"},
}


def taken(arrangement, kit=GM, **options):
    return take_beat(drums_of(arrangement, kit), name="a", source="b", **options)


def through_text(found):
    return build_beat(parse_document(format_beat(found.beat), "a.toml"))


ONE_METER = [name for name in LIBRARY.names("beat") if len(load_beat(LIBRARY, name).meters) == 1]


@pytest.mark.parametrize(
    ("name", "feel"), [(name, list(FEELS)[number % len(FEELS)]) for number, name in enumerate(ONE_METER)]
)
def test_our_beats_come_back_hit_by_hit(name, feel):
    beat = load_beat(LIBRARY, name)
    kit = load_kit(LIBRARY, "folk" if beat.genre == "folk" else "electronic")
    meter = beat.meters[0]
    notes = sequence(beat, 4, kit, scene="main", **FEELS[feel])
    meters = ((0, meter.numerator, meter.denominator),)
    read = parse_midi(encode(loop(notes, 4 * meter.ticks, meters=meters)))
    found = taken(read, kit)
    assert played(through_text(found), 4, kit) == heard(notes)
    # Strokes of a ratchet lie between the steps.
    if not any(step.ratchet for row in beat.scene("main").rows for step in row.steps):
        assert found.beat.steps_per_beat <= beat.steps_per_beat


@pytest.mark.parametrize("name", ["four-floor", "breakbeat", "electro"])
def test_what_was_written_in_letters_comes_back_in_letters(name):
    beat = load_beat(LIBRARY, name)
    meters = ((0, beat.meters[0].numerator, 4),)
    notes = sequence(beat, 4, GM, scene="main", **FEELS["written"])
    found = taken(loop(notes, 4 * beat.meters[0].ticks, meters=meters))
    assert found.bars == 1
    assert {row.voice: row for row in found.beat.scenes["main"].rows} == {
        row.voice: row for row in beat.scenes["main"].rows
    }


@pytest.mark.parametrize("seed", range(5))
def test_a_hand_on_sixteenths_is_not_a_finer_grid(seed):
    grid = Grid.parse("kick X--xx-xoX--x--xx\nhat xxxxxxxxxxxxxxxx")
    for feel in ({"human": 1.0, "bpm": 170}, {"human": 1.0, "swing": 60}):
        notes = sequence(grid, 8, GM, seed=seed, **feel)
        found = taken(loop(notes, 8 * 3840))
        assert found.beat.steps_per_beat == 4
        assert played(found.beat, 8) == heard(notes)


@pytest.mark.parametrize(
    ("ticks", "steps"),
    [
        ([0, 960], 1),
        ([0, 480], 2),
        ([0, 720, 1200], 4),
        ([0, 320, 640], 3),
        ([0, 160, 320, 480, 640, 800], 6),
        ([0, 120, 240, 360], 8),
        ([0, 240, 1700], 4),  # early for the next bar
    ],
)
def test_the_grid_is_as_fine_as_the_hits(ticks, steps):
    notes = Notes.of(ticks, 60, 42)
    found = taken(loop(notes, 1920, meters=((0, 2, 4),)))
    assert found.beat.steps_per_beat == steps
    assert played(through_text(found), 1) == heard(notes)


def test_ratchets_and_flams_come_back():
    grid = Grid.parse("snare x---X---x---X-o-\nhat x-x-x-x-x-x-x-x-")
    rows = []
    for row in grid.rows:
        steps = list(row.steps)
        steps[1] = type(steps[1])(steps[1].index, 2, ratchet=Ratchet(3, ramp=20))
        steps[3] = type(steps[3])(steps[3].index, 3, flam=2.5, flam_velocity=40)
        steps[2] = type(steps[2])(steps[2].index, 2, ratchet=Ratchet(rate=Fraction(1, 32)))
        rows.append(row.but(steps=tuple(steps)))
    notes = sequence(Grid(tuple(rows), 4), 2, GM, seed=None)
    found = taken(loop(notes, 2 * 3840))
    assert played(through_text(found), 2) == heard(notes)


def test_a_flam_stays_a_flam():
    grid = Grid.parse("snare x-xxX-xxxx--X-o-\n[row.snare]\nstep.5 = { flam = 2.5, flam_velocity = 40 }")
    notes = sequence(grid, 2, GM, seed=None)
    found = taken(loop(notes, 2 * 3840))
    assert found.beat.scenes["main"] == grid


def test_two_hits_nearer_than_any_step_are_a_flam():
    notes = hits((953, 38, 30), (960, 38, 110))
    (row,) = taken(loop(notes, 3840)).beat.scenes["main"].rows
    (step,) = row.steps
    assert (step.flam, step.flam_velocity, step.velocity, step.nudge) == (0.7, 30, 110, 0)


random_hits = st.lists(
    st.tuples(st.integers(0, 7679), st.sampled_from([36, 38, 42, 61, 3]), st.integers(1, 127)),
    min_size=1,
    max_size=40,
    unique_by=lambda hit: hit[:2],
)


@given(random_hits, st.sampled_from([(4, 4), (7, 8), (3, 4), (6, 8), (5, 16)]))
def test_any_hits_come_back_or_are_refused(rows, meter):
    bar = 3840 * meter[0] // meter[1]
    bars = max(row[0] for row in rows) // bar + 1
    arrangement = loop(hits(*rows), bars * bar, meters=((0, *meter),))
    refused = ""
    try:
        found = taken(arrangement)
    except SirtakError as error:
        refused = error.message
    if refused:
        assert "too near" in refused
        spans = [
            later[0] - first[0]
            for key in {row[1] for row in rows}
            for mine in [sorted(row for row in rows if row[1] == key)]
            for first, later in zip(mine, mine[2:], strict=False)
        ]
        assert min(spans) <= 20
        return
    beat = through_text(found)
    assert beat.scenes == found.beat.scenes
    assert played(beat, bars) == heard(arrangement.tracks[0].notes)
    assert np.isclose(sum(beat.tempo) / 2, 120)


@given(random_hits, st.booleans(), st.sampled_from([None, 1, 4, 5, 12]))
def test_snapped_hits_lie_on_the_grid_and_none_is_lost_unsaid(rows, levels, steps):
    bars = max(row[0] for row in rows) // 3840 + 1
    found = taken(loop(hits(*rows), bars * 3840), quantize=True, levels=levels, steps=steps)
    beat = through_text(found)
    out = played(beat, bars)
    edges = np.rint(np.arange(bars * 4 * beat.steps_per_beat) * (960 / beat.steps_per_beat))
    assert np.isin([row[0] for row in out], edges).all()
    assert len(out) == len(rows) - found.merged
    plain = [not step.nudge and not step.flam for row in beat.scenes["main"].rows for step in row.steps]
    assert all(plain)
    if levels:
        assert not any(step.velocity for row in beat.scenes["main"].rows for step in row.steps)


@pytest.mark.parametrize(("bars", "repeat"), [(1, 1), (2, 1), (3, 1), (8, 4), (9, 4), (70, 2)])
def test_the_fewest_bars_that_repeat_are_the_grid(bars, repeat):
    own = {1: [0], 2: [0, 480], 4: [0, 480, 960, 1440]}[repeat]
    notes = Notes.of([bar * 3840 + own[bar % repeat] for bar in range(bars)], 60, 38)
    found = taken(loop(notes, bars * 3840))
    assert found.bars == repeat
    assert played(found.beat, bars) == heard(notes)


def test_a_last_bar_that_is_not_full_rests():
    found = taken(loop(Notes.of([0, 3840, 4320], 60, 38), 5000))
    assert (found.bars, found.beat.scenes["main"].rows[0].size) == (2, 16)
    assert played(found.beat, 2) == [[0, 38, 96], [3840, 38, 96], [4320, 38, 96]]


def test_long_notes_are_held():
    notes = Notes.of([0, 480, 990, 1440], [470, 478, 960, 200], 46)
    (row,) = taken(loop(notes, 3840), steps=4).beat.scenes["main"].rows
    assert [step.length for step in row.steps] == [1, 2, 1, 1]
    notes = Notes.of([0, 960, 1950], [960, 477, 957], 46)
    (row,) = taken(loop(notes, 3840), steps=4).beat.scenes["main"].rows
    assert [step.length for step in row.steps] == [4, 2, 4]


def test_several_drum_tracks_are_one_and_the_louder_of_two_stays():
    tracks = (
        Track("low", hits((0, 36, 100), (960, 36, 90)), drums=True),
        Track("high", hits((0, 36, 110), (0, 42, 80)), drums=True),
        Track("bass", hits((0, 40, 110))),
    )
    drums = drums_of(Arrangement(tracks, 3840), GM)
    assert np.array([drums.onset, drums.key, drums.velocity]).T.tolist() == [
        [0, 36, 110],
        [0, 42, 80],
        [960, 36, 90],
    ]
    assert "1 hits doubled another" in drums.remarks[0]


# -- the command -----------------------------------------------------------------------------------


def test_it_says_what_it_found_and_what_next(cli, tmp_path):
    notes = hits((0, 36, 120), (495, 42, 90), (960, 61, 60), (3840, 36, 120), (4335, 42, 90), (4800, 61, 60))
    file = save(tmp_path / "My loop (1).mid", notes, 7680, tempos=((0, 123.0), (3840, 99.0)))
    code, out, err = cli("grid", file.name)
    assert (code, err) == (0, "")
    for words in (
        "My loop (1): 4/4, 123 BPM, bars 1-2, which repeat after 1, 2 steps to the beat, 6 hits",
        "bongo-low            2 hits  key 61",
        "the tempo changes, to 99 first",
        "wrote My-loop-1.toml",
        "`sirtak show My-loop-1.toml`",
        "`sirtak sequence My-loop-1.toml --bars 8 --kit gm`",
    ):
        assert words in out
    beat = beat_in(tmp_path / "My-loop-1.toml")
    assert (beat.name, beat.title, beat.source, beat.tag) == (
        "My-loop-1",
        "My loop (1)",
        "taken from My loop (1).mid",
        "U",
    )
    assert beat.tempo == (113, 133)
    assert played(beat, 2) == heard(notes)
    assert cli("check", "My-loop-1.toml")[0] == cli("show", "My-loop-1.toml")[0] == 0
    assert cli("grid", file.name, "-q", "-o", "a.toml")[1] == "a.toml\n"
    assert beat_in(tmp_path / "a.toml").name == "a"


def test_bars_take_a_part(cli, tmp_path):
    notes = hits((0, 36, 100), (3840, 38, 100), (7680 + 960, 42, 100))
    save(tmp_path / "a.mid", notes, 4 * 3840, meters=((0, 4, 4), (7680, 3, 4)))
    code, out, _ = cli("grid", "a.mid", "--bars", "2", "-o", "two.toml")
    assert code == 0
    assert "bar 2" in out
    assert played(beat_in(tmp_path / "two.toml"), 1) == [[0, 38, 100]]
    assert cli("grid", "a.mid", "--bars", "3-4", "-o", "three.toml")[0] == 0
    assert beat_in(tmp_path / "three.toml").meter_text == "3/4"


def test_bars_without_drums_are_said(cli, tmp_path):
    save(tmp_path / "a.mid", hits((3840, 36, 100)), 4 * 3840)
    assert "the drums rest in bar 1 and bars 3-4; --bars 2-2 leaves that out" in cli("grid", "a.mid")[1]


def test_another_kit_names_the_keys(cli, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\nkind = "kit"\nname = "mine"\nsource = "x"\ntag = "U"\n'
        '[voices]\nboom = 36\n"two words" = 38\naccent = 42\nall = 46\n'
    )
    save(tmp_path / "a.mid", hits((0, 36, 100), (0, 38, 99), (0, 42, 98), (0, 46, 97)), 3840)
    assert cli("grid", "a.mid", "--kit", "mine")[0] == 0
    assert beat_in(tmp_path / "a.toml").scenes["main"].voices == ("boom", "note-38", "note-42", "note-46")


def test_quantize_says_how_many_hits_moved(cli, tmp_path):
    save(tmp_path / "a.mid", hits((3, 36, 100), (960, 36, 100), (1925, 36, 100), (1940, 36, 90)), 3840)
    code, out, _ = cli("grid", "a.mid", "--quantize", "--levels", "--steps", "2")
    assert code == 0
    assert "3 of 4 hits moved to their steps" in out
    assert "1 hits fell on a step that had one" in out
    assert "kick  x-x-x---" in (tmp_path / "a.toml").read_text()


REFUSED = {
    "melody": (
        lambda p: save(p, hits((0, 60, 90)), 3840, drums=False),
        [],
        "no drums on channel 10",
        "--track",
    ),
    "track": (lambda p: save(p, hits((0, 60, 90)), 3840), ["--track", "lop"], "no track 'lop'", "'Loop'"),
    "kit": (lambda p: save(p, hits((0, 60, 90)), 3840), ["--kit", "gn"], "unknown kit 'gn'", "gm"),
    "meters": (
        lambda p: save(p, hits((0, 36, 90), (9000, 36, 90)), 11520, meters=((0, 4, 4), (7680, 3, 4))),
        [],
        "the meter changes: bars 1-2 in 4/4, bar 3 in 3/4",
        "--bars 1-2",
    ),
    "beyond": (
        lambda p: save(p, hits((0, 36, 90)), 3840),
        ["--bars", "2-3"],
        "the file has 1 bars",
        "--bars 1-1",
    ),
    "silent": (lambda p: save(p, hits((0, 36, 90)), 7680), ["--bars", "2"], "do not play in bar 2", "--bars"),
    "span": (lambda p: save(p, hits((0, 36, 90)), 7680), ["--bars", "²"], "not a span of bars", "9-12"),
    "ending": (
        lambda p: save(p, hits((0, 36, 90)), 7680),
        ["-o", "x"],
        "a pattern is a .toml file",
        "x.toml",
    ),
    "long": (
        lambda p: save(p, Notes.of(np.arange(65) * 3840 + np.arange(65), 60, 36), 65 * 3840),
        [],
        "65 bars that do not repeat",
        "--bars 1-16",
    ),
    "fine": (
        lambda p: save(p, Notes.of(np.arange(1056) * 120 + np.arange(1056) % 7, 60, 36), 33 * 3840),
        [],
        "33 bars of 8 steps to the beat",
        "--bars 1-32",
    ),
    "crowded": (
        lambda p: save(p, Notes.of([0, 4804, 4806, 4808, 4811, 4812], 1, 38), 7680),
        [],
        "bar 2, beat 2",
        "--quantize",
    ),
    "steps": (
        lambda p: save(p, hits((0, 36, 90), (400, 36, 90)), 3840),
        ["--steps", "1"],
        "bar 1",
        "--quantize",
    ),
    "meter": (
        lambda p: save(p, hits((0, 36, 90)), 3840, meters=((0, 4, 64),)),
        [],
        "the lower number must be",
        "hint",
    ),
    "empty": (lambda p: p.write_bytes(b""), [], "the file is empty", ""),
    "text": (lambda p: p.write_text("kick x---"), [], "not a MIDI file", "MThd"),
    "folder": (lambda p: p.mkdir(), [], "this is a folder", ".mid"),
    "nothing": (lambda p: None, [], "cannot be read", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(cli, tmp_path, case):
    make, words, message, hint = REFUSED[case]
    make(tmp_path / "a.mid")
    before = sorted(tmp_path.iterdir())
    code, out, err = cli("grid", "a.mid", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert hint in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before


def test_files_broken_anywhere_give_the_readers_error(cli, tmp_path):
    whole = encode(loop(hits((0, 36, 90), (960, 38, 80)), 3840))
    for end in range(len(whole)):
        (tmp_path / "a.mid").write_bytes(whole[:end])
        code, _, err = cli("grid", "a.mid")
        assert code == 2
        assert err.startswith("sirtak: a.mid")
    assert not (tmp_path / "a.toml").exists()


def test_nothing_is_overwritten_without_force(cli, tmp_path):
    save(tmp_path / "a.mid", hits((0, 36, 90)), 3840)
    (tmp_path / "a.toml").write_text("mine")
    code, _, err = cli("grid", "a.mid")
    assert code == 2
    assert "--force" in err
    assert (tmp_path / "a.toml").read_text() == "mine"
    assert cli("grid", "a.mid", "--force")[0] == 0
    assert played(beat_in(tmp_path / "a.toml"), 1) == [[0, 36, 90]]


def test_a_pattern_too_large_to_be_read_is_not_written(cli, tmp_path, monkeypatch):
    import sirtak.spec

    save(tmp_path / "a.mid", hits(*((tick * 97, 36, 1 + tick % 100) for tick in range(30))), 3840)
    monkeypatch.setattr(sirtak.spec, "MAX_BYTES", 1000)
    code, _, err = cli("grid", "a.mid")
    assert code == 2
    assert "--bars" in err
    assert not (tmp_path / "a.toml").exists()


def test_large_files_are_refused_before_they_are_parsed(cli, tmp_path, monkeypatch):
    monkeypatch.setattr(drums_module, "MOST_BYTES", 1000)
    monkeypatch.setattr("sirtak.listen.read.parse_midi", None)
    save(tmp_path / "a.mid", Notes.of(np.arange(1000) * 60, 30, 36), 60_000)
    code, _, err = cli("grid", "a.mid")
    assert code == 2
    assert "not a drum loop" in err
    assert "hint: save the drums alone" in err


def test_many_hits_and_many_bars_do_not_take_long(cli, tmp_path):
    rows = np.arange(20_000)
    save(tmp_path / "a.mid", Notes.of(rows * 120, 60, 36 + rows % 8), 20_000 * 120)
    code, out, _ = cli("grid", "a.mid")
    assert code == 0
    assert "bars 1-625, which repeat after 1" in out


def test_a_track_that_is_not_on_channel_ten_is_taken_by_name(cli, tmp_path):
    tracks = (Track("Bongos", hits((0, 61, 90))), Track("Bass", hits((0, 40, 90))))
    (tmp_path / "a.mid").write_bytes(encode(Arrangement(tracks, 3840)))
    code, _, err = cli("grid", "a.mid")
    assert code == 2
    assert "'Bongos', 'Bass'" in err
    assert cli("grid", "a.mid", "--track", "Bongos")[0] == 0
    assert played(beat_in(tmp_path / "a.toml"), 1) == [[0, 61, 90]]


@pytest.mark.parametrize("division", [96, 480, 1000])
def test_files_of_other_divisions_are_taken_on_our_clock(cli, tmp_path, division):
    track = mido.MidiTrack(
        [
            mido.Message("note_on", channel=9, note=36, velocity=100),
            mido.Message("note_on", channel=9, note=36, velocity=0, time=division // 3),
            mido.Message("note_on", channel=9, note=42, velocity=80, time=division // 6),
            mido.Message("note_off", channel=9, note=42, time=division // 4),
        ]
    )
    file = mido.MidiFile(type=0, ticks_per_beat=division)
    file.tracks.append(track)
    file.save(tmp_path / "a.mid")
    assert cli("grid", "a.mid")[0] == 0
    second = (division // 3 + division // 6) * 960 / division
    assert played(beat_in(tmp_path / "a.toml"), 1) == [[0, 36, 100], [round(second), 42, 80]]


def test_film_time_is_refused(cli, tmp_path):
    data = encode(loop(hits((0, 36, 90)), 3840))
    (tmp_path / "a.mid").write_bytes(data[:12] + struct.pack(">H", 0xE250) + data[14:])
    code, _, err = cli("grid", "a.mid")
    assert code == 2
    assert "film frames" in err or "damaged" in err


def test_a_meter_said_twice_is_no_change():
    arrangement = Arrangement(
        (Track("d", hits((0, 36, 90), (5760, 36, 90)), drums=True),),
        7680,
        meters=(MeterChange(0, 4, 4), MeterChange(3840, 4, 4)),
    )
    assert taken(arrangement).drums.bars == 2


def test_a_tempo_that_no_beat_has_is_said(cli, tmp_path):
    save(tmp_path / "a.mid", hits((0, 36, 90)), 3840, tempos=((0, 500.0),))
    assert "a beat's tempo is 20 to 400 BPM, and this one's is 500" in cli("grid", "a.mid")[1]
    assert beat_in(tmp_path / "a.toml").tempo == (400, 400)


def test_any_file_name_is_a_plain_word_in_the_pattern(cli, tmp_path):
    for name in ("--.mid", '\x07 \\ " Түн.mid', "тң 2.mid"):
        save(tmp_path / name, hits((0, 36, 90)), 3840)
        code, out, _ = cli("grid", tmp_path / name, "-q")
        assert code == 0
        assert beat_in(tmp_path / out.strip()).name == out.strip().removesuffix(".toml")
