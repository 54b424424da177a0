"""A form with a band: the sections that a piece with `form.name` gets.

What comes out are sections as a piece states them, so everything that works on sections works on
these: `--set section.drop.bars=32`, a longer piece, the recipe. Energy decides who plays and how
densely; how loud they play it decides in the players.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from sirtak.composer.checks import blame, blamed
from sirtak.composer.choices import shared_bars
from sirtak.composer.form import ENTER, KINDS, LAST, LATE, STEP, FormFile, FormSection, load_form
from sirtak.composer.piece import PieceFile
from sirtak.composer.players import kinds_of
from sirtak.errors import SpecError, did_you_mean
from sirtak.library import Library
from sirtak.scene.part import PartSpec
from sirtak.spec import Document, Key

Parts = Mapping[str, PartSpec]

# Who leads where a piece does not say: by role, and among the harmony those that sing.
SINGERS = ("lead", "piano", "jetigen", "wind", "drone")
# These thin out by themselves as the energy falls.
BY_THEMSELVES = frozenset(("shanqobyz", "sybyzgy", "jetigen", "dauylpaz", "dabyl", "dangyra", "tuyaq"))


def form_place(layers: Sequence[Document], chain: int) -> int | None:
    """Return the layer from which on what is said of sections belongs to a form; None without a form.

    The first `chain` layers are files; a form named by --set belongs to all assignments. A list of
    sections in a file over the one that names the form takes the form's place. Raises SpecError for
    a list of sections beside a form's name and for knobs of a form that is not there.
    """
    named = [number for number, layer in enumerate(layers) if _named(layer)]
    if not named:
        _refuse_unused(layers, "form: which one?", 'name = "club" under [form]; see `sirtak list forms`')
        return None
    top = layers[named[-1]]
    over = [number for number in range(named[-1] + 1, chain) if _listed(layers[number])]
    if over:
        message = f"form: the sections of {layers[over[-1]].name} have taken the form's place"
        _refuse_unused(layers[over[-1] :], message, "name the form again, as in --set form.name=club")
        return None
    if _listed(top):
        hint = "leave out one of the two; a table [section.NAME] changes the form's sections of that name"
        raise top.error(("form", "name"), "form.name: the file has a list of sections beside it", hint)
    return min(named[-1], chain)


def _refuse_unused(layers: Sequence[Document], message: str, hint: str) -> None:
    """Refuse knobs of a form that is not there."""
    for layer in layers:
        said = layer.data.get("form")
        if isinstance(said, str):
            hint = f'write form = {{ name = "{said}" }}, or --set form.name={said}'
            raise layer.error(("form",), "form: this is a table, and the form is its name", hint)
        if said:
            raise layer.error(("form",), message, hint)


def _named(layer: Document) -> bool:
    form = layer.data.get("form")
    return isinstance(form, Mapping) and bool(form.get("name"))


def _listed(layer: Document) -> bool:
    return isinstance(layer.data.get("section"), list)


def without_sections(layers: Sequence[Document]) -> list[Document]:
    """Return layers without what they say of sections."""
    return [
        Document(item.name, item.text, {key: value for key, value in item.data.items() if key != "section"})
        for item in layers
    ]


def sections_of(layers: Sequence[Document]) -> list[Document]:
    """Return what layers say of sections, and nothing else: it is laid over the form's."""
    found = [item for item in layers if "section" in item.data]
    return [Document(item.name, item.text, {"section": item.data["section"]}) for item in found]


def led_in(layers: Sequence[Document]) -> list[str]:
    """Return who leads in the sections that a form replaces, by the bars that each has."""
    lists = [layer.data["section"] for layer in layers if _listed(layer)]
    led: Counter[str] = Counter()
    for item in lists[-1] if lists else ():
        name, bars = item.get("lead"), item.get("bars")
        if isinstance(name, str) and name and isinstance(bars, int):
            led[name] += bars
    return [name for name, _ in led.most_common()]


def form_layer(
    layers: list[Document], file: PieceFile, parts: Parts, library: Library, led: Sequence[str] = ()
) -> Document:
    """Return the sections of a piece's form, to be laid under what the piece says of them.

    `led` are those who led in sections that the form replaces: they do here, where nobody is named.

    Raises SpecError, placed in the layer that says so, for a form, a lead or a part that is not
    there, and for a length that has no room for all sections.
    """
    with blamed(layers, ("form", "name"), "form.name"):
        form = load_form(library, file.form.name)
    for name in file.form.enter:
        if name not in parts and name not in KINDS:
            path = ("form", "enter", name)
            hint = did_you_mean(name, {*parts, *KINDS})
            raise blame(layers, path).error(path, f"form.enter: there is no part '{name}'", hint)
    for index, name in enumerate(file.form.leads):
        if name not in parts:
            at = ("form", "leads", index)
            message = f"form.leads: there is no part '{name}'"
            raise blame(layers, at).error(at, message, did_you_mean(name, parts))
    with blamed(layers, ("form", "bars"), "form.bars"):
        sections = form_sections(form, file, parts, library, led)
    return _Formed(f"form {form.name}", "", {"section": sections}, tuple(layers))


@dataclass(frozen=True)
class _Formed(Document):
    """The sections of a form; errors point to what a piece says of it."""

    layers: tuple[Document, ...] = field(default=(), repr=False, compare=False)

    def error(
        self, path: Sequence[Key], message: str, hint: str | None = None, *, key: bool = False
    ) -> SpecError:
        """Return the error for a section's value, at the line of the form's knob or of its name."""
        said = any(path[-1] in layer.data.get("form", ()) for layer in self.layers) if path else False
        knob = ("form", path[-1] if said else "name")
        return blame([*self.layers], knob).error(knob, message, hint)


