"""The track list: what the album holds and what to listen for, read from the tracks as they are.

Bars count from 1, times are minutes and seconds from a track's beginning. Nothing here is written
beforehand: who leads, where it is loudest and where a theme's turn comes back is found in the scenes
that were played.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sirtak.composer.album_words import MOVEMENTS
from sirtak.composer.fusion import east_of, share_of
from sirtak.theory.mode import load_mode

if TYPE_CHECKING:
    from sirtak.composer.album import Album, AlbumTrack
    from sirtak.composer.scenes import Placed

TURNS = (5, 4, 3)  # moves of the turn by which a theme is known
SHOWN = 6  # bars that are named one by one

Turn = tuple[int, ...]


def tracklist(album: Album) -> str:
    """Return the track list as Markdown."""
    lines = [
        f"# {album.title}",
        "",
        f"Ten tracks over love, loss and resilience, {clock(album.seconds)} in all.",
        f"Made by `sirtak album --seed {album.seed}`; each track composes again from its .toml.",
        "",
        "| # | title | | movement | style | key | tempo | meter | length |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(track) for track in album.tracks),
    ]
    movement = ""
    turns = shared_turns(album)
    for track in album.tracks:
        if track.entry.movement != movement:
            movement = track.entry.movement
            lines += ["", f"## {MOVEMENTS[movement][0]} · {MOVEMENTS[movement][1]}"]
        lines += ["", f"**{track.entry.number}. {_titled(track)}** ({clock(track.arrangement.seconds)})", ""]
        lines += [f"- {text}" for text in _heard(track)]
        lines += [f"- {text}" for text in _returns(track, turns)]
    lines += ["", "## Themes that come back", "", *_themes(album, turns)]
    return "\n".join(lines) + "\n"


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds.

    >>> clock(185.4)
    '3:05'
    """
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _titled(track: AlbumTrack) -> str:
    return f"{track.entry.title}, {track.entry.english}"


def _row(track: AlbumTrack) -> str:
    entry, arrangement = track.entry, track.arrangement
    title = load_mode(track.piece.library, entry.mode).title
    cells = (
        f"{entry.number}",
        entry.title,
        entry.english,
        MOVEMENTS[entry.movement][1].lower(),
        (entry.kuy and f"kuy ({entry.kuy})") or entry.style,
        f"{entry.tonic}, {title}",
        f"{arrangement.tempos[0].bpm:g}",
        entry.meter,
        clock(arrangement.seconds),
    )
    return "| " + " | ".join(cells) + " |"


def _heard(track: AlbumTrack) -> list[str]:
    """Return what to listen for: opening, who has the tune, quietest and loudest place, ending."""
    placed = track.placed
    first, last, middle = placed[0], placed[-1], placed[1:-1]
    found = [f"{_bars(first)}: opens with {_names(track, _players(track, first))}.", *_tune(track)]
    if len(middle) > 1:
        quiet = min(middle, key=_energy)
        loud = max(middle, key=lambda item: (_energy(item), item.start))
        softly, loudly = _names(track, _players(track, quiet)), len(_players(track, loud))
        found.append(f"{_bars(quiet)}, {quiet.section.title}: the quietest place, {softly}.")
        title, parts = loud.section.title, "1 part" if loudly == 1 else f"{loudly} parts"
        found.append(f"{_bars(loud)}, {title}, from {_at(track, loud)}: the climax, {parts}.")
    found.append(f"{_bars(last)}: ends with {_names(track, _players(track, last))}.")
    return [*found, *_colour(track)]


def _tune(track: AlbumTrack) -> list[str]:
    """Return who has the tune first, and who takes it over."""
    led = [item for item in track.placed if item.section.spec.lead]
    texts, before = [], ""
    for item in led:
        lead, answer = item.section.spec.lead, item.section.spec.answer
        if lead == before:
            continue
        reply = f", {_names(track, [answer])} answers" if answer else ""
        texts.append(f"{_names(track, [lead])} from bar {item.section.first_bar + 1}{reply}")
        before = lead
    return [f"The tune: {'; '.join(texts[:4])}{'; and so on' if len(texts) > 4 else ''}."] if texts else []


def _colour(track: AlbumTrack) -> list[str]:
    """Return what the meter and the fusion knobs do to it, where it is not as ever."""
    entry, found = track.entry, []
    if entry.mixed:
        found.append(f"Every part keeps the groups of {entry.meter}.")
    west, east = east_of(track.piece.file.fusion)
    if west >= 0.3 or east >= 0.3:
        found.append("Harmony leans to the West." if west else "Harmony leans on the drone.")
    left = share_of("folk", entry.folk), share_of("electronic", entry.folk)
    if min(left) <= 0.85:
        found.append("The folk side steps back." if left[0] < 1 else "The machine steps back.")
    return found


