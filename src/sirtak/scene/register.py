"""Register: where on an instrument a tune lies, and how chords move by the shortest way."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sirtak.scene.line import Chords, Line
from sirtak.theory.mode import Mode


def sing(line: Line, mode: Mode, tonic: int, low: int, high: int) -> NDArray[np.int64]:
    """Return MIDI numbers of a tune in the octave where most of it lies between low and high.

    The octave is chosen for the whole line; single notes that stick out are folded back in.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.mode import load_mode
    >>> line = Line.of([(0, 960, 0, 1.0), (960, 960, 4, 0.7)])
    >>> sing(line, load_mode(Library(), "aeolian"), tonic=2, low=55, high=74).tolist()
    [62, 69]
    """
    if not len(line):
        return line.degree
    lowest = low - (low - tonic) % 12
    middle = (low + high) / 2

    bases = range(lowest, high + 1, 12)
    moved = np.array(bases)[:, None]

    def misfit(sung: NDArray[np.int64]) -> list[tuple[float, float]]:
        outside = np.count_nonzero((sung < low - moved) | (sung > high - moved), axis=1).tolist()
        mean = int(sung.sum()) / len(sung)
        return [
            (out / len(sung), abs(mean + base - middle)) for out, base in zip(outside, bases, strict=True)
        ]

    # The octave is that of the tune at rest: where a section lifts it, the player climbs with it.
    # What would stick out of the instrument there counts as well, before the distance from its middle.
    sung = mode.pitches(line.degree, 0)
    lifted = misfit(sung)
    rest = misfit(mode.pitches(line.degree - line.lift, 0)) if line.lift else lifted
    costs = [(own[0] + item[0], own[1]) for own, item in zip(rest, lifted, strict=True)]
    best = costs.index(min(costs))
    if line.lift and lifted[best][0] > 0.25:
        best = lifted.index(min(lifted))
    return fold(sung + bases[best], low, high)


def fold(pitch: NDArray[Any], low: int, high: int) -> NDArray[np.int64]:
    """Return pitches moved by octaves to lie from `low` to `high`, where an octave fits."""
    if low <= pitch.min(initial=low) and pitch.max(initial=high) <= high:
        return np.asarray(pitch, np.int64)
    up = 12 * np.ceil(np.maximum(low - pitch, 0) / 12).astype(np.int64)
    down = 12 * np.ceil(np.maximum(pitch - high, 0) / 12).astype(np.int64)
    folded: NDArray[np.int64] = pitch + up - down
    return folded


_ROOM = 22  # semitones that three voices a fourth or more apart need to move at all


def voice_lead(
    chords: Chords, mode: Mode, tonic: int, low: int, high: int, voices: int, *, full: bool = False
) -> list[tuple[int, ...]]:
    """Return a voicing for each chord, lowest voice first, moving the voices as little as possible.

    Every tone is tried in every octave between low and high (MIDI numbers). A chord of fewer tones
    than `voices` has that many, or with `full` doubles one. The way from chord to chord counts as
    in craft.md 4, rule 11: the sum of the moves, each voice going to one of the other chord, and
    where the sizes differ some to the same; the top voice moves a fourth at most where it can, common
    tones are held; then spread and distance from the middle decide. `Chord.wide` keeps neighbours a fourth
    apart where the range has 22 semitones of room.
    """
    voicings: list[tuple[int, ...]] = []
    for chord in chords:
        tones = chord.tones[:voices]
        pitches = mode.pitches(list(tones), tonic, second=np.zeros(len(tones), bool)).tolist()
        size = voices if full else len(tones)
        last = voicings[-1] if voicings else None
        wide = chord.wide and high - low >= _ROOM
        voicings.append(_nearest(tuple(pitches), last, low, high, size, wide))
    return voicings


def way(before: tuple[int, ...], after: tuple[int, ...]) -> int:
    """Return the semitones that voices move in sum, from one sorted voicing to another.

    Voices keep their order; of unequal voicings the smaller one's voices split or meet, so that every
    note is somebody's (the taxicab distance with doubling, craft.md 4, rule 11).

    >>> way((50, 57, 64), (50, 57, 65)), way((50, 57), (50, 57, 64)), way((50, 57), (48, 55))
    (1, 7, 4)
    """
    if len(before) == len(after):
        return sum(abs(a - b) for a, b in zip(before, after, strict=True))
    few, many = sorted((before, after), key=len)
    # best[i]: the least sum in which the notes of `many` so far end on voice i of `few`.
    best = [abs(few[0] - many[0])] + [10**6] * (len(few) - 1)
    for note in many[1:]:
        best = [min(best[i], best[i - 1] if i else 10**6) + abs(voice - note) for i, voice in enumerate(few)]
    return best[-1]


@lru_cache(maxsize=4096)
def _nearest(
    tones: tuple[int, ...], last: tuple[int, ...] | None, low: int, high: int, size: int, wide: bool
) -> tuple[int, ...]:
    octaves = [range(low + (tone - low) % 12, high + 1, 12) for tone in tones]
    middle = (low + high) / 2

    def cost(voicing: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        centre = abs(sum(voicing) / len(voicing) - middle)
        moves = 0.0
        if last is not None:
            moves = way(last, voicing) - 0.5 * len(set(last) & set(voicing))
            moves += 8 * max(0, abs(last[-1] - voicing[-1]) - 5)
        gaps = [b - a for a, b in pairwise(voicing)]
        close = sum(gap < 2 for gap in gaps) + wide * 4 * sum(gap < 5 for gap in gaps)
        far = 99 * (voicing[-1] - voicing[0] > (19 if wide else 16))
        spread = 0.0 if wide else 0.15 * (voicing[-1] - voicing[0])
        return moves + 0.3 * centre + spread + far + 2 * close, voicing

    return min(_voicings(octaves, size), key=cost)


def _voicings(octaves: list[range], size: int) -> list[tuple[int, ...]]:
    """Return every choice of one octave for each tone, filled up to `size` with other octaves."""
    chosen = [tuple(sorted(item)) for item in product(*octaves)]
    every = sorted({pitch for column in octaves for pitch in column})
    for _ in range(size - len(octaves)):
        more = {tuple(sorted((*item, extra))) for item in chosen for extra in every if extra not in item}
        chosen = sorted(more) or chosen
    return chosen
