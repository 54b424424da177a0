"""Arpeggio, stabs, synth, riser, impact, swell: each where it has business, and how."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from machines import METERS, alone, bends, held, machine, part, sounds, values
from sirtak.electronic.steps import evenly, grouped
from sirtak.export.check import check_bytes
from sirtak.sequencer.rolls import silent_from
from sirtak.theory.meter import Bars, parse_meters

PLAYERS = ["arp", "stabs", "synth", "riser", "impact", "swell"]
SCENES = ["main", "intro", "build", "drop", "break"]
MONO = ["arp", "synth", "riser", "impact"]


@settings(max_examples=150)
@given(
    st.sampled_from(PLAYERS), st.sampled_from(METERS), st.sampled_from(SCENES), st.sampled_from([1, 2, 7]),
    st.sampled_from([20, 124, 400]), st.integers(0, 99), st.sampled_from(["", "x", "piano"]),
)  # fmt: skip
def test_whatever_the_section_it_is_clean_and_inside(player, meter, scene, bars, tempo, seed, lead):
    knobs = {"human": 2.0, **({"double": True} if player == "synth" else {})}
    composition = machine(
        player,
        knobs,
        meter=meter,
        scene=scene,
        bars=bars,
        tempo=tempo,
        seed=seed,
        lead=lead,
        energy=(0.4, 0.8),
    )
    assert check_bytes(composition.to_bytes()) == []
    track, start, end = part(composition)
    if track is None:
        return
    assert start <= track.notes.onset[0]
    assert track.notes.end.max() <= end
    if player in MONO:
        assert alone(track.notes)
    table = track.controls.table
    assert not len(table) or (table["tick"].min() >= start and table["tick"].max() < end)
    for number, rest in ((1, 0), (11, 127), (74, 127)):
        assert held(*values(track, number), end, rest=rest) == rest
    when, value = bends(track)
    assert all(held(when, value, tick - 1, rest=0) == 0 for tick in track.notes.end.tolist())


@pytest.mark.parametrize("player", ["arp", "stabs"])
@pytest.mark.parametrize("meter", METERS)
def test_more_density_only_adds(player, meter):
    found = []
    for density in (0.1, 0.4, 0.7, 1.0):
        track, _, _ = part(machine(player, {"density": density}, meter=meter))
        found.append(sounds(track.notes) if track else set())
    assert all(a <= b for a, b in zip(found, found[1:], strict=False))
    assert len(found[-1]) > len(found[0])


class TestArp:
    @pytest.mark.parametrize("rate", [8, 12, 16])
    @pytest.mark.parametrize("meter", METERS)
    def test_its_figures_begin_on_groups_and_never_run_across_them(self, meter, rate):
        track, start, _ = part(
            machine("arp", {"rate": rate, "density": 1.0, "human": 0, "octaves": 1}, meter=meter, chords="i")
        )
        bars = Bars(parse_meters(meter), 8)
        lines = np.array(
            [
                start + tick
                for bar, start in enumerate(bars.starts.tolist())
                for tick in (bars.meter(bar).group_ticks.tolist() if grouped(bars.meter(bar)) else [0])
            ]
        )
        onset = track.notes.onset - start
        assert set(lines.tolist()) <= set(onset.tolist())
        figures = np.searchsorted(lines, onset, side="right")
        assert np.all((onset - lines[figures - 1]) % (3840 // rate) == 0)
        lowest = track.notes.pitch.min()
        assert set(track.notes.pitch[np.isin(onset, lines)].tolist()) == {lowest}

    def test_the_orders(self):
        def run(order):
            track, _start, _ = part(
                machine("arp", {"order": order, "density": 1.0, "human": 0, "octaves": 2}, chords="i")
            )
            return track.notes.pitch[:12].astype(int).tolist()

        up = run("up")
        assert up[:6] == sorted(set(up))
        assert up[6:] == up[:6]
        assert run("down")[:6] == up[:6][::-1]
        assert run("up-down")[:11] == [*up[:6], *up[4:0:-1], up[0]]
        assert sorted(run("played")[:6]) == up[:6]
        assert (run("played")[0] - 2) % 12 == 0

    def test_steps_come_in_evenly(self):
        order = evenly(np.arange(16))
        for count in (1, 2, 4, 8, 16):
            assert set(np.diff(np.flatnonzero(order < count / 16), append=16).tolist()) == {16 // count}

    def test_every_note_is_of_its_chord(self):
        track, start, _ = part(machine("arp", {"human": 0}, chords="VI"))
        assert {(int(p) - 2) % 12 for p in track.notes.pitch} <= {8, 3, 10, 0, 1, 2}
        assert len({int(p) % 12 for p in track.notes.pitch[track.notes.onset < start + 3840]}) <= 3


class TestStabs:
    def test_off_is_between_the_beats(self):
        track, start, _ = part(machine("stabs", {"human": 0, "density": 1.0}))
        assert set(((track.notes.onset - start) % 960).tolist()) == {480}

    def test_in_a_limping_meter_it_follows_the_groups(self):
        track, start, _ = part(machine("stabs", {"human": 0, "density": 1.0}, meter="7/8 (3+2+2)"))
        assert set(((track.notes.onset - start) % 3360).tolist()) == {480, 1920, 2880}
        track, start, _ = part(
            machine("stabs", {"human": 0, "density": 1.0, "rhythm": "threes"}, meter="7/8 (2+2+3)")
        )
        assert set(((track.notes.onset - start) % 3360).tolist()) == {0, 960, 1920}

    def test_the_voices_move_little_and_the_rhythm_returns(self):
        track, start, _end = part(machine("stabs", {"human": 0}, bars=8))
        notes = track.notes
        chords = [
            sorted(notes.pitch[notes.onset == tick].astype(int).tolist()) for tick in np.unique(notes.onset)
        ]
        assert all(len(chord) == 3 for chord in chords)
        assert (
            max(
                abs(a - b)
                for x, y in zip(chords, chords[1:], strict=False)
                for a, b in zip(x, y, strict=True)
            )
            <= 5
        )
        places = [
            set(((notes.onset - start)[(notes.onset - start) // 7680 == pair] % 7680).tolist())
            for pair in range(4)
        ]
        assert places[0] == places[1] == places[2] == places[3]

    def test_a_push_has_the_harmony_that_it_comes_before(self):
        track, start, _ = part(machine("stabs", {"human": 0, "density": 1.0, "rhythm": "push"}))
        notes = track.notes

        def chord(tick):
            return set(notes.pitch[notes.onset == start + tick].tolist())

        assert chord(3840 - 240) == chord(3840 + 720)
        assert chord(3840 - 240) != chord(3840 - 1200)


class TestSynth:
    def test_it_leads_answers_and_is_otherwise_silent(self):
        assert part(machine("synth", lead="piano"))[0] is None
        led, _, _ = part(machine("synth", {"human": 0}, lead="x"))
        assert len(led.notes) > 20
        made = machine("synth", {"human": 0}, lead="piano", more='answer = "x"\n')
        answered, led_by = part(made)[0], part(made, "piano")[0]
        together = {round(tick / 240) for tick in led_by.notes.onset.tolist()}
        shared = sum(round(tick / 240) in together for tick in answered.notes.onset.tolist())
        assert shared < 0.15 * len(answered.notes)

    def test_doubling_is_the_theme_an_octave_above_where_it_would_lead(self):
        led, _, _ = part(machine("synth", {"human": 0}, lead="x"))
        doubled, _, _ = part(machine("synth", {"human": 0, "double": True}, lead="piano"))
        assert doubled.notes.onset.tolist() == led.notes.onset.tolist()
        assert (doubled.notes.pitch.astype(int) - led.notes.pitch).tolist() == [12] * len(led.notes)
        assert doubled.notes.velocity.mean() < led.notes.velocity.mean() - 10

    def test_slides_begin_at_the_note_before_and_long_notes_tremble_late(self):
        track, _, _ = part(machine("synth", {"human": 0, "glide": 1.0, "vibrato": 1.0}, lead="x"))
        notes, (ticks, bent) = track.notes, bends(track)
        begun = notes.onset[np.isin(notes.onset, ticks)]
        assert len(begun) > 3
        for onset in begun.tolist():
            place = int(np.flatnonzero(notes.onset == onset)[0])
            move = int(notes.pitch[place]) - int(notes.pitch[place - 1])
            assert np.sign(bent[ticks == onset][0]) == -np.sign(move)
        when, depth = values(track, 1)
        assert depth.max() == 90
        struck = held(when, depth, notes.onset.astype(int), rest=0)
        assert set(struck.tolist()) == {0}


class TestRiser:
    @pytest.mark.parametrize("scene", ["main", "intro", "drop", "break"])
    def test_it_is_silent_outside_builds(self, scene):
        assert part(machine("riser", scene=scene))[0] is None

    @pytest.mark.parametrize("meter", ["4/4", "7/8 (3+2+2)", "5/8 (3+2)", "2/4+3/4"])
    @pytest.mark.parametrize("bars", [1, 4, 16])
    def test_it_climbs_faster_and_louder_up_to_the_silence(self, meter, bars):
        composition = machine("riser", {"human": 0, "bars": bars}, scene="build", meter=meter, bars=bars)
        track, start, end = part(composition)
        silent = start + silent_from(Bars(parse_meters(meter), bars), bars - 1)
        notes = track.notes
        assert notes.end[-1] <= silent
        assert notes.onset[-1] >= silent - 480
        assert np.all(np.diff(notes.pitch.astype(int)) >= 0)
        assert np.all(np.diff(notes.velocity.astype(int)) >= 0)
        gaps = np.diff(notes.onset)
        assert gaps[-1] <= gaps[0] // (2 if bars > 1 else 1)
        assert (int(notes.pitch[-1]) - 2) % 12 == 7
        for number in (11, 74):
            _ticks, given_values = values(track, number)
            assert np.all(np.diff(given_values) > 0)
        kit = composition["drums"] if "drums" in {t.name for t in composition} else None
        if kit is not None:
            assert not len(kit[(kit.onset > silent + 60) & (kit.onset < end - 60)])

    def test_halving_over_four_quarters_and_no_step_too_short_for_an_ear(self):
        track, _start, _ = part(machine("riser", {"bars": 16}, scene="build", bars=16, tempo=120))
        assert [int(gap) for gap in np.unique(np.diff(track.notes.onset))][:4] == [120, 240, 480, 960]
        fast, _, _ = part(machine("riser", {"bars": 16}, scene="build", bars=16, tempo=400))
        assert np.diff(fast.notes.onset).min() * 60000 / 400 / 960 >= 35
        eighths, _, _ = part(machine("riser", {"bars": 16, "fastest": 8}, scene="build", bars=16))
        assert np.diff(eighths.notes.onset).min() == 480

    def test_a_trill_goes_to_the_neighbour_and_back(self):
        track, _, _ = part(machine("riser", {"manner": "trill"}, scene="build"))
        moves = np.diff(track.notes.pitch.astype(int))
        assert (moves > 0).any()
        assert (moves < 0).any()
        assert np.abs(moves).max() <= 5


class TestImpact:
    @pytest.mark.parametrize(
        ("scene", "energy", "hits"),
        [
            ("drop", 0.5, 1),
            ("main", 0.8, 1),
            ("main", 0.7, 0),
            ("break", 0.9, 0),
            ("build", 0.9, 0),
            ("intro", 0.9, 0),
        ],
    )
    def test_it_strikes_where_a_loud_section_begins(self, scene, energy, hits):
        track, start, _ = part(machine("impact", scene=scene, energy=(energy, energy)))
        assert (0 if track is None else len(track.notes)) == hits
        if track:
            assert track.notes.onset[0] == start
            assert track.notes.duration[0] == 7680
            assert int(track.notes.pitch[0]) % 12 == 2
            assert np.all(np.diff(values(track, 11)[1][:-1]) < 0)


class TestSwell:
    @pytest.mark.parametrize(
        ("scene", "energy", "swells"),
        [
            ("main", (0.4, 0.7), True),
            ("main", (0.6, 0.6), False),
            ("drop", (0.9, 0.7), False),
            ("build", (0.5, 0.5), True),
            ("intro", (0.3, 0.3), True),
            ("break", (0.4, 0.2), True),
        ],
    )
    def test_it_leads_to_what_is_louder(self, scene, energy, swells):
        track, _, _ = part(machine("swell", scene=scene, energy=energy))
        assert (track is not None) == swells

    @pytest.mark.parametrize("manner", ["held", "pulsed"])
    @pytest.mark.parametrize("scene", ["intro", "build"])
    def test_it_grows_up_to_the_end(self, manner, scene):
        track, _start, end = part(machine("swell", {"manner": manner, "bars": 2}, scene=scene))
        until = end - 960 if scene == "build" else end
        assert track.notes.end.max() == until
        assert track.notes.onset.min() == end - 7680
        ticks, given_values = values(track, 11)
        assert np.all(np.diff(given_values) > 0)
        assert given_values[0] <= 13
        half = held(ticks, given_values, (end - 7680 + until) // 2)
        assert half < 50

    def test_no_piece_ends_with_one(self):
        text = (
            'name = "p"\n[swell]\n[pad]\n[[section]]\nname = "a"\nbars = 4\nenergy = 0.2\nenergy_to = 0.9\n'
        )
        assert [track.name for track in sirtak.compose(text)] == ["pad"]


def test_the_example_of_the_page_composes():
    page = (Path(__file__).parents[1] / "docs" / "instruments.md").read_text(encoding="utf-8")
    lines = re.findall(r"```toml\n(.*?)```", page.split("## The machine")[1], re.DOTALL)[0]
    text = f'name = "p"\n{lines}\n[drums]\n[[section]]\nname = "a"\nbars = 8\n'
    assert {track.name for track in sirtak.compose(text)} == {"pad", "bass", "arp", "drums"}
