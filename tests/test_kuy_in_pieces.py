"""Küy in pieces: alone, in other meters and modes, in songs, split by string, and in a recipe."""

import json
import re
import tomllib

import numpy as np
import pytest

import sirtak
from composed import LIBRARY, TYPES, composed, dombra, faults, kuy_of, others
from sirtak.composer.load import load_piece
from sirtak.errors import SirtakError
from sirtak.export.check import check_bytes
from sirtak.folk.kuy.types import load_kuy_type
from sirtak.theory.tuning import load_tuning

SONGS = ("sirtak", "kazan")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


# -- alone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TYPES)
def test_a_kuy_alone_has_its_types_meter_mode_tempo_and_strings(name):
    composition = composed(name)
    piece, kind = composition.piece, load_kuy_type(LIBRARY, name)
    assert [track.name for track in composition] == ["dombra"]
    assert composition.title == kind.title
    assert piece.meters == (kind.meter,)
    assert piece.mode.name == kind.file.mode
    assert piece.tonic == kind.tonic
    low, high = kind.file.tempo
    assert low <= piece.file.tempo <= high
    tuning = load_tuning(LIBRARY, kind.file.tuning)
    assert dombra(composition).strings == (tuning.melody, tuning.bass)
    assert composition.arrangement.diagnostics == ()
    seconds = composition.arrangement.seconds
    assert 60 < seconds < 300, "a küy lasts some minutes"


@pytest.mark.parametrize("name", TYPES)
def test_seeds_and_takes_are_other_kuy(name):
    found = {onsets_key(composed(name, seed)) for seed in (1, 2, 3)} | {
        onsets_key(composed(name, 1, kuy__take=2))
    }
    assert len(found) == 4
    assert onsets_key(sirtak.compose("kuy", seed=1, set={"kuy.type": name})) == onsets_key(composed(name))


def onsets_key(composition):
    return composition["dombra"].table.tobytes()


def test_tempi_of_seeds_lie_in_the_types_range():
    tempi = {composed("adai", seed).piece.file.tempo for seed in range(8)}
    assert len(tempi) > 3
    assert composed("adai", 1, tempo=90).piece.file.tempo == 90


METERS = [
    "7/8",
    "3/4",
    "6/8",
    "9/8 (2+2+2+3)",
    "9/8",
    "5/4",
    "2/4+3/4",
    "2/4+3/4+5/8+3/8",
    "3/8",
    "2/2",
    "12/8",
]


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("name", ["adai", "kelinshek"])
def test_other_meters(name, meter):
    composition = composed(name, 2, meter=meter)
    assert faults(composition) == []
    piece = composition.piece
    bars = [bar for section in piece.sections() for bar in section.kuy.meters]
    assert bars == [piece.meters[number % len(piece.meters)] for number in range(len(bars))]
    starts = np.cumsum([0, *(bar.ticks for bar in bars)])
    assert composition.arrangement.length == starts[-1]
    assert check_bytes(composition.to_bytes()) == []
    if meter == str(load_kuy_type(LIBRARY, name).meter):
        return
    # Short bars are the type's own, and belong to its own meter.
    assert all(section.kuy.hinge is None for section in piece.sections())


@pytest.mark.parametrize("meter", ["5/16", "1/8", "7/8 (1+3+3)"])
def test_meters_without_a_beat_for_it(meter):
    with pytest.raises(SirtakError, match="a küy has no beat for the group") as caught:
        load_piece("kuy", [f"meter={meter}"])
    assert "quarters or dotted quarters" in caught.value.hint


@pytest.mark.parametrize("bars", [10, 24, 60, 200, 512])
@pytest.mark.parametrize(("name", "span"), [("adai", 1), ("balbyrauyn", 2), ("kelinshek", 2)])
def test_the_length_is_the_one_asked_for(name, span, bars):
    bars = max(bars, 10 * span)
    piece = kuy_of(name, 4, kuy__bars=bars)
    counted = [bar for section in piece.sections() for bar in section.kuy.meters]
    short = sum(section.kuy.hinge is not None for section in piece.sections())
    assert abs(len(counted) - short - bars) <= span / 2


@pytest.mark.parametrize("meter", ["4/4", "2/4", "6/8", "2/4+3/4"])
@pytest.mark.parametrize("name", ["adai", "balbyrauyn"])
def test_lengths_are_bars_of_the_piece(name, meter):
    piece = kuy_of(name, 4, kuy__bars=48, meter=meter)
    counted = [bar for section in piece.sections() for bar in section.kuy.meters]
    short = sum(section.kuy.hinge is not None for section in piece.sections())
    assert abs(len(counted) - short - 48) <= 2


