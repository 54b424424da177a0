"""What a piece names must be there: errors at the line of the layer that names it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sirtak.composer.by_name import ByName
from sirtak.composer.keep import kept_notes
from sirtak.composer.kuys import check_dombra
from sirtak.composer.piece import Piece
from sirtak.composer.players import PLAYERS
from sirtak.composer.silence import silent_tick
from sirtak.errors import SirtakError, did_you_mean, unknown
from sirtak.notes import Notes
from sirtak.rhythm.beat import MADE, SCENES, load_beat
from sirtak.scene.part import PartSpec, check_part
from sirtak.spec import Document, lookup
from sirtak.theory.meter import Bars


@contextlib.contextmanager
def blamed(layers: list[Document], path: tuple[str | int, ...], field: str) -> Iterator[None]:
    """Turn an error that knows no file into one at the line that sets `path`."""
    try:
        yield
    except SirtakError as error:
        raise blame(layers, path).placed(path, error, field) from None


def check_patterns(layers: list[Document], piece: Piece) -> None:
    """Look up what the parts name, so that an error can say where it is named."""
    for name, spec in piece.parts.items():
        _check_part(layers, piece, (name,), spec)
    for index, specs in piece.own.items():
        for name, spec in specs.items():
            _check_part(layers, piece, ("section", index, "set", name), spec)


def _check_part(layers: list[Document], piece: Piece, path: tuple[str | int, ...], spec: PartSpec) -> None:
    player = PLAYERS[spec.player]
    if spec.mute:
        return
    general = check_part(spec, piece.meters, drums=player.drums)
    own = player.check(spec, piece.meters, piece.library) if player.check else ()
    for field, look_up in (*general, *own, *check_dombra(piece, spec)):
        with blamed(layers, (*path, field), ".".join(map(str, path[2:] or path)) + f".{field}"):
            look_up()


def check_sections(layers: list[Document], piece: Piece) -> None:
    """Look up the zones, scenes and parts that sections name."""
    for index, section in enumerate(piece.file.section):
        if section.zone and piece.kuy is None:
            path = ("section", index, "zone")
            hint = 'name one: [kuy] type = "adai", or leave the zone out'
            raise blame(layers, path).error(
                path, f"section '{section.name}', zone: the piece has no küy", hint
            )
        _check_scene(layers, piece, index)
        if section.silence:
            with blamed(layers, ("section", index, "silence"), f"section '{section.name}', silence"):
                silent_tick(Bars(piece.meters, section.bars), section.silence)
        _check_named(layers, piece, index)


def _check_named(layers: list[Document], piece: Piece, index: int) -> None:
    """Refuse parts that are not there, and those that lead or answer where they do not play."""
    section = piece.file.section[index]
    leading = [(field, getattr(section, field)) for field in ("lead", "answer")]
    named = [("parts", name) for name in section.parts or ()]
    named += [("tails", name) for name in section.tails]
    for field, name in [*named, *leading]:
        path = ("section", index, field)
        if name and name not in piece.parts:
            error = unknown("part", name, piece.parts)
            message = f"section '{section.name}', {field}: {error.message}"
            raise blame(layers, path).error(path, message, error.hint)
    for field, name in leading:
        if name and section.parts is not None and name not in section.parts:
            path = ("section", index, field)
            message = f"section '{section.name}', {field}: '{name}' does not play in it"
            raise blame(layers, path).error(path, message, f"add it: parts = {[*section.parts, name]}")


def check_kept(layers: list[Document], piece: Piece) -> dict[str, Notes]:
    """Return the notes of the parts that are kept; errors at the text that has them."""
    found = {}
    for name in piece.file.keep:
        if name not in piece.parts:
            error = unknown("part", name, piece.parts)
            raise blame(layers, ("keep", name)).placed(("keep", name), error, "keep")
        with blamed(layers, ("keep", name, "notes"), f"keep.{name}"):
            found[name] = kept_notes(piece, name)
    return found


def _check_scene(layers: list[Document], piece: Piece, index: int) -> None:
    """Refuse a scene that neither every beat has nor that of a part that plays one."""
    scene, known = piece.file.section[index].scene, {*SCENES, *MADE}
    if scene in known:
        return
    playing = {**piece.parts, **piece.own.get(index, {})}
    for name in (getattr(spec, "beat", "") for spec in playing.values()):
        if name:
            known.update(load_beat(piece.library, name).scenes)
    if scene not in known:
        path = ("section", index, "scene")
        message = f"section '{piece.file.section[index].name}', scene: no beat has a scene '{scene}'"
        raise blame(layers, path).error(path, message, did_you_mean(scene, known))


def blame(layers: list[Document], path: tuple[str | int, ...]) -> Document:
    """Return the topmost layer that sets a value, or else what it stands in."""
    for depth in range(len(path), 0, -1):
        for layer in reversed(layers):
            with contextlib.suppress(KeyError, IndexError, TypeError):
                lookup(layer.data, layer.named(path[:depth]) if isinstance(layer, ByName) else path[:depth])
                return layer
    return layers[-1]
