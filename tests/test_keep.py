"""Parts kept from another file: note for note, with everything else composed around them."""

import tomllib

import numpy as np
import pytest

import sirtak
from sirtak.composer.keep import format_kept, parse_kept
from sirtak.composer.kept_line import kept_line
from sirtak.composer.load import load_piece
from sirtak.composer.scenes import place
from sirtak.errors import SirtakError, SpecError
from sirtak.export.recipe import recover
from sirtak.export.smf import encode
from sirtak.library import Library
from sirtak.listen.read import read_midi
from sirtak.notes import Arrangement, MeterChange, Notes, TempoChange, Track
from sirtak.theory.mode import load_mode


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "a.mid"
    sirtak.compose("sirtak", seed=4).write(path)
    return path


def plain(notes):
    return [getattr(notes, name).tolist() for name in ("onset", "duration", "pitch", "velocity")]


def track_of(path, title):
    return next(track.notes for track in read_midi(path) if track.title == title)


def foreign(tmp_path, pitches, meter=(4, 4), length=8 * 3840, name="Flute"):
    """Write a file as another program would."""
    onset = np.arange(len(pitches)) * 960
    made = Arrangement(
        tracks=(Track(name.lower(), Notes.of(onset, 900, pitches), title=name),),
        length=length,
        title="foreign",
        tempos=(TempoChange(0, 100.0),),
        meters=(MeterChange(0, *meter),),
        keys=(),
        markers=(),
    )
    path = tmp_path / "foreign.mid"
    path.write_bytes(encode(made))
    return path


@pytest.mark.parametrize("part", ["lead", "dombra"])
def test_the_part_stays_and_the_others_are_others(mine, part):
    made = sirtak.compose("sirtak", seed=9, set={"piano.density": 0.4}, keep={part: mine})
    assert plain(made["dombra"]) == plain(track_of(mine, "Dombra"))
    before = sirtak.compose("sirtak", seed=4)
    assert made["piano"] != before["piano"]
    assert made["drums"] != before["drums"]


def test_the_file_holds_all_that_makes_it_again(mine, tmp_path):
    made = sirtak.compose("sirtak", seed=9, keep={"lead": mine})
    path = made.write(tmp_path / "b.mid")
    text = recover(path)
    assert tomllib.loads(text)["keep"]["dombra"]["source"] == "a.mid"
    again = sirtak.compose(text)
    assert again.to_bytes() == path.read_bytes()
    assert again.recipe == text


def test_the_others_hear_the_kept_tune(mine):
    from sirtak.keeping import with_kept

    piece = load_piece("sirtak", ["seed=9"])
    kept = load_piece("sirtak", with_kept(piece, ["seed=9"], {"lead": mine}))
    old, own, new = (list(place(item)) for item in (load_piece("sirtak", ["seed=4"]), piece, kept))
    hook = next(number for number, item in enumerate(new) if item.section.key == "hook")
    heard, was, without = (items[hook].scene.theme for items in (new, old, own))
    # The tune is read off the strokes: it is the one that the file was made from, not the seed's.
    assert set(was.onset.tolist()) <= set(heard.onset.tolist())
    at = heard.at(was.onset)
    assert (heard.degree[at] % 7 == was.degree % 7).mean() > 0.9
    assert (heard.degree[heard.at(without.onset)] % 7 == without.degree % 7).mean() < 0.6
    answers, tune = new[hook].scene.reply, new[hook].scene.theme
    assert not set(answers.onset.tolist()) & set(tune.onset.tolist())


def test_the_hint_for_another_one_keeps_it_too(mine, tmp_path, monkeypatch, capsys):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["sirtak", "compose", "sirtak", "--seed", "9", "--keep", f"lead={mine}"])
    assert main() == 0
    assert f"--seed 10 --keep lead={mine} -o" in capsys.readouterr().out


def test_the_band_takes_the_tonic_of_the_kept_part(mine):
    tonic = load_piece("sirtak", ["seed=4"]).file.tonic
    other = next(seed for seed in range(1, 30) if load_piece("sirtak", [f"seed={seed}"]).file.tonic != tonic)
    made = sirtak.compose("sirtak", seed=other, keep={"lead": mine})
    assert made.piece.file.tonic == tonic
    assert sirtak.compose(made.recipe).to_bytes() == made.to_bytes()
    said = sirtak.compose("sirtak", seed=other, set={"tonic": "F#"}, keep={"lead": mine})
    assert said.piece.file.tonic == "F#"
    own = load_piece("sirtak", [f"seed={other}"]).file.tonic
    assert sirtak.compose("sirtak", seed=other, keep={"drums": mine}).piece.file.tonic == own


def test_where_the_kept_part_does_not_lead_the_theme_is_the_seeds(mine):
    made = sirtak.compose("sirtak", seed=9, keep={"bass": mine})
    assert plain(made["bass"]) == plain(track_of(mine, "Bass"))
    fresh = sirtak.compose("sirtak", seed=9, set={"tonic": made.piece.file.tonic})
    assert made["dombra"] == fresh["dombra"]
    assert made["piano"] == fresh["piano"]


