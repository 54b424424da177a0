"""The figures of a küy: scale, registers, rhythms, and how drafts are chosen."""

import itertools
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composed import LIBRARY, TYPES, kuy_of
from sirtak.folk.kuy.choose import choose, divergence_from
from sirtak.folk.kuy.layout import Use
from sirtak.folk.kuy.measured import drone_by_zone
from sirtak.folk.kuy.scale import Scale, scale_of
from sirtak.folk.kuy.types import cell_lengths, load_kuy_type
from sirtak.theory.mode import load_mode
from sirtak.theory.neck import load_neck
from sirtak.theory.tuning import FRETS, load_tuning

QUICK = ("1-1-2", "2-1-1", "1-1-1-1")
SEEDS = range(4)
CASES = list(itertools.product(TYPES, SEEDS))


def figures(name, seed=1, **sets):
    return kuy_of(name, seed, **sets).kuy.material.figures


def flat(made):
    return {name: (figure.cells, figure.frets.tolist()) for name, figure in made.items()}


# -- scale -------------------------------------------------------------------------------------------------


def slow_nearest(frets, fret):
    return max(item for item in frets if abs(item - fret) == min(abs(other - fret) for other in frets))


scales = st.sets(st.integers(0, 19), min_size=2).map(lambda found: Scale(tuple(sorted(found)), 0))


@given(scales, st.integers(0, 30), st.integers(-12, 12))
def test_a_scale_is_stepped_and_met_at_its_nearest_fret(scale, fret, steps):
    assert scale.nearest(fret) == slow_nearest(scale.frets, fret)
    start = scale.frets.index(scale.nearest(fret))
    found = scale.frets.index(scale.stepped(fret, steps))
    assert found == min(max(start + steps, 0), len(scale.frets) - 1)


@given(scales, st.integers(0, 19))
def test_moving_up_stays_in_the_scale_and_on_the_neck(scale, semitones):
    landing = scale.lifted(semitones).tolist()
    assert landing == [slow_nearest(scale.frets, min(fret + semitones, FRETS)) for fret in range(FRETS + 1)]
    assert landing == sorted(landing)


# 1.4 and 1.5: in D the open melody string is the fourth degree, in G it is the tonic.
FRETS_OF = {
    "adai": (
        0,
        2,
        3,
        5,
        7,
        9,
        10,
        12,
        14,
        16,
        17,
        19,
    ),  # natural sixth high (fret 16 is B), flat low (fret 3)
    "aijan": (0, 2, 3, 5, 7, 9, 10, 12, 14, 16, 17, 19),
    "balbyrauyn": (0, 2, 4, 5, 7, 9, 10, 12, 14, 16, 17, 19),  # 10, never 11, in the melody
    "kenes": (0, 2, 4, 5, 7, 9, 10, 12, 14, 16, 17, 19),
    "kelinshek": (0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19),
    "legend": (0, 2, 3, 5, 7, 8, 10, 12, 14, 15, 17, 19),  # C dorian above G
}


@pytest.mark.parametrize("name", FRETS_OF)
def test_frets_of_the_modes_on_the_melody_string(name):
    kind = load_kuy_type(LIBRARY, name)
    tuning = load_tuning(LIBRARY, kind.file.tuning)
    scale = scale_of(load_mode(LIBRARY, kind.file.mode), tuning.melody, kind.tonic)
    assert scale.frets == FRETS_OF[name]
    assert scale.open_degree == (tuning.melody - kind.tonic) % 12


@pytest.mark.parametrize("mode", LIBRARY.names("mode"))
@pytest.mark.parametrize("neck", LIBRARY.names("fret"))
def test_a_neck_only_takes_frets_away(mode, neck):
    whole = scale_of(load_mode(LIBRARY, mode), 55, 2)
    tied = load_neck(LIBRARY, neck)
    assert set(whole.frets) <= set(range(FRETS + 1))
    found = scale_of(load_mode(LIBRARY, mode), 55, 2, tied)
    assert found.frets == tuple(fret for fret in whole.frets if fret in (0, *tied.frets))
    classes = load_mode(LIBRARY, mode).pitch_classes
    assert all((fret + whole.open_degree) % 12 in classes for fret in whole.frets)


