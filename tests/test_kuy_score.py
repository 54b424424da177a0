"""A küy as it is played: one hand, two strings, bars that add up, ornaments where they belong."""

import io
import itertools

import mido
import numpy as np
import pytest

import sirtak
from composed import LIBRARY, SEEDS, TYPES, composed, dombra, faults, kuy_of, onsets
from sirtak.folk.kuy.form import TITLES
from sirtak.folk.kuy.lay import lay_section
from sirtak.folk.kuy.types import beats_of, load_kuy_type
from sirtak.theory.meter import Bars

CASES = list(itertools.product(TYPES, SEEDS))
SOME = list(itertools.product(TYPES, SEEDS[:5]))
FEW = list(itertools.product(TYPES, (1, 5)))


def turned(name, **knob):
    """A küy with one knob turned; at 1 it is as it comes."""
    return composed(name, 2, **{key: value for key, value in knob.items() if value != 1})


def by_string(track):
    return [track.notes[track.notes.string == number] for number in (1, 2)]


def pulls(composition):
    """Bass notes at fret 0 that nothing is struck with: where the thumb lets go."""
    melody, bass = by_string(dombra(composition))
    opened = bass[bass.pitch == dombra(composition).strings[1]]
    return {int(tick) for tick in opened.onset if not len(melody) or np.abs(melody.onset - tick).min() > 60}


# -- one hand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "seed"), CASES)
def test_every_kuy_can_be_played(name, seed):
    composition = composed(name, seed)
    track = dombra(composition)
    assert faults(composition) == []
    assert set(track.notes.string.tolist()) == {1, 2}
    assert track.frets.min() >= 0
    assert track.frets.max() <= 19
    for notes in by_string(track):
        assert (notes.end[:-1] <= notes.onset[1:]).all()


@pytest.mark.parametrize("name", ["adai", "balbyrauyn", "legend"])
@pytest.mark.parametrize(
    "sets",
    [
        {"tonic": "F#"}, {"tonic": "B"}, {"tempo": 60}, {"tempo": 260}, {"dombra__spread": 30},
        {"dombra__human": 2}, {"dombra__human": 0}, {"kuy__grace": 3, "kuy__pull_off": 3},
        {"dombra__manner": "pluck", "dombra__grace": 1}, {"mode": "phrygian-variable-2"},
        {"mode": "do-pentatonic"}, {"mode": "harmonic-series"},
    ],
    ids=str,
)  # fmt: skip
def test_and_in_other_hands_modes_and_tempi(name, sets):
    assert faults(composed(name, 3, **sets)) == []


@pytest.mark.parametrize("style", ["kazan", "sirtak"])
@pytest.mark.parametrize(
    "sets",
    [
        {}, {"tonic": "F#"}, {"tonic": "Bb"}, {"dombra__manner": "pluck"}, {"dombra__manner": "strum"},
        {"dombra__neck": "bokey"}, {"dombra__tuning": "teris"}, {"dombra__tuning": "octave"},
        {"dombra__tuning": "tel"}, {"dombra__tuning": "shalys"}, {"dombra__tuning": "qalys"},
        {"dombra__grace": 1, "dombra__manner": "pluck"}, {"dombra__density": 1, "tempo": 170}, {"mode": "ionian"},
    ],
    ids=str,
)  # fmt: skip
def test_the_dombra_of_the_songs_can_be_played_too(style, sets):
    knobs = {key.replace("__", "."): value for key, value in sets.items()}
    for seed in (1, 2, 3) if not sets else (2,):
        composition = sirtak.compose(style, seed=seed, set=knobs)
        assert faults(composition, knobs.get("dombra.neck", "chromatic")) == []


@pytest.mark.parametrize("neck", ["bokey", "neutral"])
def test_necks_that_have_the_frets(neck):
    for seed in (1, 2):
        assert faults(composed("adai", seed, dombra__neck=neck), neck) == []


# -- bars --------------------------------------------------------------------------------------------------


def told(data):
    """Meters, markers and length as another program reads them."""
    file = mido.MidiFile(file=io.BytesIO(data), charset="utf8")
    meters, markers, tick = [], [], 0
    for message in file.tracks[0]:
        tick += message.time
        if message.type == "time_signature":
            meters.append((tick, message.numerator, message.denominator))
        elif message.type == "marker":
            markers.append((tick, message.text))
    return meters, markers, max(sum(message.time for message in track) for track in file.tracks)


