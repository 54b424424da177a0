"""The fusion knobs: as written in the middle, and monotone towards both ends, in every style."""

from functools import cache

import numpy as np
import pytest

import sirtak
from sirtak.composer.fusion import share_of, side_of
from sirtak.composer.fusion_roles import fused
from sirtak.composer.load import load_piece
from sirtak.composer.scenes import place
from sirtak.errors import SpecError

STYLES = [name for name in sirtak.Library().names("style") if name != "kuy"]
PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
SLACK = 0.02  # a part that hands the tune over plays otherwise, in a few notes more or less


@cache
def composed(style, knob, value):
    return sirtak.compose(style, set={f"fusion.{knob}": value})


def band(style, knob, value):
    return fused(composed(style, knob, value).piece)


def side_shares(style, value):
    """Return the share of the notes, weighed by velocity, that each side plays."""
    piece, weight = band(style, "folk", value), {"folk": 0.0, "electronic": 0.0, "bridge": 0.0}
    for track in composed(style, "folk", value):
        weight[side_of(piece.parts[track.name])] += float(track.notes.velocity.astype(float).sum())
    total = sum(weight.values())
    return {side: item / total for side, item in weight.items()}


def lead_bars(style, value):
    """Return the share of bars with a lead in which it, and the answer, are of each side."""
    piece = band(style, "folk", value)
    bars = {"folk": 0, "electronic": 0, "bridge": 0}
    for section in piece.sections():
        for name in (section.spec.lead, section.spec.answer):
            if name:
                bars[side_of(section.parts[name])] += section.spec.bars
    total = sum(bars.values())
    return {side: item / total for side, item in bars.items()}


def harmony(style, value):
    """Return drone share, distinct roots in eight bars, share of thirds and chords a bar, over a piece."""
    piece = band(style, "east", value)
    mode, drone, third, total, roots, chords, bars = piece.mode, 0, 0, 0, [], 0, 0
    for item in place(piece):
        found = item.scene.chords
        bars, chords = bars + item.scene.bars.count, chords + len(found)
        for chord in found:
            classes = {
                mode.semitones[tone % len(mode)] - mode.semitones[chord.root % len(mode)]
                for tone in chord.tones
            }
            total += chord.duration
            third += chord.duration * bool({item % 12 for item in classes} & {3, 4})
            drone += chord.duration * (
                chord.root == mode.final and not {item % 12 for item in classes} - {0, 7, 5}
            )
        starts = item.scene.bars.starts
        for first in range(0, len(starts) - 7, 8):
            roots.append(len({int(root) for root in found.roots_at(starts[first : first + 8])}))
    return drone / total, float(np.mean(roots)), third / total, chords / bars


def rising(values, slack=0.0):
    return all(b >= a - slack for a, b in zip(values, values[1:], strict=False))


@pytest.mark.parametrize("style", STYLES)
def test_folk_is_monotone(style):
    notes = [side_shares(style, value) for value in PLACES]
    bars = [lead_bars(style, value) for value in PLACES]
    assert rising([item["folk"] for item in notes], SLACK), notes
    assert rising([-item["electronic"] for item in notes], SLACK), notes
    assert rising([item["folk"] for item in bars]), bars
    assert rising([-item["electronic"] for item in bars]), bars
    assert (notes[0]["folk"], bars[0]["folk"]) == (0, 0)
    assert (notes[4]["folk"], bars[4]["folk"]) == (1, 1)
    assert notes[1]["folk"] < notes[2]["folk"] < notes[3]["folk"]


@pytest.mark.parametrize("style", STYLES)
def test_a_beat_of_the_side_that_grows_stays_as_it_is(style):
    middle = composed(style, "folk", 0.5)
    for value, role in ((0.2, "drums"), (0.8, "percussion")):
        turned = composed(style, "folk", value).arrangement
        for track in middle:
            if track.role == role:
                after = turned[track.name].notes
                assert hits(track.notes) <= hits(after)


def hits(notes):
    return set(zip(notes.onset.tolist(), notes.pitch.tolist(), strict=True))


@pytest.mark.parametrize("style", ["sirtak", "adai-dnb", "alatau", "aqsaq"])
def test_a_thinned_beat_is_a_part_of_the_whole_one_and_keeps_its_first_kick(style):
    kept = [
        hits(composed(style, "folk", value).arrangement["drums"].notes) for value in (0.5, 0.7, 0.9, 0.98)
    ]
    assert all(less <= more for more, less in zip(kept, kept[1:], strict=False))
    assert 0 < len(kept[3]) < len(kept[0]) * 0.2
    written = composed(style, "folk", 0.5)
    kick = 36
    starts = {
        item.start + int(start)
        for item in place(written.piece)
        if "drums" in (item.section.spec.parts or ())
        for start in item.scene.bars.starts
    }
    first = {
        (tick, pitch)
        for tick, pitch in kept[0]
        if pitch == kick and any(abs(tick - start) < 60 for start in starts)
    }
    assert first
    assert first <= kept[3]


