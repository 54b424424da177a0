"""The album: each planned track as a piece file that extends a style, composed and written.

A track's file says all that the plan decided, seeds included, so that it composes to exactly the MIDI
file beside it. Tracks are composed when they are asked for, one after the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property

from sirtak.composer.album_plan import plan_album, styled
from sirtak.composer.album_rules import Entry, Plan
from sirtak.composer.arrange import arrange
from sirtak.composer.fusion_roles import fused
from sirtak.composer.load import build_piece
from sirtak.composer.piece import Piece
from sirtak.composer.scenes import Placed, place
from sirtak.library import Library
from sirtak.notes import Arrangement
from sirtak.spec import parse_document
from sirtak.theory.meter import parse_meters

TITLE = "Sirtak"


@dataclass(frozen=True)
class AlbumTrack:
    """A track of the album: its plan (`entry`), its piece and its notes."""

    entry: Entry
    album: int

    @property
    def title(self) -> str:
        """The title in Kazakh."""
        return self.entry.title

    @property
    def name(self) -> str:
        """What its files are called, without an ending."""
        return self.entry.name

    @cached_property
    def toml(self) -> str:
        """The text of its piece file."""
        return track_toml(self.entry, self.album)

    @cached_property
    def piece(self) -> Piece:
        """The piece of that text."""
        return build_piece(parse_document(self.toml, f"{self.name}.toml"), (), Library())

    @cached_property
    def arrangement(self) -> Arrangement:
        """The notes."""
        return arrange(self.piece)

    @cached_property
    def placed(self) -> tuple[Placed, ...]:
        """Its sections as they are played: their scenes, and where they begin."""
        return tuple(place(fused(self.piece)))

    def to_bytes(self) -> bytes:
        """Return the MIDI file as bytes."""
        from sirtak.export.smf import encode

        return encode(self.arrangement)


@dataclass(frozen=True)
class Album:
    """The album of a seed: ten tracks, in their order.

    >>> album = make_album(7)
    >>> len(album.tracks), album.tracks[0].piece.file.style
    (10, 'bazaar')
    """

    seed: int
    plan: Plan
    tracks: tuple[AlbumTrack, ...] = field(repr=False)

    @property
    def title(self) -> str:
        """The title of the album."""
        return TITLE

    @property
    def seconds(self) -> float:
        """Its playing time; composes what has not been composed yet."""
        return sum(track.arrangement.seconds for track in self.tracks)

    @cached_property
    def tracklist(self) -> str:
        """The text of tracklist.md, from the tracks as they are; composes what has not been composed yet."""
        from sirtak.composer.album_list import tracklist

        return tracklist(self)


def make_album(seed: int) -> Album:
    """Return the album of a seed; nothing is composed before it is asked for."""
    plan = plan_album(seed)
    return Album(seed, plan, tuple(AlbumTrack(entry, seed) for entry in plan))


def track_toml(entry: Entry, album: int) -> str:
    """Return the piece file of a track.

    >>> print(track_toml(plan_album(7)[0], 7).splitlines()[0][:39])
    # Track 1 of the album "Sirtak", seed 7
    """

    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    title = entry.title if entry.title == entry.english else f"{entry.title} ({entry.english})"
    lines = [
        f'# Track {entry.number} of the album "{TITLE}", seed {album}: {entry.movement}.',
        f"# `sirtak compose {entry.name}.toml` makes {entry.name}.mid again.",
        "",
        "format = 1",
        f"name = {text(entry.name)}",
        f"title = {text(title)}",
        f"style = {text(entry.style)}",
        f"seed = {entry.seed}",
        f"tempo = {entry.tempo:g}",
        f"tonic = {text(entry.tonic)}",
        f"mode = {text(entry.mode)}",
        f"meter = {text(entry.meter)}",
    ]
    if entry.kuy:
        lines += ["", "[kuy]", f"type = {text(entry.kuy)}"]
    own = styled(entry.style, entry.kuy)
    if parse_meters(entry.meter) != own.meters:
        drummers = [name for name, spec in own.parts.items() if getattr(spec, "beat", "")]
        for name in drummers:
            lines += ["", f"[{name}]  # its beats are in another meter: one that suits", 'beat = ""']
    if entry.theme is not None:
        lines += ["", f'[melody]  # the theme of "{entry.family.capitalize()}"', f"seed = {entry.theme}"]
    if (entry.folk, entry.east) != (0.5, 0.5):
        lines += ["", "[fusion]", f"folk = {entry.folk:g}", f"east = {entry.east:g}"]
    return "\n".join(lines) + "\n"
