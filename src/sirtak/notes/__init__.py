"""Notes as data: the note table, tracks, and the arrangement that writers write."""

from sirtak.notes.arrangement import Arrangement, KeyChange, MeterChange, TempoChange
from sirtak.notes.controls import Controls
from sirtak.notes.table import NOTE, PPQ, Notes
from sirtak.notes.track import Track

__all__ = [
    "NOTE",
    "PPQ",
    "Arrangement",
    "Controls",
    "KeyChange",
    "MeterChange",
    "Notes",
    "TempoChange",
    "Track",
]