@pytest.mark.parametrize(("name", "seed"), FEW)
def test_bars_add_up_and_the_file_says_so(name, seed):
    composition = composed(name, seed)
    sections = list(composition.piece.sections())
    bars = [meter for section in sections for meter in section.kuy.meters]
    starts = np.cumsum([0, *(meter.ticks for meter in bars)]).tolist()
    assert composition.arrangement.length == starts[-1]
    meters, markers, length = told(composition.to_bytes(utf8_names=True))
    assert length == starts[-1]
    # A marker stands where a section begins, with its name.
    firsts = np.cumsum([0, *(len(section.kuy.meters) for section in sections)]).tolist()
    assert markers == [
        (starts[first], section.title) for first, section in zip(firsts, sections, strict=False)
    ]
    assert [section.first_bar for section in sections] == firsts[:-1]
    assert {text for _, text in markers} <= set(TITLES.values())
    # Every bar lies under its own time signature.
    for start, meter in zip(starts, bars, strict=False):
        assert [item[1:] for item in meters if item[0] <= start][-1] == (meter.numerator, meter.denominator)
    assert {tick for tick, _, _ in meters} <= set(starts)


@pytest.mark.parametrize(("name", "seed"), SOME)
def test_short_bars_stand_where_the_zone_changes_alone(name, seed):
    """kazakh.md 3.3: single short bars when changing zone, in Adai, Aijan qyz and between Köroğly's sevens."""
    kind = load_kuy_type(LIBRARY, name)
    sections = list(composed(name, seed).piece.sections())
    for number, section in enumerate(sections):
        assert all(meter == kind.meter for meter in section.kuy.meters[:-1])
        if section.kuy.meters[-1] != kind.meter:
            assert section.kuy.meters[-1] in kind.short
            assert number < len(sections) - 1, "the end is no change of zone"


def test_types_with_short_bars_have_some_and_no_others():
    seen = dict.fromkeys(TYPES, 0)
    for name, seed in CASES:
        kind = load_kuy_type(LIBRARY, name)
        seen[name] += sum(section.kuy.hinge is not None for section in composed(name, seed).piece.sections())
        assert bool(kind.short) or not seen[name]
    assert {name for name, count in seen.items() if count} == {
        name for name in TYPES if load_kuy_type(LIBRARY, name).short
    }
    # About a third of the changes (four of twelve in Adai).
    changes = sum(len(list(composed("adai", seed).piece.sections())) - 1 for seed in SEEDS)
    assert 0.2 < seen["adai"] / changes < 0.5


@pytest.mark.parametrize(("name", "seed"), FEW)
def test_every_bar_sounds_and_begins_on_its_line(name, seed):
    composition = composed(name, seed, dombra__human=0)
    track = dombra(composition)
    bars = [meter for section in composition.piece.sections() for meter in section.kuy.meters]
    starts = np.cumsum([0, *(meter.ticks for meter in bars)])[:-1]
    assert set(starts.tolist()) <= set(track.notes.onset.tolist())


@pytest.mark.parametrize(("name", "seed"), SOME)
def test_the_last_bar_is_a_stop(name, seed):
    """kazakh.md 3.3: open strings or a unison, one chord and then nothing."""
    composition = composed(name, seed)
    track = dombra(composition)
    last = list(composition.piece.sections())[-1].kuy.meters[-1]
    inside = track.notes.onset >= composition.arrangement.length - last.ticks - 60
    chord = track.notes[inside]
    frets = dict(zip(chord.string.tolist(), track.frets[inside].tolist(), strict=True))
    assert len(chord) == 2
    assert frets[1] == 0
    melody, bass = track.strings
    assert frets[2] == 0 or bass + frets[2] == melody
    # The unison is the final itself; in minor the open bass string is.
    final = composition.piece.tonic
    assert melody % 12 == final or bass % 12 == final


# -- strokes -----------------------------------------------------------------------------------------------


def sections_of(name, seed=1):
    piece = kuy_of(name, seed)
    return [(section, lay_section(piece.kuy, section.kuy)) for section in piece.sections()]


@pytest.mark.parametrize(("name", "seed"), FEW)
def test_strokes_fill_their_section_in_order(name, seed):
    for section, score in sections_of(name, seed):
        length = Bars(section.kuy.meters, len(section.kuy.meters)).ticks
        assert score.onset[0] == 0
        assert (np.diff(score.onset) > 0).all()
        assert score.onset[-1] < length
        assert ((score.level >= -0.5) & (score.level <= 1)).all()
        assert ((score.melody >= 0) & (score.melody <= 19)).all()
        assert ((score.bass >= 0) & (score.bass <= 19)).all()


