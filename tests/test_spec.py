"""TOML to specs: places, ranges, hints."""

import contextlib
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sirtak.composer.form import FormSpec
from sirtak.errors import SirtakError, SpecError, UnknownName, did_you_mean
from sirtak.knobs import knobs_of
from sirtak.library import Library
from sirtak.spec import convert, locate, parse_document, read_document


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    bars: Annotated[int, msgspec.Meta(ge=1, le=512)]
    energy: Annotated[float, msgspec.Meta(ge=0, le=1, description="how loud")] = 0.5


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    tempo: Annotated[float, msgspec.Meta(ge=20, le=400, description="quarters a minute")] = 120.0
    colour: Literal["open", "add2"] = "open"
    own: Annotated[str, msgspec.Meta(description="a name")] | None = None
    section: list[Inner] = []


def failing(text):
    with pytest.raises(SpecError) as caught:
        convert(parse_document(text, "a.toml"), Outer)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("tempo = 0", 1, ["tempo: expected float >= 20", "found 0"]),
        ("\ntempo = 1e9", 2, ["expected float <= 400"]),
        ("temop = 90", 1, ["temop: unknown field", "did you mean 'tempo'?"]),
        ("tempo = 'x'", 1, ["expected float, got str"]),
        ("colour = 'opne'", 1, ["colour", "opne"]),
        (
            "[[section]]\nbars = 1\n[[section]]\nbras = 2\nbars = 1",
            4,
            ["section[2].bras", "did you mean 'bars'?"],
        ),
        ("[[section]]\nbars = 1\n\n[[section]]\nbars = 0", 5, ["section[2].bars: expected int >= 1"]),
        ("[[section]]\nenergy = 0.1", 1, ["'bars' is missing", "add bars"]),
        ("tempo = nan", 1, ["nan is not a number"]),
        ("section = [{bars = 1},\n  {bars = -inf}]", 1, ["-inf is not a number"]),
    ],
)
def test_errors_name_line_field_and_way_out(text, line, words):
    message = failing(text)
    assert message.startswith(f"a.toml:{line}: ")
    for word in words:
        assert word in message


def test_what_is_not_toml_is_shown_with_a_caret():
    with pytest.raises(SpecError) as caught:
        parse_document("tempo = 1\nmode = dorian", "a.toml")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("a.toml:2: not TOML")
    assert lines[2].index("^") == lines[1].index("dorian")


def test_lines_inside_long_strings_are_not_mistaken_for_keys():
    text = 'about = """\ntempo = 3\n[drums]\n"""\ntempo = 4\n[drums]\nkit = 1\n'
    assert locate(text, ("tempo",)) == 5
    assert locate(text, ("drums", "kit")) == 7


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused_without_a_traceback(text):
    with contextlib.suppress(SpecError):
        convert(parse_document(text, "a.toml"), Outer)


def test_files_that_cannot_be_read_say_why(tmp_path):
    latin = tmp_path / "latin.toml"
    latin.write_bytes("name = 'x'\ntitle = 'Қ'\n".encode("utf-16"))
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"name = 'x'\ntitle = '\xd2'\n")
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * (2 << 20))
    for path, words in [
        (tmp_path, "this is a folder"),
        (tmp_path / "none.toml", "No such file"),
        (latin, "not UTF-8"),
        (broken, "broken.toml:2: not UTF-8"),
        (huge, "larger than 1 MiB"),
    ]:
        with pytest.raises(SpecError, match=words):
            read_document(path)


def test_knobs_carry_range_default_and_help():
    knobs = {knob.name: knob for knob in knobs_of(Outer)}
    assert (knobs["tempo"].low, knobs["tempo"].high, knobs["tempo"].default) == (20, 400, 120.0)
    assert knobs["tempo"].help == "quarters a minute"
    assert knobs["tempo"].range == "20 to 400"
    assert knobs["colour"].range == "add2|open" or knobs["colour"].range == "open|add2"
    assert knobs["own"].help == "a name"
    assert "section" not in knobs
    lists = {knob.name: knob.kind for knob in knobs_of(FormSpec) if "list" in knob.kind}
    assert lists == {"leads": "list of names", "energy": "list of numbers"}


def test_hints_find_the_nearest_name_or_list_them_all():
    assert did_you_mean("Drums", ["drums", "pad"]) == "did you mean 'drums'?"
    assert did_you_mean("zzz", ["b", "a"]) == "known: a, b"
    assert did_you_mean("zzz", []) is None


class TestLibrary:
    def test_unknown_names_are_answered_with_the_nearest(self):
        with pytest.raises(UnknownName, match="unknown mode 'doria'"):
            Library().document("mode", "doria")

    @pytest.mark.parametrize("name", ["../modes/dorian", "/etc/passwd", "a.b", "", "_x", "a/b", "a\\b"])
    def test_no_name_leads_out_of_the_folders(self, name, tmp_path):
        with pytest.raises(SirtakError, match="is not a name"):
            Library(tmp_path).document("mode", name)

    def test_files_beside_the_piece_come_first_and_by_kind(self, tmp_path):
        text = 'format = 1\nkind = "mode"\nname = "dorian"\ncents = [0, 300, 700]\n'
        text += 'source = "mine"\ntag = "invented"\n'
        (tmp_path / "dorian.toml").write_text(text)
        (tmp_path / "house.toml").write_text('kind = "beat"\n')
        library = Library(tmp_path)
        assert library.document("mode", "dorian").data["cents"] == [0, 300, 700]
        assert "house" in library.names("beat")
        assert "house" not in library.names("mode")
        assert library.own_used() == {
            "mode": {"dorian": {"format": 1, "cents": [0, 300, 700], "source": "mine", "tag": "invented"}}
        }

    def test_folders_named_after_the_kind_are_searched_too(self, tmp_path):
        (tmp_path / "modes").mkdir()
        (tmp_path / "modes" / "mine.toml").write_text('kind = "mode"\n')
        assert "mine" in Library(tmp_path).names("mode")

    def test_links_out_of_the_folder_are_refused(self, tmp_path):
        (tmp_path / "out").mkdir()
        (tmp_path / "in" / "modes").mkdir(parents=True)
        (tmp_path / "out" / "x.toml").write_text('kind = "mode"\n')
        (tmp_path / "in" / "modes" / "x.toml").symlink_to(tmp_path / "out" / "x.toml")
        with pytest.raises(SpecError, match="leads out of the piece's folder"):
            Library(tmp_path / "in").document("mode", "x")

    def test_patterns_inside_the_piece_come_before_all(self):
        body = {"format": 1, "cents": [0, 500], "source": "s", "tag": "G"}
        library = Library(inline={"mode": {"two": body}})
        assert library.document("mode", "two").data["name"] == "two"
        assert library.own_used() == {"mode": {"two": body}}
