"""Songs: forms whose lines are lines of a poem, each described by one pattern file.

Syllables are grouped in feet (bunaq); lines of one rhyme share their ending figure. Shares are
in percent and need not add up to 100. Degrees are steps of the scale counted from 1, the final;
openings are semitones above the final; durations and lengths are quarter beats. A form's
`evidence` says for each table how well it is known, with the tags of theory/mode.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Annotated, Any, Literal, get_args

import msgspec

from sirtak.errors import did_you_mean
from sirtak.library import Library
from sirtak.spec import Document, convert
from sirtak.theory.mode import Tag

Share = Annotated[float, msgspec.Meta(ge=0, le=100, description="percent")]
MOVES = ("repeat", "step", "third", "fourth", "fifth", "larger")
Shape = Literal["convex", "descending", "ascending", "concave"]
Feet = Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=6)]], msgspec.Meta(min_length=1, max_length=5)]

MOST_SYLLABLES = 16


class VerseLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of the stanza.

    `keep` feet, counted from the end, are those of the first line of its rhyme: 1 is the rhyme
    alone, all of them the whole line again. `around` draws the line to a degree, as reciting does.
    """

    syllables: Annotated[int, msgspec.Meta(ge=2, le=MOST_SYLLABLES, description="notes of the line")]
    rhyme: Annotated[str, msgspec.Meta(pattern="^[a-z]$", description="lines of one letter rhyme")]
    keep: Annotated[int, msgspec.Meta(ge=1, le=5, description="feet taken from the line it rhymes with")] = 1
    ends: Annotated[dict[str, Share], msgspec.Meta(description="degree of its last note: shares")]
    opens: Annotated[dict[str, Share], msgspec.Meta(description="openings of its own, in semitones")] = {}
    shape: Annotated[Shape, msgspec.Meta(description="a contour of its own")] | None = None
    around: Annotated[int, msgspec.Meta(ge=-7, le=14, description="a degree that it recites on")] | None = (
        None
    )
    part: Annotated[str, msgspec.Meta(max_length=32, description="what it belongs to, e.g. refrain")] = ""


class SongFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields of a song file."""

    format: Literal[1]
    kind: Literal["song"] = "song"
    name: str
    title: str = ""
    about: str = ""
    source: str
    tag: Tag
    beats: Annotated[float, msgspec.Meta(ge=1, le=32, description="quarter beats that a line wants")] = 8.0
    hold: Annotated[int, msgspec.Meta(ge=1, le=8, description="room of a line's last note, in slots")] = 3
    rest: Annotated[float, msgspec.Meta(ge=0, le=32, description="beats of rest after a stanza")] = 0.0
    range: Annotated[
        list[Annotated[int, msgspec.Meta(ge=3, le=24)]],
        msgspec.Meta(min_length=2, max_length=2, description="semitones from the lowest to the highest note"),
    ]
    low: Annotated[dict[str, Share], msgspec.Meta(description="lowest note, semitones from the final")]
    peak: Annotated[int, msgspec.Meta(ge=1, description="the line that has the highest note")] = 1
    falling_end: Annotated[Share, msgspec.Meta(description="rhymes that end with a step down")] = 50.0
    feet: Annotated[dict[str, list[Feet]], msgspec.Meta(description="feet by number of syllables")]
    moves: Annotated[dict[str, list[Share]], msgspec.Meta(description="melodic moves: falling, rising")]
    degrees: Annotated[dict[str, Share], msgspec.Meta(description="share of time by degree")]
    durations: Annotated[dict[str, Share], msgspec.Meta(description="note values in quarter beats")]
    openings: Annotated[dict[str, Share], msgspec.Meta(description="first note, semitones from the final")]
    contour: Annotated[dict[str, Share], msgspec.Meta(description="contours of the lines")]
    evidence: dict[str, str] = {}
    line: Annotated[list[VerseLine], msgspec.Meta(min_length=1, max_length=24)]

    @property
    def scheme(self) -> str:
        """The rhymes of the stanza, one letter a line."""
        return "".join(item.rhyme for item in self.line)


Song = SongFile


@cache
def build_song(document: Document) -> Song:
    """Return the song form of a file; SpecError where it makes no sense."""
    song = convert(document, SongFile)
    _check_tables(document, song)
    _check_feet(document, song)
    _check_lines(document, song)
    for name, text in song.evidence.items():
        tag = text.partition(":")[0].strip()
        if name not in SongFile.__struct_fields__ and name not in VerseLine.__struct_fields__:
            hint = did_you_mean(name, SongFile.__struct_fields__)
            raise document.error(("evidence", name), f"evidence.{name}: there is no such field", hint)
        if tag not in get_args(Tag):
            hint = f"begin with a tag, as in 'S: …'; the tags are {', '.join(get_args(Tag))}"
            raise document.error(("evidence", name), f"evidence.{name}: '{tag}' is not a tag", hint)
    return song


def _check_tables(document: Document, song: Song) -> None:
    if song.range[0] > song.range[1]:
        raise document.error(("range",), f"range: {song.range[0]} is more than {song.range[1]}")
    for name in ("low", "openings"):
        _check_table(document, (name,), getattr(song, name), _semitones, "semitones from -12 to 24")
    _check_table(document, ("degrees",), song.degrees, _degree, "degrees 1 to 7")
    _check_table(document, ("durations",), song.durations, quarters, 'quarter beats such as "1/2"')
    _check_table(document, ("contour",), song.contour, get_args(Shape).index, ", ".join(get_args(Shape)))
    for name, shares in song.moves.items():
        if name not in MOVES:
            hint = did_you_mean(name, MOVES)
            raise document.error(("moves", name), f"moves.{name}: there is no such move", hint)
        wanted = 1 if name == "repeat" else 2
        if len(shares) != wanted:
            ask = "one share" if wanted == 1 else "two shares, falling and rising"
            raise document.error(("moves", name), f"moves.{name}: {ask}, found {len(shares)}")
    if not any(sum(shares) for name, shares in song.moves.items() if name != "repeat"):
        raise document.error(("moves",), "moves: a tune that never moves", "give step a share")


def _check_table(
    document: Document, path: tuple[str | int, ...], table: Mapping[Any, float], read: Any, what: str
) -> None:
    shown = str(path[-1])
    for key in table:
        try:
            read(key)
        except (ValueError, ZeroDivisionError):
            raise document.error((*path, key), f"{shown}: '{key}' is none of {what}") from None
    if sum(table.values()) <= 0:
        raise document.error(path, f"{shown}: the shares are all 0", "give one of them a share")


def _check_feet(document: Document, song: Song) -> None:
    for key, options in song.feet.items():
        for number, feet in enumerate(options):
            if str(sum(feet)) != key:
                text = "+".join(map(str, feet))
                message = f"feet.{key}: {text} is {sum(feet)} syllables (choice {number + 1})"
                raise document.error(("feet", key), message, f"feet that add up to {key}")
        if not options:
            raise document.error(("feet", key), f"feet.{key}: no choice", f"{key} = [[…]]")


def _check_lines(document: Document, song: Song) -> None:
    first: dict[str, int] = {}
    for index, line in enumerate(song.line):
        at, shown = ("line", index), f"line {index + 1}"
        if str(line.syllables) not in song.feet:
            hint = f"add {line.syllables} = [[…]] under [feet]"
            raise document.error((*at, "syllables"), f"{shown}: no feet for {line.syllables} syllables", hint)
        _check_table(document, (*at, "ends"), line.ends, _degree, "degrees 1 to 7")
        if line.opens:
            _check_table(document, (*at, "opens"), line.opens, _semitones, "semitones from -12 to 24")
        if line.rhyme not in first and line.keep > 1:
            message = f"{shown}: it is the first of rhyme '{line.rhyme}' and has nothing to keep"
            raise document.error((*at, "keep"), message, "leave keep out, or let it rhyme with a line above")
        if index + 1 == song.peak and line.shape in ("ascending", "concave"):
            message = f"{shown}: the line with the highest note cannot be {line.shape}"
            raise document.error((*at, "shape"), message, "convex or descending, or another peak")
        first.setdefault(line.rhyme, index)
    if song.peak > len(song.line):
        raise document.error(("peak",), f"peak: there is no line {song.peak}, only {len(song.line)}")


def _semitones(key: str) -> int:
    value = int(key)
    if not -12 <= value <= 24:
        raise ValueError(key)
    return value


def _degree(key: str) -> int:
    value = int(key)
    if not 1 <= value <= 7:
        raise ValueError(key)
    return value


def quarters(key: str) -> Fraction:
    """Return a note value in quarter beats; ValueError for what is none.

    >>> quarters("1/2")
    Fraction(1, 2)
    """
    value = Fraction(key)
    if not 0 < value <= 32:
        raise ValueError(key)
    return value


def load_song(library: Library, name: str) -> Song:
    """Return a song form by name.

    >>> load_song(Library(), "qara-oleng").scheme
    'aaba'
    """
    return build_song(library.document("song", name))


def song_of(form: str, library: Library) -> Song | None:
    """Return the song form that a theme's `form` names, None for the period.

    >>> song_of("period", Library()) is None
    True
    """
    return None if form == "period" else load_song(library, form)