@pytest.mark.parametrize(("name", "seed"), FEW)
def test_strokes_begin_every_beat(name, seed):
    for section, score in sections_of(name, seed):
        if section.kuy.link.place == "last":
            continue
        beats = [size for meter in section.kuy.meters for size in beats_of(meter)]
        starts = np.cumsum([0, *beats])[:-1] * 240
        assert score.onset[~score.inside].tolist() == starts.tolist()
        assert score.down[score.onset == 0].all()


@pytest.mark.parametrize("name", TYPES)
def test_the_refrain_is_what_is_called_so(name):
    for section, score in sections_of(name):
        names = {use.figure[0] for use in section.kuy.uses}
        assert score.refrain.any() == bool(names & {"R", "E"}) or names == {"E"}
        if not names & {"R", "E"}:
            assert not score.refrain.any()


def test_the_great_saga_is_nearly_always_the_highest():
    higher = []
    for name, seed in SOME:
        frets = {"kishi_saga": [], "ulken_saga": []}
        for section, score in sections_of(name, seed):
            frets.get(section.kuy.link.zone, []).extend(score.melody[score.melody > 0].tolist())
        if frets["ulken_saga"]:
            higher.append(np.mean(frets["ulken_saga"]) > np.mean(frets["kishi_saga"]))
    assert len(higher) >= 10
    assert np.mean(higher) >= 0.85


@pytest.mark.parametrize(("name", "seed"), FEW)
def test_zones_lie_one_above_the_other(name, seed):
    """kazakh.md 3.1: refrain low, middle zone about a fourth up, the sağa an octave; open strings aside."""
    height = {}
    for section, score in sections_of(name, seed):
        height.setdefault(section.kuy.link.zone, []).append(float(np.mean(score.melody[score.melody > 0])))
    mean = {zone: np.mean(values) for zone, values in height.items()}
    assert mean["bas"] < mean["orta"]
    if "kishi_saga" in mean:
        assert mean["orta"] < mean["kishi_saga"]
        assert mean["kishi_saga"] >= mean["bas"] + 6
    if "ulken_saga" in mean:
        assert mean["kishi_saga"] < mean["ulken_saga"] + 1  # the theme's top may reach as high


def test_directions_are_those_in_print():
    """kazakh.md 2.3: ⊓V in turn; gallop ⊓V⊓ VV; Keñes ⊓⊓ VV; three in 6/8 ⊓VV."""
    turns = {
        "2-2": [1, 0],
        "4": [1],
        "2-1-1": [1, 0, 1],
        "1-1-1-1": [1, 0, 1, 0],
        "1-1-2": [1, 0, 1],
        "1-3": [1, 0],
        "4-2": [1, 0],
        "2-2-2": [1, 0, 0],
        "6": [1],
    }
    for name in TYPES:
        kuy = kuy_of(name).kuy
        pairs = kuy.kind.file.strokes == "dduu"
        for section, score in sections_of(name):
            if section.kuy.hinge or section.kuy.link.place == "last":
                continue
            place = 0
            for use in section.kuy.uses:
                before = ""
                for number, cell in enumerate(kuy.material.at(use).cells):
                    count = cell.count("-") + 1
                    found = score.down[place : place + count].astype(int).tolist()
                    wanted = turns[cell]
                    if cell == "2-2" and pairs:
                        wanted = [1, 1] if number % 2 == 0 else [0, 0]
                    elif cell == "2-2" and before == "1-1-2":
                        wanted = [0, 0]
                    assert found == wanted, (name, use, cell)
                    place, before = place + count, cell
            assert place == len(score)


# -- ornaments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["adai", "alatau"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_grace_notes_stand_off_the_beat_in_the_refrain_a_semitone_above(name, seed):
    graced, plain = composed(name, seed), composed(name, seed, kuy__grace=0)
    added = onsets(graced.arrangement["dombra"].notes) - onsets(plain.arrangement["dombra"].notes)
    assert onsets(dombra(plain).notes) <= onsets(dombra(graced).notes)
    assert added
    melody, _ = by_string(dombra(plain))
    marks = [*(tick for tick, _ in graced.arrangement.markers), graced.arrangement.length]
    zones = [section.kuy.link.zone for section in graced.piece.sections()]
    for onset, pitch, string in added:
        assert string == 1
        follow = int(np.searchsorted(melody.onset, onset, side="right"))
        assert melody.pitch[follow] == pitch - 1
        assert 0 < melody.onset[follow] - onset <= 160
        assert (pitch - graced.piece.tonic) % 12 in graced.piece.mode.pitch_classes
        zone = zones[int(np.searchsorted(marks, int(melody.onset[follow]) + 60, side="right")) - 1]
        assert zone == "bas"


