"""Measures of a beat: is it the same beat from bar to bar, in meter, and struck by a system?

The notes of all drum tracks together; a voice is a key of the kit. Silent bars say nothing and are
left out. None stands for too little to judge. Definitions and bands: craft.md 1.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np

from sirtak.analysis.bars import Floats, Frame, Ints, metric_weights
from sirtak.notes import Arrangement, Notes

FEWEST = 32  # hits
FEWEST_BARS = 8
LAGS = (1, 2, 4, 8)


def drum_notes(arrangement: Arrangement) -> Notes:
    """Return the notes of all drum tracks."""
    return Notes.merge(*(track.notes for track in arrangement if track.drums))


def _bars(drums: Notes, frame: Frame) -> dict[int, frozenset[int]]:
    """Return the struck (step, voice) pairs of each bar that has any, each pair as one number."""
    bar, step = frame.places(drums)
    bars: dict[int, set[int]] = {}
    for number, hit in zip(bar.tolist(), (step * 128 + drums.pitch).tolist(), strict=True):
        bars.setdefault(number, set()).add(hit)
    return {number: frozenset(hits) for number, hits in bars.items()}


def drum_consistency(drums: Notes, frame: Frame) -> float | None:
    """Return the mean Jaccard similarity of bars 1, 2, 4 or 8 apart, at the best of these lags.

    >>> from sirtak.notes import Arrangement
    >>> frame = Frame.of(Arrangement((), length=3840 * 10))
    >>> drum_consistency(Notes.of(range(0, 3840 * 10, 960), 60, [36, 38] * 20), frame)
    1.0
    """
    bars = _bars(drums, frame)
    if len(bars) < FEWEST_BARS:
        return None
    best = []
    for lag in LAGS:
        pairs = [(hits, bars[number + lag]) for number, hits in bars.items() if number + lag in bars]
        if len(pairs) >= 4:  # a lag that few bars know could be the best by luck
            best.append(float(np.mean([len(a & b) / len(a | b) for a, b in pairs])))
    return max(best, default=None)


def commonest_drum_bar(drums: Notes, frame: Frame) -> float | None:
    """Return the share of the commonest bar among the bars with hits.

    >>> from sirtak.notes import Arrangement
    >>> frame = Frame.of(Arrangement((), length=3840 * 8))
    >>> commonest_drum_bar(Notes.of(range(0, 3840 * 8, 3840), 60, [36] * 6 + [38, 40]), frame)
    0.75
    """
    bars = _bars(drums, frame)
    return max(Counter(bars.values()).values()) / len(bars) if len(bars) >= FEWEST_BARS else None


def drum_metre(drums: Notes, arrangement: Arrangement, frame: Frame) -> float | None:
    """Return how the sum of velocities on each step of a bar correlates with the metric weights.

    The bars of the commonest meter are counted.

    >>> piece = Arrangement((), length=3840 * 8)
    >>> hits = Notes.of(range(0, 3840 * 8, 960), 60, 36, [127, 60, 100, 60] * 8)
    >>> round(drum_metre(hits, piece, Frame.of(piece)), 2)
    0.94
    """
    if len(drums) < FEWEST:
        return None
    at, weights = _in_common_meter(drums, arrangement, frame)
    profile = np.bincount(
        frame.places(drums)[1][at], drums.velocity[at].astype(float), minlength=len(weights)
    )
    if np.ptp(profile) == 0 or np.ptp(weights) == 0:
        return None
    return float(np.corrcoef(profile, weights)[0, 1])


def velocity_system(drums: Notes, frame: Frame) -> float | None:
    """Return the share of the velocities' variance that voice and step explain (eta squared).

    None where every hit has one velocity.

    >>> from sirtak.notes import Arrangement
    >>> frame = Frame.of(Arrangement((), length=3840 * 16))
    >>> velocity_system(Notes.of(range(0, 3840 * 16, 960), 60, 36, [120, 50] * 32), frame)
    1.0
    """
    velocity = drums.velocity.astype(float)
    if len(drums) < FEWEST or np.ptp(velocity) == 0:
        return None
    step = frame.places(drums)[1]
    group = np.unique(step * 128 + drums.pitch, return_inverse=True)[1]
    count = np.bincount(group)
    within = velocity - (np.bincount(group, velocity) / count)[group]
    return 1 - float((within**2).sum() / ((velocity - velocity.mean()) ** 2).sum())


KICK_AND_SNARE = (35, 36, 37, 38, 39, 40)  # General MIDI's kicks, rim, snares and clap
HEARD = 50  # ghosts are softer


def syncopation(drums: Notes, arrangement: Arrangement, frame: Frame) -> float | None:
    """Return Longuet-Higgins and Lee's syncopation of kick and snare together, a bar.

    A hit syncopates where a stronger step comes before the next one: by the difference of their
    weights. Ghosts are left out. The bars of the commonest meter are counted.

    >>> piece = Arrangement((), length=3840 * 8)
    >>> hits = Notes.of(range(0, 3840 * 8, 3840), 60, 36) | Notes.of(range(1680, 3840 * 8, 3840), 60, 38)
    >>> syncopation(hits, piece, Frame.of(piece))
    3.0
    """
    chosen = drums[np.isin(drums.pitch, KICK_AND_SNARE) & (drums.velocity >= HEARD)]
    if len(chosen) < FEWEST // 2:
        return None
    at, weights = _in_common_meter(chosen, arrangement, frame)
    bar, step = (column[at] for column in frame.places(chosen))
    size = len(weights)
    place = np.unique(bar * size + step)
    total = 0.0
    # A loop begins again where it ends.
    again = (int(place[-1]) // size + 1) * size + int(place[0]) % size
    for here, following in pairwise([*place.tolist(), again]):
        between = weights[np.arange(here + 1, min(following, here + size)) % size]
        stronger = float(between.max(initial=0.0)) - float(weights[here % size])
        total += max(0.0, stronger)
    return total / len(np.unique(bar))


def _in_common_meter(notes: Notes, arrangement: Arrangement, frame: Frame) -> tuple[Ints, Floats]:
    """Return the places of the notes that lie in bars of the commonest meter, and its weights."""
    bar, step = frame.places(notes)
    ticks = [item.tick for item in arrangement.meters]
    meters = [(item.numerator, item.denominator) for item in arrangement.meters]
    of_bar = np.maximum(0, np.searchsorted(ticks, frame.starts[:-1], side="right") - 1)
    spans: Counter[tuple[int, int]] = Counter(meters[at] for at in of_bar[bar].tolist())
    common = spans.most_common(1)[0][0]
    weights = metric_weights(*common)
    same = np.array([meter == common for meter in meters])[of_bar[bar]] & (step < len(weights))
    return np.flatnonzero(same), weights