def _returns(track: AlbumTrack, turns: dict[str, Turn]) -> list[str]:
    """Return where the theme that a track shares is heard in it."""
    turn = turns.get(track.entry.family)
    bars = bars_of(track, turn) if turn else []
    if not bars:
        return []
    named = ", ".join(map(str, bars[:SHOWN]))
    more = f" and {len(bars) - SHOWN} more" if len(bars) > SHOWN else ""
    bar = "bars" if len(bars) > 1 else "bar"
    return [f'The turn of "{track.entry.family.capitalize()}" in {bar} {named}{more}.']


def _themes(album: Album, turns: dict[str, Turn]) -> list[str]:
    lines = []
    for family, turn in turns.items():
        tracks = [track for track in album.tracks if track.entry.family == family]
        moves = " ".join(f"{move:+d}" if move else "0" for move in turn)
        where = ", ".join(f"{track.entry.number} ({_count(len(bars_of(track, turn)))})" for track in tracks)
        lines.append(f'- "{family.capitalize()}": {moves} (steps of the mode). Track and how often: {where}.')
    return lines


def _count(times: int) -> str:
    return "once" if times == 1 else f"{times} times" if times else "varied only"


def shared_turns(album: Album) -> dict[str, Turn]:
    """Return the turn by which each shared theme is known.

    A turn is what a bar of the tune begins with: three to five moves in degrees, not all alike.
    It is the longest that the track of the theme's name shares with all others; where none is,
    the one of three moves that it shares with most. Of several, the one that is heard oftenest.
    """
    turns: dict[str, Turn] = {}
    for family in dict.fromkeys(track.entry.family for track in album.tracks if track.entry.family):
        tracks = [track for track in album.tracks if track.entry.family == family]
        home = next(track for track in tracks if track.entry.style == family)
        for moves in TURNS:
            turn, shared = _commonest(home, tracks, moves)
            if shared == len(tracks) or moves == TURNS[-1]:
                break
        if turn:
            turns[family] = turn
    return turns


def _commonest(home: AlbumTrack, tracks: list[AlbumTrack], moves: int) -> tuple[Turn, int]:
    """Return the turn of `home` that is in most of the tracks, and in how many."""
    counts = [Counter(turn for turn, _ in _turns(track, moves)) for track in tracks]
    shared = Counter(turn for count in counts for turn in count)
    total: Counter[Turn] = sum(counts, Counter())
    own = {turn for turn, _ in _turns(home, moves)}
    best = max(own, key=lambda turn: (shared[turn], total[turn], turn), default=())
    return best, shared[best]


def bars_of(track: AlbumTrack, turn: Turn) -> list[int]:
    """Return the bars (from 1) in which a turn begins in the tune of a track."""
    return sorted({bar for found, bar in _turns(track, len(turn)) if found == turn})


def _turns(track: AlbumTrack, moves: int) -> Iterator[tuple[Turn, int]]:
    """Yield the turn that each bar of a track's tune begins with, and the bar (from 1)."""
    for item in track.placed:
        line, bars = item.scene.theme, item.scene.bars
        if not item.section.spec.lead:
            continue
        degrees, onsets = line.degree.tolist(), line.onset.tolist()
        starts = {tick: bar for bar, tick in enumerate(bars.starts.tolist())}
        for place in range(len(degrees) - moves):
            turn = tuple(b - a for a, b in pairwise(degrees[place : place + moves + 1]))
            if onsets[place] in starts and len(set(turn)) > 1:
                yield turn, item.section.first_bar + starts[onsets[place]] + 1


def _energy(item: Placed) -> float:
    return float(item.scene.energy.mean())


def _players(track: AlbumTrack, item: Placed) -> list[str]:
    """Return the parts that have a note in a section, in the order of the tracks."""
    end = item.start + item.scene.bars.ticks
    return [
        part.name
        for part in track.arrangement
        if bool(((part.notes.onset >= item.start) & (part.notes.onset < end)).any())
    ]


def _names(track: AlbumTrack, parts: list[str]) -> str:
    titles = {part.name: part.title for part in track.arrangement}
    named = list(dict.fromkeys(titles.get(name, name).lower() for name in parts)) or ["nobody"]
    return named[0] if len(named) == 1 else ", ".join(named[:-1]) + " and " + named[-1]


def _bars(item: Placed) -> str:
    first = item.section.first_bar + 1
    return f"Bars {first} to {first + item.scene.bars.count - 1}"


def _at(track: AlbumTrack, item: Placed) -> str:
    """Return the time at which a section begins."""

    before = [change for change in track.arrangement.tempos if change.tick < item.start]
    head = replace(track.arrangement, tracks=(), length=item.start, tempos=tuple(before))
    return clock(head.seconds)
