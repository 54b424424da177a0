"""Every kind of pattern file by its loader, for commands that take any of them."""

from __future__ import annotations

from typing import Any

from sirtak.spec import Document


def build(kind: str, document: Document) -> Any:
    """Return the object that a pattern document stands for; SpecError where it cannot be used."""
    if kind == "mode":
        from sirtak.theory.mode import build_mode

        return build_mode(document)
    if kind == "tuning":
        from sirtak.theory.tuning import build_tuning

        return build_tuning(document)
    if kind == "fret":
        from sirtak.theory.neck import build_neck

        return build_neck(document)
    if kind == "kit":
        from sirtak.theory.kit import build_kit

        return build_kit(document)
    if kind == "song":
        from sirtak.harmony.song import build_song

        return build_song(document)
    if kind == "rhythm":
        from sirtak.rhythm import build_rhythm

        return build_rhythm(document)
    if kind == "kuy":
        from sirtak.folk.kuy.types import build_kuy_type

        return build_kuy_type(document)
    from sirtak.rhythm import build_beat

    return build_beat(document)
