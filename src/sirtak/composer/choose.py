"""Choices: `[choose.drums] beat = ["a", "b"]` lets the seed take one of several values for a knob.

Every knob draws by its own name, so another list, or one more value in it, leaves the other knobs as
they were. What a later layer says outright wins: `--set drums.beat=b` is beat b.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sirtak.errors import SpecError
from sirtak.rng import MAX_SEED, stream
from sirtak.spec import Document, Key, dotted

SEED = 1  # of a piece that states none

# What is settled before the seed takes anything, or is no knob.
SETTLED = {
    "seed": "the seed is what takes the others",
    "style": "a style is found before anything is chosen; compose each, or choose what sets them apart",
    "choose": "a choice of choices; list the values themselves",
    "format": "the format of a file",
    "kind": "the kind of a file",
    "section": "a list of sections is one value: choose.section.NAME.bars = [8, 16], or choose.form.name",
}


@dataclass(frozen=True)
class Chosen(Document):
    """What a layer's choices came to; errors point to the list that a value was taken from."""

    def error(
        self, path: Sequence[Key], message: str, hint: str | None = None, *, key: bool = False
    ) -> SpecError:
        """Return the error for a chosen value, at the line of its list."""
        return super().error(("choose", *path), message, hint, key=key)


def with_choices(layers: Sequence[Document]) -> list[Document]:
    """Return the layers, each that leaves something to choose followed by what the seed takes.

    Raises SpecError where a choice is no list of values, or of something that cannot be left to the seed.
    """
    stated = [layer.data.get("seed") for layer in layers]
    seeds = [seed for seed in stated if isinstance(seed, int) and 0 <= seed <= MAX_SEED]
    seed = seeds[-1] if seeds else SEED
    found: list[Document] = []
    for layer in layers:
        found.append(layer)
        choices = layer.data.get("choose")
        if isinstance(choices, Mapping) and choices:
            data: dict[str, Any] = {}
            for path, values in _lists(layer, choices, ()):
                here = data
                for key in path[:-1]:
                    here = here.setdefault(key, {})
                draw = float(stream(seed, "choose", *path).random())
                here[path[-1]] = values[int(draw * len(values))]
            found.append(Chosen(layer.name, layer.text, data))
    return found


def _lists(
    layer: Document, table: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    for key, value in table.items():
        here = (*path, key)
        if not path and key in SETTLED and not (key == "section" and isinstance(value, Mapping)):
            message = f"choose.{key}: the seed cannot take one of these"
            raise layer.error(("choose", key), message, SETTLED[key])
        if isinstance(value, Mapping):
            yield from _lists(layer, value, here)
        elif isinstance(value, list) and value:
            yield here, value
        else:
            message = f"choose.{dotted(here)}: a list of values, of which the seed takes one"
            raise layer.error(("choose", *here), message, f"{key} = [first, second]")
