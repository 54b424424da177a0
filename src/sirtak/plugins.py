"""Patterns that other packages bring: entry points in the group `sirtak.styles`.

An entry point names a package, whose folder holds patterns as sirtak's own does: `styles/NAME.toml`,
and `beats/`, `modes/` and so on for what its styles name. Nothing of the package is run. One
that cannot be found is broken: it is shown as that, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GROUP = "sirtak.styles"


@dataclass(frozen=True)
class Plugin:
    """An entry point and its package's folder, or what is wrong with it."""

    name: str
    folder: Path | None = None
    error: str = ""


@cache
def plugins() -> tuple[Plugin, ...]:
    """Return the packages that bring patterns, by the names of their entry points.

    They are looked for once, and only when something is not among sirtak's own: reading the
    metadata of all that is installed takes its time.
    """
    from importlib.metadata import entry_points

    return tuple(_plugin(point.name, point.value) for point in sorted(entry_points(group=GROUP)))


def pattern_folders() -> Iterator[tuple[str, Path]]:
    """Yield the names and folders of the packages that can be found."""
    for plugin in plugins():
        if plugin.folder is not None:
            yield plugin.name, plugin.folder


def _plugin(name: str, value: str) -> Plugin:
    from importlib.util import find_spec

    module = value.partition(":")[0].strip()
    try:
        spec = find_spec(module)
    except (ImportError, AttributeError, ValueError) as error:
        return Plugin(name, error=f"{module} cannot be found ({error})")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        return Plugin(name, error=f"{module} is no package with a folder of patterns")
    if not (Path(places[0]) / "styles").is_dir():
        return Plugin(name, error=f"{module} has no folder styles/")
    return Plugin(name, Path(places[0]))
