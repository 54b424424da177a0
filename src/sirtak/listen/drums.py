"""The drums of a file: which tracks, which bars, which hits. What grids and grooves are taken from.

Ticks are 960 to the quarter and count from the first bar that is taken; bars count from 1, as
people count them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import MidiFileError, SirtakError
from sirtak.notes import Arrangement, Notes, Track
from sirtak.rhythm.groove import ALL
from sirtak.rhythm.step import LANE
from sirtak.sequencer.chain import MOST_BARS
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Meter, parse_meters

MOST_BYTES = 1 << 20  # some 170,000 notes at the most, which mido reads in about three seconds

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Drums:
    """Hits of drums in some bars of one meter, by time and then by key; no two of one key at one tick.

    `first` is the first bar's number in the file; `voices` names the keys that are hit, in the
    order of the kit; `remarks` are what the user should know of how they were taken.
    """

    onset: Ints
    key: Ints
    velocity: Ints
    duration: Ints
    meter: Meter
    first: int
    bars: int
    bpm: float
    voices: Mapping[int, str]
    remarks: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.onset)

    @property
    def ticks(self) -> int:
        """Length of the bars in ticks."""
        return self.bars * self.meter.ticks

    @property
    def span(self) -> str:
        """The bars in words.

        >>> none = np.empty(0, int)
        >>> Drums(none, none, none, none, Meter(4, 4, (1, 1, 1, 1)), 5, 4, 120, {}).span
        'bars 5-8'
        """
        return bars_text(self.first, self.first + self.bars - 1)


@dataclass(frozen=True)
class _Stretch:
    """Bars of one meter on end: number of the first, where it begins and ends in ticks, how many."""

    first: int
    start: int
    end: int
    count: int
    meter: tuple[int, int]

    @property
    def bar(self) -> int:
        return 4 * 960 * self.meter[0] // self.meter[1]

    @property
    def last(self) -> int:
        return self.first + self.count - 1


def read_drums(
    path: str | PathLike[str],
    kit: Kit,
    tracks: Sequence[str] = (),
    bars: tuple[int, int] | None = None,
) -> Drums:
    """Return the drums of a MIDI file.

    Raises MidiFileError for a file that cannot be read or is too large to be read in seconds, and
    SirtakError as `drums_of` does; all name the file.
    """
    from sirtak.export.recipe import load_bytes
    from sirtak.listen.read import parse_midi

    data = load_bytes(path)
    if len(data) > MOST_BYTES:
        raise MidiFileError(
            f"larger than {MOST_BYTES >> 20} MiB: not a drum loop",
            file=path,
            hint="save the drums alone, or some bars of them, as a file of their own",
        )
    arrangement = parse_midi(data, str(path))
    try:
        return drums_of(arrangement, kit, tracks, bars)
    except SirtakError as error:
        raise MidiFileError(error.message, file=error.file or path, hint=error.hint) from None


def drums_of(
    arrangement: Arrangement, kit: Kit, tracks: Sequence[str] = (), bars: tuple[int, int] | None = None
) -> Drums:
    """Return the hits of an arrangement's drum tracks, or of the `tracks` named, in `bars` (from 1).

    Without `bars` all are taken, as far as the file goes in whole bars or its drums play. Raises
    SirtakError where there are no drums, no such bars, or two meters in them.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.kit import load_kit
    >>> loop = Arrangement((Track("loop", Notes.of([0, 960], 120, [36, 61]), drums=True),), 3840)
    >>> found = drums_of(loop, load_kit(Library(), "gm"))
    >>> found.bars, dict(found.voices)
    (1, {36: 'kick', 61: 'bongo-low'})
    """
    notes = Notes.merge(*(track.notes for track in _chosen(arrangement, tracks)))
    stretches = _stretches(arrangement, int(notes.onset.max()))
    found, first, count = _spanned(stretches, bars)
    start = found.start + (first - found.first) * found.bar
    numerator, denominator = found.meter
    meter = parse_meters(f"{numerator}/{denominator}")[0]
    end = min(start + count * found.bar, found.end)
    inside = notes[(notes.onset >= start) & (notes.onset < end)]
    last = first + count - 1
    if not len(inside):
        raise SirtakError(f"the drums do not play in {bars_text(first, last)}", hint="--bars A-B, other bars")
    onset, key, velocity, duration, doubled = _columns(inside, start)
    bpm, remarks = _tempo(arrangement, start, end)
    if doubled:
        remarks.append(f"{doubled} hits doubled another of their key at its very tick; the louder stays")
    remarks += _idle(onset // found.bar + first, first, last) if bars is None else []
    voices = name_voices(kit, np.unique(key).tolist())
    return Drums(onset, key, velocity, duration, meter, first, count, bpm, voices, tuple(remarks))


def bars_text(first: int, last: int) -> str:
    """Return the words for a span of bars.

    >>> bars_text(3, 3), bars_text(3, 4)
    ('bar 3', 'bars 3-4')
    """
    return f"bar {first}" if first == last else f"bars {first}-{last}"


def name_voices(kit: Kit, keys: Iterable[int]) -> dict[int, str]:
    """Return a voice for each key, in the kit's order; what it lacks is note-61 and so on.

    >>> from sirtak.library import Library
    >>> from sirtak.theory.kit import load_kit
    >>> name_voices(load_kit(Library(), "gm"), [3, 42, 36])
    {36: 'kick', 42: 'hat', 3: 'note-3'}
    """
    left = sorted(set(keys))
    named: dict[int, str] = {}
    for voice in kit.voices:
        number = kit.note(voice)
        # A row's name is one plain word, and these two mean something else in a grid and in a groove.
        if number in left and number not in named and re.fullmatch(r"\w[\w-]*", voice):
            named |= {} if voice in (LANE, ALL) else {number: voice}
    return named | {number: f"note-{number}" for number in left if number not in named}


def _chosen(arrangement: Arrangement, names: Sequence[str]) -> list[Track]:
    """Return the tracks named, or the drum tracks; SirtakError where there are none."""
    if names:
        return [arrangement[name] for name in dict.fromkeys(names)]
    drums = [track for track in arrangement if track.drums]
    if not drums:
        shown = ", ".join(f"'{track.title}'" for track in arrangement.tracks[:16])
        more = f" and {len(arrangement.tracks) - 16} more" if len(arrangement.tracks) > 16 else ""
        hint = f'--track "{arrangement.tracks[0].title}" takes a track for drums'
        raise SirtakError(f"no drums on channel 10; its tracks are {shown}{more}", hint=hint)
    return drums


def _stretches(arrangement: Arrangement, last: int) -> list[_Stretch]:
    """Return the bars of the file by meter, through the drums' last hit and the last whole bar."""
    changes = [(item.tick, (item.numerator, item.denominator)) for item in arrangement.meters]
    kept = changes[:1] + [item for before, item in pairwise(changes) if item[1] != before[1]]
    kept = [item for item in kept if item[0] < max(arrangement.length, last + 1)]
    found: list[_Stretch] = []
    for number, (start, meter) in enumerate(kept):
        bar = 4 * 960 * meter[0] // meter[1]
        first = found[-1].last + 1 if found else 1
        if number + 1 < len(kept):
            end = kept[number + 1][0]
            found.append(_Stretch(first, start, end, -(-(end - start) // bar), meter))
        else:
            count = max((last - start) // bar + 1, (arrangement.length - start) // bar, 0)
            if count or not found:
                found.append(_Stretch(first, start, start + max(count, 1) * bar, max(count, 1), meter))
    return found


def _spanned(stretches: list[_Stretch], bars: tuple[int, int] | None) -> tuple[_Stretch, int, int]:
    """Return the stretch that the bars lie in, the first of them, and how many."""
    total = stretches[-1].last
    first, last = bars or (1, total)
    if last > total:
        raise SirtakError(f"--bars {first}-{last}: the file has {total} bars", hint=f"--bars 1-{total}")
    within = [item for item in stretches if item.first <= last and item.last >= first]
    if len(within) > 1:
        shown = [
            f"{bars_text(max(item.first, first), min(item.last, last))} in {item.meter[0]}/{item.meter[1]}"
            for item in within[:4]
        ]
        longest = max(within, key=lambda item: min(item.last, last) - max(item.first, first))
        hint = f"--bars {max(longest.first, first)}-{min(longest.last, last)}"
        raise SirtakError(f"the meter changes: {', '.join(shown)}", hint=hint)
    if last - first >= MOST_BARS:
        raise SirtakError(
            f"{last - first + 1} bars are more than {MOST_BARS}", hint="--bars 1-16 takes a part"
        )
    return within[0], first, last - first + 1


def _columns(notes: Notes, start: int) -> tuple[Ints, Ints, Ints, Ints, int]:
    """Return onset, key, velocity and duration of hits, and how many fell together and were left out."""
    columns = [np.asarray(item, np.int64) for item in (notes.onset, notes.pitch, notes.velocity)]
    onset, key, velocity = columns
    duration = np.asarray(notes.duration, np.int64)
    order = np.lexsort([-velocity, key, onset])
    onset, key, velocity, duration = (item[order] for item in (onset, key, velocity, duration))
    kept = np.append(True, (np.diff(onset) != 0) | (np.diff(key) != 0))
    doubled = int(len(kept) - kept.sum())
    return onset[kept] - start, key[kept], velocity[kept], duration[kept], doubled


def _tempo(arrangement: Arrangement, start: int, end: int) -> tuple[float, list[str]]:
    """Return the tempo in which the bars begin, and what to say where it does not stay."""
    before = [item.bpm for item in arrangement.tempos if item.tick <= start] or [120.0]
    later = [item.bpm for item in arrangement.tempos if start < item.tick < end and item.bpm != before[-1]]
    remark = (
        f"the tempo changes, to {later[0]:.4g} first; the one at the beginning was taken" if later else ""
    )
    return before[-1], [remark] if remark else []


def _idle(bar: Ints, first: int, last: int) -> list[str]:
    """Return what to say where whole bars pass before the first hit or after the last."""
    low, high = int(bar.min()), int(bar.max())
    if (low, high) == (first, last):
        return []
    spans = [bars_text(first, low - 1)] * (low > first) + [bars_text(high + 1, last)] * (high < last)
    return [f"the drums rest in {' and '.join(spans)}; --bars {low}-{high} leaves that out"]
