"""The album: plans that keep their rules, files that compose again, a folder that is continued."""

import os
import re
import tomllib
from dataclasses import replace
from itertools import pairwise

import pytest
from click.testing import CliRunner

import sirtak
from sirtak.cli.main import cli
from sirtak.composer import album_write
from sirtak.composer.album import make_album, track_toml
from sirtak.composer.album_list import bars_of, shared_turns, tracklist
from sirtak.composer.album_plan import METERS, plan_album
from sirtak.composer.album_rules import apart, faults
from sirtak.composer.album_words import ADJECTIVES, MOVEMENTS, NOUNS
from sirtak.composer.arrange import arrange
from sirtak.composer.load import build_piece
from sirtak.errors import OutputError, SirtakError
from sirtak.export.recipe import recover
from sirtak.export.smf import encode
from sirtak.spec import parse_document
from sirtak.theory.mode import load_mode

SEEDS = range(25)


@pytest.fixture(scope="module")
def album():
    return make_album(7)


@pytest.fixture(scope="module")
def written(album, tmp_path_factory):
    folder = tmp_path_factory.mktemp("albums") / "sirtak-album"
    album_write.write_album(album, folder)
    return folder


def run(*args):
    return CliRunner().invoke(cli, ["album", *map(str, args)])


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_keeps_the_rules(seed):
    plan = plan_album(seed)
    assert faults(plan) == []
    styles = [entry.style for entry in plan]
    assert styles[0] == "bazaar"
    assert styles.index("sirtak") in (1, 2, 3)
    assert styles.index("kazan") in (4, 5)
    assert len({entry.english for entry in plan}) == 10
    library = sirtak.Library()
    assert all(
        load_mode(library, entry.mode).minor for entry in plan if entry.movement == "loss" and not entry.kuy
    )
    for a, b in pairwise(plan):
        gap = apart(a.signature, b.signature)
        assert gap <= 2 if a.movement == b.movement else gap >= 3


def test_rules_can_be_broken():
    plan = plan_album(7)
    twice = (*plan[:8], replace(plan[8], style=plan[7].style), plan[9])
    assert "no style twice" in faults(twice)
    slow = tuple(replace(entry, tempo=60.0) if entry.movement == "resilience" else entry for entry in plan)
    assert "loss is slowest, resilience fastest" in faults(slow)
    plain = tuple(replace(entry, meter="4/4") for entry in plan)
    assert "two additive or mixed meters" in faults(plain)
    alone = tuple(replace(entry, family="") for entry in plan)
    assert len([item for item in faults(alone) if item.startswith("the theme of")]) == 2
    short = tuple(replace(entry, seconds=60) for entry in plan)
    assert "35 to 45 minutes" in faults(short)


def test_seeds_are_different_albums():
    plans = {tuple(entry.style for entry in plan_album(seed)) for seed in SEEDS}
    assert len(plans) > 15
    assert plan_album(3) == plan_album(3)


def test_titles_are_kazakh_in_proper_letters():
    kazakh = [word for table in (ADJECTIVES, NOUNS) for words in table.values() for word, _ in words]
    assert all(re.fullmatch(r"[А-ЯЁӘҒҚҢӨҰҮҺІа-яёәғқңөұүһі]+", word) for word in kazakh)
    assert set(NOUNS) >= {name for name in sirtak.Library().names("style") if name not in ("kazan", "sirtak")}
    assert set(ADJECTIVES) == set(MOVEMENTS)


def test_it_lasts_35_to_45_minutes(album):
    assert 35 * 60 <= album.seconds <= 45 * 60


def test_every_file_composes_again(album, written):
    names = sorted(path.name for path in written.iterdir())
    assert len(names) == 22
    for track in album.tracks:
        path = written / f"{track.name}.toml"
        assert sirtak.compose(path).to_bytes() == path.with_suffix(".mid").read_bytes() == track.to_bytes()
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        assert data["style"] == track.entry.style
        assert data["seed"] == track.entry.seed
        assert sirtak.compose(recover(path.with_suffix(".mid"))).to_bytes() == track.to_bytes()


def test_the_track_list_tells_the_truth(album, written):
    text = (written / "tracklist.md").read_text(encoding="utf-8")
    assert text == tracklist(album)
    for track in album.tracks:
        lasts = round(track.arrangement.seconds)
        assert (
            f"**{track.entry.number}. {track.title}, {track.entry.english}** ({lasts // 60}:{lasts % 60:02})"
            in text
        )
        bars = sum(section.spec.bars for section in track.piece.sections())
        said = [int(bar) for bar in re.findall(r"Bars \d+ to (\d+)", _about(text, track))]
        assert max(said) == bars


def _about(text, track):
    return text.split(f"**{track.entry.number}. ")[1].split("\n**")[0]