@pytest.mark.parametrize("name", TYPES)
def test_a_kuy_on_another_tonic_is_the_same_on_other_strings(name):
    here = composed(name, 3)
    for tonic, up in (("E", 2), ("C", -2)):
        wanted = (load_kuy_type(LIBRARY, name).tonic + up) % 12
        names = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
        there = composed(name, 3, tonic=names[wanted])
        assert there["dombra"] == here["dombra"].but(pitch=lambda n, up=up: n.pitch.astype(int) + up), tonic
        assert dombra(there).frets.tolist() == dombra(here).frets.tolist()
        assert dombra(there).strings == tuple(string + up for string in dombra(here).strings)


@pytest.mark.parametrize("mode", LIBRARY.names("mode"))
def test_every_mode_is_played_or_refused_where_it_is_named(mode):
    if mode == "mangystau-phrygian":  # a tetrachord
        with pytest.raises(SirtakError, match="too few for a küy") as caught:
            composed("adai", 2, mode=mode)
        assert caught.value.file == f"--set mode={mode}"
        assert caught.value.hint
        return
    composition = composed("adai", 2, mode=mode)
    assert faults(composition) == []
    classes = {(int(pitch) - composition.piece.tonic) % 12 for pitch in composition["dombra"].pitch}
    opened = {(string - composition.piece.tonic) % 12 for string in dombra(composition).strings}
    assert classes <= composition.piece.mode.pitch_classes | opened


def test_others_may_join_and_change_nothing():
    plain = composed("kenes", 2)
    joined = sirtak.compose("kuy", seed=2, set={"kuy.type": "kenes", "qobyz.level": 1, "tuyaq.level": 1})
    assert {track.name for track in joined} == {"dombra", "qobyz", "tuyaq"}
    assert joined["dombra"] == plain["dombra"]


# -- split strings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["kuy", "sirtak", "kazan"])
def test_a_track_for_each_string(style):
    whole = composed("adai", 2, style)
    split = composed("adai", 2, style, dombra__strings="split")
    melody, bass = split.arrangement["dombra"], split.arrangement["dombra-2"]
    assert set(melody.notes.string.tolist()) == {1}
    assert set(bass.notes.string.tolist()) == {2}
    assert melody.notes | bass.notes == whole["dombra"]
    assert (melody.strings, bass.strings) == tuple((string,) for string in dombra(whole).strings)
    assert melody.title != bass.title
    assert others(split, ("dombra", "dombra-2")) == others(whole)
    data = split.to_bytes()
    assert check_bytes(data) == []
    assert sirtak.compose(split.recipe).to_bytes() == data


@pytest.mark.parametrize("neck", ["bokey", "neutral"])
def test_cents_bend_movable_frets_and_nothing_else(neck):
    plain = composed("adai", 2, dombra__strings="split", dombra__neck=neck)
    bent = composed("adai", 2, dombra__strings="split", dombra__neck=neck, dombra__cents="true")
    for name in ("dombra", "dombra-2"):
        before, after = plain.arrangement[name], bent.arrangement[name]
        assert after.notes.but(cents=0) == before.notes
        assert not before.notes.cents.any()
        from sirtak.theory.neck import load_neck

        tied = load_neck(LIBRARY, neck)
        string = after.notes.pitch.astype(int) - after.strings[0]
        for fret, cents in set(zip(string.tolist(), after.notes.cents.tolist(), strict=True)):
            if fret in tied.cents:
                assert abs(cents - (tied.cents[fret] - 100 * fret)) <= tied.offset + 0.5
            else:
                assert cents == 0
        # A fret stays where it was tied.
        heard = set(zip(string.tolist(), after.notes.cents.tolist(), strict=True))
        assert len(heard) == len({fret for fret, _ in heard})
    assert any(track.notes.cents.any() for track in bent)
    assert check_bytes(bent.to_bytes()) == []


def test_cents_without_split_strings_are_refused():
    with pytest.raises(SirtakError, match="two strings on one channel cannot be bent apart") as caught:
        load_piece("kuy", ["dombra.cents=true"])
    assert 'strings = "split"' in caught.value.hint


# -- in a song ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("style", SONGS)
def test_a_song_with_a_kuy_is_played_by_one_hand(style, name):
    composition = composed(name, 2, style)
    assert faults(composition) == []
    track = dombra(composition)
    assert track.frets.min() >= 0
    assert track.frets.max() <= 19
    assert check_bytes(composition.to_bytes()) == []
    assert composition.piece.file.tempo == sirtak.compose(style).piece.file.tempo