def test_the_bass_hears_the_kicks_that_sound():
    counts = {}
    for value in (0.5, 0.9, 0.95):
        drums = composed("sirtak", "folk", value).arrangement["drums"].notes
        sounding = drums.onset[drums.pitch == 36].astype(int)
        scenes = [
            item for item in place(band("sirtak", "folk", value)) if item.section.key in ("hook", "drop")
        ]
        heard = np.concatenate([item.scene.kicks + item.start for item in scenes])
        met = np.abs(sounding[:, None] - heard).min(axis=0) < 60
        counts[value] = len(heard)
        assert met.mean() > 0.9  # fills silence a few, here as ever
    assert counts[0.5] >= counts[0.9] > counts[0.95] > 0


def test_the_middle_says_nothing_and_changes_nothing():
    plain = sirtak.compose("sirtak")
    turned = composed("sirtak", "folk", 0.5)
    assert plain.to_bytes() == turned.to_bytes()
    assert "fusion" not in plain.recipe
    assert fused(plain.piece) is plain.piece


@pytest.mark.parametrize(
    "values", [{"fusion.folk": 0.1}, {"fusion.folk": 0.9, "fusion.east": 0.2}, {"fusion.east": 0.8}]
)
def test_a_turned_piece_comes_back_from_its_recipe(values):
    for style in ("bazaar", "adai-dnb"):
        made = sirtak.compose(style, set=values)
        assert sirtak.compose(made.recipe).to_bytes() == made.to_bytes()


def test_a_kuy_alone_can_be_handed_to_a_synth():
    tracks = sirtak.compose("kuy", set={"fusion.folk": 0}).arrangement.tracks
    assert [track.name for track in tracks] == ["synth"]
    assert len(tracks[0].notes) > 100


@pytest.mark.parametrize("value", [0.0, 0.3])
def test_a_kept_lead_is_neither_thinned_nor_handed_over(value, tmp_path):
    first = sirtak.compose("sirtak", seed=4).write(tmp_path / "a.mid")
    knobs = {"fusion.folk": value}
    whole = sirtak.compose("sirtak", seed=9, keep={"lead": first})
    kept = sirtak.compose("sirtak", seed=9, set=knobs, keep={"lead": first})
    assert kept["dombra"] == whole["dombra"]
    led = [[item.spec.lead for item in piece.sections()] for piece in (kept.piece, fused(kept.piece))]
    assert led[0] == led[1]
    alone = sirtak.compose("sirtak", seed=9, set=knobs)
    assert "synth" in {item.spec.lead for item in fused(alone.piece).sections()}
    assert {track.name for track in kept} & {"qobyz", "percussion"} == (
        {"qobyz", "percussion"} if value else set()
    )
    assert sirtak.compose(kept.recipe).to_bytes() == kept.to_bytes()


def test_shares_fall_on_one_side_alone():
    for knob in np.linspace(0, 1, 21):
        assert max(share_of("folk", knob), share_of("electronic", knob)) == 1


@pytest.mark.parametrize("value", ["-0.1", "1.01", "nan", "east"])
def test_values_outside_are_refused(value):
    for knob in ("fusion.folk", "fusion.east"):
        with pytest.raises(SpecError, match=knob):
            load_piece("kazan", [f"{knob}={value}"])


def test_the_west_has_no_leading_note():
    for style in ("kazan", "sirtak", "almaty-garage"):
        piece = band(style, "east", 0.0)
        pad = composed(style, "east", 0.0).arrangement["pad"]
        assert {(int(p) - piece.tonic) % 12 for p in pad.notes.pitch} <= piece.mode.pitch_classes - {11}


@pytest.mark.parametrize("style", STYLES)
def test_east_is_monotone(style):
    drone, roots, third, chords = zip(*(harmony(style, value) for value in PLACES), strict=True)
    assert rising(drone), drone
    assert rising([-item for item in roots]), roots
    assert rising([-item for item in third], SLACK), third
    assert rising([-item for item in chords]), chords
    assert drone[4] == 1
    assert third[4] == 0
    assert third[0] > 0.9
    assert chords[0] > 0.9
    assert roots[0] >= 3 > roots[4] == 1
