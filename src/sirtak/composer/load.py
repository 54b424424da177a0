"""Loading: style under style under piece under --set, each checked against its own text.

A later table is laid over an earlier one field by field; a list of sections replaces the one
before. Each layer is checked as soon as it is laid, so an error names the file that made it.
"""

from __future__ import annotations

import contextlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from sirtak.composer.by_name import all_by_name, by_name, section_of
from sirtak.composer.checks import blamed, check_kept, check_patterns, check_sections
from sirtak.composer.choose import with_choices
from sirtak.composer.fitting import check_chords, check_meter
from sirtak.composer.forms import form_layer, form_place, led_in, sections_of, without_sections
from sirtak.composer.kuys import kuy_layer, piece_kuy
from sirtak.composer.overrides import Own, own_specs
from sirtak.composer.piece import Piece, PieceFile
from sirtak.composer.players import PLAYERS
from sirtak.errors import SirtakError, SpecError, did_you_mean
from sirtak.harmony.song import song_of
from sirtak.library import KINDS, Library
from sirtak.scene.part import PartSpec
from sirtak.spec import Document, convert, finite, lookup, parse_document, read_document
from sirtak.theory.meter import parse_meters
from sirtak.theory.mode import load_mode
from sirtak.theory.pitch import parse_tonic

Table = dict[str, Any]

FIELDS = frozenset(PieceFile.__struct_fields__)


def load_piece(
    source: str | Path, sets: Iterable[str | Document] = (), library: Library | None = None
) -> Piece:
    """Return the piece that a style's name or a piece file stands for.

    `sets` are assignments such as ``drums.swing=58`` (or documents), laid over everything else.
    Raises SpecError with file, line and hint for anything that cannot be used.

    >>> load_piece("kazan", ["seed=3"]).file.seed
    3
    """
    path = Path(source)
    if isinstance(source, Path) or path.suffix == ".toml" or len(path.parts) > 1:
        if not path.exists():
            raise SpecError("there is no such file", file=source, hint="`sirtak new` writes a first piece")
        document = read_document(path)
        library = library or Library(path.parent)
    else:
        library = library or Library()
        if path.is_dir() and str(source) not in library.names("style"):
            raise SpecError("this is a folder", file=source, hint="name the .toml file inside it")
        document = library.document("style", str(source))
    return build_piece(document, sets, library)


def build_piece(
    document: Document, sets: Iterable[str | Document] = (), library: Library | None = None
) -> Piece:
    """Return the piece of a document already read."""
    library = library or Library()
    said = [item if isinstance(item, Document) else _assignment(item) for item in sets]
    files = _chain(document, library)
    layers = with_choices([*files, *said])
    place = form_place(layers, len(with_choices(files)))
    if place is not None:
        # The form comes when all parts are known, and what is said of its sections after it.
        led, above, layers = led_in(layers), sections_of(layers[place:]), without_sections(layers)
        layers = [*layers, _form(layers, library, led), *above]
    file, parts, own = _laid(layers)
    if file.pattern:
        library = Library(library.folder, _patterns(layers[-1], file))
    if file.kuy.type:
        with blamed(layers, ("kuy", "type"), "kuy.type"):
            layers = [kuy_layer(file, library), *layers]
        file, parts, own = _laid(layers)
    return _resolved(all_by_name(layers), file, parts, own, library)


def _form(layers: list[Document], library: Library, led: list[str]) -> Document:
    """Return the sections of the form that the layers name."""
    file, parts, _ = _laid(layers)
    if file.pattern:
        library = Library(library.folder, _patterns(layers[-1], file))
    return form_layer(layers, file, parts, library, led)


Typed = tuple[PieceFile, dict[str, PartSpec], Own]


def _laid(layers: list[Document]) -> Typed:
    """Return the typed form of all layers, each checked as soon as it is laid."""
    table: Table = {}
    file = PieceFile()
    parts: dict[str, PartSpec] = {}
    own: Own = {}
    for plain in layers:
        layer = by_name(plain, table)
        table = overlay(table, _by_section_name(layer, table))
        file, parts, own = _checked(layer, table)
    return file, parts, own


def _chain(document: Document, library: Library) -> list[Document]:
    """Return the styles under a document, the deepest first, and the document itself."""
    chain, seen = [document], [_identity(document)]
    while chain[0].data.get("style"):
        top, name = chain[0], chain[0].data["style"]
        if not isinstance(name, str):
            raise top.error(("style",), "style: this is not a name")
        if ("style", name) in seen:
            round_trip = " → ".join([item[1] for item in seen] + [name])
            raise top.error(("style",), f"style: styles that extend each other in a circle ({round_trip})")
        try:
            below = library.document("style", name)
        except SirtakError as error:
            raise top.placed(("style",), error) from None
        seen.append(("style", name))
        chain.insert(0, below)
    return chain


def _identity(document: Document) -> tuple[str, str]:
    kind = str(document.data.get("kind", "piece"))
    return kind, str(document.data.get("name", Path(document.name).stem))


