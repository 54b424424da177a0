"""Small dombra parts for the tests, written by hand, and a long one drawn from the measured tables."""

import numpy as np

from sirtak.folk.fretboard import BASS_FRETS
from sirtak.folk.kuy.measured import MOVES
from sirtak.notes import Arrangement, MeterChange, Notes, Track
from sirtak.rng import stream

MELODY, BASS = 1, 2


def piece(notes, bars=4, meters=((0, 4, 4),), strings=(55, 50), length=0, **rest):
    changes = tuple(MeterChange(*item) for item in meters)
    length = length or bars * changes[0].bar_ticks
    return Arrangement((Track("dombra", notes, strings=strings),), length=length, meters=changes, **rest)


def played(melody, bass, onsets, bars=4, meter=(4, 4), spread=0):
    """A dombra part from frets (-1 is silence) and onsets in sixteenths; nothing says its strings."""
    rows = []
    for m, t, step in zip(melody, bass, onsets, strict=True):
        if m >= 0:
            rows.append((step * 240 + spread, 200, 55 + m, 90))
        if t >= 0:
            rows.append((step * 240, 200, 50 + t, 80))
    notes = Notes.of(*(np.array(column) for column in zip(*rows, strict=True)))
    return piece(notes, bars, ((0, *meter),), strings=(), length=bars * 3840)


def strung(*rows):
    """Notes from (onset, duration, string, fret[, velocity]) on strings G3 and D3."""
    table = [(*row, 90) if len(row) == 4 else row for row in rows]
    onset, duration, string, fret, velocity = (np.array(column) for column in zip(*table, strict=True))
    return Notes.of(onset, duration, np.where(string == MELODY, 55, 50) + fret, velocity, 0, string)


def bars_of_frets(*bars, beats=4):
    """A part in even eighths over the open bass string, one list of melody frets a bar."""
    rows = []
    for number, frets in enumerate(bars):
        for step, fret in enumerate(frets):
            at = number * beats * 960 + step * 480
            rows += [(at, 460, MELODY, fret), (at, 460, BASS, 0)]
    return piece(strung(*rows), len(bars), ((0, beats, 4),))


def drawn(strokes=600, pulled=0.3, grace=0.15, spread=20):
    """A part whose frets are drawn from the measured tables: its notes, and its events as they were meant."""
    dice = stream(7, "test", "kuy").random((strokes, 5))
    rows, meant, melody = [], [], 2
    for number, (stay, move, under, off, ornament) in enumerate(dice.tolist()):
        if stay > 0.51:
            melody = _pick(MOVES[melody], move)
        bass = _pick(BASS_FRETS[melody], under)
        at = number * 480 + int(off * 30) + 200
        down = number % 2 == 0
        if ornament < grace and melody < 19:
            rows.append((at - 80, 70, MELODY, melody + 1, 55))
            meant.append((at - 80, 3, melody + 1, -1))
        pulls = bass in (5, 10) and ornament > 1 - pulled
        rows.append((at + spread * down, 440, MELODY, melody, 90))
        rows.append((at + spread * (not down), 230 if pulls else 440, BASS, bass, 80))
        meant.append((at, 0, melody, bass))
        if pulls:
            rows.append((at + 250, 200, BASS, 0, 48))
            meant.append((at + 250, 2, -1, 0))
    return strung(*rows), meant


def _pick(table, draw):
    keys = list(table)
    edges = np.cumsum([table[key] for key in keys]) / sum(table.values())
    return keys[int(np.searchsorted(edges, draw, side="right").clip(0, len(keys) - 1))]
