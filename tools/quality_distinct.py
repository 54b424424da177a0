"""How unlike two pieces are: bars in common, chords in common, and a classifier of styles.

A bar of the lead is the same in another key: pitches count from its first note. Bars of fewer than
three notes, and bars on one pitch (a strum, a held refrain), have no tune to share and are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from sirtak.analysis.bars import Frame
from sirtak.analysis.drumming import drum_notes
from sirtak.notes import Arrangement, Notes
from sirtak.notes.skyline import skyline

Bars = Counter[tuple[tuple[int, int], ...]]
Chord = tuple[int, int]  # lowest pitch class, and a mask of all, above the tonic
FEWEST = 3  # notes of a bar


def _by_bar(notes: Notes, frame: Frame) -> Iterable[list[tuple[int, int]]]:
    bars: dict[int, list[tuple[int, int]]] = {}
    bar, step = frame.places(notes)
    for number, place, pitch in zip(bar.tolist(), step.tolist(), notes.pitch.tolist(), strict=True):
        bars.setdefault(number, []).append((place, pitch))
    return bars.values()


def melody_bars(piece: Arrangement, frame: Frame) -> Bars:
    """Return the bars of the lead as (step, semitones above the bar's first note), each as often as it is."""
    return Counter(
        tuple((place, pitch - bar[0][1]) for place, pitch in bar)
        for bar in _by_bar(skyline(piece[piece.lead].notes), frame)
        if len(bar) >= FEWEST and len({pitch for _, pitch in bar}) > 1
    )


def drum_bars(piece: Arrangement, frame: Frame) -> Bars:
    """Return the bars of all drums together as (step, key) pairs."""
    return Counter(tuple(sorted(set(bar))) for bar in _by_bar(drum_notes(piece), frame))


def chords(piece: Arrangement, frame: Frame, tonic: int) -> list[Chord]:
    """Return, for each bar, what sounds for a quarter of it or more in the tracks that do not lead."""
    found = []
    notes = Notes.merge(*(t.notes for t in piece if not t.drums and t.name != piece.lead))
    onset, end, pitch = notes.onset, notes.end, notes.pitch.astype(int)
    for start, stop in zip(frame.starts[:-1].tolist(), frame.starts[1:].tolist(), strict=True):
        here = np.flatnonzero((onset < stop) & (end > start))
        held = np.minimum(end[here], stop) - np.maximum(onset[here], start)
        classes = np.bincount((pitch[here] - tonic) % 12, held, minlength=12) >= (stop - start) / 4
        low = (int(pitch[here].min()) - tonic) % 12 if len(here) else -1
        found.append((low, int(classes @ (1 << np.arange(12)))))
    return found


def common(one: Bars, other: Bars) -> float | None:
    """Return the share of the bars of both that the other has too, None where neither has any."""
    total = one.total() + other.total()
    shared = sum(count for bar, count in one.items() if bar in other)
    shared += sum(count for bar, count in other.items() if bar in one)
    return shared / total if total else None


def same_chords(one: Sequence[Chord], other: Sequence[Chord]) -> tuple[float, float]:
    """Return the shares of bars at the same place that have the same chord, and the same lowest note."""
    pairs = list(zip(one, other, strict=False))
    return float(np.mean([a == b for a, b in pairs])), float(np.mean([a[0] == b[0] for a, b in pairs]))


def over_pairs(items: Sequence[Bars]) -> np.ndarray:
    """Return the shares in common of every two pieces; NaN where there is nothing to share."""
    shares = [common(a, b) for a, b in combinations(items, 2)]
    return np.array([np.nan if share is None else share for share in shares])


def told_apart(rows: np.ndarray, styles: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Return the style that a linear discriminant gives each piece, learnt without its fold.

    `rows` holds a piece's figures, NaN where a measure does not apply: that becomes the mean, and a
    column of its own says so.
    """
    missing = np.isnan(rows)
    full = np.hstack([np.where(missing, np.nanmean(rows, axis=0), rows), missing[:, missing.any(axis=0)]])
    given = np.empty_like(styles)
    for fold in np.unique(folds):
        learn = folds != fold
        given[~learn] = _discriminant(full[learn], styles[learn], full[~learn])
    return given


def _discriminant(known: np.ndarray, styles: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the nearest style by the covariance within styles, drawn a tenth towards independence."""
    mean, spread = known.mean(axis=0), known.std(axis=0)
    used = spread > 1e-9
    known, asked = ((table[:, used] - mean[used]) / spread[used] for table in (known, asked))
    names = np.unique(styles)
    centres = np.array([known[styles == name].mean(axis=0) for name in names])
    within = known - centres[np.searchsorted(names, styles)]
    covariance = within.T @ within / len(known)
    covariance = 0.9 * covariance + 0.1 * np.diag(np.diag(covariance)) + 1e-3 * np.eye(len(covariance))
    away = asked[:, None, :] - centres
    distance = np.einsum("ijk,kl,ijl->ij", away, np.linalg.inv(covariance), away)
    return names[distance.argmin(axis=1)]