def _assignment(text: str) -> Document:
    """Return one --set as a document of its own."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not all(part.strip() for part in key.split(".")):
        raise SpecError(f"--set {text}: not an assignment", hint="write part.knob=value, e.g. drums.swing=58")
    path = [part.strip() for part in key.split(".")]
    try:
        parsed = tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value.strip()
    if path[-1] in ("kit", "sound") and not isinstance(parsed, str):
        parsed = value.strip()  # kits are called 808 and 909, and so is a bass
    data: Any = parsed
    for name in reversed(path):
        data = {name: data}
    # The line that an error shows is the assignment itself.
    return finite(Document(f"--set {text}", "", data))


def _by_section_name(layer: Document, below: Table) -> Table:
    """Return the layer's data with `section.NAME.field` turned into the whole list of sections."""
    wanted = layer.data.get("section")
    if not isinstance(wanted, Mapping):
        return layer.data
    sections = [dict(item) for item in below.get("section", [])]
    names = [str(item.get("name")) for item in sections]
    for name, fields in wanted.items():
        table = section_of(layer, name, names, fields)
        for item in sections:
            if item.get("name") == name:
                item.update(overlay(item, table))
    return {**layer.data, "section": sections}


def overlay(below: Table, above: Mapping[str, Any]) -> Table:
    """Return a table with another laid over it, tables inside it too.

    >>> overlay({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    laid = dict(below)
    for key, value in above.items():
        old = laid.get(key)
        laid[key] = overlay(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return laid


def _checked(layer: Document, table: Table) -> Typed:
    """Return the typed form of what has been laid so far; errors name the newest layer."""
    plain = {key: value for key, value in table.items() if key in FIELDS}
    file = convert(layer, PieceFile, data=plain)
    parts: dict[str, PartSpec] = {}
    for name, value in table.items():
        if name in FIELDS:
            continue
        if not isinstance(value, dict):
            raise layer.error((name,), f"{name}: unknown field", did_you_mean(name, FIELDS))
        player = value.get("player", name)
        if player not in PLAYERS:
            place = (name, "player") if "player" in value else (name,)
            known = [*PLAYERS] if "player" in value else [*PLAYERS, *FIELDS]
            raise layer.error(
                place, f"{name}: there is no player '{player}'", did_you_mean(str(player), known)
            )
        parts[name] = convert(layer, PLAYERS[player].spec, (name,), {**value, "player": player})
        _check_range(layer, (name,), parts[name])
    own = own_specs(layer, file, parts)
    for index, specs in own.items():
        for name, spec in specs.items():
            _check_range(layer, ("section", index, "set", name), spec)
    return file, parts, own


def _check_range(layer: Document, path: tuple[str | int, ...], spec: PartSpec) -> None:
    """Refuse a range into which not every note of the scale fits."""
    low, high = getattr(spec, "low", 0), getattr(spec, "high", 127)
    if high - low < 11:
        here: Any = {}
        with contextlib.suppress(KeyError, IndexError, TypeError):
            here = lookup(layer.data, path)
        field = "high" if "high" in here else "low"
        message = f"{path[-1]}: low {low} and high {high} are less than an octave apart"
        raise layer.error((*path, field), message)


def _patterns(document: Document, file: PieceFile) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    for kind in file.pattern:
        if kind not in KINDS:
            raise document.error(
                ("pattern", kind), f"pattern.{kind}: unknown kind", did_you_mean(kind, KINDS)
            )
    return file.pattern


def _resolved(
    layers: list[Document], file: PieceFile, parts: dict[str, PartSpec], own: Own, library: Library
) -> Piece:
    """Return the piece with tonic, mode and meter looked up and its sections checked."""

    def looked_up(field: str, value: str, find: Any) -> Any:
        with blamed(layers, (field,), field):
            return find(value)

    tonic = looked_up("tonic", file.tonic, parse_tonic)
    mode = looked_up("mode", file.mode, lambda name: load_mode(library, name))
    meters = looked_up("meter", file.meter, parse_meters)
    if not file.section and not file.kuy.type:
        raise layers[0].error((), "the piece has no section", 'add [[section]] with name = "…" and bars = …')
    if not parts:
        raise layers[0].error(
            (), "the piece has no part", "add a table such as [dombra] or start from a style"
        )
    kuy = None
    if file.kuy.type:
        kuy = piece_kuy(file, parts, mode, meters, library, partial(blamed, layers))
    piece = Piece(file, parts, mode, tonic, meters, library, kuy, own)
    with blamed(layers, ("melody", "form"), "melody.form"):
        song_of(file.melody.form, library)
    check_meter(layers, piece)
    check_patterns(layers, piece)
    check_sections(layers, piece)
    check_chords(layers, piece)
    return replace(piece, kept=check_kept(layers, piece)) if file.keep else piece


def parse_piece(text: str, name: str = "recipe", sets: Iterable[str | Document] = ()) -> Piece:
    """Return the piece of a TOML text, with assignments laid over it."""
    return build_piece(parse_document(text, name), sets)