@pytest.mark.parametrize("name", TYPES)
def test_more_grace_only_adds_notes(name):
    notes = [onsets(dombra(turned(name, kuy__grace=share)).notes) for share in (0, 1, 3)]
    for little, much in itertools.pairwise(notes):
        assert little <= much
    kind = load_kuy_type(LIBRARY, name)
    assert (notes[0] != notes[-1]) == bool(kind.file.grace)


@pytest.mark.parametrize("name", TYPES)
def test_grace_changes_nothing_but_what_rings_into_it(name):
    graced, plain = (dombra(turned(name, kuy__grace=share)) for share in (1, 0))
    rows = {(o, p, s): (d, v) for o, d, p, v, _, s in graced.notes}
    for o, d, p, v, _, s in plain.notes:
        duration, velocity = rows[o, p, s]
        assert velocity == v
        assert duration == d if s == 2 else duration <= d
    assert np.array_equal(*(track.notes[track.notes.string == 2].onset for track in (graced, plain)))


@pytest.mark.parametrize("name", TYPES)
def test_more_pull_offs_only_let_more_go(name):
    found = [pulls(turned(name, kuy__pull_off=share)) for share in (0, 1, 3)]
    for little, much in itertools.pairwise(found):
        assert little <= much
    kind = load_kuy_type(LIBRARY, name)
    assert not found[0]
    assert bool(found[-1]) == bool(kind.file.pull_off)


@pytest.mark.parametrize("name", ["kenes", "balbyrauyn"])
def test_pull_offs_let_go_of_the_fifth_or_tenth_fret_in_the_refrain(name):
    """kazakh.md 2.2: fret 5 or 10, then the open string off the beat, without the right hand."""
    composition = composed(name, 2)
    track = dombra(composition)
    bass = track.notes[track.notes.string == 2]
    frets = track.frets[track.notes.string == 2]
    for tick in pulls(composition):
        place = int(np.searchsorted(bass.onset, tick))
        assert bass.onset[place] == tick
        assert frets[place - 1] in (5, 10)
        assert bass.velocity[place] < bass.velocity[place - 1]
        assert (tick + 60) % 960 > 120  # off the beat


@pytest.mark.parametrize("name", TYPES)
def test_without_pull_offs_every_stroke_is_struck(name):
    """The knob at nothing gives back what it took, and changes no other note."""
    pulled, plain = (dombra(turned(name, kuy__pull_off=share)) for share in (1, 0))
    gone = onsets(plain.notes) - onsets(pulled.notes)
    new = onsets(pulled.notes) - onsets(plain.notes)
    assert {string for _, _, string in new} <= {2}
    touched = {onset for onset, _, _ in new}
    # Where a pull-off stands, its melody note is gone and its bass note the open string.
    assert all(any(abs(onset - other) <= 60 for other in touched) for onset, _, _ in gone)
    assert len(gone) == 2 * len(new)


@pytest.mark.parametrize("name", TYPES)
def test_only_the_kuy_with_hammer_ons_leaves_melody_notes_alone(name):
    """A melody note without a bass note is a grace note or a hammer-on."""
    composition = composed(name, 2, kuy__grace=0)
    melody, bass = by_string(dombra(composition))
    alone = [tick for tick in melody.onset.tolist() if np.abs(bass.onset - tick).min() > 60]
    assert bool(alone) == bool(load_kuy_type(LIBRARY, name).file.hammer_on)


# -- one hand's touch --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TYPES)
def test_down_strokes_meet_the_bass_string_first_and_up_strokes_are_softer(name):
    composition = composed(name, 4, dombra__human=0, kuy__grace=0, kuy__pull_off=0)
    melody, bass = by_string(dombra(composition))
    start, down, up = 0, [], []
    for section in composition.piece.sections():
        score = lay_section(composition.piece.kuy, section.kuy)
        for tick, is_down, level in zip(
            (score.onset + start).tolist(), score.down.tolist(), score.level.tolist(), strict=True
        ):
            m = int(np.searchsorted(melody.onset, tick))
            t = int(np.searchsorted(bass.onset, tick))
            if t >= len(bass) or bass.onset[t] - tick > 60:
                continue  # a hammer-on
            assert bool(melody.onset[m] > bass.onset[t]) == is_down
            if level == 0.45 and section.kuy.link.zone == "bas":
                (down if is_down else up).append(int(melody.velocity[m]))
        start += sum(meter.ticks for meter in section.kuy.meters)
    if down and up:
        assert np.mean(up) < np.mean(down) - 5