@pytest.mark.parametrize("name", ["adai", "balbyrauyn"])
@pytest.mark.parametrize("style", SONGS)
def test_kuy_knobs_are_the_dombras_alone(style, name):
    plain = composed(name, 2, style)
    for knob in ({"kuy__grace": 0}, {"kuy__grace": 3}, {"kuy__pull_off": 0}, {"kuy__pull_off": 3}):
        turned = composed(name, 2, style, **knob)
        assert others(turned) == others(plain)
    for knob in ({"kuy__bars": 40}, {"kuy__saga": 0.4}):
        assert composed(name, 2, style, **knob).to_bytes()[:14] == plain.to_bytes()[:14]
        assert {t.name: t.notes for t in composed(name, 2, style, **knob)} == {t.name: t.notes for t in plain}


@pytest.mark.parametrize("style", SONGS)
def test_the_beat_does_not_hear_the_kuy(style):
    without = sirtak.compose(style, seed=2)
    for name in ("adai", "kelinshek"):
        with_kuy = composed(name, 2, style)
        for part in ("drums", "percussion"):
            assert with_kuy[part] == without[part]
        assert with_kuy.arrangement.markers == without.arrangement.markers
        assert with_kuy.arrangement.length == without.arrangement.length
        assert with_kuy["dombra"] != without["dombra"]


SONG = """name = "p"
meter = "{meter}"
[kuy]
type = "adai"
[dombra]
human = 0
[bass]
[drums]
[[section]]
name = "a"
bars = 8
energy = 0.5
lead = "dombra"
{a}
[[section]]
name = "b"
bars = {bars}
energy = 0.5
lead = "dombra"
{b}
"""


def song(a="", b="", bars=8, meter="4/4", seed=3, **sets):
    return sirtak.compose(SONG.format(a=a, b=b, bars=bars, meter=meter), seed=seed, set=sets)


def heights(composition):
    """Mean fret of the melody string in each section."""
    track = dombra(composition)
    marks = [tick for tick, _ in composition.arrangement.markers] + [composition.arrangement.length]
    found = []
    for start, end in zip(marks, marks[1:], strict=False):
        inside = (track.notes.onset >= start) & (track.notes.onset < end) & (track.notes.string == 1)
        found.append(float(track.frets[inside & (track.frets > 0)].mean()))
    return found


def test_zones_come_by_lift_or_by_name():
    low = heights(song())[0]
    middle = heights(song(a="lift = 3"))[0]
    high = heights(song(a="lift = 7"))[0]
    assert low < middle < high
    assert heights(song(a='zone = "orta"'))[0] == middle
    assert heights(song(a='zone = "kishi_saga"'))[0] == high
    # The name has the last word.
    assert heights(song(a='lift = 7\nzone = "bas"'))[0] == low
    assert heights(song(a='zone = "ulken_saga"'))[0] >= high - 2


def test_a_zone_is_the_dombras_and_not_the_drums():
    low, high = song(a='zone = "bas"'), song(a='zone = "kishi_saga"')
    assert low["drums"] == high["drums"]
    assert low["dombra"] != high["dombra"]


def test_the_same_figures_sound_in_the_song_and_alone():
    alone = kuy_of("adai", 3).kuy.material.figures
    inside = song().piece.kuy.material.figures
    assert {name: figure.frets.tolist() for name, figure in inside.items()} == {
        name: figure.frets.tolist() for name, figure in alone.items()
    }


@pytest.mark.parametrize("bars", [1, 2, 5])
@pytest.mark.parametrize("meter", ["4/4", "2/4", "5/8", "2/4+3/4"])
@pytest.mark.parametrize("pace", [1, 2])
def test_a_song_stops_with_its_last_bars(bars, meter, pace):
    """Whatever the last figure is cut to, the end is one chord on open strings or a unison."""
    composition = song(bars=bars, meter=meter, b=f"pace = {pace}")
    track = dombra(composition)
    meters = composition.piece.meters
    last = int(track.notes.onset.max())
    stop = track.notes.onset >= last - 60
    assert stop.sum() == 2
    frets = dict(zip(track.notes[stop].string.tolist(), track.frets[stop].tolist(), strict=True))
    assert frets in ({1: 0, 2: 0}, {1: 0, 2: 5})
    longest = max(meter.ticks for meter in meters)
    assert last >= composition.arrangement.length - pace * longest - 60
    # Another section before it does not stop.
    assert (track.notes.onset < composition.arrangement.markers[1][0]).sum() > 8


