"""What is wrong with a beat or a kit is told with file, line, caret and a way out."""

import pytest

from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.rhythm import Grid, build_beat
from sirtak.sequencer import sequence
from sirtak.spec import parse_document
from sirtak.theory.kit import build_kit, load_kit

BEAT = '''format = 1
kind = "beat"
name = "b"
source = "s"
tag = "invented"
tempo = [100, 120]
grid = """
kick X---x---X---x---
hat  --x---x---x---x_
"""

[row.hat]
cc = { "74" = 64 }
swing = 58
step.3 = { if = "2:4", velocity = 70 }

[scene.fill]
grid = """
snare x-x-x-x-x-x-x-x-
"""
[scene.fill.row.snare]
step.1 = { ratchet = 4 }
'''

KIT = """format = 1
kind = "kit"
name = "k"
source = "s"
tag = "G"
[voices]
kick = 36
hat = 42
open = 46
[choke]
hats = ["hat", "open"]
"""


def told(build, text, name):
    with pytest.raises(SirtakError) as caught:
        build(parse_document(text, name))
    return caught.value


def check(error, where, words, mark, hint=""):
    """Assert where an error is, what it says, what its caret stands under, and that it has a way out."""
    said = str(error)
    assert said.startswith(where), said
    assert words in error.message, said
    assert error.hint, f"no hint: {said}"
    assert hint in error.hint, said
    if mark:
        assert error.column is not None, f"no caret: {said}"
        assert error.text[error.column :].lstrip("\"'[").startswith(mark), said


STEP = 'step.3 = { if = "2:4", velocity = 70 }'


def test_the_beat_itself_is_right():
    made = build_beat(parse_document(BEAT, "b.toml"))
    assert made.scenes["main"]["hat"].steps[0].velocity == 70
    assert made.scenes["fill"]["snare"].steps[0].ratchet.count == 4


