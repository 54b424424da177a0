"""What single steps can do: velocity, chance, ratchets, flams, ties, nudges, locks, chokes, accents."""

import io
from itertools import pairwise

import mido
import numpy as np
import pytest

from sirtak.export.check import check_bytes
from sirtak.export.smf import encode
from sirtak.library import Library
from sirtak.notes import Arrangement, MeterChange, Track
from sirtak.rhythm import Grid
from sirtak.rng import Dice
from sirtak.sequencer import Feel, perform, sequence, swung
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, parse_meters

GM = load_kit(Library(), "gm")


def play(text, bars=1, meter="1/4", **knobs):
    return sequence(Grid.parse(text), bars, GM, meter=meter, **{"seed": None, **knobs})


def of(notes, voice, column="onset"):
    return notes.table[notes.pitch == GM.note(voice)][column].tolist()


def hat(step, steps="x---", more=""):
    return f"hat {steps}\n\n[row.hat]\n{more}\nstep.1 = {{ {step} }}"


def performed(text, bars=1, meter="1/4", feel=None, dice=None):
    span = Bars(parse_meters(meter), bars)
    return perform([(Grid.parse(text), np.ones(bars, bool))], span, GM, feel or Feel(), dice=dice)


@pytest.mark.parametrize("velocity", [1, 2, 64, 126, 127])
@pytest.mark.parametrize("steps", ["o---", "-x--", "--X-", "---x"])
def test_a_velocity_is_exact_at_every_place(velocity, steps):
    text = hat(f"velocity = {velocity}", steps).replace("step.1", 'step."*"')
    assert play(text, 4, "4/4").velocity.tolist() == [velocity] * 16


def test_levels_are_ordered_at_every_place_and_scaled():
    weak, plain, strong = (play(f"snare {mark}", meter="4/4").velocity for mark in "oxX")
    assert (weak < plain).all()
    assert (plain < strong).all()
    assert play(hat("velocity = 80"), level=0.5).velocity.tolist() == [40]
    assert play(hat("velocity = 80"), level=2).velocity.tolist() == [127]


def test_chance_is_a_threshold():
    found = [set(of(play(hat(f"chance = {c}"), 200, seed=3), "hat")) for c in (0, 0.1, 0.5, 0.51, 0.9, 1)]
    assert all(fewer <= more for fewer, more in pairwise(found))
    assert (len(found[0]), len(found[-1])) == (0, 200)
    assert 70 < len(found[2]) < 130
    assert found[1] != found[4]
    assert len(play(hat("chance = 0.1"), 50)) == 50


def test_the_chances_of_row_and_step_multiply():
    def onsets(row, step):
        return of(play(hat(f"chance = {step}", more=f"chance = {row}"), 200, seed=3), "hat")

    assert onsets(0.5, 0.5) == onsets(0.25, 1) == onsets(1, 0.25)
    assert set(onsets(0.5, 0.5)) < set(onsets(0.5, 1))


def test_chance_and_percent_are_two_draws():
    both, percent, chance = (
        set(of(play(hat(step), 400, seed=3), "hat"))
        for step in ("if = '50%', chance = 0.5", "if = '50%'", "chance = 0.5")
    )
    assert both == percent & chance
    assert 70 < len(both) < 130


def test_no_condition_sees_chance():
    text = "hat xx--\n\n[row.hat]\nstep.1 = { if = '1:1', chance = 0 }\nstep.2 = { if = 'PRE' }"
    assert of(play(text, 2, seed=1), "hat") == [240, 1200]