# -- figures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_figures_lie_in_their_registers_and_in_the_scale(name, seed):
    """kazakh.md 3.1 and 3.2: refrains on frets 0 to 7, Adai's lower; the low zone to 7, the sağa from 12."""
    kuy = kuy_of(name, seed).kuy
    scale = kuy.material.scale
    home = scale.nearest(kuy.kind.home)
    made = kuy.material.figures
    for key, figure in made.items():
        assert set(figure.frets.tolist()) <= set(scale.frets), key
        assert figure.frets.max() <= FRETS
        top = {"R": 5 if home and kuy.kind.file.manner != "song" else 7, "T": 7, "H": 12, "L": 12}.get(key[0])
        assert top is None or figure.frets.max() <= top, key
        if key[0] == "S":
            assert all(fret == 0 or fret >= 10 for fret in figure.frets.tolist()), key
    assert made["R0"].frets[0] == home, "the refrain lives on the home fret"


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_every_figure_fills_the_same_beats(name, seed):
    kuy = kuy_of(name, seed).kuy
    for key, figure in kuy.material.figures.items():
        assert figure.lengths.sum() * 240 == kuy.figure_ticks, key
        assert len(figure.frets) == len(figure.lengths) == len(figure.inside)
        assert [sum(cell_lengths(cell)) for cell in figure.cells] == [
            sum(cell_lengths(cell)) for cell in kuy.material.figures["R0"].cells
        ]
        starts = np.flatnonzero(~figure.inside)
        assert len(starts) == len(figure.cells)
        for start, cell in zip(starts.tolist(), figure.cells, strict=True):
            assert tuple(figure.lengths[start : start + len(cell_lengths(cell))]) == cell_lengths(cell)


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_rhythms_obey_the_rules_of_the_bar(name, seed):
    """kazakh.md 4.2: after 1-1-2, 2-1-1 and 1-1-1-1 the next beat is 2-2; they never end a figure."""
    kind = load_kuy_type(LIBRARY, name)
    for key, figure in figures(name, seed).items():
        assert set(figure.cells) <= set(kind.cells), key
        for cell, after in pairwise(figure.cells):
            if cell in QUICK and sum(cell_lengths(after)) == 4:
                assert after == "2-2", key
        assert figure.cells[-1] not in (*QUICK, "1-3"), key


@pytest.mark.parametrize("name", TYPES)
def test_variants_have_the_rhythm_of_their_figure_and_another_tune(name):
    made = figures(name)
    heard = {use.figure for section in kuy_of(name).sections() for use in section.kuy.uses}
    variants = [key for key in made if len(key) > 2 and key in heard]
    assert variants
    for key in variants:
        plain = made[key.partition(".")[0]]
        assert made[key].cells == plain.cells
        changed = np.flatnonzero(made[key].frets != plain.frets)
        assert len(changed)
        # One note of several strokes, or all of them where the figure is one note.
        assert (np.diff(changed) == 1).all()
        assert len(set(plain.frets[changed].tolist())) <= 1


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_the_theme_moves_up_as_it_is(name, seed):
    """kazakh.md 3.3: the theme in the middle zone is the same a fourth higher, in the sağa an octave."""
    material = kuy_of(name, seed).kuy.material
    frets = material.scale.frets
    for key in ("T0", "T1", "T2", "T3"):
        low = material.at(Use(key))
        for up in (5, 12):
            high = material.at(Use(key, up))
            assert high.cells == low.cells
            assert high.frets.tolist() == [slow_nearest(frets, min(fret + up, FRETS)) for fret in low.frets]
        # Where the scale has the octave of every fret, nothing is bent on the way.
        if all(fret + 12 in frets for fret in low.frets.tolist()):
            assert (material.at(Use(key, 12)).frets - low.frets == 12).all()


@pytest.mark.parametrize("name", TYPES)
def test_the_same_dice_make_the_same_figures_and_others_others(name):
    from sirtak.composer.load import load_piece

    again = load_piece("kuy", [f"kuy.type={name}", "seed=1"]).kuy.material.figures
    assert flat(again) == flat(figures(name))
    tunes = {tuple(figures(name, seed)["T0"].frets.tolist()) for seed in SEEDS}
    assert len(tunes) >= 3
    take = load_piece("kuy", [f"kuy.type={name}", "seed=1", "kuy.take=1"]).kuy.material.figures
    assert flat(take) != flat(figures(name))


@pytest.mark.parametrize("name", ["adai", "balbyrauyn", "kenes"])
@pytest.mark.parametrize(
    "change",
    ["bars=48", "bars=500", "saga=0.4", "saga=0", "variation=0", "variation=1", "grace=0", "pull_off=2"],
)
def test_the_form_changes_no_figure(name, change):
    """The material is made for the type's usual form: another length is the same music."""
    key, value = change.split("=")
    changed = figures(name, 1, **{f"kuy__{key}": value})
    assert flat(changed) == flat(figures(name))


