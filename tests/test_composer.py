"""Pieces: loading, one knob at a time, sections that do not disturb each other, recipes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

import sirtak
from refresh_golden import PIECES, digest
from sirtak.composer.load import load_piece, overlay
from sirtak.composer.recipe import toml_text
from sirtak.errors import SirtakError
from sirtak.export.check import check_bytes
from sirtak.export.smf import encode
from sirtak.knobs import knobs_of
from sirtak.notes import Notes

EXAMPLES = Path(__file__).parents[1] / "examples"
DALA = EXAMPLES / "dala" / "dala.toml"

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())


def notes_of(composition):
    return {track.name: track.notes for track in composition}


def bounds(composition):
    marks = [tick for tick, _ in composition.arrangement.markers] + [composition.arrangement.length]
    keys = [section.key for section in composition.piece.sections()]
    return {key: (marks[number], marks[number + 1]) for number, key in enumerate(keys)}


def within(notes, span):
    """The notes that belong to a section: a hand may reach its first beat 40 ticks early."""
    start, end = span
    return Notes(notes[(notes.onset >= start - 40) & (notes.onset < end - 40)].table.copy()).shift(-start)


@pytest.mark.parametrize("name", PIECES)
def test_the_sound_of_every_example_is_guarded(name):
    # A change here is a change of sound: refresh_golden.py, and **Sound** in CHANGELOG.md.
    assert digest(sirtak.compose(PIECES[name])) == GOLDEN[name]


@pytest.mark.parametrize("source", ["kazan", "sirtak", DALA, EXAMPLES / "steppe-night.toml"])
@pytest.mark.parametrize("seed", [None, 3, 2**63 - 1])
def test_recipes_make_the_identical_file(source, seed):
    composition = sirtak.compose(source, seed=seed)
    again = sirtak.compose(composition.recipe)
    assert again.recipe == composition.recipe
    assert again.to_bytes() == composition.to_bytes()
    assert check_bytes(composition.to_bytes()) == []
    assert sirtak.compose(source, seed=seed).to_bytes() == composition.to_bytes()


def test_seeds_are_other_pieces():
    one, other = sirtak.compose("kazan", seed=1), sirtak.compose("kazan", seed=2)
    assert one["piano"] != other["piano"]
    assert one.arrangement.markers == other.arrangement.markers


PART_KNOBS = [
    ("drums.swing", 64.0, {"drums"}),
    ("drums.density", 0.3, {"drums"}),
    ("drums.take", 3, {"drums"}),
    ("drums.human", 0.0, {"drums"}),
    ("percussion.density", 0.2, {"percussion"}),
    ("piano.octaves", 1.0, {"piano"}),
    ("piano.take", 2, {"piano"}),
    ("bass.colour", 0.9, {"bass"}),
    ("dombra.drone", 1.0, {"dombra"}),
    ("dombra.take", 1, {"dombra"}),
    ("qobyz.fifth", 0.0, {"qobyz"}),
    ("pad.voices", 2, {"pad"}),
    ("melody.take", 1, None),
    ("melody.density", 0.9, None),
]


@pytest.mark.parametrize(("knob", "value", "parts"), PART_KNOBS)
def test_one_knob_turned_changes_one_thing(knob, value, parts):
    before, after = (notes_of(sirtak.compose("sirtak", set=s)) for s in ({}, {knob: value}))
    changed = {name for name in before if before[name] != after[name]}
    if parts is None:  # the theme: its players change, the beat does not
        assert {"dombra", "piano"} <= changed
        assert not changed & {"drums", "percussion", "bass"}
    else:
        assert changed == parts


@pytest.mark.parametrize("knob", ["dombra.density", "drums.density", "percussion.density", "bass.density"])
@settings(deadline=None, max_examples=6)
@given(low=st.floats(0, 1), high=st.floats(0, 1))
def test_raising_a_density_only_adds_onsets(knob, low, high):
    low, high = sorted((low, high))
    part = knob.partition(".")[0]
    sets = {f"{part}.human": 0.0}
    fewer, more = (
        notes_of(sirtak.compose("sirtak", set={**sets, knob: value})).get(part, Notes.empty())
        for value in (low, high)
    )
    assert set(fewer.onset.tolist()) <= set(more.onset.tolist())


@settings(deadline=None, max_examples=12)
@given(st.sampled_from(["kazan", "sirtak"]), st.integers(0, 7), st.integers(1, 24), st.integers(0, 50))
def test_lengthening_a_section_shifts_the_others_and_nothing_else(style, which, bars, seed):
    before = sirtak.compose(style, seed=seed)
    section = list(before.piece.sections())[which].spec.name
    after = sirtak.compose(style, seed=seed, set={f"section.{section}.bars": bars})
    old, new = bounds(before), bounds(after)
    played = notes_of(after)  # who plays in that section alone may find no room in a bar
    for key, span in old.items():
        if key.partition("#")[0] == section:
            continue
        for track in before:
            theirs = within(played.get(track.name, Notes.empty()), new[key])
            mine = within(track.notes, span)
            assert mine == theirs, (key, track.name)


def test_adding_and_muting_a_part_leaves_the_rest():
    before = notes_of(sirtak.compose("kazan"))
    muted = notes_of(sirtak.compose("kazan", set={"pad.mute": True}))
    assert "pad" not in muted
    assert all(muted[name] == before[name] for name in muted)
    piece = 'name = "k"\nstyle = "kazan"\n[bells]\nplayer = "piano"\nmanner = "broken"\n'
    more = notes_of(sirtak.compose(piece))
    assert "bells" not in more  # the style's sections say who plays
    assert all(more[name] == before[name] for name in before)


def test_kazan_is_a_haunting_ballad():
    composition = sirtak.compose("kazan")
    arrangement = composition.arrangement
    assert 4 * 60 <= arrangement.seconds <= 6 * 60
    names = {track.name for track in composition}
    assert {"piano", "dombra", "qobyz", "pad", "bass", "drums", "percussion"} <= names
    assert arrangement.lead == "piano"
    assert len(composition["piano"]) >= 120
    spans = bounds(composition)
    share = {key: start / arrangement.length for key, (start, _) in spans.items()}
    assert 0.35 <= share["dombra"] <= 0.45
    assert 0.65 <= share["climax"] <= 0.78
    loud = {
        key: np.mean([n.velocity.mean() for t in composition if len(n := within(t.notes, span))])
        for key, span in spans.items()
    }
    assert max(loud, key=loud.get) == "climax"
    assert min(loud, key=loud.get) in ("intro", "ending")
    assert composition["piano"].velocity.max() <= 100
    assert arrangement.tempos[-1].bpm < arrangement.tempos[0].bpm
    last = max(
        (t.notes[-1:] for t in composition if t.name in ("dombra", "qobyz")), key=lambda n: int(n.end[0])
    )
    assert int(last.pitch[0]) % 12 in (2, 9)


def test_sirtak_is_a_dance_with_a_break():
    composition = sirtak.compose("sirtak")
    arrangement = composition.arrangement
    assert 120 <= arrangement.tempos[0].bpm <= 128
    assert arrangement.lead == "dombra"
    spans = bounds(composition)
    kicks = composition["drums"][composition["drums"].pitch == 36]
    drop = within(kicks, spans["drop"])
    assert len(drop) >= 16 * 4 - 6  # the kick leaves the last bar to the fill
    assert len(within(kicks, spans["break"])) == 0
    density = {
        key: sum(len(within(t.notes, span)) for t in composition) / (span[1] - span[0])
        for key, span in spans.items()
    }
    assert density["break"] < 0.5 * density["drop"]
    assert max(density, key=density.get) in ("drop", "drop#2")
    assert density["build"] < density["drop"]  # a roll that halves, up to a beat of silence


class TestDala:
    """A piece that a user wrote by hand, in a folder of its own."""

    def compose(self, **sets):
        return sirtak.compose(DALA, set={key.replace("__", "."): value for key, value in sets.items()})

    def test_it_composes_with_its_own_mode_beat_and_rhythm(self):
        composition = self.compose()
        arrangement = composition.arrangement
        assert (arrangement.meters[0].numerator, arrangement.meters[0].denominator) == (7, 8)
        assert arrangement.tempos[0].bpm == 112
        assert composition.piece.mode.name == "dala-mode"
        assert {"beat": {"dala-beat"}, "mode": {"dala-mode"}, "rhythm": {"dala-stroke"}} == {
            kind: set(names) for kind, names in composition.piece.library.own_used().items()
        }
        assert arrangement["qobyz"].title == "Қобыз"
        assert all(tick % 3360 == 0 for tick, _ in arrangement.markers)

    def test_names_are_ascii_unless_utf8_is_asked_for(self):
        bare = replace(self.compose().arrangement, recipe="")
        plain, exact = encode(bare), encode(bare, utf8_names=True)
        assert b"Qobyz" in plain
        assert "Қобыз".encode() not in plain
        assert "Қобыз".encode() in exact

    @pytest.mark.parametrize("swing", [50, 58.5, 66.7, 75])
    def test_changing_only_the_swing_changes_only_the_drums(self, swing):
        before, after = notes_of(self.compose()), notes_of(self.compose(drums__swing=swing))
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"drums"}
        assert len(before["drums"]) == len(after["drums"])

    @pytest.mark.parametrize("swing", [49, 76, 1e9])
    def test_swing_is_mpc_percent(self, swing):
        with pytest.raises(SirtakError, match=r"drums\.swing: expected"):
            self.compose(drums__swing=swing)

    @pytest.mark.parametrize("bars", [1, 4, 11, 40])
    def test_lengthening_one_section_leaves_the_others(self, bars):
        before, after = self.compose(), self.compose(section__well__bars=bars)
        old, new = bounds(before), bounds(after)
        for key in ("dawn", "ride", "ride#2", "home"):
            for track in before:
                assert within(track.notes, old[key]) == within(after[track.name], new[key])

    def test_its_groups_are_kept_by_every_part(self):
        composition = self.compose(dombra__human=0, dombra__spread=0, bass__human=0, drums__human=0)
        for name in ("dombra", "bass", "drums"):
            inside = composition[name].onset % 3360
            starts = np.mean(np.isin(inside, [0, 1440, 2400]))
            assert starts > 0.25, name


class TestLoading:
    def test_overlays_go_field_by_field(self):
        assert overlay({"a": {"x": 1, "y": [1]}}, {"a": {"y": [2]}, "b": 3}) == {
            "a": {"x": 1, "y": [2]},
            "b": 3,
        }

    def test_styles_extend_styles_beside_the_piece(self, tmp_path):
        (tmp_path / "night.toml").write_text('kind = "style"\nname = "night"\nstyle = "kazan"\ntempo = 60\n')
        (tmp_path / "p.toml").write_text('name = "p"\nstyle = "night"\nseed = 4\n')
        piece = load_piece(tmp_path / "p.toml")
        assert (piece.file.tempo, piece.file.seed, piece.file.tonic) == (60, 4, "D")

    def test_circles_of_styles_are_found(self, tmp_path):
        (tmp_path / "a.toml").write_text('kind = "style"\nname = "a"\nstyle = "b"\n')
        (tmp_path / "b.toml").write_text('kind = "style"\nname = "b"\nstyle = "a"\n')
        (tmp_path / "p.toml").write_text('style = "a"\n')
        with pytest.raises(SirtakError, match="extend each other in a circle"):
            load_piece(tmp_path / "p.toml")

    def test_nothing_is_executed_and_nothing_outside_is_read(self, tmp_path):
        (tmp_path / "secret.toml").write_text('kind = "beat"\n')
        inner = tmp_path / "in"
        inner.mkdir()
        for name in ("../secret", "/etc/hostname", "$(touch x)", "__import__('os')"):
            piece = inner / "p.toml"
            piece.write_text(
                f"style = 'kazan'\n[drums]\nbeat = {name!r}\n".replace("'", '"').replace('\\"', "")
            )
            with pytest.raises(SirtakError):
                sirtak.compose(piece)
        assert sorted(path.name for path in inner.iterdir()) == ["p.toml"]

    def test_section_changes_by_name_reach_every_section_of_that_name(self):
        piece = load_piece("kazan", ["section.verse.bars=4"])
        assert [s.bars for s in piece.file.section if s.name == "verse"] == [4, 4]
        with pytest.raises(SirtakError, match="there is no section 'vers'") as caught:
            load_piece("kazan", ["section.vers.bars=4"])
        assert "did you mean 'verse'" in str(caught.value)


def settings_of(knob):
    """Values that the knob's range allows, its ends among them."""
    if knob.choices:
        return st.sampled_from(knob.choices)
    if knob.kind == "true or false":
        return st.booleans()
    if knob.kind == "whole number":
        return st.one_of(
            st.sampled_from([int(knob.low), int(knob.high)]), st.integers(int(knob.low), int(knob.high))
        )
    if knob.kind == "number":
        return st.one_of(st.sampled_from([knob.low, knob.high]), st.floats(knob.low, knob.high))
    return None


