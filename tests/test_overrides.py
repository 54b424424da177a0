"""What a section has of its own."""

import pytest

import sirtak
from sirtak.errors import SpecError

SECTIONS = """
format = 1
style = "kazan"
[[section]]
name = "plain"
bars = 8
lead = "piano"
[[section]]
name = "own"
bars = 8
lead = "piano"
set.bass.policy = "rumble"
set.drums.density = 0.2
"""


def _parts(text):
    return {track.name: track for track in sirtak.compose(text)}


def test_a_section_turns_knobs_for_itself_alone():
    with_own = _parts(SECTIONS)
    without = _parts("\n".join(line for line in SECTIONS.splitlines() if not line.startswith("set.")))
    half = 8 * 3840
    for name, track in with_own.items():
        first = track.notes.onset < half - 60
        assert track.notes[first] == without[name].notes[without[name].notes.onset < half - 60], name
        changed = track.notes != without[name].notes
        assert changed == (name in ("bass", "drums")), name


def test_the_recipe_keeps_them():
    made = sirtak.compose(SECTIONS)
    assert sirtak.compose(made.recipe).to_bytes() == made.to_bytes()


def test_an_assignment_adds_to_what_a_section_has():
    made = sirtak.compose(SECTIONS, set={"section.own.set.drums.vary": 0.0})
    assert made.piece.file.section[1].set == {
        "bass": {"policy": "rumble"},
        "drums": {"density": 0.2, "vary": 0.0},
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("set.bas.policy = 'off'", "there is no part 'bas'"),
        ("set.bass.volume = 3", "set.bass.volume: this is the whole track's"),
        ("set.bass.policy = 'of'", "set.bass.policy: invalid enum value 'of'"),
        ("set.bass.low = 40", "low 40 and high 40 are less than an octave apart"),
        ("set.drums.beat = 'no-such'", "set.drums.beat: unknown beat 'no-such'"),
        ("set.bass = 3", "section[1].set"),
    ],
)
def test_what_cannot_be_set_is_said_at_its_line(line, said):
    text = f'format = 1\nstyle = "kazan"\n[[section]]\nname = "a"\nbars = 4\n{line}\n'
    with pytest.raises(SpecError) as caught:
        sirtak.compose(text)
    assert said in str(caught.value)
    assert caught.value.line == 6