@pytest.mark.parametrize(
    ("new", "words", "mark", "hint"),
    [
        # steps that are not there
        ("step.0 = { velocity = 70 }", "has steps 1 to 16, and no 0", "0 =", ""),
        ("step.17 = { velocity = 70 }", "has steps 1 to 16, and no 17", "17 =", ""),
        ("step.17 = { velocity = 17 }", "has steps 1 to 16, and no 17", "17 =", ""),
        ('step."9-20" = { velocity = 70 }', "has steps 1 to 16, and no 9-20", "9-20", ""),
        ('step."7-3" = { velocity = 70 }', "7-3", "7-3", ""),
        ('step."3,70" = { velocity = 70 }', "has steps 1 to 16, and no 70", "3,70", ""),
        ("step.x = { velocity = 70 }", "step 'x': not a step's number", "x =", "step.7"),
        ('step."3;7" = { velocity = 70 }', "step '3;7': not a step's number", "3;7", 'step."3,7"'),
        ('step."" = { velocity = 70 }', "step '': not a step's number", "", "step.7"),
        ("step.1 = { velocity = 70 }", "step 1 of row 'hat' is a rest or a hold", "1 =", "3, 7, 11, 15"),
        ("step.1 = { velocity = 1 }", "step 1 of row 'hat' is a rest or a hold", "1 =", "3, 7, 11, 15"),
        ("step.16 = { velocity = 70 }", "step 16 of row 'hat' is a rest or a hold", "16 =", "15"),
        ('step."3,4" = { velocity = 70 }', "step 4 of row 'hat' is a rest or a hold", "3,4", "3, 7, 11"),
        # fields and ranges
        ("step.3 = { velocty = 70 }", "velocty: unknown field", "velocty", "'velocity'"),
        ("step.3 = { condition = '2:4' }", "condition: unknown field", "condition", ""),
        ("step.3 = { velocity = 0 }", "velocity", "0 }", ""),
        ("step.3 = { velocity = 128 }", "velocity", "128", ""),
        ("step.3 = { velocity = 70.5 }", "velocity", "70.5", ""),
        ("step.3 = { chance = 50 }", "chance", "50", ""),
        ("step.3 = { chance = nan }", "chance", "nan", ""),
        ("step.3 = { flam = 24 }", "flam", "24", ""),
        ("step.3 = { nudge = 24 }", "nudge", "24", "-23 to 23"),
        ("step.3 = { if = 24 }", "if", "24", ""),
        ("step.3 = 70", "step.3", "70", ""),
        # conditions
        ('step.3 = { if = "2" }', "'2' is not a condition", "2", "A:B"),
        ('step.3 = { if = "2", velocity = 2 }', "'2' is not a condition", '2",', "A:B"),
        ('step.3 = { if = "" }', "is not a condition", "", "A:B"),
        ('step.3 = { if = "5:4" }', "4 plays have no play 5", "5:4", "did you mean 4:5?"),
        ('step.3 = { if = "120%" }', "120% is more than always", "120%", "100%"),
        ('step.3 = { velocity = 70, if = "!FIL" }', "'!FIL' is not a condition", "!FIL", "FILL"),
        # ratchets and flams
        ("step.3 = { ratchet = 1 }", "ratchet", "1 }", "2 to 32"),
        ("step.3 = { ratchet = 33 }", "ratchet", "33", "2 to 32"),
        ("step.3 = { ratchet = 2.5 }", "ratchet", "2.5", "2 to 32"),
        ('step.3 = { ratchet = "1/3" }', "neither a number of strokes nor a note value", "1/3", '"1/32"'),
        ('step.3 = { ratchet = "1/256" }', "neither a number of strokes nor a note", "1/256", '"1/128"'),
        ('step.3 = { ratchet = "3" }', "neither a number of strokes nor a note value", "3", "ratchet = 3"),
        ("step.3 = { ramp = 20 }", "ramp belongs to a ratchet", "ramp", "ratchet = 3"),
        ("step.3 = { gate = 0.5 }", "gate belongs to a ratchet", "gate", "ratchet = 3"),
        ("step.3 = { length = 2 }", "length belongs to a ratchet", "length", "ratchet = 3"),
        ("step.3 = { ratchet = 3, gate = 0 }", "gate", "0 }", ""),
        ("step.3 = { ratchet = 3, ramp = 127 }", "ramp", "127", ""),
        ("step.3 = { ratchet = 3, length = 65 }", "length", "65", ""),
        ("step.3 = { flam_velocity = 50 }", "flam_velocity belongs to a flam", "flam_velocity", "flam = 3"),
        # locks
        ('step.3 = { cc = { "120" = 9 } }', "there is no controller '120'", "120", "0 to 119"),
        ('step.3 = { cc = { "120" = 120 } }', "there is no controller '120'", '120" =', "0 to 119"),
        ("step.3 = { cc = { cutoff = 9 } }", "there is no controller 'cutoff'", "cutoff", "0 to 119"),
        ('step.3 = { cc = { "74" = 128 } }', "cc.74", "128", ""),
        ('step.3 = { cc = { "16" = 9 } }', "locks controller 16 and has no value to come back to", "16", "cc ="),
    ],
)  # fmt: skip
def test_malformed_steps_say_where_and_what(new, words, mark, hint):
    error = told(build_beat, BEAT.replace(STEP, new), "b.toml")
    check(error, "b.toml:15: ", words, mark, hint)


@pytest.mark.parametrize(
    ("row", "step", "line", "nudge", "mark", "span"),
    [
        ("speed = 2", "step.3 = { nudge = 12 }", 15, "12", "12", "12"),
        ("speed = 2", 'step."3,7" = { nudge = -15 }', 15, "-15", "-15", "12"),
        ("speed = 2", 'step."*" = { nudge = 13.5 }', 15, "13.5", "13.5", "12"),
        ("nudge = 13", "speed = 2", 14, "13", "13", "12"),
        ("nudge = 20", "step.3 = { nudge = 5 }", 15, "25", "5", "24"),
    ],
)
def test_a_nudge_that_leaves_its_step_is_shown_where_it_is(row, step, line, nudge, mark, span):
    error = told(build_beat, BEAT.replace("swing = 58", row).replace(STEP, step), "b.toml")
    check(error, f"b.toml:{line}: ", f"nudged by {nudge} and leaves its step", mark, span)


def test_a_nudge_that_stays_in_its_step_is_right():
    fast = BEAT.replace("swing = 58", "speed = 2").replace(STEP, "step.3 = { nudge = 11 }")
    assert build_beat(parse_document(fast, "b.toml")).scenes["main"]["hat"].steps[0].nudge == 11