def test_shared_themes_are_heard_where_the_list_says(album):
    turns = shared_turns(album)
    assert set(turns) == {"sirtak", "kazan"}
    for family, turn in turns.items():
        tracks = [track for track in album.tracks if track.entry.family == family]
        assert len(tracks) >= 3
        assert sum(bool(bars_of(track, turn)) for track in tracks) >= 2
        assert len({track.entry.theme for track in tracks}) == 1
        for track in tracks:
            for bar in bars_of(track, turn):
                assert turn == _moves(track, bar, len(turn))


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_both_themes_come_back_in_other_albums(seed):
    other = make_album(seed)
    turns = shared_turns(other)
    assert set(turns) == {"sirtak", "kazan"}
    for family, turn in turns.items():
        assert sum(bool(bars_of(track, turn)) for track in other.tracks if track.entry.family == family) >= 2


def _moves(track, bar, count):
    item = next(item for item in reversed(track.placed) if item.section.first_bar < bar)
    line = item.scene.theme
    start = int(item.scene.bars.starts[bar - 1 - item.section.first_bar])
    degrees = line.degree[line.onset >= start][: count + 1].tolist()
    return tuple(b - a for a, b in pairwise(degrees))


def test_it_goes_on_where_it_was_interrupted(album, tmp_path):
    folder = tmp_path / "night"

    def stop(track, kept):
        if track.entry.number == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        album_write.write_album(album, folder, report=stop)
    assert len(list(folder.glob("*.mid"))) == 3
    assert not (folder / "tracklist.md").exists()
    (folder / f"{album.tracks[1].name}.mid").write_bytes(b"half")
    os.utime(folder / f"{album.tracks[0].name}.mid", (1, 1))
    with pytest.raises(OutputError, match=album.tracks[1].name):
        album_write.write_album(album, folder)  # not a file of ours: it is not lost
    (folder / f"{album.tracks[1].name}.mid").unlink()
    seen = {}
    album_write.write_album(album, folder, report=lambda track, kept: seen.update({track.entry.number: kept}))
    assert [number for number, kept in seen.items() if kept] == [1, 3]
    assert (folder / f"{album.tracks[0].name}.mid").stat().st_mtime == 1
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_folders_of_others_are_left_alone(written, tmp_path):
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").write_text("cat")
    for args, message in (
        (["-o", other], "no album"),
        (["-o", other / "cat.jpg"], "is a file"),
        (["-o", written, "--seed", "8"], "seed 7"),
    ):
        result = run(*args)
        assert isinstance(result.exception, SirtakError)
        assert message in str(result.exception)
        assert "hint" in str(result.exception)
    assert [path.name for path in other.iterdir()] == ["cat.jpg"]
    assert run("-o", other, "--force", "-q").exit_code == 0
    assert (other / "cat.jpg").read_text() == "cat"


def test_a_changed_track_is_not_lost(album, tmp_path):
    folder = tmp_path / "mine"
    album_write.write_album(album, folder)
    piece = folder / f"{album.tracks[4].name}.toml"
    piece.write_text(piece.read_text(encoding="utf-8") + "\n[piano]\nlevel = 0.8\n", encoding="utf-8")
    with pytest.raises(OutputError, match="changed"):
        album_write.write_album(album, folder)
    piece.write_text(album.tracks[4].toml, encoding="utf-8")
    midi = piece.with_suffix(".mid")
    softer = sirtak.compose(piece, set={"piano.level": 0.8})
    midi.write_bytes(encode(replace(softer.arrangement, recipe=album.tracks[4].arrangement.recipe)))
    edited = midi.read_bytes()
    with pytest.raises(OutputError, match="not what its piece composes to"):
        album_write.write_album(album, folder)  # its recipe says the plan's piece, its notes do not
    assert midi.read_bytes() == edited
    album_write.write_album(album, folder, force=True)
    assert midi.read_bytes() == album.tracks[4].to_bytes()
    assert piece.read_text(encoding="utf-8") == album.tracks[4].toml


def test_another_album_takes_the_place_with_force(tmp_path):
    folder = tmp_path / "one"
    assert run("-o", folder, "--seed", "7", "-q").exit_code == 0
    (folder / "notes.txt").write_text("mine")
    result = run("-o", folder, "--seed", "8", "-q", "-f")
    assert result.output.strip() == str(folder)
    names = {track.name for track in make_album(8).tracks}
    assert {path.stem for path in folder.glob("*.mid")} == names
    assert (folder / "notes.txt").exists()


def test_the_plan_alone(tmp_path):
    result = run("--seed", 7, "--list", "-o", tmp_path / "none")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) == 10
    assert not (tmp_path / "none").exists()


def test_from_python():
    album = sirtak.album(7)
    assert album.title == "Sirtak"
    assert len(album.tracks) == 10
    with pytest.raises(SirtakError, match="seed"):
        sirtak.album(-1)


@pytest.mark.parametrize(("style", "meter"), [(name, item) for name in METERS for item in METERS[name]])
def test_a_style_in_another_meter_has_beats_there(style, meter):
    entry = replace(plan_album(1)[1], style=style, meter=meter, mode="aeolian", theme=None)
    for seed in range(6):
        piece = build_piece(parse_document(track_toml(replace(entry, seed=seed), 1), "t.toml"))
        assert {track.drums for track in arrange(piece)} == {True, False}
