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

    def misfit(base: int, sung: NDArray[np.int64]) -> tuple[float, float]:
        outside = np.count_nonzero((sung < low - base) | (sung > high - base))
        return outside / len(sung), abs(int(sung.sum()) / len(sung) + base - middle)

    bases = range(lowest, high + 1, 12)
    # The octave is that of the tune at rest: where a section lifts it, the player climbs with it.
    # What would stick out of the instrument there counts as well, before the distance from its middle.
    sung = mode.pitches(line.degree, 0)
    rest = mode.pitches(line.degree - line.lift, 0) if line.lift else sung

    def cost(base: int) -> tuple[float, float]:
        outside, distance = misfit(base, rest)
        return outside + misfit(base, sung)[0], distance

    base = min(bases, key=cost)
    if line.lift and misfit(base, sung)[0] > 0.25:
        base = min(bases, key=lambda item: misfit(item, sung))
    return fold(sung + base, low, high)


def fold(pitch: NDArray[Any], low: int, high: int) -> NDArray[np.int64]:
    """Return pitches moved by octaves to lie from `low` to `high`, where an octave fits."""
    if low <= pitch.min(initial=low) and pitch.max(initial=high) <= high:
        return np.asarray(pitch, np.int64)
    up = 12 * np.ceil(np.maximum(low - pitch, 0) / 12).astype(np.int64)
    down = 12 * np.ceil(np.maximum(pitch - high, 0) / 12).astype(np.int64)
    folded: NDArray[np.int64] = pitch + up - down
    return folded


def voice_lead(
    chords: Chords, mode: Mode, tonic: int, low: int, high: int, voices: int
) -> list[tuple[int, ...]]:
    """Return a close voicing for each chord, moving the voices as little as possible in sum.

    Every tone of a chord is tried in every octave between low and high (MIDI numbers); the sum
    of the moves decides, then the distance from the middle of the range.
    """
    voicings: list[tuple[int, ...]] = []
    cache: dict[tuple[tuple[int, ...], tuple[int, ...] | None], tuple[int, ...]] = {}
    for chord in chords:
        last = voicings[-1] if voicings else None
        if (chord.tones, last) not in cache:
            tones = mode.pitches(
                list(chord.tones[:voices]), tonic, second=np.zeros(len(chord.tones[:voices]), bool)
            )
            cache[chord.tones, last] = _nearest(tuple(tones.tolist()), last, low, high)
        voicings.append(cache[chord.tones, last])
    return voicings


@lru_cache(maxsize=4096)
def _nearest(tones: tuple[int, ...], last: tuple[int, ...] | None, low: int, high: int) -> tuple[int, ...]:
    octaves = [range(low + (tone - low) % 12, high + 1, 12) for tone in tones]
    middle = (low + high) / 2

    def cost(voicing: tuple[int, ...]) -> tuple[float, float]:
        spread = max(voicing) - min(voicing)
        centre = abs(sum(voicing) / len(voicing) - middle)
        moves = 0 if last is None else sum(abs(a - b) for a, b in zip(voicing, last, strict=False))
        close = sum(b - a < 2 for a, b in pairwise(voicing))
        return moves + 0.3 * centre + (99 if spread > 16 else 0) + 2 * close, centre

    return min((tuple(sorted(chosen)) for chosen in product(*octaves)), key=cost)