def test_a_bass_listens_to_kept_drums(mine):
    made = sirtak.compose("sirtak", seed=9, set={"bass.policy": "lock"}, keep={"drums": mine})
    kicks = made["drums"].onset[made["drums"].pitch == 36]
    near = np.abs(made["bass"].onset[:, None].astype(int) - kicks[None, :].astype(int)).min(axis=1)
    assert (near <= 60).mean() > 0.9


def test_a_file_of_another_program_is_found_by_name_or_by_being_alone(tmp_path):
    path = foreign(tmp_path, [62, 64, 65, 67, 69, 67, 65, 62] * 4)
    made = sirtak.compose("kazan", keep={"lead": path})
    assert made["piano"].pitch.tolist() == [62, 64, 65, 67, 69, 67, 65, 62] * 4
    assert "kept 'piano': silent from bar 9 on, where foreign.mid ends" in made.arrangement.diagnostics


def test_notices_say_what_is_lost_or_strange(mine, tmp_path):
    short = sirtak.compose("sirtak", set={"section.drop.bars": 4}, keep={"lead": mine})
    assert any("have no place" in text for text in short.arrangement.diagnostics)
    odd = sirtak.compose("kazan", keep={"lead": foreign(tmp_path, [61, 63, 66, 68] * 8)})
    assert any("are not in" in text for text in odd.arrangement.diagnostics)


def test_another_meter_is_refused_with_what_helps(tmp_path):
    with pytest.raises(SpecError, match=r"--meter 3/4$"):
        sirtak.compose("kazan", keep={"lead": foreign(tmp_path, [62] * 8, meter=(3, 4), length=8 * 2880)})
    # The piece is in 4/4, as the file is: it is the küy that has a short bar.
    with pytest.raises(SpecError, match="bar 6 is in 4/4 there, and in 2/4") as found:
        sirtak.compose("kuy", keep={"lead": foreign(tmp_path, [62] * 32)})
    assert "--meter" not in str(found.value)


def test_sweeps_keep_it_too(mine, tmp_path, monkeypatch, capsys):
    from sirtak.cli.main import main

    monkeypatch.chdir(tmp_path)
    words = ["sirtak", "compose", "sirtak", "--seed", "1..2", "--keep", f"lead={mine}"]
    monkeypatch.setattr("sys.argv", words)
    assert main() == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("sirtak-02"))
    assert "dombra" not in row
    assert "piano" in row
    both = [plain(track_of(tmp_path / f"sirtak-0{number}.mid", "Dombra")) for number in (1, 2)]
    assert both[0] == both[1] == plain(track_of(mine, "Dombra"))


@pytest.mark.parametrize(
    ("style", "keep", "said"),
    [
        ("aqsaq", "lead", "--meter 4/4"),
        ("sirtak", "flute", "unknown part 'flute'"),
        ("steppe-house", "jetigen", "it has Dombra, Second Dombra, Piano"),
    ],
)
def test_what_does_not_fit_is_said(mine, style, keep, said):
    with pytest.raises(SirtakError) as found:
        sirtak.compose(style, keep={keep: mine})
    assert said in str(found.value)


def test_twice_and_drums_for_a_tune_are_refused(mine, tmp_path):
    with pytest.raises(SpecError, match="kept twice"):
        sirtak.compose("sirtak", keep={"lead": mine, "dombra": mine})
    with pytest.raises(SpecError, match="'drums' is drums"):
        sirtak.compose("sirtak", keep={"drums": foreign(tmp_path, [62] * 8, name="Drums")})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('notes = "1: 0/62/460"', "'0/62/460' is not a note"),
        ('notes = "1: 0/162/460/88"', "out of range"),
        ('notes = "1: 3840/62/460/88"', "begins behind the bar"),
        ('notes = "x: 0/62/460/88"', "which bar"),
        ('notes = ""\nvolume = 3', "unknown field"),
        ('notes = ""\nmeter = "7/8"', "--meter"),
    ],
)
def test_bad_tables_are_refused_with_their_line(table, said):
    meter = "" if "meter" in table else 'meter = "4/4"'
    text = f'style = "kazan"\n[keep.piano]\nbars = 8\n{meter}\n{table}\n'
    with pytest.raises(SpecError) as found:
        sirtak.compose(text)
    assert said in str(found.value)
    assert found.value.line


def test_a_part_that_is_not_there_cannot_be_kept():
    with pytest.raises(SirtakError, match="unknown part 'flute'"):
        sirtak.compose('style = "kazan"\n[keep.flute]\nbars = 8\nmeter = "4/4"\nnotes = ""\n')


def test_text_comes_back():
    lines = np.array([0, 1920, 4800, 6720])
    notes = Notes.of([5, 1900, 4800, 6000], [100, 500, 90, 80], [60, 64, 67, 72], [1, 64, 100, 127])
    assert parse_kept(format_kept(notes, lines), tuple(lines.tolist())) == notes


def test_chords_are_heard_by_their_top_note():
    notes = Notes.of([0, 10, 20, 1920], 900, [50, 57, 62, 65])
    line = kept_line(notes, 0, 3840, load_mode(Library(), "dorian"), 2)
    assert line.onset.tolist() == [0, 1920]
    assert (line.degree[1] - line.degree[0]) == 2
