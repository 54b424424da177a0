"""Beats and grooves written as text are read back as they were."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.errors import SpecError
from sirtak.library import Library
from sirtak.rhythm import Beat, Groove, build_beat, build_groove, load_beat, load_groove, parse_condition
from sirtak.rhythm.beat_format import format_beat
from sirtak.rhythm.groove import BASES
from sirtak.rhythm.groove_format import format_groove
from sirtak.rhythm.step import Ratchet
from sirtak.spec import parse_document
from sirtak.theory.meter import parse_meters
from strategies import grids

LIBRARY = Library()
text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


def again(beat):
    return build_beat(parse_document(format_beat(beat), "again.toml"))


def fields(thing):
    return vars(thing)


@pytest.mark.parametrize("name", LIBRARY.names("beat"))
def test_every_beat_of_ours_comes_back(name):
    beat = load_beat(LIBRARY, name)
    assert fields(again(beat)) == fields(beat)
    assert list(again(beat).scenes) == list(beat.scenes)


@pytest.mark.parametrize("name", LIBRARY.names("groove"))
def test_every_groove_of_ours_comes_back(name):
    groove = load_groove(LIBRARY, name)
    assert fields(build_groove(parse_document(format_groove(groove), "again.toml"))) == fields(groove)


def test_groups_stand_where_ours_have_them():
    lines = format_beat(load_beat(LIBRARY, "aqsaq-break")).split("\n")
    assert any(re.fullmatch(r"kick +[Xxo-]{6}\|[Xxo-]{4}\|[Xxo-]{4}", line) for line in lines)


row_fields = st.fixed_dictionaries(
    {},
    optional={
        "speed": st.sampled_from([Fraction(1, 2), Fraction(3, 4), Fraction(2)]),
        "rotate": st.integers(-20, 20),
        "swing": st.sampled_from([50.0, 57.6, 66.7]),
        "pulses": st.just((2.0, 1.0)),
        "nudge": st.sampled_from([-2.0, 1.5]),
        "chance": st.sampled_from([0.0, 0.25]),
        "choke": st.sampled_from(["a", 'қ "b"']),
        "take": st.integers(0, 9),
        "mute": st.booleans(),
        "cc": st.just(((7, 100), (74, 64))),
    },
)
step_fields = st.fixed_dictionaries(
    {},
    optional={
        "velocity": st.integers(1, 127),
        "chance": st.sampled_from([0.0, 0.5]),
        "condition": st.sampled_from(["2:4", "!1ST", "FILL", "PRE", "50%"]).map(parse_condition),
        "ratchet": st.sampled_from(
            [Ratchet(3), Ratchet(rate=Fraction(1, 32), ramp=-20), Ratchet(2, gate=0.5, span=1.5)]
        ),
        "nudge": st.integers(-90, 90).map(lambda tenths: tenths / 10),
        "flam": st.sampled_from([0.1, 3.0, 23.0]),
    },
)


@st.composite
def furnished(draw):
    grid = draw(grids)
    rows = []
    for row in grid.rows:
        own = draw(row_fields)
        steps = []
        for step in row.steps:
            some = draw(step_fields)
            if "flam" in some and draw(st.booleans()):
                some["flam_velocity"] = draw(st.integers(1, 127))
            if "cc" in own and draw(st.booleans()):
                some["cc"] = ((74, draw(st.integers(0, 127))),)
            steps.append(replace(step, **some))
        rows.append(row.but(steps=tuple(steps), **own))
    return replace(grid, rows=tuple(rows), master=draw(st.sampled_from([0, 0, 24])))


@st.composite
def beats(draw):
    main = draw(furnished())
    scenes = {"main": main}
    for name in draw(st.lists(st.sampled_from(["fill", "break"]), unique=True)):
        scene = draw(furnished())
        theirs = {row.voice: row for row in main.rows}
        rows = []
        for row in scene.rows:
            # No value in a scene's table takes away a swing or pulses that the beat's table gives.
            main_row = theirs.get(row.voice, row)
            lacking = [field for field in ("swing", "pulses") if getattr(row, field) is None]
            rows.append(row.but(**{field: getattr(main_row, field) for field in lacking}))
        scenes[name] = replace(scene, rows=tuple(rows), master=scene.master or main.master)
    low = draw(st.floats(20, 200))
    return Beat(
        name="a",
        title=draw(text) or "A",
        about=draw(text),
        genre=draw(text),
        meters=parse_meters(draw(st.sampled_from(["4/4", "2/4+3/4", "6/4 (2+4)"]))),
        tempo=(low, low + draw(st.floats(0, 100))),
        swing=draw(st.floats(50, 75)),
        scenes=scenes,
        source=draw(text),
        tag="U",
        pulses=draw(st.sampled_from([None, (3.0, 1.0)])),
        groove=draw(st.sampled_from(["", "drunk"])),
    )


@given(beats())
def test_any_beat_comes_back(beat):
    assert fields(again(beat)) == fields(beat)


@pytest.mark.parametrize("change", [{"swing": 60.0}, {"pulses": (2.0, 1.0)}])
def test_what_no_file_can_say_is_refused(change):
    beat = load_beat(LIBRARY, "four-floor")
    scenes = {**beat.scenes, "main": beat.scenes["main"].but("hat", **change)}
    with pytest.raises(SpecError, match=f"scene variation: no value of {next(iter(change))}"):
        format_beat(Beat(**{**vars(beat), "scenes": scenes}))


@given(st.data())
def test_any_groove_comes_back(data):
    base = data.draw(st.sampled_from(list(BASES)))
    slots, half = data.draw(st.integers(1, 32)), BASES[base] / 2
    voices = st.sampled_from(["all", "kick", "note-61", "қоңырау"])
    offsets = st.lists(st.floats(-half, half), min_size=slots, max_size=slots).map(tuple)
    weights = st.lists(st.floats(1, 127), min_size=slots, max_size=slots).map(tuple)
    percent = st.floats(0, 100)
    groove = Groove(
        "a",
        base,
        data.draw(st.dictionaries(voices, offsets, min_size=1)),
        data.draw(st.dictionaries(voices, weights)),
        *(data.draw(percent) for _ in range(4)),
        title=data.draw(text) or "A",
        about=data.draw(text),
        source=data.draw(text),
        tag="U",
    )
    assert fields(build_groove(parse_document(format_groove(groove), "again.toml"))) == fields(groove)