class TestEveryKnob:
    STYLES = ("kazan", "sirtak", str(DALA))

    @settings(deadline=None, max_examples=150)
    @given(st.data())
    def test_any_settings_compose_or_are_refused_in_words(self, data):
        style = data.draw(st.sampled_from(self.STYLES))
        piece = load_piece(Path(style) if "/" in style else style)
        owners = {"melody": piece.file.melody, "harmony": piece.file.harmony, **piece.parts}
        sets = {}
        for _ in range(data.draw(st.integers(1, 6))):
            owner = data.draw(st.sampled_from(sorted(owners)))
            knob = data.draw(st.sampled_from(knobs_of(type(owners[owner]))))
            values = settings_of(knob)
            if values is not None:
                sets[f"{owner}.{knob.name}"] = data.draw(values)
        meter = data.draw(
            st.sampled_from(["", "4/4", "3/4", "2/4", "2/4+3/4", "7/8 (2+2+3)", "5/8", "6/8", "1/32"])
        )
        mode = data.draw(st.sampled_from(["", "ionian", "do-pentatonic", "phrygian-variable-2"]))
        sets |= {"meter": meter} if meter else {}
        sets |= {"mode": mode, "harmony.chords": "i V"} if mode else {}
        if data.draw(st.booleans()):  # let the meter choose the beats
            sets |= {"drums.beat": "", "percussion.mute": True, "dombra.rhythm": ""}
        refused = ""
        try:
            composition = sirtak.compose(Path(style) if "/" in style else style, set=sets)
        except SirtakError as error:
            refused = str(error)
        if refused:  # a setting may be wrong, but a player may never play what is no note
            assert not refused.startswith(("notes:", "controls:", "track"))
            return
        assert check_bytes(composition.to_bytes()) == []
        assert sirtak.compose(composition.recipe).to_bytes() == composition.to_bytes()


PLAIN = st.one_of(st.text(max_size=12), st.integers(), st.floats(allow_nan=False), st.booleans())
VALUES = st.one_of(
    PLAIN, st.lists(PLAIN, max_size=3), st.dictionaries(st.sampled_from("xyz"), PLAIN, max_size=2)
)
FLAT = st.dictionaries(st.sampled_from(("bars", "name", "energy", "lead", "set")), VALUES, max_size=5)


@given(
    st.dictionaries(st.sampled_from(("name", "tempo")), PLAIN),
    st.dictionaries(st.sampled_from(("bass", "dala-2", "қобыз", "дала")), FLAT),
    st.lists(FLAT, max_size=3),
)
def test_a_recipe_is_written_as_tomli_w_writes_it(head, parts, sections):
    table = {**head, **parts, "section": sections}
    assert toml_text(table) == tomli_w.dumps(table, multiline_strings=True)
