"""The piano: every manner is a pianist's, in every meter, and two hands can play it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from sirtak.analysis.hands import in_two_hands, unplayable
from sirtak.harmony.piano.stabs import RHYTHMS, places
from sirtak.library import Library
from sirtak.notes import Controls, Notes, Track
from sirtak.theory.meter import Bars, parse_meters

STYLES = [name for name in Library().names("style") if name != "kuy"]
MANNERS = ["open", "ballad", "broken", "ostinato", "stabs", "octaves", "none"]
LEFTS = ["none", "fifths", "ballad", "broken", "ostinato", "octaves"]
METERS = ["4/4", "7/8 (3+2+2)", "7/8 (2+2+3)", "5/8", "6/8", "2/4+3/4", "3/4", "1/32"]
PIECE = """
name = "p"
tempo = 72
tonic = "{tonic}"
mode = "{mode}"
meter = "{meter}"
[harmony]
chords = "{chords}"
[piano]
{knobs}
[dombra]
[[section]]
name = "a"
bars = {bars}
energy = {energy}
lead = "{lead}"
answer = "{answer}"
"""


def played(
    meter="4/4",
    bars=8,
    energy=0.5,
    lead="",
    answer="",
    mode="aeolian",
    tonic="D",
    seed=4,
    chords="i VI i VII",
    **knobs,
):
    """The piano's track of one section."""
    lines = "\n".join(
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for name, value in knobs.items()
    )
    text = PIECE.format(
        meter=meter,
        bars=bars,
        energy=energy,
        lead=lead,
        answer=answer,
        mode=mode,
        tonic=tonic,
        chords=chords,
        knobs=lines,
    )
    tracks = {track.name: track for track in sirtak.compose(text, seed=seed)}
    return tracks.get("piano", Track("piano", Notes.empty()))


def bars_of(notes):
    return (notes.onset + 70) // 3840


def pedals(track):
    table = track.controls.table
    return table[(table["kind"] == 0) & (table["number"] == 64)]


class TestHands:
    def test_what_two_hands_cannot_play_is_found(self):
        wide, many = [40, 58, 76], [*range(40, 46), *range(60, 65)]
        assert unplayable(Notes.of([0] * 3, 960, wide))[0] == (0, tuple(wide))
        assert unplayable(Notes.of([0] * 11, 960, many))
        assert unplayable(Notes.of([0, 480, 960], [2000, 1500, 900], wide))[0][0] == 960
        assert not unplayable(Notes.of([0, 960, 1920], 900, wide))

    def test_the_pedal_frees_the_fingers_while_it_is_down(self):
        notes = Notes.of([0, 480, 960], [2000, 1500, 900], [40, 58, 76])
        assert not unplayable(notes, Controls.cc(64, [0, 2000], [127, 0]))
        assert unplayable(notes, Controls.cc(64, [0, 1200], [127, 0]))

    @given(st.sets(st.integers(21, 108), min_size=1, max_size=12))
    def test_two_hands_are_a_lower_and_an_upper_one(self, pitches):
        held = tuple(sorted(pitches))
        fits = in_two_hands(held)
        assert fits or len(held) > 5 or held[-1] - held[0] > 16
        assert not (fits and (len(held) > 10 or held[-1] - held[0] > 87))

    @pytest.mark.parametrize("style", STYLES)
    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_two_hands_play_every_piano_of_every_style(self, style, seed):
        composition = sirtak.compose(style, seed=seed)
        pianos = [name for name, spec in composition.piece.parts.items() if spec.player == "piano"]
        assert pianos
        for track in composition.arrangement.tracks:
            if track.name in pianos:
                assert unplayable(track.notes, track.controls) == []

    @settings(max_examples=120)
    @given(st.data())
    def test_two_hands_play_every_manner_whatever_the_knobs(self, data):
        draw = data.draw
        knobs = {
            "manner": draw(st.sampled_from(MANNERS)),
            "left": draw(st.sampled_from(LEFTS)),
            "density": draw(st.sampled_from([0.0, 0.3, 0.6, 1.0])),
            "octaves": draw(st.sampled_from([0.0, 1.0])),
            "touch": draw(st.sampled_from([0.0, 1.0])),
            "roll": draw(st.sampled_from([0.0, 80.0])),
            "human": draw(st.sampled_from([0.0, 1.0, 2.0])),
            "pedal": draw(st.booleans()),
            "low": draw(st.sampled_from([36, 60, 72])),
        }
        lead, answer = draw(
            st.sampled_from([("piano", ""), ("piano", "dombra"), ("dombra", "piano"), ("", "")])
        )
        track = played(
            draw(st.sampled_from(METERS)),
            draw(st.sampled_from([1, 2, 7, 8])),
            draw(st.sampled_from([0.1, 0.5, 1.0])),
            lead,
            answer,
            draw(st.sampled_from(["aeolian", "ionian", "la-pentatonic", "dorian"])),
            draw(st.sampled_from(["C", "F#", "B"])),
            draw(st.integers(0, 50)),
            "i III",
            **knobs,
        )
        assert unplayable(track.notes, track.controls) == []
        assert len(track.notes) == 0 or track.notes.pitch.min() >= 21