@pytest.mark.parametrize(
    ("old", "new", "line", "words", "mark", "hint"),
    [
        ("swing = 58", 'speed = "5/4"', 14, "speed", "5/4", "3/2"),
        ("swing = 58", "speed = 3", 14, "speed", "3", "3/2"),
        ("swing = 58", "speed = 0.5", 14, "speed", "0.5", "1/2"),
        ("swing = 58", "swing = 80", 14, "swing", "80", "50"),
        ("swing = 58", "swng = 58", 14, "swng: unknown field", "swng", "did you mean 'swing'?"),
        ("swing = 58", "rotate = 0.5", 14, "rotate", "0.5", ""),
        ("swing = 58", "nudge = 24", 14, "nudge", "24", "-23 to 23"),
        ("swing = 58", "chance = 2", 14, "chance", "2", ""),
        ("swing = 58", 'mute = "yes"', 14, "mute", "yes", ""),
        ("swing = 58", "take = -1", 14, "take", "-1", ""),
        ("swing = 58", "pulses = [1, 20]", 14, "pulses", "20", "pulses = [1, 3]"),
        ("swing = 58", "pulses = [1]", 14, "pulses", "1]", "pulses = [1, 3]"),
        ("swing = 58", "pulses = [1, 3, 1]\nspeed = '1/8'", 14, "3 pulses do not fit", "1, 3, 1]", "at most 2"),
        ("swing = 58", "length = 15", 9, "has 16 steps, and its table says 15", "hat", "agree"),
        ('"74" = 64', '"200" = 64', 13, "there is no controller '200'", "200", "0 to 119"),
        ('"74" = 64', '"74" = 200', 13, "cc.74", "200", ""),
        ('"74" = 64', '"74" = -1', 13, "cc.74", "-1", ""),
        ("[row.hat]", "[row.hatt]", 12, "no grid has a row 'hatt'", "hatt", "did you mean 'hat'?"),
        ("[row.hat]", "master = 0\n[row.hat]", 12, "master", "0", ""),
        ("[row.hat]", "master = 1.5\n[row.hat]", 12, "master", "1.5", ""),
        ("[row.hat]", "mastr = 8\n[row.hat]", 12, "mastr: unknown field", "mastr", "'master'"),
        # scenes
        ("[scene.fill]\n", "[scene.fill]\nmaster = 0\n", 18, "master", "0", ""),
        ("[scene.fill.row.snare]", "[scene.fill.row.snar]", 21, "no grid has a row 'snar'", "snar", "did you mean 'snare'?"),
        ("[scene.fill.row.snare]", "[scene.fill.row.kick]", 21, "no grid has a row 'kick'", "kick", "snare"),
        ("step.1 = { ratchet = 4 }", "step.2 = { ratchet = 4 }", 22, "step 2 of row 'snare' is a rest", "2 =", "1, 3, 5"),
        ("step.1 = { ratchet = 4 }", "step.1 = { ratchet = 99 }", 22, "ratchet", "99", "2 to 32"),
        ("step.1 = { ratchet = 4 }", 'step.1 = { if = "9" }', 22, "'9' is not a condition", "9", "A:B"),
        ("step.1 = { ratchet = 4 }", 'speed = "9"', 22, "speed", "9", "3/2"),
        ("step.1 = { ratchet = 4 }", 'step.1 = { cc = { "74" = 9 } }', 22, "locks controller 74", "74", "scene.fill.row.snare"),
        ("x-x-x-x-x-x-x-x-\n", "x-x-x-x-x-x-x-y-\n", 19, "'y' is not a step", "y", "X x o"),
        ("x-x-x-x-x-x-x-x-\n", "x-x-x-x-x-x-x-x\n", 19, "has 15 steps, and a bar 16", "", "length = 15"),
        ("X---x---X---x---", "X---E(9,4)X---x---", 8, "euclid(9, 4)", "E(9,4)", "steps"),
    ],
)  # fmt: skip
def test_malformed_rows_say_where_and_what(old, new, line, words, mark, hint):
    assert old in BEAT
    error = told(build_beat, BEAT.replace(old, new, 1), "b.toml")
    check(error, f"b.toml:{line}: ", words, mark, hint)


