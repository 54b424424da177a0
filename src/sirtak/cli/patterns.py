"""Every kind of pattern file by its loader, for commands that take any of them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sirtak.spec import Document

# kind: (module, function); imported when asked for, so that the command line starts fast.
BUILDERS = {
    "mode": ("sirtak.theory.mode", "build_mode"),
    "tuning": ("sirtak.theory.tuning", "build_tuning"),
    "fret": ("sirtak.theory.neck", "build_neck"),
    "kit": ("sirtak.theory.kit", "build_kit"),
    "song": ("sirtak.harmony.song", "build_song"),
    "form": ("sirtak.composer.form", "build_form"),
    "rhythm": ("sirtak.rhythm", "build_rhythm"),
    "groove": ("sirtak.rhythm", "build_groove"),
    "beat": ("sirtak.rhythm", "build_beat"),
    "kuy": ("sirtak.folk.kuy.types", "build_kuy_type"),
}


def build(kind: str, document: Document) -> Any:
    """Return the object that a pattern document stands for; SpecError where it cannot be used."""
    module, name = BUILDERS[kind]
    return getattr(import_module(module), name)(document)
