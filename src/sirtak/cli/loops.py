"""A beat as `sirtak sequence` is asked to play it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sirtak.errors import SirtakError, SpecError, unknown

if TYPE_CHECKING:
    from sirtak.library import Library
    from sirtak.notes import Arrangement
    from sirtak.rhythm import Beat, Groove
    from sirtak.sequencer import Plan, Span
    from sirtak.spec import Document
    from sirtak.theory.kit import Kit
    from sirtak.theory.meter import Bars


@dataclass(frozen=True)
class Asked:
    """The options of the command, as they were given."""

    bars: int | None
    tempo: float | None
    scene: str
    chain: str
    fill: str | None
    every_row_track: bool
    kit: str
    swing: float | None
    groove: str | None
    groove_amount: float
    density: float
    human: float
    vary: float
    seed: int
    takes: tuple[str, ...]
    muted: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Loop:
    """What was made: the beat, its kit, its bars, what sounds where, and all of it as an arrangement."""

    beat: Beat
    kit: Kit
    bars: Bars
    spans: tuple[Span, ...]
    plan: Plan
    arrangement: Arrangement


def find_beat(source: str) -> tuple[str, Library, Document]:
    """Return a beat's name for files, its library and its document; `source` is a name or a file."""
    from sirtak.library import Library
    from sirtak.spec import read_document

    path = Path(source)
    if path.suffix != ".toml":
        # What lies in the current folder is found too: beats, kits and grooves of one's own.
        library = Library(Path())
        return source, library, library.document("beat", source)
    if not path.exists():
        hint = "sirtak list beats; sirtak show beat NAME --toml > mine.toml"
        raise SpecError("there is no such file", file=path, hint=hint)
    document = read_document(path)
    kind = document.data.get("kind", "beat" if "grid" in document.data else "piece")
    if kind != "beat":
        hint = f"sirtak compose {path}" if kind in ("piece", "style") else 'a beat says kind = "beat"'
        raise SpecError(f"this is a {kind}, and a beat is wanted", file=path, hint=hint)
    # A beat in a folder beats/ has its kits and grooves beside that folder.
    folder = path.resolve().parent
    return path.stem, Library(folder.parent if folder.name == "beats" else folder), document


def make(document: Document, library: Library, asked: Asked, made_by: str) -> Loop:
    """Return a beat as it was asked for; `made_by` goes into the file with the beat."""
    from sirtak.composer.loop import loop
    from sirtak.rhythm import build_beat
    from sirtak.rng import Dice
    from sirtak.sequencer import perform
    from sirtak.sequencer.sequence import PART, feel_of, planned, spans_of, voices_of
    from sirtak.theory.kit import fitting_kit, load_kit

    beat = _with_rows(build_beat(document), asked)
    kit = load_kit(library, asked.kit) if asked.kit else fitting_kit(library, voices_of(beat))
    check_voices(beat, kit, document)
    spans, bars = spans_of(beat, asked.bars, asked.scene, asked.chain)
    feel = feel_of(
        beat,
        library,
        bpm=asked.tempo,
        swing=asked.swing,
        groove=_groove(asked, beat, document, library),
        amount=asked.groove_amount,
        density=asked.density,
        human=asked.human,
    )
    dice = Dice(asked.seed, PART, 0, "loop")
    fill = _fills(asked.fill, bars.count)
    plan = planned(
        beat, bars, spans, kit, vary=asked.vary, fixed=bool(asked.scene), fill=fill, dice=dice,
        hushed="crash" in asked.muted,
    )  # fmt: skip
    played = perform(plan.layers, bars, kit, feel, dice=dice, fills=plan.fills, stops=plan.stops)
    if not len(played.notes):
        hint = "more --density, another --scene, fewer --mute"
        raise SirtakError("nothing sounds in these bars", hint=hint)
    recipe = f"# {made_by}\n{document.text}"
    arrangement = loop(
        beat,
        played,
        bars,
        kit,
        bpm=feel.bpm,
        spans=spans,
        recipe=recipe,
        seed=asked.seed,
        by_voice=asked.every_row_track,
    )
    return Loop(beat, kit, bars, spans, plan, arrangement)