@pytest.mark.parametrize(
    ("steps", "ratchet", "wanted"),
    [
        ("x---", "ratchet = 2", [0, 120]),
        ("x---", "ratchet = 3", [0, 80, 160]),
        ("x---", "ratchet = 7", [0, 34, 69, 103, 137, 171, 206]),
        ("x___", "ratchet = 4", [0, 240, 480, 720]),
        ("x_--", "ratchet = 3", [0, 160, 320]),
        ("x---", "ratchet = 4, length = 4", [0, 240, 480, 720]),
        ("x___", "ratchet = 4, length = 1", [0, 60, 120, 180]),
        ("x---", "ratchet = 2, length = 0.5", [0, 60]),
        ("x---", 'ratchet = "1/32"', [0, 120]),
        ("x---", 'ratchet = "1/24"', [0, 160]),
        ("x---", 'ratchet = "1/64"', [0, 60, 120, 180]),
        ("x---", 'ratchet = "1/16"', [0]),
        ("x---", 'ratchet = "1/4"', [0]),
        ("x_--", 'ratchet = "1/24"', [0, 160, 320]),
        ("x___", 'ratchet = "1/12"', [0, 320, 640]),
        ("x---", 'ratchet = "1/16", length = 3.5', [0, 240, 480, 720]),
    ],
)
def test_a_ratchet_strikes_while_its_length_lasts(steps, ratchet, wanted):
    assert play(hat(ratchet, steps)).onset.tolist() == wanted


@pytest.mark.parametrize(
    ("ratchet", "wanted"),
    [
        ("ratchet = 4, ramp = 60", [40, 60, 80, 100]),
        ("ratchet = 4, ramp = -30", [40, 30, 20, 10]),
        ("ratchet = 3, ramp = 5", [40, 42, 45]),
        ("ratchet = 2, ramp = 126", [40, 127]),
        ("ratchet = 2, ramp = -126", [40, 1]),
        ("ratchet = 3", [40, 40, 40]),
        ('ratchet = "1/24", ramp = 20', [40, 60]),
        ('ratchet = "1/8", ramp = 20', [40]),
    ],
)
def test_a_ramp_runs_from_the_first_stroke_to_the_last(ratchet, wanted):
    assert play(hat(f"velocity = 40, {ratchet}")).velocity.tolist() == wanted


def test_a_gate_is_a_share_of_the_time_to_the_next_stroke():
    assert play(hat("ratchet = 3")).duration.tolist() == [80, 80, 80]
    assert play(hat("ratchet = 3, gate = 0.5")).duration.tolist() == [40, 40, 40]
    assert play(hat('ratchet = "1/16", gate = 0.25', "x_--")).duration.tolist() == [60, 60]


def test_a_ratchet_begins_where_swing_and_nudge_put_its_hit():
    text = "hat -x--\n\n[row.hat]\nstep.2 = { ratchet = 2, nudge = 2 }"
    assert play(text, swing=58).onset.tolist() == [298, 418]


@pytest.mark.parametrize("ratchet", ["ratchet = 3", 'ratchet = "1/16"'])
def test_the_last_bar_line_cuts_a_ratchet_and_does_not_squeeze_it(ratchet):
    # Six steps against sixteen: the third play's three steps begin one before the bar line.
    text = f"hat ---x__\n\n[row.hat]\nstep.4 = {{ {ratchet} }}"
    short, long = (play(text, bars, "4/4").onset for bars in (1, 2))
    assert short.tolist() == long[long < 3840].tolist() == [720, 960, 1200, 2160, 2400, 2640, 3600]


def test_a_flam_is_a_softer_note_before_the_hit():
    text = "snare -x--\n\n[row.snare]\nstep.2 = { velocity = 100, flam = 3 }"
    notes = play(text)
    assert notes.onset.tolist() == [210, 240]
    assert notes.velocity.tolist() == [60, 100]
    assert notes.duration.tolist() == [30, 120]
    exact = text.replace("flam = 3", "flam = 2.5, flam_velocity = 33")
    assert (play(exact).onset.tolist(), play(exact).velocity.tolist()) == ([215, 240], [33, 100])
    assert play(text, swing=58).onset.tolist() == [248, 278]
    assert play(text.replace("flam", "ratchet = 2, flam")).onset.tolist() == [210, 240, 360]


def test_a_flam_has_no_room_before_the_first_tick():
    assert play(hat("flam = 3"), 2).onset.tolist() == [0, 930, 960]
    assert play(hat("flam = 3, nudge = 3")).onset.tolist() == [0, 30]
    assert play(hat("flam = 3, nudge = 2")).onset.tolist() == [20]


def test_level_scales_a_grace_note_with_its_hit():
    text = "hat -x--\n\n[row.hat]\nstep.2 = { velocity = 100, flam = 3, flam_velocity = 60 }"
    assert play(text, level=0.5).velocity.tolist() == [30, 50]


