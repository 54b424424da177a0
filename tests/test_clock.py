"""What the clock does over bars: fills, crashes, builds, breaths; and locks on the channel that rows share."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.cli.beat_card import draw_grid
from sirtak.composer.load import build_piece
from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.rhythm import Grid, build_beat
from sirtak.rhythm.grid import _Memo
from sirtak.sequencer import Feel, parse_chain, perform, sequence
from sirtak.sequencer.fills import BEAT, HALF, WHOLE, fill_bars
from sirtak.sequencer.stage import RANGES
from sirtak.sequencer.touch import loudness
from sirtak.spec import parse_document
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars, parse_meters

KIT = load_kit(Library(), "gm")
BAR = 3840
HEAD = 'format = 1\nkind = "beat"\nname = "b"\nsource = "s"\ntag = "invented"\ntempo = [100, 120]\n'
MAIN = 'grid = """\nkick  x---x---x---x---\nsnare ----X-------X---\nhat   x-x-x-x-x-x-x-x-\n"""\n'
HEAVY = MAIN.replace("kick  x", "kick  X")
SIXTEEN = "xxxxxxxxxxxxxxxx"


def scene(name, *rows):
    return f'[scene.{name}]\ngrid = """\n' + "\n".join(rows) + '\n"""\n'


@cache
def beat(*text):
    return build_beat(parse_document(HEAD + "".join(text or (MAIN,)), "b.toml"))


def play(made, bars=16, **knobs):
    return sequence(made, bars, KIT, **{"seed": 5, "vary": 1.0, **knobs})


def of(notes, voice, bar=None, column="onset"):
    """Return a column of a voice, of one bar where it is said, ticks from its bar line."""
    found = notes[notes.pitch == KIT.note(voice)]
    found = found if bar is None else found[found.onset // BAR == bar]
    return [value - (bar or 0) * BAR * (column == "onset") for value in found.table[column].tolist()]


def bars_of(notes, voice):
    return sorted(set((notes[notes.pitch == KIT.note(voice)].onset // BAR).tolist()))


# -- fills -----------------------------------------------------------------------------------------

FILL = scene("fill", "kick " + SIXTEEN, "snare " + SIXTEEN, "tom-low " + SIXTEEN)


def test_half_a_bar_of_fill_takes_the_place_of_its_own_voices_alone():
    notes = play(beat(MAIN, FILL), 8)
    assert of(notes, "snare", 7) == [960, *range(1920, BAR, 240)]
    assert of(notes, "tom-low", 7) == list(range(1920, BAR, 240))
    assert of(notes, "hat", 7) == list(range(0, BAR, 480))
    # The fill's own kick waits for a bar that is all fill; main's stops before the last beat.
    assert of(notes, "kick", 7) == [0, 960, 1920]


def test_a_bar_that_is_all_fill_is_the_scene_alone():
    notes = play(beat(MAIN, FILL), 16)
    assert of(notes, "hat", 15) == []
    for voice in ("kick", "snare", "tom-low"):
        assert of(notes, voice, 15) == list(range(0, BAR, 240))


def test_the_fill_of_a_beat_may_leave_out_what_main_has_not_but_never_all():
    lone = beat(MAIN, scene("fill", "tom-low " + SIXTEEN, "tom-mid " + SIXTEEN))
    kinds = {
        tuple(bool(of(play(lone, 4, seed=seed), v, 3)) for v in ("tom-low", "tom-mid")) for seed in range(40)
    }
    assert kinds == {(True, True), (True, False), (False, True)}
    owned = beat(MAIN, scene("fill", "snare " + SIXTEEN, "tom-mid " + SIXTEEN))
    found = [play(owned, 4, seed=seed) for seed in range(40)]
    assert {bool(of(notes, "tom-mid", 3)) for notes in found} == {True, False}
    assert all(of(notes, "snare", 3)[-4:] == [2880, 3120, 3360, 3600] for notes in found)


@pytest.mark.parametrize(("bars", "first"), [(4, 2880), (8, 1920), (16, 0)])
@pytest.mark.parametrize(("kick", "peak"), [("X", 120), ("x", 96)])
def test_snares_and_toms_of_a_fill_rise_to_the_loudness_of_the_kick(bars, first, kick, peak):
    made = beat(
        MAIN.replace("kick  x", f"kick  {kick}"), scene("fill", "snare " + "X" * 16, "hat " + SIXTEEN)
    )
    last = play(made, bars)
    last = last[last.onset >= (bars - 1) * BAR + first]
    loud = of(last, "snare", column="velocity")
    assert (loud[0], loud[-1]) == (peak // 2, peak)
    assert loud == sorted(loud)
    assert min(of(last, "hat", column="velocity")) > 80


def test_a_velocity_that_is_written_in_a_fill_stays():
    made = beat(
        MAIN, scene("fill", "snare " + SIXTEEN), '[scene.fill.row.snare]\nstep."*" = { velocity = 33 }\n'
    )
    assert set(of(play(made, 16), "snare", 15, "velocity")) == {33}


@pytest.mark.parametrize(
    ("chain", "wanted"),
    [
        ("main*4", {3: BEAT}),
        ("main*6", {3: BEAT, 5: HALF}),
        ("main*2", {1: HALF}),
        ("main", {}),
        ("main*5", {3: BEAT}),  # a bar over the phrase begins the next one
        ("main*9", {3: BEAT, 7: HALF}),
        ("main*17", {3: BEAT, 7: HALF, 11: BEAT, 15: WHOLE}),
        ("main*8 break*4", {3: BEAT, 7: HALF, 11: None}),
        ("main*4 build*4 drop*4", {3: None, 11: BEAT}),  # builds come out of the quiet
        ("intro*4 main*4", {3: BEAT, 7: BEAT}),
        ("main*4 intro*4", {3: BEAT}),  # an outro ends as it began
        ("main*3 fill*2 main*3", {2: HALF, 3: WHOLE, 4: WHOLE, 7: HALF}),
    ],
)
def test_phrases_and_scenes_end_in_fills(chain, wanted):
    spans = parse_chain(chain, ["main", "intro", "break", "fill"])
    count = spans[-1].end
    found = fill_bars(spans, count, np.zeros(count), fills=True, last=True, vary=1.0)
    assert {fill.bar: fill.share for fill in found} == {
        bar: at for bar, at in wanted.items() if at is not None
    }


def test_only_the_fills_of_a_beat_come_as_often_as_all_varies():
    spans = parse_chain("main*16", ["main"])
    found = fill_bars(spans, 16, np.full(16, 0.5), fills=True, last=True, vary=0.4)
    assert [fill.bar for fill in found] == [7, 15]
    assert fill_bars(spans, 16, np.zeros(16), fills=False, last=False, vary=1.0) == []


# -- crashes ---------------------------------------------------------------------------------------

INTRO = scene("intro", "rim x---------------")


@pytest.mark.parametrize(
    ("bars", "chain", "fill", "crashes"),
    [
        (17, "", None, [16]),
        (16, "", None, []),
        (8, "", [], []),
        (8, "", [3], [3]),
        (8, "", [3, 4], [4]),  # a bar that is a fill itself has none
        (8, "main*4 intro*4", [], []),
        (8, "intro*4 main*4", [], [4]),
        (8, "main*4 main*4", [], []),
        (8, "drop*4 main*4", [], [0, 4]),
    ],
)
def test_a_crash_stands_behind_a_bar_of_fill_and_where_main_comes_in(bars, chain, fill, crashes):
    notes = play(beat(HEAVY, FILL, INTRO), bars, chain=chain, fill=fill)
    assert of(notes, "crash") == [bar * BAR for bar in crashes]


@pytest.mark.parametrize(("kick", "crashes"), [("X---", 1), ("x---", 0), ("o---", 0)])
def test_a_beat_with_a_soft_kick_wants_no_crash(kick, crashes):
    made = beat(MAIN.replace("kick  x---", f"kick  {kick}"), FILL)
    assert len(of(play(made, 17), "crash")) == (1 if crashes else 0)


def test_a_kick_goes_with_the_crash_where_the_scene_has_one_and_not_on_one_itself():
    late = MAIN.replace("kick  x---", "kick  --X-")
    assert of(play(beat(late, FILL), 17), "kick", 16)[:2] == [0, 480]
    assert of(play(beat(late, FILL), 17), "kick", 8)[0] == 480
    turned = beat(MAIN.replace("kick  x---x", "kick  --X-x"), FILL, "[row.kick]\nrotate = -2\n")
    assert of(play(turned, 17), "kick", 16)[:2] == [0, 480]
    without = play(beat(late, FILL, INTRO), 8, chain="intro*8", fill=[3])
    assert (bars_of(without, "crash"), bars_of(without, "kick")) == ([3], [2])


def test_a_beat_rings_its_own_crash_and_keeps_it_muted():
    own = HEAVY.replace('hat   x-x-x-x-x-x-x-x-\n"""', 'hat   x-x-x-x-x-x-x-x-\ncrash --------x-------\n"""')
    assert of(play(beat(own, FILL), 17), "crash", 16) == [0, 1920]
    muted = play(beat(own, FILL, "[row.crash]\nmute = true\n"), 17)
    assert of(muted, "crash") == []


# -- what grows, breathes and builds ---------------------------------------------------------------


@pytest.mark.parametrize(("name", "count", "bars"), [("intro", 8, 4), ("break", 12, 6), ("intro", 7, 0)])
def test_a_long_intro_or_break_gains_a_hat_in_its_second_half(name, count, bars):
    made = beat(MAIN, scene(name, "rim x---------------"))
    notes = play(made, count, chain=f"{name}*{count}")
    assert bars_of(notes, "hat") == list(range(count - bars, count))
    assert bars_of(notes, "snare") == []
    assert bars_of(play(made, count, chain=f"{name}*{count}", vary=0), "hat") == []


def test_ghosts_off_the_beat_breathe_as_the_clock_varies():
    made = beat('grid = """\nkick  X---x---x---x---\nsnare o--oX--o----X--o\n"""\n')
    always, breathing = (of(play(made, 200, vary=vary), "snare") for vary in (0, 1.0))
    assert set(breathing) < set(always)
    missing = {tick % BAR for tick in set(always) - set(breathing)}
    assert missing == {720, 1680, 3600}
    assert 0.08 < 1 - (len(breathing) - 600) / (len(always) - 600) < 0.16


@pytest.mark.parametrize(
    ("steps", "meter"),
    [(1, "4/4"), (2, "4/4"), (4, "4/4"), (6, "4/4"), (8, "4/4"), (2, "6/8"), (4, "7/8"), (4, "3/2")],
)
def test_a_build_halves_its_notes_whatever_the_steps(steps, meter):
    made = beat(f'meter = "{meter}"\nsteps_per_beat = {steps}\ngrid = """\nkick X\nsnare X\n"""\n')
    onsets = of(play(made, 16, chain="build*16"), "snare")
    assert list(dict.fromkeys(np.diff(onsets).tolist())) == [960, 480, 240, 120]


def test_a_build_on_triplets_halves_down_to_its_sixteenths():
    made = beat('steps_per_beat = 3\ngrid = """\nkick x--x--x--x--\nsnare ---X-----X--\n"""\n')
    notes = play(made, 4, chain="build*4")
    for bar, spacing in ((0, 960), (1, 480), (2, 240)):
        assert of(notes, "snare", bar) == list(range(0, BAR, spacing))


def test_a_build_has_the_rows_of_the_intro_then_those_of_main_then_none():
    notes = play(beat(MAIN, INTRO), 8, chain="build*8")
    assert (bars_of(notes, "kick"), bars_of(notes, "hat")) == ([4, 5, 6], [4, 5, 6])
    assert bars_of(play(beat(MAIN, scene("intro", "ride x---------------")), 8, chain="build*8"), "ride") == [
        0, 1, 2, 3
    ]  # fmt: skip


def test_accents_are_pressed_together_above_the_knee():
    loud = loudness(np.full(3, 3), np.array([0.9, 1.0, 1.3]), hats=False)
    assert loud.tolist() == [108.0, 116.25, 125.25]


# -- locks -----------------------------------------------------------------------------------------


def heard(text, bars=1, meter="1/4"):
    """Return (tick, voice, value of controller 74) of every hit, as the one channel has it."""
    found = perform([(Grid.parse(text), np.ones(bars, bool))], Bars(parse_meters(meter), bars), KIT, Feel())
    names = {KIT.note(voice): voice for voice in ("kick", "hat", "rim")}
    table = found.controls.table[found.controls.table["number"] == 74]
    return [
        (tick, names[pitch], next(iter(table["value"][table["tick"] <= tick][::-1].tolist()), None))
        for tick, pitch in found.notes.table[["onset", "pitch"]].tolist()
    ]


LOCKED = "\n[row.hat]\ncc = { 74 = 64 }\nstep.1 = { cc = { 74 = 90 } }\n"


@pytest.mark.parametrize(
    ("rows", "more", "wanted"),
    [
        ("hat xx--", "", [(0, "hat", 90), (240, "hat", 64)]),
        ("hat x---\nkick -x--", "", [(0, "hat", 90), (240, "kick", 64)]),
        ("kick -x--\nhat x---", "", [(0, "hat", 90), (240, "kick", 64)]),
        ("kick -x--\nhat x---", "[row.kick]\ncc = { 74 = 5 }", [(0, "hat", 90), (240, "kick", 5)]),
        ("kick -x--\nrim  --x-\nhat x---", "[row.kick]\ncc = { 74 = 5 }",
         [(0, "hat", 90), (240, "kick", 5), (480, "rim", 5)]),
        ("kick -x--\nhat x---", "[row.kick]\ncc = { 16 = 5 }", [(0, "hat", 90), (240, "kick", 64)]),
        ("kick x---\nhat x---", "", [(0, "kick", 90), (0, "hat", 90)]),
    ],
)  # fmt: skip
def test_a_lock_is_gone_before_the_next_hit_of_any_row(rows, more, wanted):
    assert heard(rows + "\n" + LOCKED + more) == wanted


def test_a_lock_on_the_last_hit_is_taken_back_inside_the_bars():
    text = "hat ---x\n\n[row.hat]\ncc = { 74 = 64 }\nstep.4 = { cc = { 74 = 90 } }"
    found = perform([(Grid.parse(text), np.ones(1, bool))], Bars(parse_meters("1/4"), 1), KIT, Feel())
    assert found.controls.table[["tick", "value"]].tolist() == [(720, 90), (959, 64)]


# -- ranges, memory, cards, pieces -----------------------------------------------------------------


@settings(max_examples=60)
@given(st.sampled_from([*RANGES]), st.floats(0.001, 1e9), st.booleans())
def test_a_feel_outside_its_ranges_is_refused(name, over, below):
    low, high = RANGES[name]
    for inside in (low, high):
        Feel(**{name: inside})
    with pytest.raises(SpecError, match=f"{name} .* is outside"):
        Feel(**{name: low - over if below else high + over})


@pytest.mark.parametrize("knobs", [{"human": float("nan")}, {"pulses": (0.5, 1)}, {"pulses": (1, 17)}])
def test_a_feel_that_is_no_number_or_too_uneven_is_refused(knobs):
    with pytest.raises(SpecError):
        Feel(**knobs)


def test_a_grid_remembers_only_a_few_things_and_plays_the_same():
    grid = Grid.parse("kick X---x---x---x---")
    first = sequence(grid, 3, KIT)
    for bars in range(1, 2 * _Memo.MOST):
        sequence(grid, bars, KIT)
    assert len(grid.memo) <= _Memo.MOST
    assert sequence(grid, 3, KIT) == first
    assert Grid.parse("kick X---x---x---x---") == grid


def test_a_long_grid_is_shown_in_blocks_of_whole_bars():
    grid = Grid.parse("kick " + "x---" * 24 + "\nhat x-x-")
    lines = list(draw_grid(grid, parse_meters("4/4")))
    assert [line.strip() for line in lines if "steps" in line] == ["steps 1 to 64", "steps 65 to 96"]
    assert [line.split()[0] for line in lines] == ["steps", "kick", "hat", "steps", "kick"]
    assert "steps" not in "".join(draw_grid(Grid.parse("kick " + "x---" * 16), parse_meters("4/4")))


PIECE = 'name = "p"\nstyle = "kazan"\n[[section]]\nname = "a"\nbars = 4\nscene = "{}"\n{}'
OWN = '[drums]\nbeat = "own"\n[pattern.beat.own]\n' + HEAD.replace('name = "b"\n', "") + MAIN
OWN += '[pattern.beat.own.scene.odd]\ngrid = "kick x---------------"\n'


@pytest.mark.parametrize(
    ("name", "more"), [("main", ""), ("build", ""), ("drop", ""), ("fill", ""), ("odd", OWN)]
)
def test_a_section_has_the_scenes_of_every_beat_and_of_its_own(name, more):
    build_piece(parse_document(PIECE.format(name, more), "p.toml"))


def test_a_scene_that_no_beat_has_is_refused_where_it_stands():
    with pytest.raises(SpecError) as caught:
        build_piece(parse_document(PIECE.format("intr", OWN), "p.toml"))
    error = caught.value
    assert str(error).startswith("p.toml:6: section 'a', scene: no beat has a scene 'intr'")
    assert "intro" in error.hint
