"""What hypothesis draws from."""

from fractions import Fraction

from hypothesis import strategies as st

from sirtak.rhythm import Condition, Grid, Ratchet, Row, Step
from sirtak.rhythm.step import SPEEDS


@st.composite
def rows(draw, voice):
    size = draw(st.integers(1, 40))
    steps, place = [], 0
    while place < size:
        place += draw(st.integers(0, 4))
        if place >= size:
            break
        level, stroke = draw(
            st.sampled_from([(1, ""), (2, ""), (3, ""), (2, "D"), (3, "D"), (2, "U"), (3, "U")])
        )
        length = draw(st.integers(1, min(3, size - place)))
        steps.append(Step(place, level, length, stroke))
        place += length
    return Row(voice, size, tuple(steps))


grids = st.lists(
    st.sampled_from(["kick", "snare", "hat", "tom-low"]), min_size=1, max_size=4, unique=True
).flatmap(lambda names: st.tuples(*(rows(name) for name in names)).map(lambda made: Grid(made, 4)))

conditions = st.one_of(
    st.builds(
        lambda b, share, negated: Condition("ratio", negated, a=1 + int(share * (b - 1)), b=b),
        st.integers(1, 128),
        st.floats(0, 1),
        st.booleans(),
    ),
    st.builds(Condition, st.sampled_from(["first", "fill", "pre", "nei"]), st.booleans()),
    st.builds(
        lambda thousandths, negated: Condition("chance", negated, percent=thousandths / 1000),
        st.integers(0, 100_000),
        st.booleans(),
    ),
)

_shapes = {
    "ramp": st.integers(-126, 126),
    "gate": st.floats(0.1, 1),
    "span": st.sampled_from([0.0, 0.5, 1.5, 3.0, 8.0]),
}
ratchets = st.one_of(
    st.builds(Ratchet, count=st.integers(2, 32), **_shapes),
    st.builds(Ratchet, rate=st.sampled_from([Fraction(1, n) for n in (4, 16, 24, 32, 64, 128)]), **_shapes),
)


@st.composite
def full_steps(draw, step, controller):
    if draw(st.booleans()):
        return step
    flam = draw(st.sampled_from([0.0, 0.0, 3.0, 23.0]))
    return Step(
        step.index,
        step.level,
        step.length,
        step.stroke,
        velocity=draw(st.one_of(st.just(0), st.integers(1, 127))),
        chance=draw(st.one_of(st.just(1.0), st.floats(0, 1))),
        condition=draw(st.one_of(st.none(), conditions)),
        ratchet=draw(st.one_of(st.none(), ratchets)),
        nudge=draw(st.sampled_from([0.0, 0.0, -11.0, 2.5, 11.0])),
        flam=flam,
        flam_velocity=draw(st.integers(1, 127)) if flam and draw(st.booleans()) else 0,
        cc=((controller, draw(st.integers(0, 127))),) if controller and draw(st.booleans()) else (),
    )


@st.composite
def full_rows(draw, voice):
    made = draw(rows(voice))
    controller = draw(st.sampled_from([0, 0, 16, 74]))
    return made.but(
        steps=tuple(draw(full_steps(step, controller)) for step in made.steps),
        speed=draw(st.sampled_from([Fraction(1), *SPEEDS])),
        rotate=draw(st.integers(-40, 40)),
        swing=draw(st.one_of(st.none(), st.floats(50, 75))),
        pulses=draw(st.sampled_from([None, None, (1.0, 3.0), (6.0, 5.0, 4.0)])),
        nudge=draw(st.sampled_from([0.0, 0.0, -10.0, 1.5, 10.0])),
        chance=draw(st.one_of(st.just(1.0), st.floats(0, 1))),
        choke=draw(st.sampled_from(["", "", "a", "b"])),
        take=draw(st.integers(0, 3)),
        mute=draw(st.sampled_from([False, False, True])),
        cc=((controller, draw(st.integers(0, 127))),) if controller else (),
    )


@st.composite
def full_grids(draw):
    """Grids with everything that a row and a step can have; holds may go round the end of a row."""
    names = st.sampled_from(["accent", "kick", "snare", "hat", "open", "tom-low"])
    voices = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    made = Grid(tuple(draw(full_rows(voice)) for voice in voices), 4, draw(st.sampled_from([0, 0, 7, 16])))
    return made.rotate(draw(st.integers(0, 3)))
