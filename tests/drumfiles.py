"""Drum files for the tests of what is taken from them."""

import numpy as np

from sirtak.export.smf import encode
from sirtak.library import Library
from sirtak.notes import Arrangement, MeterChange, Notes, TempoChange, Track
from sirtak.rhythm import build_beat
from sirtak.sequencer import sequence
from sirtak.spec import read_document
from sirtak.theory.kit import load_kit

GM = load_kit(Library(), "gm")


def loop(notes, ticks, *, meters=((0, 4, 4),), tempos=((0, 120.0),), drums=True, name="loop"):
    """An arrangement of one track."""
    return Arrangement(
        (Track(name, notes, drums=drums),),
        ticks,
        meters=tuple(MeterChange(*item) for item in meters),
        tempos=tuple(TempoChange(*item) for item in tempos),
    )


def save(path, *arguments, **named):
    """Write an arrangement of one track as a MIDI file."""
    path.write_bytes(encode(loop(*arguments, **named)))
    return path


def hits(*rows):
    """Notes from (onset, key, velocity) triples."""
    onset, key, velocity = zip(*rows, strict=True)
    return Notes.of(onset, 1, key, velocity)


def heard(notes):
    """What is heard of notes: onset, key and velocity."""
    return np.array([notes.onset, notes.pitch, notes.velocity]).T.tolist()


def played(beat, bars, kit=GM):
    """What a beat taken from a file plays: as written, straight, without a hand."""
    return heard(sequence(beat, bars, kit, scene="main", swing=50, human=0, seed=None))


def beat_in(path):
    return build_beat(read_document(path))