@pytest.mark.parametrize(
    ("steps", "bars", "onsets", "durations"),
    [
        ("x___", 1, [0], [960]),
        ("x_-x", 1, [0, 720], [480, 120]),
        ("x_x-", 1, [0, 480], [480, 120]),
        ("x___x-", 1, [0], [960]),
        ("__-x", 2, [720, 1680], [720, 240]),
        ("_x__", 3, [240, 1200, 2160], [960, 960, 720]),
        ("__x-x", 1, [480], [120]),
        ("_-x-x_", 3, [480, 960, 1920, 2400], [120, 720, 120, 480]),
    ],
)
def test_ties_sound_as_long_as_their_steps(steps, bars, onsets, durations):
    notes = play(f"open {steps}", bars)
    assert (notes.onset.tolist(), notes.duration.tolist()) == (onsets, durations)


@pytest.mark.parametrize("nudge", [-23, -1, 0, 1, 2.5, 23])
@pytest.mark.parametrize("swing", [50, 58, 62])
def test_a_nudge_comes_after_swing(nudge, swing):
    text = f"hat -x-x----\n\n[row.hat]\nstep.4 = {{ nudge = {nudge} }}"
    straight, late = swung(np.array([240, 720]), swing).tolist()
    assert play(text, 2, swing=swing).onset.tolist() == [straight, late + round(10 * nudge)]


def test_nudges_of_row_and_step_add_up_and_stop_at_the_first_tick():
    text = "hat x-x-\n\n[row.hat]\nnudge = -4\nstep.3 = { nudge = 6 }"
    assert play(text, 2).onset.tolist() == [0, 500, 920, 1460]


LOCKED = "hat xxx-\n\n[row.hat]\ncc = { 74 = 64, 16 = 5 }\nstep.2 = { cc = { 74 = 90 } }"


def table(controls):
    return [(int(tick), int(number), int(value)) for tick, _, number, value in controls.table.tolist()]


def test_a_lock_holds_for_its_hit_and_the_row_comes_back_to_its_value():
    found = performed(LOCKED, 2)
    wanted = [(0, 16, 5), (0, 74, 64), (240, 74, 90), (480, 74, 64), (1200, 74, 90), (1440, 74, 64)]
    assert sorted(table(found.locks["hat"])) == wanted
    assert found.controls == found.locks["hat"]
    assert list(performed("kick x---\n" + LOCKED).locks) == ["hat"]


def test_a_lock_moves_with_its_hit_and_stands_before_its_grace_note():
    moved = LOCKED.replace("{ cc = {", "{ nudge = 3, flam = 2, cc = {")
    assert (250, 74, 90) in table(performed(moved).controls)
    assert (298 + 10, 74, 90) in table(performed(moved, feel=Feel(swing=62)).controls)
    silent = LOCKED.replace("{ cc = {", "{ if = '2:2', cc = {")
    assert [tick for tick, _, value in table(performed(silent, 2).controls) if value == 90] == [1200]
    assert performed(LOCKED.replace("cc = {", "mute = true\ncc = {", 1)).controls.table.size == 0


def test_a_lock_is_written_before_its_note():
    found = performed(LOCKED)
    track = Track("drums", found.notes, drums=True, controls=found.controls)
    data = encode(Arrangement((track,), 960))
    tick, at_second, state, heard = 0, [], {}, []
    for message in mido.MidiFile(file=io.BytesIO(data)).tracks[1]:
        tick += message.time
        if message.type == "control_change":
            state[message.control] = message.value
        if message.type == "note_on":
            heard.append((tick, state[74], state[16]))
        if tick == 240 and message.type in ("control_change", "note_on"):
            at_second.append(message.type)
    assert heard == [(0, 64, 5), (240, 90, 5), (480, 64, 5)]
    assert at_second == ["control_change", "note_on"]


