"""Chains of scenes, builds and drops, and the clock of fills and variations."""

import io
from functools import cache

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sirtak.errors import SirtakError, SpecError
from sirtak.export.smf import encode
from sirtak.library import Library
from sirtak.notes import Arrangement, Track
from sirtak.rhythm import build_beat, load_beat
from sirtak.rng import Dice
from sirtak.sequencer import Clock, parse_chain, plan, sequence
from sirtak.sequencer.fills import HALF, begins
from sirtak.spec import parse_document
from sirtak.theory.kit import load_kit
from sirtak.theory.meter import Bars

LIBRARY = Library()
KIT = load_kit(LIBRARY, "electronic")
BAR = 3840
HEAD = 'format = 1\nkind = "beat"\nname = "b"\nsource = "s"\ntag = "invented"\ntempo = [100, 120]\n'
MAIN = 'grid = """\nkick  X---x---x---x---\nsnare ----X-------X---\nhat   x-x-x-x-x-x-x-x-\n"""\n'
FILL = '[scene.fill]\ngrid = """\ntom-low xxxxxxxxxxxxxxxx\n"""\n'
OTHER = '[scene.variation]\ngrid = """\nkick  X--x--x-x-------\nsnare ----X-------X--x\nhat   xxxxxxxxxxxxxxxx\nride  x---x---x---x---\n"""\n'
REST = '[scene.intro]\ngrid = """\nrim   x---------------\n"""\n'


@cache
def beat(text=MAIN + OTHER + REST + FILL):
    return build_beat(parse_document(HEAD + text, "b.toml"))


def play(what=None, bars=16, kit=KIT, **knobs):
    return sequence(what or beat(), bars, kit, **{"seed": 5, **knobs})


