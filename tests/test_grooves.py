"""Grooves: how they move and weigh hits, and what is wrong with a groove file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.rhythm import Grid, Groove, build_groove, load_groove
from sirtak.sequencer import sequence
from sirtak.spec import parse_document
from sirtak.theory.kit import load_kit

LIBRARY = Library()
GM = load_kit(LIBRARY, "gm")
ALL = f"hat {'x' * 16}\n\n[row.hat]\nstep.'*' = {{ velocity = 64 }}"
TWO = Grid.parse("kick " + "x" * 16 + "\nhat " + "x" * 16)


def made(offsets, base="1/16", velocities=None, **knobs):
    return Groove(
        "own",
        base,
        {voice: tuple(map(float, row)) for voice, row in offsets.items()},
        {voice: tuple(map(float, row)) for voice, row in (velocities or {}).items()},
        **knobs,
    )


def play(grid, bars=1, meter="4/4", **knobs):
    grid = Grid.parse(grid) if isinstance(grid, str) else grid
    return sequence(grid, bars, GM, meter=meter, **{"seed": None, **knobs})


def late(grid, bars=1, meter="4/4", **knobs):
    """Return by how much a groove moves each note, in order of time."""
    straight = play(grid, bars, meter, **{**knobs, "groove": None}).onset.astype(int)
    return (play(grid, bars, meter, **knobs).onset - straight).tolist()


@pytest.mark.parametrize("percent", [54, 58, 62, 66])
@pytest.mark.parametrize(("meter", "bars", "steps"), [("4/4", 3, 4), ("7/8", 2, 2), ("5/16", 3, 1)])
def test_the_grooves_of_an_mpc_are_its_swing(percent, meter, bars, steps):
    grid = Grid.parse("hat xXo\nkick x---x-", steps_per_beat=steps)
    swung = play(grid, bars, meter, swing=percent)
    assert play(grid, bars, meter, groove=f"mpc-{percent}") == swung
    assert swung != play(grid, bars, meter)


@pytest.mark.parametrize("amount", [0, 0.5, 1, 1.3])
@pytest.mark.parametrize("timing", [0, 50, 100])
def test_timing_and_amount_scale_offsets(amount, timing):
    groove = made({"all": [0, 40, -20, 100]}, timing=timing)
    wanted = [round(offset * timing / 100 * amount) for offset in (0, 40, -20, 100)]
    assert late(ALL, groove=groove, amount=amount) == wanted * 4


@pytest.mark.parametrize(
    ("velocity", "amount", "wanted"),
    [
        (0, 1, [64, 64]),
        (100, 1, [84, 34]),
        (50, 1, [74, 49]),
        (-100, 1, [44, 94]),
        (100, 0.5, [74, 49]),
        (100, 1.3, [90, 25]),
        (100, 0, [64, 64]),
    ],
)
def test_velocity_and_amount_scale_weights(velocity, amount, wanted):
    groove = made({"all": [0, 0]}, velocities={"all": [84, 34]}, velocity=velocity)
    assert play(ALL, groove=groove, amount=amount).velocity.tolist() == wanted * 8


def test_weights_stay_velocities():
    groove = made({"all": [0, 0]}, velocities={"all": [127, 1]}, velocity=100)
    assert set(play(ALL, groove=groove, amount=1.3).velocity.tolist()) == {127, 1}


@pytest.mark.parametrize(("quantize", "wanted"), [(0, 778), (25, 764), (50, 749), (100, 720)])
def test_quantize_takes_hits_back_to_their_slots(quantize, wanted):
    text = "hat ---x------------"
    groove = made({"all": [0, 0]}, quantize=quantize)
    for amount in (0, 1):
        onset = play(text, swing=62, groove=groove, amount=amount).onset.tolist()
        assert onset == pytest.approx([wanted], abs=1)


def test_quantize_leaves_micro_timing_alone():
    text = "hat -x--------------\n\n[row.hat]\nstep.2 = { nudge = 5 }"
    assert play(text, groove=made({"all": [0, 30]}, quantize=100)).onset.tolist() == [240 + 30 + 50]


def test_a_groove_lies_on_swing():
    groove = made({"all": [0, 10]})
    assert play("hat -x--", groove=groove, swing=62).onset.tolist()[0] == 298 + 10


@pytest.mark.parametrize("random", [10, 50, 100])
@pytest.mark.parametrize(("base", "half"), [("1/16", 120), ("1/8", 240), ("1/16T", 80), ("1/32", 60)])
def test_random_stays_within_half_a_slot(random, base, half):
    grid = Grid.parse("hat x", steps_per_beat=1)
    moved = np.array(late(grid, 65, seed=3, groove=made({"all": [0]}, base=base, random=random)))[4:-4]
    most = half * random / 100
    assert np.abs(moved).max() <= most + 1
    assert moved.max() > 0.7 * most
    assert moved.min() < -0.7 * most
    assert abs(moved.mean()) < 0.3 * most


def test_random_is_drawn_for_each_voice_and_each_seed():
    groove = made({"all": [0]}, random=50)
    quiet = "kick -xxx\nhat -xxx"
    first, again, other = (play(quiet, 4, seed=seed, groove=groove) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    kick, hat = (first[first.pitch == key].onset.tolist() for key in (36, 42))
    assert kick != hat
    assert play("hat -xxx", 4, seed=3, groove=groove).onset.tolist() == hat
    assert play(quiet, 4, seed=3, groove=groove, amount=0) == first
    assert play(quiet, 4, groove=groove) == play(quiet, 4)
    # A longer section leaves what was there (but for the very end, where hits may leave the bars).
    longer = play(quiet, 6, seed=3, groove=groove).onset
    assert longer[longer < 3 * 3840].tolist() == first.onset[first.onset < 3 * 3840].tolist()


@given(st.lists(st.integers(-120, 120), min_size=1, max_size=40), st.integers(1, 4))
def test_slots_follow_each_other_and_begin_anew_with_their_bars(offsets, bars):
    length = -(-len(offsets) // 16)
    whole = (offsets + [0] * (16 * length))[: 16 * length]
    got = play(Grid.parse("hat " + "x" * 16), bars + 1, groove=made({"all": whole}))
    wanted = [240 * at + whole[at % len(whole)] for at in range(16 * (bars + 1))]
    assert sorted(set(got.onset.tolist())) == sorted(
        {max(tick, 0) for tick in wanted if tick < 3840 * (bars + 1)}
    )


@pytest.mark.parametrize(
    ("meter", "slots", "bars"),
    [("4/4", 16, 2), ("4/4", 32, 5), ("3/4", 12, 3), ("2/4", 32, 9), ("2/4+4/4", 24, 5), ("3/4+2/4", 20, 5)],
)
def test_a_groove_of_several_bars_begins_anew_when_it_is_over(meter, slots, bars):
    # Every slot is late by its number, so where a hit lies says which slot it has.
    got = late("hat x", bars, meter, groove=made({"all": range(slots)}))
    assert got == [at % slots for at in range(len(got))]


def test_a_groove_begins_anew_with_the_bar_that_it_does_not_fill():
    grid = Grid.parse("hat x", steps_per_beat=1)
    assert late(grid, 3, "5/16", groove=made({"all": [0, 7]})) == [0, 7, 0, 7, 0] * 3


def test_voices_have_rows_of_their_own():
    groove = made(
        {"all": [0, 10], "hat": [-5, 30]}, velocities={"all": [64, 74], "kick": [70, 60]}, velocity=100
    )
    grid = Grid.parse(
        "kick -xxx\nhat -xxx\nrim -xxx\n\n"
        + "\n".join(f"[row.{v}]\nstep.'*' = {{ velocity = 50 }}" for v in ("kick", "hat", "rim"))
    )
    notes = play(grid, meter="1/4", groove=groove)
    rows = {key: notes[notes.pitch == key] for key in (36, 42, 37)}
    assert rows[36].onset.tolist() == rows[37].onset.tolist() == [250, 480, 730]
    assert rows[42].onset.tolist() == [270, 475, 750]
    assert rows[36].velocity.tolist() == [46, 56, 46]
    assert rows[42].velocity.tolist() == rows[37].velocity.tolist() == [60, 50, 60]


def test_a_groove_without_all_leaves_other_voices_alone():
    groove = made({"hat": [0, 30]}, velocities={"hat": [64, 100]}, velocity=100)
    notes, plain = play(TWO, groove=groove), play(TWO)
    assert notes[notes.pitch == 36] == plain[plain.pitch == 36]
    assert notes[notes.pitch == 42] != plain[plain.pitch == 42]


@pytest.mark.parametrize("name", LIBRARY.names("groove"))
def test_every_groove_loads_and_moves_or_weighs_something(name):
    groove = load_groove(LIBRARY, name)
    assert (groove.name, bool(groove.title), bool(groove.about)) == (name, True, True)
    assert groove.source
    assert groove.tag in {"P", "S", "C", "G", "U", "invented"}
    rows = [*groove.offsets.values(), *groove.velocities.values()]
    assert {len(row) for row in rows} == {groove.slots}
    moving = [value for row in groove.offsets.values() for value in row if value]
    assert moving or (groove.velocities and groove.velocity)
    assert max(map(abs, moving), default=0) <= groove.ticks / 2
    grid = Grid.parse("kick xxxx\nsnare xxxx\nhat xxxx")
    assert play(grid, 2, seed=1, groove=name) != play(grid, 2, seed=1)
    assert play(grid, 2, seed=1, groove=name) == play(grid, 2, seed=1, groove=groove)


FILE = """format = 1
kind = "groove"
name = "g"
base = "1/16"
source = "s"
tag = "invented"
[offsets]
all = [0, 20]
hat = [-5, 25]
[velocities]
all = [70, 58]
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "words", "mark", "hint"),
    [
        ('"1/16"', '"1/12"', 4, "base", "1/12", ""),
        ('"1/16"\n', '"1/16"\ntiming = 101\n', 5, "timing", "101", ""),
        ('"1/16"\n', '"1/16"\nrandom = -1\n', 5, "random", "-1", ""),
        ('"1/16"\n', '"1/16"\nquantize = "all"\n', 5, "quantize", "all", ""),
        ('"1/16"\n', '"1/16"\nvelocity = 120\n', 5, "velocity", "120", ""),
        ('"1/16"\n', '"1/16"\namount = 1\n', 5, "amount: unknown field", "amount", ""),
        ('"1/16"\n', '"1/16"\ntimin = 50\n', 5, "timin: unknown field", "timin", "did you mean 'timing'?"),
        ('tag = "invented"\n', "", None, "the field 'tag' is missing", None, "add tag"),
        ('kind = "groove"', 'kind = "grove"', 2, "kind", "grove", ""),
        ("all = [0, 20]\nhat = [-5, 25]\n", "", 7, "says of no slot how late", None, "all = [0, 20]"),
        ("[0, 20]", "[0, 121]", 8, "121 ticks is more than half a slot of 1/16", "121", "-120 to 120"),
        ("[0, 20]", "[-130.5, 20]", 8, "-130.5 ticks is more", "-130.5", "-120 to 120"),
        ("[0, 20]", "[130, 0.130]", 8, "130 ticks is more", "130, ", "-120 to 120"),
        ("[0, 20]", "[0, 900]", 8, "offsets.all", "900", ""),
        ("[0, 20]", '[0, "late"]', 8, "offsets.all", "late", ""),
        ("[-5, 25]", "[-5, 25, 0]", 9, "offsets.hat: 3 slots, where the first row has 2", "hat", "as many"),
        ("[0, 20]", "[]", 8, "offsets.all: 0 slots", "all", "1 to 512"),
        ("[0, 20]", "20", 8, "offsets.all", "20", ""),
        ("[70, 58]", "[70]", 11, "velocities.all: 1 slots, where the first row has 2", "all", "as many"),
        ("[70, 58]", "[70, 128]", 11, "velocities.all", "128", ""),
        ("[70, 58]", "[0, 58]", 11, "velocities.all", "0,", ""),
        ("[0, 20]", "[0 20]", 8, "not TOML", "20]", None),
    ],
)
def test_groove_files_say_where_they_are_wrong(old, new, line, words, mark, hint):
    assert old in FILE
    with pytest.raises(SirtakError) as caught:
        build_groove(parse_document(FILE.replace(old, new), "g.toml"))
    error = caught.value
    assert str(error).startswith(f"g.toml:{line}: " if line else "g.toml:")
    assert words in str(error)
    if hint is not None:
        assert error.hint
        assert hint in error.hint
    if mark is not None:
        assert error.column is not None, f"no caret: {error}"
        assert error.text[error.column :].lstrip("\"'").startswith(mark)


def test_an_unknown_groove_is_named_with_the_nearest():
    with pytest.raises(SirtakError, match="unknown groove 'mpc-55'") as caught:
        play(TWO, groove="mpc-55")
    assert "did you mean 'mpc-5" in caught.value.hint


def test_the_groove_of_a_file_is_what_it_says():
    groove = build_groove(parse_document(FILE.replace('"1/16"', '"1/8T"\nrandom = 5\nvelocity = -20'), "g"))
    assert (groove.ticks, groove.slots, groove.random, groove.velocity) == (320, 2, 5, -20)
    assert (groove.offset("hat"), groove.offset("rim")) == ((-5, 25), (0, 20))
    assert (groove.weight("hat"), groove.title) == ((70, 58), "G")