def test_a_lock_ends_at_the_next_hit_of_its_voice_in_any_layer():
    locked = Grid.parse("hat ---x\n\n[row.hat]\ncc = { 74 = 64 }\nstep.4 = { cc = { 74 = 90 } }")
    plain = Grid.parse("hat x---\n\n[row.hat]\ncc = { 74 = 64 }")
    odd = np.array([True, False] * 2)
    found = perform([(locked, odd), (plain, ~odd)], Bars(parse_meters("1/4"), 4), GM, Feel())
    state, heard = {}, {}
    events = [(tick, 0, value) for tick, _, value in table(found.controls)]
    for tick, is_note, value in sorted([*events, *((tick, 1, 0) for tick in of(found.notes, "hat"))]):
        if is_note:
            heard[tick] = state[74]
        state[74] = state[74] if is_note else value
    assert heard == {720: 90, 960: 64, 2640: 90, 2880: 64}


def test_a_lock_whose_hit_is_pushed_behind_the_last_bar_is_not_written():
    text = "hat ---x\n\n[row.hat]\ncc = { 74 = 64 }\nstep.4 = { nudge = 23, cc = { 74 = 90 } }"
    found = performed(text, feel=Feel(swing=75), dice=Dice(1, "d"))
    assert all(tick < 960 for tick, *_ in table(found.controls))
    track = Track("drums", found.notes, drums=True, controls=found.controls)
    quarter = (MeterChange(0, 1, 4),)
    assert check_bytes(encode(Arrangement((track,), 960, meters=quarter))) == []


@pytest.mark.parametrize(
    ("text", "durations"),
    [
        ("open x___\nhat  --x-", [480]),
        ("hat  --x-\nopen x___", [480]),
        ("open x___\nhat  x---", [960]),
        ("open x___\nhat  x-x-", [480]),
        ("open -x__\nhat  x---", [720]),
        ("open x___\nrim  --x-", [960]),
        ("open x___\npedal ---x", [720]),
        ("open x___\nhat --x-\n\n[row.hat]\nnudge = 2", [500]),
        ("open x___\nhat --x-\n\n[row.hat]\nstep.3 = { flam = 3 }", [450]),
        ("open x___\nhat --x-\n\n[row.hat]\nstep.3 = { if = '2:2' }", [960]),
        ("open x___\nhat --x-\n\n[row.hat]\nmute = true", [480]),
        ("open x___\nhat --x-\n\n[row.open]\nchoke = 'own'", [960]),
        ("open x___\nrim --x-\n\n[row.rim]\nchoke = 'hats'", [480]),
        ("open x___\nrim --x-\n\n[row.rim]\nchoke = 'a'\n[row.open]\nchoke = 'a'", [480]),
        ("open x___\nhat x---\n\n[row.hat]\nstep.1 = { ratchet = 4 }", [60]),
    ],
)
def test_a_closed_hat_stops_an_open_one(text, durations):
    assert of(play(text), "open", "duration") == durations


def test_swing_and_hand_change_nothing_about_what_is_written_together():
    text = "open -x__\nhat -x--\n\n[row.open]\nswing = 50"
    assert of(play(text, swing=62), "open", "duration") == [720]
    assert of(play(text, seed=4, human=1), "open", "duration")[0] > 600


def test_the_accent_lane_adds_twenty_to_every_voice():
    text = (
        "kick xoX-\nhat xxxx\nrim -x--\n\n[row.hat]\nstep.2 = { velocity = 50 }\nstep.4 = { velocity = 120 }"
    )
    plain, lifted = play(text), play("accent -X-x\n" + text)
    assert (lifted.velocity.astype(int) - plain.velocity)[plain.pitch == 36].tolist() == [0, 20, 0]
    assert of(lifted, "hat", "velocity")[1] - of(plain, "hat", "velocity")[1] == 20
    assert of(lifted, "rim", "velocity")[0] - of(plain, "rim", "velocity")[0] == 20
    assert of(lifted, "hat", "velocity")[3] == 127
    assert lifted.onset.tolist() == plain.onset.tolist()


def test_the_accent_lane_has_conditions_and_a_length_of_its_own():
    text = "accent x--\nhat xxxx\n\n[row.hat]\nstep.'*' = { velocity = 60 }"
    assert play(text, 2).velocity.tolist() == [80, 60, 60, 80, 60, 60, 80, 60]
    fourth = text.replace("accent x--", "accent x---") + "\n[row.accent]\nstep.1 = { if = '2:2' }"
    assert play(fourth, 2).velocity.tolist() == [60, 60, 60, 60, 80, 60, 60, 60]
    assert len(play(text, 2, density=0, seed=1)) == 0