def _groove(asked: Asked, beat: Beat, document: Document, library: Library) -> Groove | str:
    """Return the groove that is asked for, by name or as a file, or the beat's own; "none" for none."""
    from sirtak.rhythm import build_groove, load_groove
    from sirtak.spec import read_document

    if asked.groove is None:
        return own_groove(beat, document, library) or "none"
    if asked.groove.endswith(".toml"):
        found = read_document(Path(asked.groove))
        if found.data.get("kind", "groove") != "groove":
            raise found.error(
                ("kind",), f"this is a {found.data['kind']}, and a groove is wanted", "--groove NAME"
            )
        return build_groove(found)
    return "none" if asked.groove in ("", "none") else load_groove(library, asked.groove)


def own_groove(beat: Beat, document: Document, library: Library) -> Groove | None:
    """Return the groove that a beat names, if it names one; an error says where it does."""
    from sirtak.rhythm import load_groove

    if not beat.groove:
        return None
    try:
        return load_groove(library, beat.groove)
    except SirtakError as error:
        raise document.placed(("groove",), error) from None


def _with_rows(beat: Beat, asked: Asked) -> Beat:
    """Return the beat with other takes of rows, and rows muted."""
    voices = list(dict.fromkeys(row.voice for grid in beat.scenes.values() for row in grid.rows))
    changes: dict[str, dict[str, object]] = {}
    for text in asked.takes:
        voice, sign, number = text.partition("=")
        if not (sign and re.fullmatch(r"\d{1,3}", number, re.ASCII)):
            raise SpecError(f"--take {text}: not a take", hint="write ROW=N, e.g. --take hat=2")
        changes.setdefault(voice, {})["take"] = int(number)
    for voice in asked.muted:
        changes.setdefault(voice, {})["mute"] = True
    for voice, fields in changes.items():
        # The clock has a crash that the beat may not have: it can be muted, and draws nothing.
        if voice not in voices and not (voice == "crash" and "take" not in fields):
            raise unknown(f"row in the beat {beat.name}:", voice, voices)
    scenes = {
        name: replace(grid, rows=tuple(row.but(**changes.get(row.voice, {})) for row in grid.rows))
        for name, grid in beat.scenes.items()
    }
    return replace(beat, scenes=scenes) if changes else beat


def check_voices(beat: Beat, kit: Kit, document: Document) -> None:
    """Refuse a row that the kit cannot sound, at the line of its scene."""
    for name, grid in beat.scenes.items():
        path = ("grid",) if name == "main" else ("scene", name, "grid")
        for voice in grid.voices:
            try:
                kit.note(voice)
            except SirtakError as error:
                raise _at_row(document, path, voice, error) from None


def _at_row(document: Document, path: tuple[str, ...], voice: str, error: SirtakError) -> SirtakError:
    """Return an error of a voice at its row of the grid at a path."""
    from sirtak.places import locate

    lines = document.text.splitlines()
    first = locate(document.text, path) or 1
    for number in range(first, len(lines)):
        if lines[number].split()[:1] == [voice]:
            text = lines[number].rstrip()
            column = len(text) - len(text.lstrip())
            return SpecError(
                error.message, file=document.name, line=number + 1, text=text, column=column, hint=error.hint
            )
    return document.placed(path, error)


def _fills(text: str | None, count: int) -> list[int] | None:
    """Return the bars (from 1) that --fill names; None where the clock says."""
    if text is None:
        return None
    words = {"last": [count], "all": list(range(1, count + 1)), "none": []}
    if text in words:
        return words[text]
    found: list[int] = []
    for item in text.split(","):
        span = re.fullmatch(r"\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?", item, re.ASCII)
        if not span:
            hint = "bars from 1: --fill 4,8 or --fill 4-8, all, none, or --fill alone for the last"
            raise SpecError(f"--fill {text}: not bars", hint=hint)
        first, last = int(span[1]), int(span[2] or span[1])
        if not 1 <= first <= last <= count:
            raise SpecError(f"--fill {text}: the loop has bars 1 to {count}", hint=f"--fill {count}")
        found += range(first, last + 1)
    return found
