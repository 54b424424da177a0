"""The arrangement: tracks, maps and markers in ticks; what writers write and listeners return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sirtak.errors import SirtakError, did_you_mean
from sirtak.notes.table import PPQ
from sirtak.notes.track import Track


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From `tick` on, `bpm` quarters a minute."""

    tick: int
    bpm: float


@dataclass(frozen=True, slots=True)
class MeterChange:
    """From `tick` on, bars of numerator/denominator."""

    tick: int
    numerator: int
    denominator: int

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return PPQ * 4 * self.numerator // self.denominator


@dataclass(frozen=True, slots=True)
class KeyChange:
    """From `tick` on, a signature of `sharps` (negative: flats), -7 to 7."""

    tick: int
    sharps: int
    minor: bool


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A finished piece in ticks (960 to the quarter).

    `markers` are (tick, text) pairs at section starts; `length` is the last bar line;
    `recipe` is the TOML that made the piece ('' when it is not known); `lead` names the part
    that carries the theme; `diagnostics` are notes to the user about what was decided.
    """

    tracks: tuple[Track, ...]
    length: int
    title: str = "Untitled"
    tempos: tuple[TempoChange, ...] = (TempoChange(0, 120.0),)
    meters: tuple[MeterChange, ...] = (MeterChange(0, 4, 4),)
    keys: tuple[KeyChange, ...] = (KeyChange(0, 0, False),)
    markers: tuple[tuple[int, str], ...] = ()
    recipe: str = ""
    seed: int | None = None
    lead: str = ""
    diagnostics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [track.name for track in self.tracks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SirtakError(f"two tracks are called '{twice[0]}'", hint="give each part its own name")
        for track in self.tracks:
            if len(track.notes) and (
                int(track.notes.onset[0]) < 0 or int(track.notes.end.max()) > self.length
            ):
                raise SirtakError(f"track {track.name}: notes outside the piece (0 to {self.length} ticks)")
            ticks = track.controls.table["tick"]
            if len(ticks) and (int(ticks[0]) < 0 or int(ticks[-1]) > self.length):
                message = f"track {track.name}: controllers outside the piece (0 to {self.length} ticks)"
                raise SirtakError(message)

    def __getitem__(self, name: str) -> Track:
        for track in self.tracks:
            if track.name == name:
                return track
        known = [track.name for track in self.tracks]
        raise SirtakError(f"there is no track '{name}'", hint=did_you_mean(name, known))

    def __iter__(self) -> Iterator[Track]:
        return iter(self.tracks)

    @property
    def seconds(self) -> float:
        """Playing time in seconds, by the tempo map."""
        total = Fraction(0)
        bounds = [change.tick for change in self.tempos[1:]] + [self.length]
        for change, end in zip(self.tempos, bounds, strict=True):
            total += Fraction(max(0, end - change.tick) * 60, PPQ) / Fraction(change.bpm)
        return float(total)
