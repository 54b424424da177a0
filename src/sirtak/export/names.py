"""Track names that every program can read.

Some sequencers stop at UTF-8 in a MIDI file and others show it as noise, so names are plain
ASCII unless UTF-8 is asked for. Kazakh letters follow the common Latin spelling.
"""

from __future__ import annotations

from collections.abc import Iterable

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі"
_LATIN = [
    *("a", "b", "v", "g", "d", "e", "io", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t"),
    *("u", "f", "h", "c", "ch", "sh", "shch", "", "y", "", "e", "iu", "ia"),
    *("a", "g", "q", "n", "o", "u", "u", "h", "i"),
]
_KAZAKH = dict(zip(_CYRILLIC, _LATIN, strict=True))
_TABLE = str.maketrans(
    {**_KAZAKH, **{letter.upper(): latin.capitalize() for letter, latin in _KAZAKH.items()}}
)


def ascii_name(text: str, fallback: str = "Track") -> str:
    """Return a name in printable ASCII, at most 64 letters.

    >>> ascii_name("Қобыз"), ascii_name("Дала"), ascii_name("Oñ būrau")
    ('Qobyz', 'Dala', 'On burau')
    """
    plain = text.translate(_TABLE)
    if not plain.isascii():
        from anyascii import anyascii  # only names in other scripts pay for it

        plain = anyascii(plain)
    printable = "".join(letter for letter in plain if " " <= letter <= "~").strip()
    return printable[:64] or fallback


def unique(names: Iterable[str]) -> list[str]:
    """Return the names with a number behind each that was there before.

    >>> unique(["Pad", "Pad", "Bass"])
    ['Pad', 'Pad 2', 'Bass']
    """
    seen: set[str] = set()
    result = []
    for name in names:
        candidate, number = name, 1
        while candidate in seen:
            number += 1
            candidate = f"{name} {number}"
        seen.add(candidate)
        result.append(candidate)
    return result
