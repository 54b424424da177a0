"""What hypothesis draws from."""

from hypothesis import strategies as st

from sirtak.rhythm import Grid, Row, Step


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
