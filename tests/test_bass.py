"""The bass: one note at a time, one policy towards the kick, and what each sound does."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from machines import METERS, alone, bends, held, machine, part, sounds, values
from sirtak.composer.load import parse_piece

SOUNDS = ["plain", "sub", "reese", "808"]
POLICIES = ["lock", "off", "rumble", "long"]
KNOBS = {"glide": 1.0, "movement": 1.0, "pickup": 1.0, "colour": 0.8}


@settings(max_examples=60)
@given(
    st.sampled_from(METERS), st.sampled_from(SOUNDS), st.sampled_from(POLICIES), st.sampled_from([1, 2, 5]),
    st.sampled_from([20, 120, 400]), st.integers(0, 99), st.booleans(),
)  # fmt: skip
def test_one_note_at_a_time_inside_its_section(meter, sound, policy, bars, tempo, seed, closing):
    knobs = {**KNOBS, "sound": sound, "policy": policy}
    track, start, end = part(
        machine("bass", knobs, meter=meter, bars=bars, tempo=tempo, seed=seed, closing=closing)
    )
    if track is None:
        assert policy in ("off", "rumble")
        return
    notes = track.notes
    assert alone(notes)
    assert start <= notes.onset[0]
    assert notes.end[-1] <= end
    assert notes.pitch.min() >= 28
    assert notes.pitch.max() <= {"sub": 40}.get(sound, 44)
    ticks = track.controls.table["tick"]
    assert not len(ticks) or (start <= ticks.min() and ticks.max() < end)
    when, value = bends(track)
    for note_end in notes.end.tolist():
        assert held(when, value, note_end - 1, rest=0) == 0
    for number in (11, 74):
        _given_ticks, given_values = values(track, number)
        assert not len(given_values) or given_values[-1] == 127


@pytest.mark.parametrize("beat", ["four-floor", "dnb-roller", "two-step", "break-nu", "techno-broken"])
@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("scene", ["main", "build", "drop"])
def test_off_never_meets_a_kick_that_sounds(beat, sound, scene):
    for seed in range(3):
        drums = "vary = 1.0\nhuman = 0\nswing = 50\ngroove = 'none'\ndensity = 1.0\n"
        knobs = {**KNOBS, "sound": sound, "policy": "off", "density": 1.0}
        composition = machine("bass", knobs, beat=beat, seed=seed, scene=scene, drums=drums, bars=16)
        track, _, _ = part(composition)
        kit = composition["drums"]
        assert not set(track.notes.onset.tolist()) & set(kit[np.isin(kit.pitch, (35, 36))].onset.tolist())


def test_the_sound_changes_no_onset_and_plain_is_what_it_was():
    found = {sound: part(machine("bass", {"sound": sound}))[0] for sound in SOUNDS}
    for track in found.values():
        assert track.notes.onset.tolist() == found["plain"].notes.onset.tolist()
    assert part(machine("bass"))[0].notes == found["plain"].notes
    assert len(found["plain"].controls) == 0


def test_a_sub_fades_two_beats_before_the_next_chord():
    track, _start, end = part(machine("bass", {"sound": "sub", "policy": "long"}, bars=4))
    assert track.notes.duration.tolist() == [3840 - 1920] * 4
    ticks, given_values = values(track, 11)
    for onset, over in zip(track.notes.onset.tolist(), track.notes.end.tolist(), strict=True):
        assert held(ticks, given_values, onset) == 127
        assert held(ticks, given_values, over - 961) == 127
        assert held(ticks, given_values, over) == 19
    assert ticks[-1] == end - 1


def test_an_808_rings_and_slides_from_the_note_before():
    track, _, _ = part(machine("bass", {"sound": "808", "glide": 1.0, "density": 1.0}, beat="break-nu"))
    notes = track.notes
    assert notes.end[:-1].tolist() == notes.onset[1:].tolist()
    ticks, bent = bends(track)
    moves = np.diff(notes.pitch.astype(int))
    assert (moves != 0).any()
    for onset, move in zip(notes.onset[1:].tolist(), moves.tolist(), strict=True):
        slid = [int(np.clip(-4096 * move, -8192, 8191))] if move else []
        assert bent[ticks == onset].tolist() == slid


def test_more_glide_only_adds_slides():
    found = [
        set(
            bends(part(machine("bass", {"sound": "808", "glide": g}, bars=16, chords="i VII VI v"))[0])[
                0
            ].tolist()
        )
        for g in (0, 0.3, 0.6, 1.0)
    ]
    assert found[0] == set()
    assert all(a <= b for a, b in zip(found, found[1:], strict=False))
    assert len(found[3]) > len(found[1]) > 0


def test_the_filter_of_a_reese_opens_and_closes_every_two_bars():
    track, start, _ = part(machine("bass", {"sound": "reese", "movement": 1.0}))
    ticks, given_values = values(track, 74)
    closed, opened = (held(ticks, given_values, start + np.arange(4) * 7680 + shift) for shift in (0, 3840))
    assert closed.tolist() == [38] * 4
    assert opened.tolist() == [127] * 4


@pytest.mark.parametrize("mode", ["aeolian", "dorian", "mangystau-phrygian", "ionian", "major-variable-7"])
@pytest.mark.parametrize("policy", ["lock", "off", "rumble"])
def test_pickups_change_the_last_note_before_a_chord_and_bring_no_leading_tone(mode, policy):
    changed = 0
    for seed in range(8):
        plain, led = (
            part(
                machine(
                    "bass",
                    {"policy": policy, "colour": 0, "pickup": p},
                    bars=16,
                    seed=seed,
                    mode=mode,
                    chords="i IV III i",
                    beat="break-nu",
                )
            )[0].notes
            for p in (0, 1.0)
        )
        assert plain.onset.tolist() == led.onset.tolist()
        moved = np.flatnonzero(plain.pitch != led.pitch)
        changed += len(moved)
        for place in moved.tolist():
            bar_line = -(-int(led.onset[place] + 1) // 3840) * 3840
            assert led.onset[place + 1] >= bar_line > led.onset[place] >= bar_line - 1920
            assert (int(led.pitch[place]) - 2) % 12 != 11
            # The nearest octave, unless the instrument ends there.
            move = int(led.pitch[place]) - int(led.pitch[place + 1])
            assert abs(move) <= 7 or not 28 <= int(led.pitch[place]) - 12 * np.sign(move) <= 44
    assert changed > 10


def test_more_density_only_adds():
    for sound in SOUNDS:
        for policy in POLICIES:
            found = [
                sounds(part(machine("bass", {"sound": sound, "policy": policy, "density": d}))[0].notes)
                for d in (0.3, 0.6, 1.0)
            ]
            assert found[0] <= found[1] <= found[2]


def test_degrees_lie_near_the_measured_shares():
    """Root 47 %, seventh 10, fifth 8, fourth 7.5, b6 7, 6 6, b3 5, leading tone 1.6 (craft.md 3)."""
    counted = Counter()
    for seed in range(24):
        for policy in ("off", "rumble", "lock"):
            chords = "i i VI i i IV i VII"
            track, _, _ = part(
                machine(
                    "bass",
                    {"policy": policy, "pickup": 0.5},
                    bars=16,
                    seed=seed,
                    chords=chords,
                    beat="break-nu",
                )
            )
            counted.update(((track.notes.pitch.astype(int) - 2) % 12).tolist())
    share = {degree: count / sum(counted.values()) for degree, count in counted.items()}
    assert 0.37 <= share[0] <= 0.57
    assert max(share, key=share.get) == 0
    for degree in (10, 7, 5, 8):
        assert 0.03 <= share[degree] <= 0.2, share
    assert share.get(11, 0) == 0


def test_an_assignment_may_say_808_without_quotes():
    assert sirtak.compose("kazan", set={"bass.sound": "808"}).piece.parts["bass"].sound == "808"
    assert parse_piece('style = "kazan"', sets=["bass.sound=808"]).parts["bass"].sound == "808"