class TestManners:
    @pytest.mark.parametrize("meter", METERS)
    @pytest.mark.parametrize("manner", MANNERS[:-1])
    @pytest.mark.parametrize("bars", [1, 8])
    def test_every_manner_plays_in_every_meter(self, meter, manner, bars):
        track = played(meter, bars, manner=manner, density=1.0)
        kinds = parse_meters(meter)
        if manner == "stabs" and kinds[0].ticks < 960:
            return  # nothing lies between the beats of a bar so short
        assert len(track.notes)
        assert track.notes.end.max() <= Bars(kinds, bars).ticks

    @pytest.mark.parametrize("which", [("manner", ""), ("left", "piano")])
    @pytest.mark.parametrize("manner", LEFTS[1:])
    @pytest.mark.parametrize("meter", ["4/4", "7/8 (3+2+2)", "2/4+3/4"])
    def test_more_density_only_adds(self, which, manner, meter):
        knob, lead = which
        if knob == "manner" and manner == "fifths":
            manner = "stabs"
        found = [
            {
                (int(o), int(p))
                for o, p in zip(
                    *(
                        getattr(
                            played(meter, lead=lead, human=0, roll=0, density=d, **{knob: manner}).notes, c
                        )
                        for c in ("onset", "pitch")
                    ),
                    strict=True,
                )
            }
            for d in (0.1, 0.4, 0.7, 1.0)
        ]
        assert found[0] <= found[1] <= found[2] <= found[3]
        assert len(found[3]) > len(found[0])

    @pytest.mark.parametrize("seed", range(6))
    def test_a_ballad_has_space(self, seed):
        track = played(bars=32, energy=0.5, manner="ballad", seed=seed)
        notes = track.notes
        counts = np.bincount(bars_of(notes), minlength=32)
        assert 0.25 <= np.mean(counts == 0) <= 0.4
        assert counts.max() <= 3
        assert notes.pitch.min() >= 48
        assert notes.pitch.max() <= 74
        assert notes.velocity.min() >= 35
        assert notes.velocity.max() <= 70
        # Phrases end in silence: the fourth bar is empty, and the pedal up by its middle.
        assert counts[3] == counts[7] == 0
        up = pedals(track)
        down = up["value"][np.searchsorted(up["tick"], 3 * 3840 + 1920, side="right") - 1]
        assert down == 0

    def test_a_ballads_pedal_goes_over_bar_lines(self):
        table = pedals(played(manner="ballad"))
        ons, offs = table["tick"][table["value"] > 0], table["tick"][table["value"] == 0]
        assert len(ons) == len(offs)
        assert np.all(ons < offs)
        assert (offs - ons).max() > 3840

    @pytest.mark.parametrize("meter", METERS[:-1])
    @pytest.mark.parametrize("stab", RHYTHMS)
    def test_stabs_are_three_voices_off_the_bar_line_and_the_top_sings(self, meter, stab):
        notes = played(meter, manner="stabs", stab=stab, density=1.0, human=0).notes
        bars = Bars(parse_meters(meter), 8)
        assert not np.isin(notes.onset, bars.starts).any()
        for tick in np.unique(notes.onset):
            chord = notes[notes.onset == tick]
            assert len(chord) == 3
            assert int(chord.velocity.max()) == int(chord.velocity[np.argmax(chord.pitch)])
        assert notes.duration.max() <= 480

    def test_rhythms_of_stabs_are_different_and_keep_the_groups(self):
        for meter in ("4/4", "7/8 (3+2+2)", "7/8 (2+2+3)"):
            orders = {places(parse_meters(meter)[0], rhythm)[:3] for rhythm in RHYTHMS}
            assert len(orders) == 3
        for groups in ("7/8 (3+2+2)", "7/8 (2+2+3)", "5/8 (2+3)"):
            meter = parse_meters(groups)[0]
            starts = meter.group_ticks[1:].tolist()
            assert list(places(meter, "tresillo")[: len(starts)]) == starts

    @pytest.mark.parametrize("meter", METERS[:-1])
    def test_broken_chords_go_up_from_the_root_in_every_bar(self, meter):
        notes = played(meter, manner="broken", density=1.0, human=0).notes
        bars = Bars(parse_meters(meter), 8)
        bar = bars.bar_of(notes.onset)
        for number in range(8):
            here = notes[bar == number].pitch.astype(int)
            assert here[0] == here.min()
            assert here.max() - here.min() <= 16
        assert np.isin(bars.group_starts, notes.onset).all()

    def test_an_ostinato_is_the_motifs_rhythm_in_every_bar(self):
        from sirtak.composer.load import parse_piece
        from sirtak.composer.scenes import place

        text = PIECE.format(
            meter="4/4",
            bars=8,
            energy=0.5,
            lead="dombra",
            answer="",
            mode="aeolian",
            tonic="D",
            chords="i VI i VII",
            knobs='manner = "ostinato"\ndensity = 1\nhuman = 0\nroll = 0',
        )
        theme = next(iter(place(parse_piece(text)))).scene.theme.onset
        motif = set(theme[theme < 3840].tolist())
        assert len(motif) >= 3
        onset = sirtak.compose(text)["piano"].onset
        for bar in range(8):
            assert {int(tick) - bar * 3840 for tick in onset if tick // 3840 == bar} == motif | {0}

    def test_a_tune_goes_into_octaves_as_the_energy_grows(self):
        def doubled(energy, **knobs):
            notes = played(lead="piano", energy=energy, human=0, **knobs).notes
            ticks = np.unique(notes.onset)
            return np.mean([np.ptp(notes.pitch[notes.onset == tick].astype(int)) == 12 for tick in ticks])

        assert doubled(0.9, manner="octaves") == 1
        assert doubled(0.2, manner="octaves") == 0
        assert doubled(0.9, octaves=0.5) > doubled(0.1, octaves=0.5)
        assert doubled(0.9) == 0

    def test_phrases_end_in_a_rolled_chord(self):
        def late(roll):
            return played(manner="ballad", bars=7, human=0, roll=roll, density=1).notes

        plain, spread = late(0), late(60)
        last = 6 * 3840
        assert len(set(plain.onset[plain.onset >= last].tolist())) < len(
            set(spread.onset[spread.onset >= last].tolist())
        )
        rolled = spread[(spread.onset >= last) & (spread.onset < last + 480)]
        assert np.all(np.diff(rolled.pitch.astype(int)) > 0)


class TestTwoHands:
    @pytest.mark.parametrize("left", LEFTS[1:])
    @pytest.mark.parametrize("octaves", [0.0, 1.0])
    def test_the_left_hand_is_lower_softer_and_leaves_the_right_alone(self, left, octaves):
        plain = played(lead="piano", octaves=octaves).notes
        both = played(lead="piano", octaves=octaves, left=left).notes
        right = {tuple(row[:4]) for row in plain.table.tolist()}
        rows = [tuple(row[:4]) for row in both.table.tolist()]
        assert right <= set(rows)
        under = [row for row in rows if row not in right]
        assert under
        assert max(row[2] for row in under) < 72
        assert np.mean([row[3] for row in under]) < plain.velocity.mean() - 8
        for onset, duration, pitch, _ in under:
            over = plain[(plain.onset < onset + min(duration, 240)) & (plain.end > onset)]
            assert not len(over) or pitch < int(over.pitch.min())

    def test_running_hands_change_the_pedal_with_the_bar(self):
        table = pedals(played(lead="piano", left="broken"))
        assert len(table) == 16
        assert len(pedals(played(manner="stabs"))) == 0
        assert len(pedals(played(manner="broken", pedal=False))) == 0

    def test_a_phrase_swells_and_fades(self):
        loud, flat = (played(lead="piano", human=0, phrasing=p).notes for p in (1.0, 0.0))
        change = loud.velocity.astype(int) - flat.velocity.astype(int)
        assert change.max() >= 4
        assert change[0] < 0
        assert change[-1] < 0


class TestAnswers:
    @pytest.mark.parametrize("seed", range(5))
    def test_it_answers_in_the_rests_a_fifth_or_more_above(self, seed):
        text = PIECE.format(
            meter="4/4",
            bars=16,
            energy=0.6,
            lead="dombra",
            answer="piano",
            mode="aeolian",
            tonic="D",
            chords="i VI i VII",
            knobs='manner = "none"\nlow = 60\nhigh = 88\ntouch = 0',
        )
        composition = sirtak.compose(text, seed=seed, set={"dombra.manner": "pluck", "dombra.drone": 0.0})
        leader, answer = composition["dombra"], composition["piano"]
        near = np.abs(answer.onset[:, None].astype(int) - leader.onset[None, :]).min(axis=1) < 60
        assert np.mean(near) < 0.15
        assert answer.pitch.mean() - leader.pitch.mean() >= 5

    def test_touches_adorn_what_is_there(self):
        plain, full = (
            played(bars=16, lead="dombra", answer="piano", manner="none", touch=t).notes for t in (0.0, 1.0)
        )
        own = {(int(o), int(p)) for o, p in zip(plain.onset, plain.pitch, strict=True)}
        more = {(int(o), int(p)) for o, p in zip(full.onset, full.pitch, strict=True)}
        assert own < more
        for onset, pitch in more - own:
            below = [q - pitch for o, q in own if o == onset]
            graces = [pitch - q for o, q in own if o - onset == 90]
            assert any(step in (8, 9, 12) for step in below) or any(1 <= step <= 4 for step in graces)

    def test_the_accompanying_hand_is_silent_while_it_answers(self):
        alone = played(bars=16, lead="dombra", answer="piano", manner="none", touch=0).notes
        both = played(bars=16, lead="dombra", answer="piano", manner="broken", density=1.0, touch=0).notes
        assert len(both) > len(alone)
        for onset, end in zip(alone.onset, alone.end, strict=True):
            during = both[(both.onset >= onset + 60) & (both.onset < end - 60)]
            assert len(during) == 0


def test_the_flat_second_never_meets_the_natural_one():
    met = sounded = 0
    for seed in range(1, 13):
        made = sirtak.compose("kazan", seed=seed, set={"piano.colour": 1.0, "keys.colour": 1.0})
        tonic = made.piece.tonic
        for name in ("piano", "keys"):
            notes = made[name]
            flat = notes[(notes.pitch.astype(int) - tonic) % 12 == 1]
            sounded += len(flat)
            for other in ("piano", "qobyz", "dombra"):
                tune = made[other]
                natural = tune[(tune.pitch.astype(int) - tonic) % 12 == 2]
                for onset, end in zip(flat.onset.tolist(), flat.end.tolist(), strict=True):
                    met += int(((natural.onset < end - 60) & (natural.end > onset + 60)).sum())
    assert sounded >= 12
    assert met <= sounded // 10  # ornaments and chords may touch it in passing


@pytest.mark.parametrize("mode", ["mangystau-minor", "la-pentatonic", "do-pentatonic"])
@pytest.mark.parametrize("manner", ["ostinato", "broken", "ballad", "octaves"])
def test_modes_with_few_neighbours_and_chords_of_two_tones_are_played(mode, manner):
    for seed in range(1, 7):
        made = sirtak.compose(
            f'seed = {seed}\nmode = "{mode}"\n[harmony]\nchords = "I V"\ncolour = "open"\nlisten = 0\n'
            f'[piano]\nmanner = "{manner}"\nleft = "ostinato"\ntouch = 1\n[dombra]\nmanner = "pluck"\n'
            '[[section]]\nname = "a"\nbars = 16\nenergy = 0.9\nlead = "dombra"\nanswer = "piano"\n'
            '[[section]]\nname = "b"\nbars = 8\nlead = "piano"\n'
        )
        assert len(made["piano"]) > 20
