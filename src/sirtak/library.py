"""Where pattern files are found: in the piece itself, beside it, in sirtak's library, then in plugins.

A pattern is one TOML file, `patterns/<kind>s/NAME.toml`; its `kind` says what it is. A mode
beside the piece may also be a Scala file, `NAME.scl`. Names are plain words (letters, digits, -
and _), so no name leads out of the folders that are searched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sirtak.errors import SpecError, unknown
from sirtak.plugins import pattern_folders
from sirtak.scl import read_scala
from sirtak.spec import Document, parse_document, read_document

KINDS = ("mode", "tuning", "fret", "rhythm", "beat", "groove", "kit", "kuy", "song", "form", "style")

_NAME = re.compile(r"[^\W_][\w-]*")


@cache
def builtin_folder() -> Path:
    """Return the folder of sirtak's own patterns: in the wheel, or at the top of a checkout."""
    inside = Path(__file__).parent / "patterns"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "patterns"


@cache
def _builtin_document(kind: str, name: str) -> Document | None:
    path = builtin_folder() / f"{kind}s" / f"{name}.toml"
    return read_document(path, f"patterns/{kind}s/{name}.toml") if path.is_file() else None


def _plugin_document(kind: str, name: str) -> Document | None:
    for plugin, folder in pattern_folders():
        path = folder / f"{kind}s" / f"{name}.toml"
        if path.is_file():
            return read_document(path, f"{plugin}: {kind}s/{name}.toml")
    return None


@dataclass(frozen=True)
class Library:
    """The pattern files that a piece can name.

    `folder` is the piece's own folder (None for a piece without a file); `inline` holds the
    patterns that the piece carries, by kind and name.

    >>> "dorian" in Library().names("mode")
    True
    """

    folder: Path | None = None
    inline: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    _found: dict[tuple[str, str], Document] = field(default_factory=dict, repr=False, compare=False)

    def names(self, kind: str) -> list[str]:
        """Return every name of a kind, sorted."""
        found = set(self.inline.get(kind, ()))
        found.update(path.stem for path in (builtin_folder() / f"{kind}s").glob("*.toml"))
        found.update(path.stem for path in self._beside(kind, "*"))
        for _, folder in pattern_folders():
            found.update(path.stem for path in (folder / f"{kind}s").glob("*.toml"))
        return sorted(found)

    def document(self, kind: str, name: str) -> Document:
        """Return the document of a pattern; UnknownName where there is none."""
        if (kind, name) not in self._found:
            found = self.own(kind, name) or _builtin_document(kind, name) or _plugin_document(kind, name)
            if found is None:
                raise unknown(kind, name, self.names(kind))
            self._found[kind, name] = found
        found = self._found[kind, name]
        if found.data.get("kind", kind) != kind:
            raise found.error(("kind",), f"this is a {found.data['kind']}, and a {kind} is wanted")
        return found

    def own_used(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return the patterns looked up so far that are the piece's own, by kind and name."""
        used: dict[str, dict[str, dict[str, Any]]] = {}
        for (kind, name), document in sorted(self._found.items(), key=lambda item: item[0]):
            if document is not _builtin_document(kind, name) and kind not in ("style", "form"):
                body = {key: value for key, value in document.data.items() if key not in ("kind", "name")}
                used.setdefault(kind, {})[name] = body
        return used

    def own(self, kind: str, name: str) -> Document | None:
        """Return a pattern that is the piece's own (inline or beside it), or None."""
        if not _NAME.fullmatch(name):
            raise SpecError(
                f"{kind} '{name}' is not a name",
                hint="a plain word: letters, digits, - and _; the file NAME.toml beside the piece",
            )
        if name in self.inline.get(kind, {}):
            return _inline_document(kind, name, self.inline[kind][name])
        for path in self._beside(kind, name):
            return read_scala(path) if path.suffix == ".scl" else read_document(path)
        return None

    def _beside(self, kind: str, name: str) -> list[Path]:
        """Return the files of a kind in the piece's folder that match a name or a wildcard."""
        if self.folder is None:
            return []
        root = self.folder.resolve()
        found = []
        endings = ("toml", "scl") if kind == "mode" else ("toml",)
        for place in (root, root / f"{kind}s", root / "patterns" / f"{kind}s"):
            for path in (item for end in endings for item in sorted(place.glob(f"{name}.{end}"))):
                if path.is_symlink() and not path.resolve().is_relative_to(root):
                    raise SpecError("this link leads out of the piece's folder", file=path)
                # In the piece's folder itself every kind may lie; the file says which it is.
                if place != root or path.suffix == ".scl" or _kind_of(path) == kind:
                    found.append(path)
        return found


def _kind_of(path: Path) -> str | None:
    """Return the kind that a file beside the piece declares; unreadable files have none."""
    try:
        return str(read_document(path).data.get("kind"))
    except SpecError:
        return _declared(path)


def _declared(path: Path) -> str | None:
    # A broken file should still be found under its kind, so that its error is the one shown.
    try:
        text = path.read_bytes()[:4096].decode("utf-8", "replace")
    except OSError:
        return None
    found = re.search(r'^\s*kind\s*=\s*"(\w+)"', text, re.MULTILINE)
    return found[1] if found else None


def _inline_document(kind: str, name: str, data: Mapping[str, Any]) -> Document:
    import tomli_w

    body = {"kind": kind, "name": name, **data}
    return parse_document(tomli_w.dumps(body, multiline_strings=True), f"{kind} {name} (inside the piece)")
