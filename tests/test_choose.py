"""What the seed takes of several values."""

import pytest

import sirtak
from sirtak.composer.choose import with_choices
from sirtak.composer.load import load_piece
from sirtak.errors import SirtakError
from sirtak.library import Library
from sirtak.spec import parse_document

PIECE = """
format = 1
style = "kazan"
[choose]
tonic = ["C", "D", "E"]
[choose.drums]
beat = ["halftime-ballad", "four-floor"]
[choose.harmony]
chords = ["i VI", "i IV"]
"""


def _taken(seed, text=PIECE):
    piece = sirtak.compose(text, seed=seed).piece
    return piece.file.tonic, piece.parts["drums"].beat, piece.file.harmony.chords


def test_seeds_take_every_value_and_a_seed_always_the_same():
    taken = [_taken(seed) for seed in range(1, 25)]
    assert [len(set(column)) for column in zip(*taken, strict=True)] == [3, 2, 2]
    assert taken == [_taken(seed) for seed in range(1, 25)]


def test_a_choice_more_leaves_the_others_as_they_were():
    more = PIECE.replace('tonic = ["C", "D", "E"]\n', "")
    assert [_taken(seed)[1:] for seed in range(1, 13)] == [_taken(seed, more)[1:] for seed in range(1, 13)]


def test_what_is_said_outright_wins():
    for seed in range(1, 7):
        piece = sirtak.compose(PIECE, seed=seed, set={"drums.beat": "trap-half"}).piece
        assert piece.parts["drums"].beat == "trap-half"


def test_the_recipe_has_what_was_taken():
    made = sirtak.compose(PIECE, seed=5)
    assert "choose" not in made.recipe
    assert sirtak.compose(made.recipe).to_bytes() == made.to_bytes()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('beat = "four-floor"', "choose.drums.beat: a list of values"),
        ("beat = []", "choose.drums.beat: a list of values"),
        ('beat = ["no-such"]', "drums.beat: unknown beat 'no-such'"),
        ("bea = [1]", "drums.bea: unknown field"),
        ("density = [7]", "drums.density: expected"),
    ],
)
def test_what_cannot_be_chosen_is_said_at_its_line(line, said):
    with pytest.raises(SirtakError) as caught:
        sirtak.compose(f'format = 1\nstyle = "kazan"\n[choose.drums]\n{line}\n')
    assert said in str(caught.value)
    assert caught.value.line == 4


def _every(choices, path=()):
    for key, value in choices.items():
        if isinstance(value, dict):
            yield from _every(value, (*path, key))
        else:
            yield from (((*path, key), item) for item in value)


@pytest.mark.parametrize("style", Library().names("style"))
def test_every_value_that_a_style_offers_can_be_taken(style):
    document = Library().document("style", style)
    for path, value in _every(document.data.get("choose", {})):
        text = f'"{value}"' if isinstance(value, str) else value
        load_piece(style, [f"{'.'.join(path)}={text}"])


def test_layers_without_choices_are_left_alone():
    layers = [parse_document("tempo = 90", "a"), parse_document("seed = 3", "b")]
    assert with_choices(layers) == layers


@pytest.mark.parametrize(
    "field", ["seed = [1, 2]", 'style = ["kazan", "toi"]', 'choose.tonic = ["D"]', "section = [1]"]
)
def test_what_is_settled_before_is_refused(field):
    with pytest.raises(SirtakError, match=r"the seed cannot take one of these") as found:
        load_piece("kazan", [f"choose.{field}"])
    assert found.value.hint


def test_a_form_named_behind_a_choice_keeps_what_was_said_of_its_sections():
    sets = ["section.drop.bars=4", "choose.tonic=['D', 'E']", "form.name=club"]
    bars = {item.name: item.bars for item in load_piece("sirtak", sets).file.section}
    assert bars["drop"] == 4
