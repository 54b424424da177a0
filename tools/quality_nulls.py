"""What is not music though it is in key: lines and bands that the gauge must refuse.

The lines are a track each. A walk and a chain are as long as a lead of ours, and in time with its
bars; a shuffle keeps the pitches and the durations of a tune and loses their order; a loop is one
bar of a tune over and over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from sirtak.analysis.bars import STEP
from sirtak.notes import Arrangement, Notes, Track
from sirtak.notes.skyline import skyline

MAJOR = np.array([0, 2, 4, 5, 7, 9, 11])
NOTES = 256
LENGTHS = np.array([480, 480, 480, 960, 960, 1920])  # ticks: quavers, crotchets, a minim


def walk(draws: Generator) -> Arrangement:
    """Return a random walk in a major scale: up or down by nothing, a step or a third, over two octaves."""
    move = (draws.random(NOTES) * 5).astype(int) - 2
    # Folded at both ends, so that it neither leaves the range nor sticks to its edge.
    degree = np.abs((np.cumsum(move) + 7) % 28 - 14)
    pitch = 60 + degree // 7 * 12 + MAJOR[degree % 7]
    return line_of(pitch, LENGTHS[(draws.random(NOTES) * len(LENGTHS)).astype(int)])


@dataclass(frozen=True)
class Chain:
    """A Markov chain of order one over pitches above the final, and one over durations."""

    pitches: Mapping[int, np.ndarray]
    lengths: Mapping[int, np.ndarray]

    @classmethod
    def of(cls, tunes: Sequence[Notes]) -> Chain:
        """Return the chain that tunes teach."""
        relative = [notes.pitch.astype(int) - int(notes.pitch[-1]) for notes in tunes]
        return cls(_followers(relative), _followers([notes.duration for notes in tunes]))

    def tune(self, draws: Generator) -> Arrangement:
        """Return a line that the chain draws."""
        pitch, length = _wander(self.pitches, 0, draws), _wander(self.lengths, 480, draws)
        return line_of(60 + np.array(pitch), np.array(length))


def _followers(lines: Sequence[np.ndarray]) -> dict[int, np.ndarray]:
    """Return what followed each value, as often as it did."""
    pairs = np.concatenate([np.stack([line[:-1], line[1:]]) for line in lines], axis=1)
    return {int(value): pairs[1][pairs[0] == value] for value in np.unique(pairs[0])}


def _wander(followers: Mapping[int, np.ndarray], start: int, draws: Generator) -> list[int]:
    values = [start]
    for draw in draws.random(NOTES - 1).tolist():
        known = followers.get(values[-1], followers[start])
        values.append(int(known[int(draw * len(known))]))
    return values


def shuffle(tune: Arrangement, draws: Generator) -> Arrangement:
    """Return the notes of a tune in another order."""
    notes = tune.tracks[0].notes
    order = np.argsort(draws.random(len(notes)))
    return line_of(notes.pitch[order], notes.duration[order])


def loop(tune: Arrangement, draws: Generator) -> Arrangement:
    """Return one bar of a tune 32 times; of the bars with three notes or more, any."""
    notes, bar = tune.tracks[0].notes, tune.meters[0].bar_ticks
    number = notes.onset // bar
    full = np.flatnonzero(np.bincount(number) >= 3)
    chosen = notes[number == full[int(draws.random() * len(full))]]
    onset = (chosen.onset % bar + np.arange(32)[:, None] * bar).ravel()
    again = Notes.of(onset, np.tile(np.minimum(chosen.duration, bar), 32), np.tile(chosen.pitch, 32))
    return Arrangement((Track("loop", again),), length=33 * bar, meters=tune.meters[:1])


def line_of(pitch: np.ndarray, length: np.ndarray) -> Arrangement:
    """Return pitches one after another as a piece in 4/4."""
    onset = np.cumsum(length) - length
    bars = -(-int(length.sum()) // 3840)
    return Arrangement((Track("line", Notes.of(onset, length, pitch)),), length=bars * 3840)


LEADS = ("walk", "shuffle", "loop")


def with_lead(piece: Arrangement, kind: str, draws: Generator) -> Arrangement:
    """Return one of our pieces whose lead plays noodling in its own rhythm, the band as it was.

    A walk goes by steps and thirds over the lead's own pitches; a shuffle has its pitches in another
    order; a loop plays its fullest bar wherever it plays.
    """
    lead = piece[piece.lead]
    line = skyline(lead.notes)
    if kind == "shuffle":
        played = line.but(pitch=line.pitch[np.argsort(draws.random(len(line)))])
    elif kind == "walk":
        scale = np.unique(line.pitch)
        move = (draws.random(len(line)) * 5).astype(int) - 2
        span = 2 * len(scale) - 2
        place = (np.cumsum(move) + len(scale) // 2) % span
        played = line.but(pitch=scale[np.minimum(place, span - place)])
    else:
        played = _looped(line, piece.meters[0].bar_ticks).cut(0, piece.length)
    return replace(piece, tracks=tuple(replace(t, notes=played) if t is lead else t for t in piece))


def _looped(line: Notes, bar: int) -> Notes:
    """Return a line's fullest bar in every bar in which the line plays."""
    number = line.onset // bar
    fullest = int(np.bincount(number).argmax())
    chosen = line[number == fullest]
    return Notes.merge(*(chosen.shift((int(to) - fullest) * bar) for to in np.unique(number)))


def random_beat(piece: Arrangement, draws: Generator) -> Arrangement:
    """Return a piece whose drums strike as often in each bar, anywhere in it and with any force."""

    def struck(notes: Notes) -> Notes:
        bar = piece.meters[0].bar_ticks
        step = (draws.random(len(notes)) * (bar // STEP)).astype(int)
        force = 20 + (draws.random(len(notes)) * 107).astype(int)
        onset = np.minimum(notes.onset // bar * bar + step * STEP, piece.length - 1)
        return Notes.of(onset, np.minimum(notes.duration, piece.length - onset), notes.pitch, force)

    return replace(piece, tracks=tuple(replace(t, notes=struck(t.notes)) if t.drums else t for t in piece))
