"""A track: the notes of one part as a DAW shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sirtak.errors import SirtakError
from sirtak.notes.controls import Controls
from sirtak.notes.table import Notes


@dataclass(frozen=True, slots=True)
class Track:
    """One named track.

    `name` is the part's identifier, `title` what the DAW shows (any Unicode text). `program`
    (0 to 127) and `bank` (0 to 16383) choose the sound; `volume` and `pan` are 0 to 127 with
    64 as the centre. Drum tracks go to channel 10, the others get channels on export. `strings`
    are the open strings of a fretted instrument as MIDI numbers, string 1 (the highest) first.

    >>> Track("bass", Notes.empty()).title
    'Bass'
    """

    name: str
    notes: Notes
    title: str = ""
    role: str = ""
    program: int = 0
    bank: int = 0
    volume: int = 100
    pan: int = 64
    drums: bool = False
    controls: Controls = field(default_factory=Controls.empty)
    strings: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.title:
            object.__setattr__(self, "title", self.name.replace("-", " ").replace("_", " ").capitalize())
        for knob, value, high in (
            ("program", self.program, 127),
            ("bank", self.bank, 16383),
            ("volume", self.volume, 127),
            ("pan", self.pan, 127),
        ):
            if not 0 <= value <= high:
                raise SirtakError(f"track {self.name}: {knob} {value} is outside 0 to {high}")

    @property
    def frets(self) -> NDArray[np.int64]:
        """The fret of each note, semitones above its open string; -1 for a note on none of them.

        >>> Track("dombra", Notes.of(0, 9, [55, 57], string=[2, 1]), strings=(55, 50)).frets.tolist()
        [5, 2]
        """
        string = self.notes.string.astype(np.int64)
        open_strings = np.array([0, *self.strings, 0])[np.minimum(string, len(self.strings) + 1)]
        return np.where(open_strings > 0, self.notes.pitch - open_strings, -1)