def bars_of(notes, voice):
    """Return the bars (from 0) in which a voice sounds."""
    return sorted(set((notes[notes.pitch == KIT.note(voice)].onset // BAR).tolist()))


def places(notes, voice, bar=None):
    """Return the ticks of a voice, in one bar from its bar line."""
    onset = notes[notes.pitch == KIT.note(voice)].onset
    return (onset if bar is None else onset[onset // BAR == bar] - bar * BAR).tolist()


def keys(notes, end):
    return notes.table[notes.onset < end][["onset", "pitch", "velocity"]].tolist()


@pytest.mark.parametrize(
    ("text", "count", "wanted"),
    [
        ("main", None, [("main", 0, 1)]),
        ("main*3 fill", None, [("main", 0, 3), ("fill", 3, 1)]),
        (" intro*4\tbuild*2\n drop ", None, [("intro", 0, 4), ("build", 4, 2), ("drop", 6, 1)]),
        ("main*3 fill", 6, [("main", 0, 3), ("fill", 3, 1), ("main", 4, 2)]),
        ("main*8", 3, [("main", 0, 3)]),
        ("main fill", 5, [("main", 0, 1), ("fill", 1, 1), ("main", 2, 1), ("fill", 3, 1), ("main", 4, 1)]),
    ],
)
def test_a_chain_is_scenes_and_their_bars(text, count, wanted):
    spans = parse_chain(text, ["main", "fill", "intro"], count)
    assert [(span.scene, span.start, span.count) for span in spans] == wanted
    assert spans[-1].end == sum(length for *_, length in wanted)


@pytest.mark.parametrize(
    ("text", "words", "mark", "hint"),
    [
        ("main*4 fil", "the beat has no scene 'fil'", "fil", "did you mean 'fill'?"),
        ("intr*4 main", "the beat has no scene 'intr'", "intr", "did you mean 'intro'?"),
        ("main*4 outro*2", "the beat has no scene 'outro'", "outro", "intro"),
        ("main*0", "'main*0' is not a scene and its bars", "main*0", "main*4"),
        ("fill main*", "'main*' is not a scene and its bars", "main*", "main*4"),
        ("main * 4", "'*' is not a scene and its bars", "* 4", "main*4"),
        ("main*-1", "'main*-1' is not", "main*-1", "main*4"),
        ("main*2.5", "'main*2.5' is not", "main*2.5", "main*4"),
        ("main*20001", "'main*20001' is not", "main*20001", "main*4"),
        ("main,fill", "'main,fill' is not", "main,fill", "main*4"),
    ],
)
def test_what_is_no_chain_is_shown_with_a_caret(text, words, mark, hint):
    for attempt in (
        lambda: parse_chain(text, ["main", "fill", "intro"]),
        lambda: play(beat(MAIN + REST + FILL), chain=text),
    ):
        with pytest.raises(SpecError) as caught:
            attempt()
        assert words in caught.value.message
        assert caught.value.text[caught.value.column :].startswith(mark)
        assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["", "  ", "main*20000 main"])
def test_a_chain_without_scenes_or_without_end_is_refused(text):
    with pytest.raises(SpecError) as caught:
        parse_chain(text, ["main"])
    assert caught.value.hint


def test_a_scene_and_a_chain_are_one_too_many():
    with pytest.raises(SirtakError, match="a scene and a chain"):
        play(scene="main", chain="main*4")
    with pytest.raises(SirtakError, match="no scene 'man'"):
        play(scene="man")


def test_a_scene_is_played_as_it_is_written():
    notes = play(scene="fill", bars=3)
    assert places(notes, "tom-low") == list(range(0, 3 * BAR, 240))
    assert len(notes) == 48


@pytest.mark.parametrize(("start", "count"), [(0, 4), (0, 8), (2, 4), (1, 8), (0, 1), (0, 2)])
def test_a_build_halves_its_notes_by_quarters(start, count):
    chain = (f"intro*{start} " if start else "") + f"build*{count} drop*2"
    notes = play(beat(MAIN + REST), bars=start + count + 2, chain=chain)
    roll = notes[(notes.pitch == KIT.note("snare")) & (notes.onset < (start + count) * BAR)]
    begin, silent = start * BAR, (start + count) * BAR - 960
    quarter = count * BAR // 4
    wanted = [
        begin + part * quarter + at
        for part, spacing in enumerate((960, 480, 240, 120))
        for at in range(0, quarter, spacing)
    ]
    assert roll.onset.tolist() == [tick for tick in wanted if tick < silent]
    loud = roll.velocity.astype(int).tolist()
    assert (loud[0], loud[-1]) == (40, 120)
    assert loud == sorted(loud)
    # Main goes on under its second half, the last bar is the roll alone, and nothing begins in its last beat.
    under = range(start + count // 2, start + count - 1)
    for voice in ("kick", "hat"):
        assert bars_of(notes, voice) == [*under, start + count, start + count + 1]
    inside = notes[(notes.onset >= begin) & (notes.onset < (start + count) * BAR)]
    assert inside.onset.max() < silent


def test_nothing_rings_into_the_last_beat_of_a_build():
    text = MAIN.replace("hat   x-x-x-x-x-x-x-x-", "open  x_x_x_x_x_x_____")
    notes = play(beat(text), bars=4, chain="build*4")
    assert notes.end.max() <= 4 * BAR - 960


def test_a_drop_opens_with_crash_and_kick():
    notes = play(bars=8, chain="build*4 drop*4")
    assert places(notes, "crash") == [4 * BAR]
    first = notes[(notes.onset == 4 * BAR) & (notes.pitch == KIT.note("kick"))]
    assert first.velocity.min() >= 115
    assert places(play(bars=8, chain="intro*4 main*4"), "crash") == [4 * BAR]
    assert places(play(bars=8), "crash") == []
    folk = load_kit(LIBRARY, "gm")
    bare = type(folk)("bare", {name: key for name, key in folk.voices.items() if name != "crash"})
    assert folk.note("crash") not in play(bars=8, kit=bare, chain="build*4 drop*4").pitch


@pytest.mark.parametrize("voice", ["kick", "snare"])
def test_what_the_beat_mutes_is_not_heard_in_builds_and_drops(voice):
    muted = beat(MAIN + REST + f"[row.{voice}]\nmute = true\n")
    assert places(play(muted, bars=12, chain="main*4 build*4 drop*4"), voice) == []


@pytest.mark.parametrize(
    ("bars", "filled"),
    [
        (4, {3: 2880}),
        (8, {3: 2880, 7: 1920}),
        (16, {3: 2880, 7: 1920, 11: 2880, 15: 0}),
        (32, {3: 2880, 7: 1920, 11: 2880, 15: 0, 19: 2880, 23: 1920, 27: 2880, 31: 0}),
    ],
)
def test_fills_end_phrases_of_four_eight_and_sixteen(bars, filled):
    notes = play(beat(MAIN + FILL), bars=bars, vary=1.0)
    for bar in range(bars):
        begin = filled.get(bar, BAR)
        assert places(notes, "tom-low", bar) == list(range(begin, BAR, 240))
        # What the fill does not name goes on, unless all of the bar is one; the kick up to the last beat.
        assert places(notes, "hat", bar) == ([] if begin == 0 else list(range(0, BAR, 480)))
        kicks = {BAR: BAR, 2880: BAR, 1920: 2880, 0: 0}[begin]
        assert places(notes, "kick", bar) == ([0] if bar == 16 and not kicks else list(range(0, kicks, 960)))
    assert places(notes, "crash") == [bar * BAR for bar in (16,) if bar < bars]


def test_without_variation_the_clock_changes_no_row():
    notes = play(beat(), bars=16, vary=0)
    assert places(notes, "ride") == []
    for bar in set(range(16)) - {7, 15}:
        assert places(notes, "kick", bar) == [0, 960, 1920, 2880]
    assert bars_of(notes, "tom-low") == [7, 15]


@pytest.mark.parametrize("meter", ["5/8 (2+3)", "3/8 (1+2)", "7/8 (3+4)", "4/4 (1+3)", "5/8 (3+2)", "3/4"])
def test_half_a_bar_of_fill_exists_in_every_meter(meter):
    grids = [f'grid = """\n{voice} x\n"""\n' for voice in ("kick", "tom-low")]
    text = f'meter = "{meter}"\nsteps_per_beat = 1\n{grids[0]}[scene.fill]\n{grids[1]}'
    made = beat(text)
    notes, ticks = play(made, bars=8), made.meters[0].ticks
    last = notes[notes.onset >= 7 * ticks]
    toms = last[last.pitch == KIT.note("tom-low")].onset - 7 * ticks
    begin = begins(made.meters[0], HALF)
    assert begin > 0
    beat_ticks = made.meters[0].beat
    assert toms.tolist() == [tick for tick in range(0, ticks, beat_ticks) if tick >= begin]
    assert last.onset.min() == 7 * ticks


def test_the_fill_flag_is_on_where_the_clock_fills():
    made = beat(MAIN + FILL + '[row.hat]\nstep.1 = { if = "FILL" }\n')
    notes = play(made, bars=8, vary=1.0)
    assert [bar for bar in range(8) if 0 in places(notes, "hat", bar)] == [3, 7]
    made = beat(MAIN + '[row.hat]\nstep.1 = { if = "FILL" }\n')
    own = play(made, bars=8, vary=1.0, fill=[2, 5])
    assert [bar for bar in range(8) if 0 in places(own, "hat", bar)] == [1, 4]


seeds = st.integers(0, 999)
shares = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


@settings(max_examples=60)
@given(seeds, shares)
def test_raising_vary_only_adds_changed_rows(seed, both):
    made = beat(MAIN + OTHER)

    def changed(vary):
        bars, dice = Bars(made.meters, 16), Dice(seed, "drums")
        layers = plan(made, bars, parse_chain("main*16", made.scenes), Clock(vary=vary), dice).layers
        mask = next((mask for grid, mask in layers if grid == made.scenes["variation"]), np.zeros((4, 256)))
        return {(row, step) for row, step in np.argwhere(mask).tolist()}

    assert changed(both[0]) <= changed(both[1])
    assert changed(0) == set()
    assert changed(1)


@settings(max_examples=60)
@given(seeds, shares)
def test_raising_vary_only_adds_fills(seed, both):
    fewer, more = (play(beat(MAIN + FILL), bars=16, seed=seed, vary=vary) for vary in both)
    assert set(places(fewer, "tom-low")) <= set(places(more, "tom-low"))


def test_variation_comes_in_by_rows_and_changes_places_after_sixteen_bars():
    notes = play(beat(MAIN + OTHER), bars=32, vary=1.0)

    def varied(bar):
        main = {
            "kick": [0, 960, 1920, 2880],
            "hat": list(range(0, BAR, 480)),
            "ride": [],
            "snare": [960, 2880],
        }
        return sum(places(notes, voice, bar) != steps for voice, steps in main.items())

    assert [varied(bar) for bar in (0, 4, 5, 8, 9, 12)] == [0, 1, 1, 2, 2, 1]
    assert [varied(bar) for bar in (16, 20, 24, 28)] == [4, 3, 2, 3]


@pytest.mark.parametrize("chain", ["", "intro*4 main*8 build*4 drop*16"])
def test_the_same_seed_gives_the_same_bytes(chain):
    def data(**knobs):
        notes = play(bars=32, chain=chain, human=1, **knobs)
        return encode(Arrangement((Track("drums", notes, drums=True),), 32 * BAR))

    assert data() == data(seed=5) == data(take=0)
    assert len({data(), data(seed=6), data(take=1), data(seed=6, take=1)}) == 4
    assert mido.MidiFile(file=io.BytesIO(data())).ticks_per_beat == 960


@settings(max_examples=25)
@given(
    seeds, st.integers(1, 20), st.integers(1, 20), st.sampled_from(["four-floor", "two-step", "aqsaq-break"])
)
def test_more_bars_leave_those_before_the_last_as_they_were(seed, few, more, name):
    made = load_beat(LIBRARY, name)
    ticks = Bars(made.meters, few).ticks - made.meters[0].ticks
    short, long = (
        sequence(made, bars, KIT, seed=seed, vary=0.5, density=0.8, human=1) for bars in (few, few + more)
    )
    # A hand may play the first hit of the last bar a little early.
    edge = max(ticks - 60, 0)
    assert keys(short, edge) == keys(long, edge)


@settings(max_examples=15)
@given(seeds, st.integers(1, 12), st.integers(1, 12))
def test_more_bars_of_a_chain_leave_whole_scenes_as_they_were(seed, few, more):
    chain = "intro*2 main*4 fill build*2 drop*4"
    long, short = (play(bars=13 * 2 + bars, chain=chain, seed=seed, vary=0.5) for bars in (few + more, few))
    assert keys(short, 13 * 2 * BAR) == keys(long, 13 * 2 * BAR)


def test_a_take_is_another_draw_of_the_same_beat():
    first, other = (play(load_beat(LIBRARY, "two-step"), bars=8, take=take, human=1) for take in (0, 1))
    assert first != other
    assert play(scene="main", bars=4) == play(scene="main", bars=4, take=1)


@pytest.mark.parametrize("name", LIBRARY.names("beat"))
def test_every_beat_goes_through_a_chain(name):
    made = load_beat(LIBRARY, name)
    kit = load_kit(LIBRARY, "folk" if made.genre == "folk" else "gm")
    notes = sequence(made, 40, kit, chain="intro*4 main*16 build*4 drop*16", seed=2)
    assert len(notes) > 40
    assert notes.end.max() <= Bars(made.meters, 40).ticks