def test_a_longer_section_leaves_the_others():
    def second(composition):
        start = composition.arrangement.markers[1][0]
        notes = composition["dombra"]
        return notes[notes.onset >= start].shift(-start)

    assert second(song()) == second(
        sirtak.compose(
            SONG.format(a="", b="", bars=8, meter="4/4").replace("bars = 8", "bars = 12", 1), seed=3
        )
    )


@pytest.mark.parametrize("name", ["adai", "kenes"])
def test_other_leaders_sing_the_kuys_tune(name):
    """Where the piano leads, it has the tune of the strokes: within its range, at their onsets."""
    text = f'name = "p"\n[kuy]\ntype = "{name}"\n[piano]\nhuman = 0\n[[section]]\nname = "a"\nbars = 8\nlead = "piano"\n'
    composition = sirtak.compose(text, seed=2)
    assert {track.name for track in composition} == {"piano"}
    assert len(composition["piano"]) >= 8
    assert composition.piece.kuy is not None
    assert (
        sirtak.compose(text.replace("[kuy]\ntype", "[harmony]\n#"), seed=2)["piano"] != composition["piano"]
    )


def test_a_muted_dombra_is_silent():
    assert "dombra" not in {track.name for track in song(**{"dombra.mute": True})}


# -- what is refused ---------------------------------------------------------------------------------------

HEAD = 'name = "p"\n[dombra]\n[[section]]\nname = "a"\nbars = 4\n'
BAD = {
    "a zone without a küy": (f'{HEAD}zone = "orta"\n', "section 'a', zone: the piece has no küy", 6, "[kuy]"),
    "an unknown zone": (f'{HEAD}zone = "saga"\n[kuy]\ntype = "adai"\n', "zone: invalid enum value", 6, None),
    "nobody to play": ('name = "p"\n[kuy]\ntype = "adai"\n[piano]\n', "kuy.type: nobody plays the küy", 3, "[dombra]"),
    "an unknown type": ('name = "p"\n[kuy]\ntype = "adaj"\n[dombra]\n', "kuy.type: unknown kuy 'adaj'", 3, "adai"),
    "a type with a path": ('name = "p"\n[kuy]\ntype = "../adai"\n[dombra]\n', "kuy.type: kuy '../adai' is not a name", 3, "plain word"),
    "an impossible meter": ('name = "p"\nmeter = "5/16"\n[kuy]\ntype = "adai"\n[dombra]\n', "kuy: meter 5/16: a küy has no beat", 2, "quarters"),
    "an impossible meter among others": ('name = "p"\nmeter = "4/4+1/8"\n[kuy]\ntype = "adai"\n[dombra]\n', "kuy: meter 1/8", 2, "quarters"),
    "a mode too poor": ('name = "p"\nmode = "mangystau-phrygian"\n[kuy]\ntype = "adai"\n[dombra]\n', "kuy: mode mangystau-phrygian has 6 frets", 2, "another mode"),
    "a neck without the frets": ('name = "p"\n[kuy]\ntype = "adai"\n[dombra]\nneck = "arqa"\n', "dombra.neck: mode aeolian-dorian needs fret", 5, "chromatic"),
    "an unknown neck": ('name = "p"\n[kuy]\ntype = "adai"\n[dombra]\nneck = "arka"\n', "unknown fret 'arka'", 5, "arqa"),
    "cents on one track": ('name = "p"\n[kuy]\ntype = "adai"\n[dombra]\ncents = true\n', "dombra.cents: two strings on one channel", 5, "split"),
    "too short": ('name = "p"\n[kuy]\ntype = "adai"\nbars = 5\n[dombra]\n', "kuy.bars: 5 is too short for a küy in 4/4", 4, "at least 10"),
    "too long": ('name = "p"\n[kuy]\ntype = "adai"\nbars = 1000\n[dombra]\n', "kuy.bars: expected int <= 512", 4, None),
    "more sağa than half": ('name = "p"\n[kuy]\ntype = "adai"\nsaga = 0.7\n[dombra]\n', "kuy.saga: expected float <= 0.5", 4, None),
    "an unknown knob": ('name = "p"\n[kuy]\ntype = "adai"\nvariaton = 1\n[dombra]\n', "kuy.variaton: unknown field", 4, "variation"),
    "a grace of 4": ('name = "p"\n[kuy]\ntype = "adai"\ngrace = 4\n[dombra]\n', "kuy.grace: expected float <= 3", 4, None),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_message_at_its_line(case, tmp_path, call):
    text, message, line, hint = BAD[case]
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    code, out, err = call("compose", "p.toml")
    assert code == 2
    assert out == ""
    assert err.startswith(f"sirtak: p.toml:{line}:"), err
    assert message in err
    assert hint is None or hint in err
    assert "Traceback" not in err
    assert not (tmp_path / "p.mid").exists()


def test_a_kuy_alone_needs_no_chords_of_its_mode():
    """The default progression has a seventh, and a pentatonic küy its drone."""
    composition = composed("legend", 1, mode="do-pentatonic")
    assert faults(composition) == []
    with pytest.raises(SirtakError, match="mode do-pentatonic has no degree"):
        song(mode="do-pentatonic")


# -- recipes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("style", "name"),
    [("kuy", name) for name in TYPES] + [(SONGS[n % 2], name) for n, name in enumerate(TYPES)],
)
def test_recipes_make_the_identical_file(name, style):
    composition = composed(name, 2, style)
    again = sirtak.compose(composition.recipe)
    assert again.to_bytes() == composition.to_bytes()
    assert again.recipe == composition.recipe
    table = tomllib.loads(composition.recipe)
    assert table["kuy"]["type"] == name
    assert ("section" in table) == (style != "kuy"), "a küy that stands alone is grown again"


