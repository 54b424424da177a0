"""The theme: motifs, plans, climax and answers, in every meter and mode."""

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from sirtak.errors import SpecError
from sirtak.harmony.cells import cells_of
from sirtak.harmony.motif import Motif, fit
from sirtak.harmony.theme import MelodySpec, make_theme, reply_line, section_line, section_tune
from sirtak.harmony.theme_plan import DEPARTURES, IDEAS, OWN, PLANS, layout, parse_plan
from sirtak.library import Library
from sirtak.rng import Dice
from sirtak.theory.meter import Bars, parse_meters
from sirtak.theory.mode import load_mode

LIBRARY = Library()
METERS = ["4/4", "7/8 (3+2+2)", "5/8", "6/8", "2/4+3/4", "3/4", "2/4", "12/8", "7/16", "2/4+3/4+5/8"]
WORKS = ("theme", "sequence", "fragment", "inversion", "augmentation", "rhythm", "pitches", "climb")
AEOLIAN, COMMON = load_mode(LIBRARY, "aeolian"), parse_meters("4/4")
modes = st.sampled_from(LIBRARY.names("mode")).map(lambda name: load_mode(LIBRARY, name))
meters = st.sampled_from(METERS).map(parse_meters)
works = st.sampled_from(WORKS)
seeds = st.integers(0, 2000)


def theme_of(piece, mode=AEOLIAN, kinds=COMMON, **knobs):
    spec = MelodySpec(**knobs)
    return spec, make_theme(spec, mode, kinds, Dice(piece, "melody"))


def sung(seed, count=8, mode=AEOLIAN, kinds=COMMON, *, key="verse", how=None, **knobs):
    spec, theme = theme_of(seed, mode, kinds, **knobs)
    return section_line(theme, spec, mode, Bars(kinds, count), Dice(seed, "melody", 0, key), **(how or {}))


