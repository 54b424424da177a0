"""Tablature as text: two strings (or more), the highest on top, as a player reads them.

A number is the fret where a note begins, dashes are its ringing. Every bar has a grid of its own:
sixteenths, or what is finer where a bar needs it. Above stand sections, bars and strokes (⊓ down,
V up), below the beats. `p` is a pull-off, `h` a hammer-on, `(3)2` a grace note. Bars count from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sirtak.analysis.kuy import find_dombra, find_part
from sirtak.analysis.kuy_bars import Beats, Groups, heard_groups
from sirtak.analysis.tab_bar import Drawn, draw_bar, rings_of
from sirtak.analysis.tab_events import Event, events_of, lines_of, pitch_name
from sirtak.errors import SirtakError
from sirtak.notes import Arrangement

REST_BARS = 3  # from so many silent bars on they are told, not drawn


def text_tab(
    arrangement: Arrangement,
    *,
    track: str = "",
    bars: tuple[int, int] | None = None,
    width: int = 110,
    ascii: bool = False,
    groups: Groups | None = None,
) -> str:
    """Return a part as tablature, wrapped to the width; SirtakError where it is no part for strings.

    >>> from sirtak.notes import MeterChange, Notes, Track
    >>> notes = Notes.of([0, 20, 960, 980, 1440], 460, [50, 57, 50, 57, 59], string=[2, 1, 2, 1, 1])
    >>> track, meters = Track("dombra", notes, strings=(55, 50)), (MeterChange(0, 2, 4),)
    >>> piece = Arrangement((track,), length=1920, meters=meters)
    >>> print(text_tab(piece, ascii=True, width=60))
    Dombra: strings G3 and D3
    <BLANKLINE>
        1
        D       D
    G3 |2---    2---4---|
    D3 |0---    0---    |
        1   .   2   .
    <BLANKLINE>
    D down, U up
    """
    part = find_part(arrangement, track or find_dombra(arrangement))
    beats = Beats.of(arrangement, heard_groups(arrangement, part.notes, groups))
    lines, events = lines_of(part), events_of(arrangement, part)
    first, last = _span(bars, len(beats.bars) - 1)
    names = [pitch_name(pitch) for pitch in lines]
    label = max(map(len, names)) + 1
    room = max(8, width - label - 2)
    drawn = [
        piece
        for item in _draw(arrangement, events, beats, lines, range(first - 1, last), ascii)
        for piece in _slices(item, room)
    ]
    text = [f"{part.title}: strings {', '.join(names[:-1])} and {names[-1]}", ""]
    for system in _systems(drawn, room):
        text += [*_system(system, names, label), ""]
    return "\n".join([*text, _legend(drawn, ascii)]).rstrip()


def _span(bars: tuple[int, int] | None, total: int) -> tuple[int, int]:
    first, last = bars or (1, total)
    if not 1 <= first <= last:
        raise SirtakError(f"bars {first} to {last} are no span", hint=f"the piece has bars 1 to {total}")
    if first > total:
        raise SirtakError(f"bar {first} is behind the end", hint=f"the piece has {total} bars")
    return first, min(last, total)


def _draw(
    arrangement: Arrangement,
    events: list[Event],
    beats: Beats,
    lines: tuple[int, ...],
    bars: range,
    ascii: bool,
) -> Iterator[Drawn]:
    onset = np.array([event.onset for event in events], np.int64)
    number = beats.bar_of(onset)
    rings = [rings_of(events, line) for line in range(len(lines))]
    for bar in bars:
        start, end = int(beats.bars[bar]), int(beats.bars[bar + 1])
        inside = [events[at] for at in np.flatnonzero(number == bar).tolist()]
        marker = " ".join(text for tick, text in arrangement.markers if start <= tick < end)
        starts = [int(tick) - start for tick in beats.starts[beats.bar == bar].tolist()]
        yield draw_bar(bar + 1, marker, inside, (start, end), starts, rings, ascii)


def _slices(item: Drawn, room: int) -> Iterator[Drawn]:
    """Yield a bar, cut before beats where it is wider than the page."""
    start, number, marker = 0, item.number, item.marker
    while item.width - start > room:
        fits = [cut for cut in item.cuts if start < cut <= start + room]
        stop = _before_number(item, start, fits[-1] if fits else start + room)
        rows = tuple(row[start:stop] for row in item.rows)
        yield Drawn(number, marker, rows, (), closed=False)
        start, number, marker = stop, 0, ""
    yield Drawn(number, marker, tuple(row[start:] for row in item.rows), ())


def _before_number(item: Drawn, start: int, stop: int) -> int:
    """Return the last column up to `stop` at which no number, nor what leans on it, is cut in two."""
    place = stop
    while place > start + 1 and any(_parts(row, place) for row in item.rows[1:-1]):
        place -= 1
    return place if place > start + 1 else stop


def _parts(row: str, place: int) -> bool:
    """Return whether a cut at a column parts a number, or a number from the mark before it."""
    begins = row[place] in "(ph" and row[place - 1].isdigit()
    return row[place - 1] not in " -" and not begins


def _silent(item: Drawn) -> bool:
    return not any(row.strip() for row in item.rows[:-1])


def _systems(drawn: list[Drawn], room: int) -> Iterator[list[Drawn]]:
    """Yield the bars line by line; long rests are a line of their own."""
    line: list[Drawn] = []
    place = 0
    while place < len(drawn):
        rest = place
        while rest < len(drawn) and _silent(drawn[rest]) and (rest == place or not drawn[rest].marker):
            rest += 1
        if rest - place >= REST_BARS:
            if line:
                yield line
            yield drawn[place:rest]
            line, place = [], rest
            continue
        if line and sum(item.width + 1 for item in line) + drawn[place].width > room:
            yield line
            line = []
        line.append(drawn[place])
        place += 1
    if line:
        yield line


def _system(line: list[Drawn], names: list[str], label: int) -> list[str]:
    """Return one line of tablature as rows of text."""
    if len(line) >= REST_BARS and all(map(_silent, line)):
        said = f"  '{line[0].marker}'" if line[0].marker else ""
        return [f"bars {line[0].number}-{line[-1].number} rest{said}"]
    columns, starts = label + 1, []
    for item in line:
        starts.append(columns)
        columns += item.width + 1
    above = [
        _placed([(at, f"'{item.marker}'") for at, item in zip(starts, line, strict=True) if item.marker]),
        _placed([(at, str(item.number)) for at, item in zip(starts, line, strict=True) if item.number]),
        " " * (label + 1) + " ".join(item.rows[0] for item in line),
    ]
    text = [row.rstrip() for row in above if row.strip()]
    for number, name in enumerate(names, 1):
        opening = "|" if line[0].number else " "
        closing = "|" if line[-1].closed else ""
        text.append(f"{name:<{label}}{opening}" + "|".join(item.rows[number] for item in line) + closing)
    return [*text, (" " * (label + 1) + " ".join(item.rows[-1] for item in line)).rstrip()]


def _placed(items: list[tuple[int, str]]) -> str:
    """Return texts at their columns; one that has no room pushes the next one on."""
    row = ""
    for column, text in items:
        row = row.ljust(column) if len(row) <= column else row + " "
        row += text
    return row


def _legend(drawn: list[Drawn], ascii: bool) -> str:
    """Return what the signs in use mean."""
    strokes = "".join(item.rows[0] for item in drawn)
    numbers = "".join(row for item in drawn for row in item.rows[1:-1])
    down, up = ("D", "U") if ascii else ("⊓", "V")
    said = [f"{down} down, {up} up"] if strokes.strip() else []
    for sign, meaning in (("p", "p pull-off"), ("h", "h hammer-on"), ("(", "(n) grace note")):
        said += [meaning] if sign in numbers else []
    return ", ".join(said)