def form_sections(
    form: FormFile, file: PieceFile, parts: Parts, library: Library, led: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the sections of a form as a piece with these parts would state them.

    >>> from sirtak.composer.load import load_piece
    >>> piece = load_piece("kazan", ["form.name=club"])
    >>> [section.name for section in piece.file.section][:4]
    ['intro', 'groove', 'build', 'drop']
    """
    lengths = [section.bars for section in form.section]
    if file.form.bars is not None:
        lengths = _shared(form, file.form.bars, library)
    energies = _energies(form, file, lengths)
    known = [name for name in led if name in parts and not parts[name].mute]
    leads = file.form.leads or list(dict.fromkeys((*known, *leading(parts))))[:3]
    enters = entries(form, file, parts)
    return [
        _section(section, file, parts, leads, enters, bars, energy)
        for section, bars, energy in zip(form.section, lengths, energies, strict=True)
    ]


def _shared(form: FormFile, bars: int, library: Library) -> list[int]:
    count = len(form.section)
    if bars >= count:
        return shared_bars([section.bars for section in form.section], bars)
    others = {name: len(load_form(library, name).section) for name in library.names("form")}
    fitting = [f"{name} ({least})" for name, least in others.items() if least <= bars]
    hint = f"{count} bars at the least, one for each section"
    hint += f"; shorter forms: {', '.join(fitting)}" if fitting else ""
    raise SpecError(f"{bars} is too short for the form {form.name}, which has {count} sections", hint=hint)


def _energies(form: FormFile, file: PieceFile, lengths: Sequence[int]) -> list[tuple[float, float]]:
    """Return each section's energy at its start and its end: the form's, or a curve laid over all bars."""
    scale = file.form.scale
    if not file.form.energy:
        ends = [item.energy if item.energy_to is None else item.energy_to for item in form.section]
        return [(item.energy * scale, end * scale) for item, end in zip(form.section, ends, strict=True)]
    at = np.cumsum([0, *lengths]) / sum(lengths)
    curve = file.form.energy
    values = (np.interp(at, np.linspace(0, 1, len(curve)), curve) * scale).tolist()
    return list(pairwise(values))


def leading(parts: Parts) -> list[str]:
    """Return up to three parts that lead: one of each kind (dombra, piano, zither, wind, bow), then others.

    >>> from sirtak.composer.load import load_piece
    >>> leading(load_piece("sirtak").parts)
    ['dombra', 'piano', 'qobyz']
    """
    first, more = [], []
    for kind in SINGERS:
        own = [name for name, spec in parts.items() if not spec.mute and kind in kinds_of(spec)]
        first += own[:1]
        more += own[1:]
    return list(dict.fromkeys([*first, *more]))[:3]


def entries(form: FormFile, file: PieceFile, parts: Parts) -> dict[str, float]:
    """Return the energy from which each part plays; a second part of one kind comes a step later."""
    table = {**ENTER, **form.enter}
    seen: dict[str, int] = {}
    found = {}
    for name, spec in parts.items():
        player, role = kinds_of(spec)
        own = next((key for key in (name, player, role) if key in file.form.enter), None)
        if own is not None:
            found[name] = file.form.enter[own]
            continue
        key = player if player in table else role
        found[name] = min(LAST, table.get(key, LATE) + STEP * seen.get(key, 0))
        seen[key] = seen.get(key, 0) + 1
    return found


def _section(
    section: FormSection,
    file: PieceFile,
    parts: Parts,
    leads: Sequence[str],
    enters: Mapping[str, float],
    bars: int,
    energy: tuple[float, float],
) -> dict[str, Any]:
    low, high = (round(value, 3) for value in energy)
    mean = (low + high) / 2
    lead, answer = _turn(leads, section.lead), _turn(leads, section.answer)
    answer = "" if answer == lead else answer
    playing = [
        name
        for name, spec in parts.items()
        if name in (lead, answer) or _plays(section, spec, enters[name], mean)
    ]
    made: dict[str, Any] = {
        "name": section.name,
        "bars": bars,
        "energy": low,
        "energy_to": high,
        "parts": playing or list(parts)[:1],
        "lead": lead,
        "answer": answer,
    }
    for name in ("title", "lift", "inverted", "pace", "scene", "fill", "ritard"):
        made[name] = getattr(section, name)
    if file.kuy.type and section.zone:
        made["zone"] = section.zone
    wanted = file.form.silence
    made["silence"] = wanted if wanted is not None and section.silence else section.silence
    thinned = {name: _thinned(parts[name], file.form.thin, mean) for name in playing}
    made["set"] = {name: {"density": density} for name, density in thinned.items() if density is not None}
    return made


def _turn(leads: Sequence[str], turn: int) -> str:
    return leads[(turn - 1) % len(leads)] if leads and turn else ""


def _plays(section: FormSection, spec: PartSpec, enter: float, energy: float) -> bool:
    kinds = {*kinds_of(spec)}
    if kinds & {*section.never} or (section.only and not kinds & {*section.only}):
        return False
    return bool(kinds & {*section.always}) or energy >= enter


def _thinned(spec: PartSpec, thin: float, energy: float) -> float | None:
    """Return a part's density at an energy; None where it is not the form's business."""
    density: float | None = getattr(spec, "density", None)
    if density is None or spec.player in BY_THEMSELVES or not thin:
        return None
    return round(density * (1 - thin * (1 - energy)), 3)