def bars_of(line, ticks=3840):
    """Return the (tick in the bar, degree) of each bar of a line."""
    notes = zip(
        (line.onset // ticks).tolist(), (line.onset % ticks).tolist(), line.degree.tolist(), strict=True
    )
    return [[note[1:] for note in bar] for _, bar in groupby(notes, key=lambda note: note[0])]


# --- every section, whatever it is


@settings(deadline=None, max_examples=150)
@given(modes, meters, seeds, st.integers(1, 20), st.integers(-7, 7), works, st.integers(1, 3), st.booleans())
def test_a_section_ends_at_home_and_never_leaps_awkwardly(
    mode, kinds, seed, count, lift, work, pace, answered
):
    bars = Bars(kinds, count)
    line = sung(
        seed, count, mode, kinds, how={"lift": lift, "motif": work, "pace": pace, "answered": answered}
    )
    assert line.degree[-1] == mode.final + lift
    assert line.onset[0] == 0
    assert np.all(np.diff(line.onset) > 0)
    assert np.all(line.end[:-1] <= line.onset[1:])
    assert line.end[-1] <= bars.ticks
    leaps = np.abs(np.diff(mode.pitches(line.degree, 60, np.zeros(len(line), bool))))
    assert not np.isin(leaps, [6, 10, 11]).any()
    assert leaps.max(initial=0) <= 12


@settings(deadline=None, max_examples=80)
@given(modes, meters, seeds, st.floats(0, 1), st.floats(0, 1), works)
def test_more_density_only_adds_onsets(mode, kinds, seed, a, b, work):
    low, high = (
        set(sung(seed, 8, mode, kinds, density=density, how={"motif": work}).onset.tolist())
        for density in sorted((a, b))
    )
    assert low <= high


@settings(deadline=None, max_examples=60)
@given(seeds, meters, st.integers(4, 24))
def test_the_climax_is_one_and_late(seed, kinds, count):
    line = sung(seed, count, kinds=kinds, variation=1.0)
    cells = len(cells_of(tuple(kinds[bar % len(kinds)] for bar in range(count)), 480))
    if cells < 4:
        return
    top = np.flatnonzero(line.degree == line.degree.max())
    ticks = Bars(kinds, count).ticks
    assert 0.45 <= line.onset[top[0]] / ticks <= 0.85
    assert (line.onset[top[-1]] - line.onset[top[0]]) / ticks <= 1.01 / cells


def test_the_climax_lies_where_it_should_in_periods():
    places = []
    for seed in range(60):
        line = sung(seed, 16)
        places.append(line.onset[np.argmax(line.degree)] / (16 * 3840))
    assert np.mean([0.55 <= place <= 0.75 for place in places]) >= 0.95


# --- phrases


def test_phrases_are_as_long_as_sung_ones():
    notes, beats, held, ends = [], [], [], []
    for seed in range(60):
        spec, theme = theme_of(seed, variation=0)
        tune = section_tune(theme, spec, AEOLIAN, Bars(COMMON, 8), Dice(seed, "melody", 0, "a"))
        last = np.flatnonzero(tune.hold)
        gaps = np.diff(tune.onset, append=8 * 3840)
        starts = [0, *(last[:-1] + 1).tolist()]
        notes += (last - np.array(starts) + 1).tolist()
        beats += [float(gaps[a : b + 1].sum()) / 960 for a, b in zip(starts, last.tolist(), strict=True)]
        held += [bool(gaps[b] >= 2 * np.median(gaps[a : b + 1])) for a, b in zip(starts, last, strict=True)]
        ends += tune.degree[last].tolist()
    assert 7 <= np.median(notes) <= 13
    assert 6 <= np.median(beats) <= 10
    assert np.mean(held) > 0.9
    assert 0.36 <= np.mean(np.array(ends) == 0) <= 0.6


def test_the_motif_comes_back_and_no_bar_comes_five_times_in_a_row():
    kept = []
    for seed in range(60):
        _, theme = theme_of(seed, variation=0)
        bars = bars_of(sung(seed, 16, variation=0))
        assert bars.count(bars[0]) >= 2
        assert max(len(list(same)) for _, same in groupby(bars)) <= 4
        # What is heard first is the motif itself, or the motif a fourth up.
        shape = [degree - bars[0][0][1] for _, degree in bars[0]]
        core = fit(theme.ideas["m"], cells_of(COMMON, 480)[0].grid).core
        own = [
            degree for tick, degree in zip((t for t, _ in bars[0]), shape, strict=True) if tick // 480 in core
        ]
        kept.append(own == list(theme.ideas["m"].degrees))
    assert np.mean(kept) > 0.85  # a mode's tritone bends a note here and there


def test_a_name_that_returns_brings_the_same_material():
    same, changed = [], 0
    for seed in range(30):
        first, again = (bars_of(sung(seed, 8, key=key)) for key in ("verse", "verse#2"))
        same.append(np.mean([a == b for a, b in zip(first, again, strict=True)]))
        changed += first != again
    assert np.mean(same) > 0.7
    assert changed > 10


def test_seeds_differ_in_more_than_notes():
    assert len({theme_of(seed)[1].plan for seed in range(60)}) == len(PLANS)
    rhythms = {theme_of(seed)[1].ideas["m"].times for seed in range(60)}
    tunes = {theme_of(seed)[1].ideas["m"].degrees for seed in range(60)}
    assert len(rhythms) > 12
    assert len(tunes) > 40
    assert all(3 <= len(theme_of(seed)[1].ideas[letter].notes) <= 7 for seed in range(60) for letter in "mn")


@given(works, st.integers(1, 60), st.sampled_from(PLANS), st.sampled_from(DEPARTURES))
def test_phrases_fill_a_section(work, count, plan, departure):
    phrases = layout(plan[2], departure, count, work, 3, 7)
    assert sum(map(len, phrases)) == count
    assert phrases[-1].end == "1"
    assert {token[0] for phrase in phrases for token in phrase.cells} <= set(IDEAS)


def test_plans_are_eight_cells_long():
    for text in (*(plan[2] for plan in PLANS), *DEPARTURES, *OWN.values()):
        assert sum(map(len, parse_plan(text))) == 8


# --- what sections do with the motif


def core_of(line, letter, theme):
    slots = fit(theme.ideas[letter], cells_of(COMMON, 480)[0].grid).core
    first = bars_of(line)[0]
    return [degree - first[0][1] for tick, degree in first if tick // 480 in slots], [
        tick // 240 for tick, _ in first if tick // 480 in slots
    ]


@pytest.mark.parametrize("seed", range(12))
def test_each_work_does_what_it_says(seed):
    spec, theme = theme_of(seed, variation=0, start=2)
    motif, made = theme.ideas["m"], {}
    for work in WORKS:
        made[work] = section_line(theme, spec, AEOLIAN, Bars(COMMON, 8), Dice(seed, "m", 0, "a"), motif=work)
    turned = core_of(made["inversion"], "i", theme)
    assert turned == ([-degree for degree in motif.degrees], list(motif.times))
    assert theme.ideas["r"].times == motif.times[: len(theme.ideas["r"].times)]
    assert theme.ideas["r"].degrees != motif.degrees
    assert theme.ideas["p"].degrees == motif.degrees[: len(theme.ideas["p"].degrees)]
    assert theme.ideas["p"].times != motif.times
    slow = (*theme.ideas["a"].times, *(16 + time for time in theme.ideas["b"].times))
    assert {2 * time for time in motif.times} <= {*slow, 16}
    assert len({(*line.onset.tolist(), *line.degree.tolist()) for line in made.values()}) == len(WORKS)


def test_inverted_is_the_same_as_motif_inversion():
    old, new = sung(3, how={"inverted": True}), sung(3, how={"motif": "inversion"})
    assert (old.degree == new.degree).all()
    other = sung(3, how={"inverted": True, "motif": "climb"})
    assert (other.degree == sung(3, how={"motif": "climb"}).degree).all()


def test_the_climb_says_its_block_at_the_fourth_and_the_octave():
    for seed in range(40):
        bars = bars_of(sung(seed, 16, variation=0, how={"motif": "climb"}))
        blocks = [[degree for bar in bars[at : at + 4] for _, degree in bar] for at in (0, 4, 8)]
        for lift, block in zip((3, 7), blocks[1:], strict=True):
            moved = np.array(block) - np.array(blocks[0]) if len(block) == len(blocks[0]) else np.zeros(1)
            assert np.mean(moved == lift) >= 0.6, (seed, blocks)
        way_home = [bar[0][1] for bar in bars[12:]]
        assert way_home[0] >= 5
        assert way_home == sorted(way_home, reverse=True) or way_home[-1] <= 3
        assert bars[15][-1][1] == 0


# --- one material in many pieces


@settings(deadline=None, max_examples=40)
@given(seeds, meters, st.integers(0, 500))
def test_a_melody_seed_brings_its_motifs_into_any_piece(seed, kinds, other):
    dorian = load_mode(LIBRARY, "dorian")
    mine, theirs = theme_of(other, seed=seed)[1], theme_of(other + 1, dorian, kinds, seed=seed)[1]
    assert [idea.notes for idea in mine.ideas.values()] == [idea.notes for idea in theirs.ideas.values()]
    assert (mine.plan, mine.heights.home) == (theirs.plan, theirs.heights.home)


@settings(deadline=None, max_examples=60)
@given(seeds, meters)
def test_a_motif_is_known_in_every_meter(seed, kinds):
    motif = theme_of(seed)[1].ideas["m"]
    grid = cells_of(kinds * 8, 480)[0].grid
    laid = fit(motif, grid)
    heard = [laid.degree[slot] for slot in laid.core]
    assert laid.core[0] == 0
    assert len(heard) >= min(len(motif.notes), len(grid))
    if len(heard) == len(motif.notes):
        assert heard == list(motif.degrees)


def test_sixteenths_and_short_bars_have_slots_on_every_group():
    grid = cells_of(parse_meters("7/16 (3+2+2)") * 2, 480)[0].grid
    assert {0, 720, 1200} <= set(grid.tick)
    many = Motif(tuple((time, time) for time in (0, 2, 4, 6, 8, 10, 12)), (0.5,) * 32)
    assert len(fit(many, cells_of(parse_meters("3/8"), 480)[0].grid).core) == 3


# --- answers


@settings(deadline=None, max_examples=60)
@given(seeds, meters, modes)
def test_answers_lie_in_the_rests(seed, kinds, mode):
    bars = Bars(kinds, 16)
    spec, theme = theme_of(seed, mode, kinds)
    line = section_line(theme, spec, mode, bars, Dice(seed, "m"), answered=True)
    reply = reply_line(theme, line, bars, Dice(seed, "m"))
    assert len(reply) > 0
    assert np.mean(np.isin(reply.onset, line.onset)) < 0.15
    assert np.all(reply.end <= bars.ticks)
    # An answer is over before the leader goes on.
    sounding = line.at(reply.onset)
    following = np.append(line.onset[1:], bars.ticks)[sounding]
    assert np.all(reply.end <= following)


def test_an_answer_takes_up_the_rhythm_that_it_heard():
    for seed in range(20):
        spec, theme = theme_of(seed)
        bars = Bars(COMMON, 8)
        line = section_line(theme, spec, AEOLIAN, bars, Dice(seed, "m"), answered=True)
        reply = reply_line(theme, line, bars, Dice(seed, "m"))
        held = line.at(reply.onset)
        ends = np.append(line.onset[1:], bars.ticks)
        assert np.isin(reply.onset - (ends[held] - line.onset[held]), line.onset).all()


# --- pieces

PIECE = """
format = 1
[melody]
{melody}
[piano]
[[section]]
name = "verse"
bars = 8
lead = "piano"
{section}
"""


def test_a_piece_says_what_a_section_does(tmp_path):
    path = tmp_path / "piece.toml"
    tunes = []
    for section in ('motif = "climb"', 'motif = "theme"', ""):
        path.write_text(PIECE.format(melody="seed = 7", section=section))
        tunes.append(sirtak.compose(path)["piano"].pitch.tolist())
    assert tunes[0] != tunes[1] == tunes[2]
    again = sirtak.compose(path)
    path.write_text(again.recipe)
    assert sirtak.compose(path)["piano"].pitch.tolist() == tunes[2]


def test_a_work_that_there_is_not_is_named(tmp_path):
    path = tmp_path / "piece.toml"
    path.write_text(PIECE.format(melody="", section='motif = "retrograde"'))
    with pytest.raises(SpecError, match=r"piece.toml:\d+: .*motif") as caught:
        sirtak.compose(path)
    assert "climb" in str(caught.value)