@pytest.mark.parametrize(
    "sets",
    [
        {"kuy__bars": 48}, {"kuy__saga": 0.2}, {"kuy__saga": 0}, {"kuy__variation": 1}, {"kuy__take": 3},
        {"meter": "7/8"}, {"meter": "2/4+3/4"}, {"tonic": "Bb", "mode": "dorian"}, {"tempo": 99.5},
        {"dombra__cents": "true", "dombra__strings": "split", "dombra__neck": "bokey"},
        {"dombra__manner": "pluck"}, {"mode": "la-pentatonic"},
    ],
    ids=str,
)  # fmt: skip
def test_recipes_keep_every_knob(sets):
    composition = composed("adai", 2**40, **sets)
    assert sirtak.compose(composition.recipe).to_bytes() == composition.to_bytes()


def test_a_recipe_can_be_changed(tmp_path, call):
    assert call("compose", "kuy", "--set", "kuy.type=kenes", "-q")[0] == 0
    assert call("recover", "kuy.mid", "-o", "mine.toml")[0] == 0
    assert call("compose", "mine.toml", "--set", "kuy.bars=40", "-o", "short.mid")[0] == 0
    assert (tmp_path / "short.mid").stat().st_size < (tmp_path / "kuy.mid").stat().st_size


# -- the command line --------------------------------------------------------------------------------------


def test_types_are_listed_and_shown(call):
    code, out, _ = call("list", "kuys")
    assert code == 0
    assert all(name in out for name in TYPES)
    rows = json.loads(call("list", "kuys", "--json")[1])
    assert [row["name"] for row in rows] == TYPES
    for name in TYPES:
        code, out, _ = call("show", "kuy", name)
        kind = load_kuy_type(LIBRARY, name)
        assert code == 0
        assert kind.title in out
        assert str(kind.file.meter) in out
        assert kind.file.mode in out
        assert "evidence" in out
        for cell in kind.cells:
            assert cell in out
    assert call("show", "kuy", "adaj")[0] == 2


def test_the_file_of_a_type_can_be_taken_and_changed(tmp_path, call):
    code, out, _ = call("show", "kuy", "kenes", "--toml")
    assert code == 0
    (tmp_path / "mine.toml").write_text(out.replace('name = "kenes"', 'name = "mine"'), encoding="utf-8")
    (tmp_path / "p.toml").write_text('name = "p"\n[kuy]\ntype = "mine"\n[dombra]\n')
    assert call("check", "mine.toml")[0] == 0
    assert call("compose", "p.toml", "-q")[0] == 0


def test_knobs_of_the_kuy_are_known(call):
    code, out, _ = call("knobs", "kuy")
    assert code == 0
    rows = json.loads(call("knobs", "--json")[1])
    mine = {row["name"]: row for row in rows if row["owner"] == "kuy"}
    assert set(mine) >= {"type", "take", "bars", "saga", "variation", "grace", "pull_off"}
    assert all(row["help"] for row in mine.values())
    for name in ("variation", "grace"):
        assert name in out
    owners = {f"{row['owner']}.{row['name']}" for row in rows}
    assert {"dombra.strings", "dombra.cents", "dombra.neck", "section.zone"} <= owners


def test_a_kuy_can_be_looked_at(call):
    assert call("compose", "kuy", "-q")[0] == 0
    assert "Bas buyn" in call("show", "kuy.mid", "--ascii")[1]
    tab = call("show", "kuy.mid", "--tab", "--bars", "1-4", "--ascii")
    assert tab[0] == 0
    assert re.search(r"\d", tab[1])
    assert call("check", "kuy.mid")[0] == 0