@pytest.mark.parametrize(
    ("table", "line", "words", "mark"),
    [
        ("[row.hat]\nstep.9 = { velocity = 9 }", 4, "has steps 1 to 4, and no 9", "9 ="),
        ("[row.hat]\nstep.1 = { if = 'x' }", 4, "'x' is not a condition", "x"),
        ("[row.kick]\nmute = true", 3, "no grid has a row 'kick'", "kick"),
        ("master = -1", 3, "master", "-1"),
        ("[row.hat]\nspeed = '1/3'", 4, "speed", "1/3"),
        ("[row.hat]\nmute = maybe", 4, "not TOML", "maybe"),
    ],
)
def test_the_tables_of_a_text_count_the_lines_of_the_whole(table, line, words, mark):
    with pytest.raises(SirtakError) as caught:
        Grid.parse(f"hat x-x-\n\n{table}\n")
    assert str(caught.value).startswith(f"grid:{line}: ")
    assert words in caught.value.message
    assert caught.value.column is not None
    assert caught.value.text[caught.value.column :].lstrip("\"'[").startswith(mark)


@pytest.mark.parametrize(
    ("old", "new", "line", "words", "mark", "hint"),
    [
        ('"open"]', '"opn"]', 11, "choke.hats: the kit has no voice 'opn'", "opn", "did you mean 'open'?"),
        ('"open"]', '"op", "open"]', 11, "choke.hats: the kit has no voice 'op'", 'op",', "open"),
        ('"open"]', '"open", "hat"]', 11, "'hat' is in the group hats already", 'hat"]', "one group"),
        ('"open"]', '"open"]\nb = ["kick", "open"]', 12, "choke.b: 'open' is in the group hats already", "open", "one group"),
        ('"open"]', '"open"]\nb = "kick"', 12, "choke.b", "kick", ""),
        ('"open"]', '"open", 4]', 11, "choke.hats", "4", ""),
        ("kick = 36", "kick = 128", 7, "voices.kick", "128", ""),
        ("kick = 36", 'kick = "C1"', 7, "voices.kick", "C1", ""),
        ("kick = 36", "kick = 36\nkick = 37", 8, "not TOML", "", None),
        ("[choke]", "[chok]", 10, "chok: unknown field", "chok", "did you mean 'choke'?"),
        ('tag = "G"\n', 'tag = "G"\nchannel = 10\n', 6, "channel: unknown field", "channel", ""),
        ('tag = "G"', 'tag = "X"', 5, "tag", "X", ""),
        ("kick = 36\nhat = 42\nopen = 46\n", "", 6, "voices", "", ""),
    ],
)  # fmt: skip
def test_malformed_kits_say_where_and_what(old, new, line, words, mark, hint):
    assert old in KIT
    error = told(build_kit, KIT.replace(old, new), "k.toml")
    if hint is None:
        assert str(error).startswith(f"k.toml:{line}: ")
    else:
        check(error, f"k.toml:{line}: ", words, mark, hint)


def test_groups_of_a_kit_are_its_rows():
    kit = build_kit(parse_document(KIT, "k.toml"))
    assert [kit.choke_group(voice) for voice in ("hat", "open", "kick", "rim")] == ["hats", "hats", "", ""]
    for name in ("gm", "electronic", "808", "909"):
        found = load_kit(Library(), name)
        assert found.choke_group("hat") == found.choke_group("open") == "hats"
        assert found.choke_group("kick") == ""


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"bars": 0}, "0 bars cannot be played"),
        ({"bars": -1}, "-1 bars cannot be played"),
        ({"meter": "7/8"}, "beat 'b' is in 4/4, and 7/8 is asked for"),
        ({"bars": 4, "fill": [5]}, "there is no bar 5 to fill"),
        ({"bars": 4, "fill": [0]}, "there is no bar 0 to fill"),
        ({"groove": "mpc"}, "unknown groove 'mpc'"),
        ({"kit": "90"}, "unknown kit '90'"),
    ],
)
def test_what_cannot_be_sequenced_is_told(knobs, words):
    with pytest.raises(SirtakError, match=words) as caught:
        sequence(build_beat(parse_document(BEAT, "b.toml")), **knobs)
    assert caught.value.hint
