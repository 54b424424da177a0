"""Sidechain, expression and filter: one curve a controller, at rest where a section ends."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from machines import BEATS, held, machine, part, values
from sirtak.composer.players import PLAYERS
from sirtak.errors import SpecError
from sirtak.export.check import check_bytes

TUNED = sorted(name for name, player in PLAYERS.items() if not player.drums)
PLAIN = "vary = 0\nhuman = 0\nswing = 50\ngroove = 'none'\nfills = false\ndensity = 1.0\n"


def kicks(composition):
    notes = composition["drums"]
    return notes[np.isin(notes.pitch, (35, 36))].onset.astype(int)


@settings(max_examples=40)
@given(
    st.sampled_from(["four-floor", "dnb-roller", "break-nu", "two-step"]), st.floats(0.05, 1), st.floats(0.1, 2), st.floats(1, 4),
    st.sampled_from([40, 120, 300]),
)  # fmt: skip
def test_a_kick_ducks_by_the_formula(beat, depth, release, curve, tempo):
    knobs = {"sidechain": depth, "sidechain_release": release, "sidechain_curve": curve}
    composition = machine("arp", knobs, beat=beat, drums=PLAIN, tempo=tempo, bars=2)
    track, start, end = part(composition)
    floor, struck = round(127 * (1 - depth)), kicks(composition)
    ticks, given_values = values(track, 11)
    assert len(struck) >= 4
    assert held(ticks, given_values, struck).tolist() == [floor] * len(struck)
    # Between kicks, on every 1/64 after the last of them.
    for number, kick in enumerate(struck.tolist()):
        until = struck[number + 1] if number + 1 < len(struck) else end - 1
        at = np.arange(kick, until, 60)
        x = np.minimum((at - kick) / (release * 960), 1)
        assert np.abs(held(ticks, given_values, at) - (127 - (127 - floor) * (1 - x) ** curve)).max() <= 0.51
    assert np.all(np.diff(given_values) != 0)
    assert (ticks[0], given_values[-1]) == (start, 127)


def test_a_swell_and_a_duck_are_one_curve():
    def track(**knobs):
        return part(machine("pad", knobs, drums=PLAIN))

    swell, _start, _end = track(swell=1.0)
    duck, _, _ = track(swell=0.0, sidechain=0.6)
    both, _, _ = track(swell=1.0, sidechain=0.6)
    ticks, given_values = values(both, 11)
    wanted = held(*values(swell, 11), ticks) * held(*values(duck, 11), ticks) / 127
    assert np.abs(given_values - wanted)[:-1].max() <= 0.51
    assert len(np.unique(ticks)) == len(ticks)
    assert {int(tick) for tick in values(swell, 11)[0]} & set(ticks.tolist())


@pytest.mark.parametrize("player", TUNED)
def test_off_they_leave_a_part_alone_and_on_they_leave_its_notes_alone(player):
    for meter in sorted(BEATS):
        # A build is what the riser waits for, and what opens filters.
        plain, _, _ = part(machine(player, meter=meter, scene="build", lead="x", bars=4))
        knobs = {"sidechain": 0.7, "expression": 1.0, "filter": 1.0}
        composition = machine(player, knobs, meter=meter, scene="build", lead="x", bars=4)
        moved, start, end = part(composition)
        assert check_bytes(composition.to_bytes()) == []
        if plain is None:
            assert moved is None
            continue
        assert plain.notes == moved.notes
        for number in (11, 74):
            ticks, given_values = values(moved, number)
            assert ticks[0] == start
            assert given_values[-1] == 127
            assert ticks[-1] < end
            assert np.all(np.diff(ticks) > 0)
            assert len(values(plain, number)[0]) == 0 or player in (
                "pad",
                "qobyz",
                "sybyzgy",
                "shanqobyz",
                "jetigen",
                "riser",
                "swell",
                "bass",
                "impact",
            )


def test_without_kicks_nothing_is_ducked():
    quiet = machine("pad", {"sidechain": 0.8}, more='parts = ["x"]\n')
    plain = machine("pad", more='parts = ["x"]\n')
    assert part(quiet)[0].controls == part(plain)[0].controls


def test_a_duck_follows_kicks_in_uneven_pulses():
    drums = PLAIN + "pulses = [3, 1]\npulse = 8\n"
    for knobs in ({"sidechain": 0.5}, {"sidechain": 0.5, "pulses": [3, 1], "pulse": 8}):
        composition = machine("stabs", knobs, drums=drums, beat="break-nu", bars=2)
        track, _, _ = part(composition)
        assert set(held(*values(track, 11), kicks(composition)).tolist()) == {64}


def test_a_filter_opens_over_a_build_and_is_open_in_a_drop():
    def curve(scene, energy):
        track, start, end = part(machine("arp", {"filter": 0.8}, scene=scene, energy=energy))
        return held(*values(track, 74), np.arange(start, end - 1, 240))

    build = curve("build", (0.3, 0.6))
    assert np.all(np.diff(build) >= 0)
    assert (build[0], build[-1]) == (63, 126)
    assert np.mean(build[len(build) * 2 // 3 :]) - build[len(build) * 2 // 3] > 5
    assert set(curve("drop", (0.5, 0.5))) == {127}
    assert curve("main", (0.2, 0.2)).max() < curve("main", (0.7, 0.7)).min()


def test_expression_arches_over_phrases_and_follows_the_energy():
    track, start, _end = part(machine("arp", {"expression": 1.0}, energy=(0.5, 0.5)))
    loud = held(*values(track, 11), start + np.arange(0, 8 * 3840 - 240, 240))
    first, second = loud[:64], loud[64:]
    assert loud.min() >= 55
    for phrase in (first, second):
        assert 0.55 <= np.argmax(phrase) / 64 <= 0.7
    soft, strong = (
        values(part(machine("arp", {"expression": 1.0}, energy=(e, e)))[0], 11)[1][:-1].mean()
        for e in (0.2, 0.9)
    )
    assert soft < strong


def test_a_section_with_curves_leaves_the_next_one_as_it_is():
    text = 'name = "p"\n[pad]\n[drums]\n' + "".join(
        f'[[section]]\nname = "{name}"\nbars = 2\n{more}'
        for name, more in (("a", "{}"), ("b", ""), ("c", ""))
    )
    with_curves = sirtak.compose(text.format("set.pad = { sidechain = 0.9, filter = 1.0, swell = 0.0 }\n"))
    plain = sirtak.compose(text.format(""))
    late = [c.arrangement["pad"].controls.table for c in (with_curves, plain)]
    a, b = (table[table["tick"] >= 7680] for table in late)
    assert np.array_equal(a, b)
    assert {int(held(*values(with_curves.arrangement["pad"], n), 7679)) for n in (11, 74)} == {127}


@pytest.mark.parametrize("knob", ["sidechain", "expression", "filter"])
def test_drums_have_locks_instead(knob):
    with pytest.raises(SpecError, match=f"drums.{knob}: drums have no such curve") as caught:
        sirtak.compose("kazan", set={f"drums.{knob}": 0.5})
    assert "locks" in caught.value.hint


def test_a_section_in_which_a_part_is_silent_gets_no_curve():
    text = 'name = "p"\n[riser]\nsidechain = 0.5\nfilter = 0.5\n[drums]\n' + "".join(
        f'[[section]]\nname = "{name}"\nscene = "{name}"\nbars = 4\n' for name in ("build", "drop")
    )
    ticks = sirtak.compose(text).arrangement["riser"].controls.table["tick"]
    assert 0 <= ticks.min() < ticks.max() < 4 * 3840
