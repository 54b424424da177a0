"""The lead among players of every kind, in any order and octave."""

import numpy as np
import pytest

import sirtak
from sirtak.analysis.lead import find_lead, lead_score, top_shares
from sirtak.notes import Notes, Track
from sirtak.rng import stream

BARS = 16
TUNE = [69, 69, 67, 67, 65, 64, 65, 67, 69, 70, 70, 69, 67, 65, 64, 62]
QUARTERS, EIGHTHS, SIXTEENTHS = (np.arange(BARS * n) * (3840 // n) for n in (4, 8, 16))


def tune(shift=0):
    return Notes.of(QUARTERS, 900, np.resize(TUNE, BARS * 4) + shift, 80)


def scale_walk():
    moves = np.array([-2, -1, 1, 2])[(stream(1, "walk").random(BARS * 8) * 4).astype(int)]
    places = np.abs((np.cumsum(moves) + 5) % 20 - 10)
    return np.array([57, 59, 60, 62, 64, 65, 67, 69, 71, 72, 74])[places]


PLAYERS = {
    "pad": Notes.of(np.repeat(np.arange(BARS) * 3840, 3), 3800, np.tile([57, 62, 65], BARS), 60),
    "drone": Notes.of(np.repeat(np.arange(4) * 15360, 2), 15000, np.tile([50, 57], 4), 60),
    "roots": Notes.of(EIGHTHS, 400, np.repeat(np.resize([38, 34, 41, 36], BARS), 8), 100),
    "walking bass": Notes.of(QUARTERS, 900, np.resize([38, 40, 41, 43, 45, 43, 41, 40], BARS * 4), 100),
    "arpeggio": Notes.of(SIXTEENTHS, 200, np.resize([62, 65, 69, 74, 77, 74, 69, 65], BARS * 16), 70),
    "scale loop": Notes.of(SIXTEENTHS, 200, np.resize([62, 64, 65, 67], BARS * 16), 70),
    "alberti": Notes.of(EIGHTHS, 400, np.resize([60, 67, 64, 67], BARS * 8), 60),
    "two notes": Notes.of(EIGHTHS, 300, np.resize([74, 72], BARS * 8), 110),
    "stabs": Notes.of(np.repeat(QUARTERS + 480, 3), 200, np.tile([64, 67, 71], BARS * 4), 80),
}


@pytest.mark.parametrize("shift", [-12, 0, 12])
@pytest.mark.parametrize("player", PLAYERS)
def test_the_tune_leads_any_accompanist_in_any_order(player, shift):
    tracks = (Track("other", PLAYERS[player]), Track("tune", tune(shift)))
    assert find_lead(tracks) == find_lead(tracks[::-1]) == "tune"


def test_the_tune_leads_all_of_them_together():
    assert (
        find_lead([*(Track(name, notes) for name, notes in PLAYERS.items()), Track("tune", tune())]) == "tune"
    )


def test_motifs_are_worth_more_than_wandering_in_the_same_scale():
    walk = Notes.of(EIGHTHS, 400, scale_walk(), 80)
    phrase = np.resize([*TUNE[:8], 72, 71, 69, 67, *TUNE[8:], 65, 67, 69, 71], BARS * 8)
    assert lead_score(Notes.of(EIGHTHS, 400, phrase, 80), 3840, BARS) > lead_score(walk, 3840, BARS)


def test_the_top_is_shared_by_time():
    assert top_shares([Notes.of(0, 960, 72), Notes.of(0, 1920, 60), Notes.empty()]) == [1.0, 0.5, 0.0]
    assert top_shares([]) == []


def test_a_note_of_a_day_does_not_take_a_days_memory():
    long = Track("long", Notes.of([0, 960, 1920, 2880], 2**30, [60, 62, 64, 65]))
    assert find_lead([long, Track("tune", tune())]) == "tune"


def test_the_first_violin_leads_the_quartet_and_the_soprano_the_chorale():
    from music21 import corpus

    for name in ("mozart/k458/movement3.mxl", "bach/bwv66.6"):
        tracks = []
        for number, part in enumerate(corpus.parse(name).parts):
            rows = [
                (
                    round(float(n.offset) * 960),
                    max(1, round(float(n.quarterLength) * 960)),
                    max(p.midi for p in n.pitches),
                )
                for n in part.flatten().notes
                if n.pitches
            ]
            tracks.append(Track(f"voice {number + 1}", Notes.of(*np.array(rows).T)))
        assert find_lead(tracks) == "voice 1", name


@pytest.mark.parametrize(("style", "lead"), [("kazan", "piano"), ("sirtak", "dombra")])
def test_the_lead_of_our_styles_is_found_for_many_seeds(style, lead):
    found = [find_lead(sirtak.compose(style, seed=seed).arrangement) for seed in range(20, 32)]
    assert found.count(lead) >= 11  # an answer can be as much of a tune as what it answers
