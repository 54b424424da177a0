"""`sirtak groove`: how drums were played, slot by slot, becomes a groove."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sirtak.listen.drums as drums_module
from drumfiles import GM, hits, loop, save
from sirtak.listen.drums import drums_of
from sirtak.listen.grooves import take_groove
from sirtak.notes import Notes
from sirtak.rhythm import Grid, build_groove
from sirtak.rhythm.groove import BASES
from sirtak.sequencer import sequence
from sirtak.spec import read_document

STRAIGHT = Grid.parse("kick xxxxxxxxxxxxxxxx\nhat xxxxxxxxxxxxxxxx")


def taken(arrangement, **options):
    return take_groove(drums_of(arrangement, GM), name="a", source="b", **options)


def groove_in(path):
    return build_groove(read_document(path))


@pytest.mark.parametrize("seed", range(4))
def test_applied_to_a_straight_grid_it_plays_the_means(seed):
    notes = sequence(STRAIGHT, 16, GM, seed=seed, human=1.0, swing=57)
    groove = taken(loop(notes, 16 * 3840)).groove
    onset, key = notes.onset.astype(int), notes.pitch
    slot = np.rint(onset / 240).astype(int)
    late = onset - slot * 240
    out = sequence(STRAIGHT, 1, GM, groove=groove, seed=None)
    for voice in ("kick", "hat"):
        mine = key == GM.note(voice)
        mean = np.array([late[mine & (slot % 16 == number)].mean() for number in range(16)])
        assert np.allclose(groove.offsets[voice], mean, atol=0.051)
        played = out.onset[out.pitch == GM.note(voice)] - np.arange(16) * 240
        # What would come before the first bar comes on it; a tick is the least there is.
        assert np.abs(played - mean)[1:].max() <= 0.56
        assert played[0] == max(0, round(groove.offsets[voice][0]))


@given(
    st.sampled_from(["1/8", "1/16", "1/8T"]),
    st.integers(1, 2),
    st.lists(st.tuples(st.integers(-90, 90), st.integers(1, 127)), min_size=8, max_size=8),
)
def test_what_a_groove_plays_is_the_groove_again(base, length, slots):
    late = np.array([0, *(item[0] for item in slots[1:])])
    place = np.arange(8)
    notes = Notes.of(place * BASES[base] + late, 1, 36, [item[1] for item in slots])
    groove = taken(loop(notes, 2 * 3840), base=base, length=length).groove
    assert groove.slots == length * 3840 // BASES[base]
    assert list(groove.offsets["kick"][:8]) == late.tolist()[: groove.slots]
    assert all(-BASES[base] / 2 <= value <= BASES[base] / 2 for value in groove.offsets["all"])
    weights, velocity = np.array(groove.velocities["kick"][:8]), np.array([item[1] for item in slots])
    assert np.allclose(weights, np.clip(velocity + 64 - velocity.mean(), 1, 127), atol=0.051)


def test_slots_without_hits_and_voices_with_few():
    rows = [(bar * 3840 + tick, 36, 100) for bar in range(8) for tick in (10, 1930)]
    rows += [(bar * 3840 + 955, 38, 80) for bar in range(7)]
    found = taken(loop(hits(*rows), 8 * 3840), base="1/4")
    groove = found.groove
    assert set(groove.offsets) == {"all", "kick"}
    assert groove.offsets["all"] == (10, -5, 10, 0)
    # Kick has no hit on two and four: there it does as all do, and nobody plays on four.
    assert groove.offsets["kick"] == (10, -5, 10, 0)
    assert groove.velocities["all"] == (70.7, 50.7, 70.7, 64)
    assert groove.velocities["kick"] == (64, 50.7, 64, 64)
    assert found.slots["all"].hits.tolist() == [8, 7, 8, 0]
    assert "fewer than 8 hits, counted in all alone: snare" in found.remarks


def test_a_velocity_that_no_groove_can_say_is_cut_and_said():
    rows = [(bar * 3840 + tick, 36, 1 if tick else 127) for bar in range(8) for tick in (0, 960, 1920)]
    found = taken(loop(hits(*rows), 8 * 3840), base="1/4")
    assert found.groove.velocities["kick"] == (127, 22, 22, 64)
    assert any("cut there" in remark for remark in found.remarks)


def test_an_early_first_beat_belongs_to_it():
    rows = [(max(0, bar * 3840 - 20), 36, 100) for bar in range(9)]
    assert taken(loop(hits(*rows), 9 * 3840)).groove.offsets["kick"][0] == pytest.approx(-17.8)


# -- the command -----------------------------------------------------------------------------------


def test_it_says_what_each_slot_rests_on(cli, tmp_path):
    notes = sequence(STRAIGHT, 8, GM, human=1.0)
    save(tmp_path / "live take.mid", notes, 8 * 3840, tempos=((0, 120.0), (960, 118.0)))
    code, out, err = cli("groove", "live take.mid", "-o", "mine.toml")
    assert (code, err) == (0, "")
    for words in (
        "live take: 4/4, bars 1-8, 16 slots of 1/16, 256 hits",
        "all: 256 hits",
        "kick: 128 hits",
        "spread",
        "  hits       8      8",
        "the tempo changes, to 118 first",
        "wrote mine.toml",
        "`sirtak show mine.toml`",
    ):
        assert words in out
    groove = groove_in(tmp_path / "mine.toml")
    assert (groove.name, groove.source, groove.tag) == ("mine", "taken from live take.mid", "U")
    assert (groove.timing, groove.velocity, groove.slots) == (100, 100, 16)
    assert cli("check", "mine.toml")[0] == cli("show", "mine.toml")[0] == 0


def test_base_length_and_bars(cli, tmp_path):
    notes = Notes.of(np.arange(32) * 480 + 7, 60, 42)
    save(tmp_path / "a.mid", notes, 4 * 3840)
    assert cli("groove", "a.mid", "--base", "1/8", "--length", "2", "--bars", "2-4")[0] == 0
    groove = groove_in(tmp_path / "a.toml")
    assert (groove.base, groove.slots, groove.offsets["hat"]) == ("1/8", 16, (7.0,) * 16)


REFUSED = {
    "slots": (
        lambda p: save(p, hits((0, 36, 90)), 3360, meters=((0, 7, 8),)),
        ["--base", "1/4"],
        "7/8",
        "1/8",
    ),
    "many": (lambda p: save(p, hits((0, 36, 90)), 3840), ["--length", "64"], "1024 slots", "--length 32"),
    "base": (lambda p: save(p, hits((0, 36, 90)), 3840), ["--base", "1/5"], "1/5", "1/16"),
    "melody": (lambda p: save(p, hits((0, 60, 90)), 3840, drums=False), [], "no drums", "--track"),
    "meters": (
        lambda p: save(p, hits((0, 36, 90), (9000, 36, 90)), 11520, meters=((0, 4, 4), (7680, 3, 4))),
        [],
        "the meter changes",
        "--bars 1-2",
    ),
    "text": (lambda p: p.write_text("kick x---"), [], "not a MIDI file", "MThd"),
    "nothing": (lambda p: None, [], "cannot be read", ""),
    "ending": (
        lambda p: save(p, hits((0, 36, 90)), 3840),
        ["-o", "a.mid"],
        "a pattern is a .toml file",
        "a.toml",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(cli, tmp_path, case):
    make, words, message, hint = REFUSED[case]
    make(tmp_path / "a.mid")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    code, out, err = cli("groove", "a.mid", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert hint in err
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_nothing_is_overwritten_without_force(cli, tmp_path):
    save(tmp_path / "a.mid", hits((0, 36, 90)), 3840)
    (tmp_path / "a.toml").write_text("mine")
    code, _, err = cli("groove", "a.mid")
    assert code == 2
    assert "--force" in err
    assert (tmp_path / "a.toml").read_text() == "mine"
    assert cli("groove", "a.mid", "-f", "-q") == (0, "a.toml\n", "")
    assert groove_in(tmp_path / "a.toml").slots == 16


def test_large_files_are_refused(cli, tmp_path, monkeypatch):
    monkeypatch.setattr(drums_module, "MOST_BYTES", 1000)
    save(tmp_path / "a.mid", Notes.of(np.arange(1000) * 60, 30, 36), 60_000)
    code, _, err = cli("groove", "a.mid")
    assert code == 2
    assert "not a drum loop" in err


def test_every_base_of_grooves_can_be_asked_for():
    from sirtak.cli import groove as command

    assert tuple(BASES) == command.BASES