@pytest.mark.parametrize("tonic", ["C", "F#", "A"])
def test_another_tonic_is_the_same_hand(tonic):
    assert flat(figures("adai", 1, tonic=tonic)) == flat(figures("adai"))


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_figures_are_tunes(name, seed):
    """Repeats about half (kazakh.md 0), and a theme that moves: at most one of its bars is one note."""
    made = figures(name, seed)
    still = [key for key in ("T0", "T1", "T2", "T3") if len(set(made[key].frets.tolist())) == 1]
    assert len(still) <= 1
    assert "T0" not in still
    repeats = np.concatenate([np.diff(figure.frets) == 0 for figure in made.values()])
    assert 0.2 < repeats.mean() < 0.75


# -- choosing ----------------------------------------------------------------------------------------------


def slow_divergence(counts, wanted):
    """Jensen-Shannon, base 2: the entropy of the mean less the mean of the entropies."""

    def entropy(shares):
        return -sum(share * np.log2(share) for share in shares if share > 0)

    p = np.array(counts, float) / sum(counts)
    q = np.array(wanted, float) / sum(wanted)
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


tables = st.lists(st.integers(0, 60), min_size=3, max_size=3).filter(any)


@given(st.lists(tables, min_size=1, max_size=6), tables)
def test_the_divergence_is_jensen_and_shannons(rows, wanted):
    found = divergence_from(np.array(wanted, float))(np.array(rows, float))
    assert found == pytest.approx([slow_divergence(row, wanted) for row in rows], abs=1e-9)
    assert (found >= -1e-9).all()
    assert (found <= 1 + 1e-9).all()


@given(tables, tables, tables, tables)
def test_tables_side_by_side_have_a_divergence_each(a, b, wanted_a, wanted_b):
    parts = np.repeat(np.eye(2), 3, axis=0)
    found = divergence_from(np.array([*wanted_a, *wanted_b], float), parts)(np.array([[*a, *b]], float))
    assert found.shape == (1, 2)
    assert found[0] == pytest.approx([slow_divergence(a, wanted_a), slow_divergence(b, wanted_b)], abs=1e-9)


@st.composite
def choices(draw):
    figures, bins = draw(st.integers(1, 4)), 3
    rows = st.lists(st.integers(0, 9), min_size=bins, max_size=bins)
    counts = [
        np.array(draw(st.lists(rows, min_size=1, max_size=4)), float) + (number == 0)
        for number in range(figures)
    ]
    fixed = np.array(draw(rows), float)
    taste = [np.array(draw(st.lists(st.floats(0, 0.2), min_size=len(c), max_size=len(c)))) for c in counts]
    return counts, fixed, taste, np.array(draw(tables), float)


@settings(max_examples=150)
@given(choices())
def test_what_is_chosen_cannot_be_bettered_by_one_figure(case):
    counts, fixed, taste, wanted = case

    def cost(taken):
        total = fixed + sum(rows[number] for rows, number in zip(counts, taken, strict=True))
        return slow_divergence(total, wanted) + sum(t[n] for t, n in zip(taste, taken, strict=True))

    taken = choose(counts, fixed, divergence_from(wanted), taste, rounds=30)
    best = cost(taken)
    for figure, rows in enumerate(counts):
        for other in range(len(rows)):
            assert best <= cost([*taken[:figure], other, *taken[figure + 1 :]]) + 1e-9
    every = min(cost(list(way)) for way in itertools.product(*(range(len(rows)) for rows in counts)))
    assert best >= every - 1e-9
    if len(counts) == 1:
        assert best == pytest.approx(every)


def test_of_two_drafts_the_nearer_is_taken():
    counts = [np.array([[4.0, 0, 0], [2, 1, 1]]), np.array([[4.0, 0, 0], [0, 2, 2], [1, 1, 2]])]
    wanted = np.array([2.0, 3, 3])
    assert choose(counts, np.zeros(3), divergence_from(wanted)) == [1, 1]


# -- what follows from the counts --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kenes", "aijan", "kelinshek"])
def test_the_drone_of_all_zones_is_the_types_own(name):
    """Zones are moved alike until the whole agrees, so their least is below it and their most above."""
    kind = load_kuy_type(LIBRARY, name)
    zones = drone_by_zone(kind, 5, (55 - kind.tonic) % 12)
    assert min(zones) <= kind.file.drone <= max(zones)
    assert zones[2] > zones[1], "the sağa is mostly drone (kazakh.md 0)"


def test_tunings_that_were_not_counted_have_one_drone():
    kind = load_kuy_type(LIBRARY, "legend")
    assert drone_by_zone(kind, 7, 7) == (75, 75, 75, 75)
    assert set(drone_by_zone(load_kuy_type(LIBRARY, "adai"), 7, 7)) == {50}
