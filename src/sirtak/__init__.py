"""sirtak: Kazakh folk music and electronic beats in one track.

>>> import sirtak
>>> piece = sirtak.compose("kazan", seed=7)
>>> piece.title
'Kazan'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sirtak.version import __version__

if TYPE_CHECKING:
    from sirtak.api import Composition, album, compose
    from sirtak.composer.album import Album
    from sirtak.errors import SirtakError
    from sirtak.library import Library
    from sirtak.notes import Arrangement, Controls, Notes, Track
    from sirtak.rhythm import Beat, Grid, load_beat
    from sirtak.sequencer import sequence
    from sirtak.theory.mode import Mode

# Loaded when first used, so that `import sirtak` costs nothing.
_PUBLIC = {
    "Album": "sirtak.composer.album",
    "Arrangement": "sirtak.notes",
    "Beat": "sirtak.rhythm",
    "Composition": "sirtak.api",
    "Controls": "sirtak.notes",
    "Grid": "sirtak.rhythm",
    "Library": "sirtak.library",
    "Mode": "sirtak.theory.mode",
    "Notes": "sirtak.notes",
    "SirtakError": "sirtak.errors",
    "Track": "sirtak.notes",
    "album": "sirtak.api",
    "compose": "sirtak.api",
    "load_beat": "sirtak.rhythm",
    "sequence": "sirtak.sequencer",
}

__all__ = [
    "Album",
    "Arrangement",
    "Beat",
    "Composition",
    "Controls",
    "Grid",
    "Library",
    "Mode",
    "Notes",
    "SirtakError",
    "Track",
    "__version__",
    "album",
    "compose",
    "load_beat",
    "sequence",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'sirtak' has no attribute '{name}'")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
