"""The plan of the album "Sirtak": ten tracks over love, loss and resilience.

A plan is drawn whole and held against the rules (`faults`); the first draft that breaks none is
taken. Draws are addressed by seed and draft, so a seed is one album for ever. What is planned:
which style where, keys (related inside a movement, a wrench between movements), tempi (love moves, loss
slows, resilience is fastest), meters, who plays and how Western it is, and which tracks share a theme.
All of it is ours; the story is the project's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from sirtak.composer.album_rules import CONTRAST, MOVEMENT, RELATED, TONICS, Entry, Plan, apart, faults
from sirtak.composer.album_words import title_of
from sirtak.composer.load import load_piece
from sirtak.composer.piece import Piece
from sirtak.rng import MAX_SEED, stream
from sirtak.theory.meter import parse_meters

DRAFTS = 400
FOLK = (0.64, 0.56, 0.5, 0.5, 0.56, 0.62, 0.56, 0.5, 0.46, 0.4)
EAST = (0.6, 0.55, 0.5, 0.5, 0.5, 0.66, 0.58, 0.5, 0.42, 0.25)

# Who may stand where; bazaar opens, and the last track is the stage abroad.
LOVE = ("toi", "qara-oleng", "steppe-house", "almaty-garage")
LOSS = ("qobyz-ambient", "terme-trap", "qara-oleng", "kuy", "aqsaq")
RESILIENCE = ("aqsaq", "alatau", "adai-dnb", "toi", "steppe-house", "almaty-garage")
ABROAD = ("almaty-garage", "steppe-house", "adai-dnb")

# Other modes that a style's chords are whole in, and other meters that its drummers know.
MODES: Mapping[str, tuple[str, ...]] = {
    "kazan": ("phrygian-variable-2",),
    "sirtak": ("aeolian",),
    "steppe-house": ("mixolydian",),
    "aqsaq": ("aeolian",),
    "alatau": ("dorian",),
    "terme-trap": ("aeolian",),
    "qobyz-ambient": ("phrygian-variable-2",),
    "almaty-garage": ("mixolydian",),
    "qara-oleng": ("mixolydian",),
}
MOURNING = {"qara-oleng": "aeolian"}  # a song of loss is not sung in major
METERS: Mapping[str, tuple[str, ...]] = {"qobyz-ambient": ("3/4", "7/8 (3+2+2)")}
KUYS = ("alatau", "koroghly", "legend", "aijan")


def plan_album(seed: int) -> Plan:
    """Return the ten tracks of a seed's album.

    >>> {"sirtak", "kazan", "bazaar"} <= {entry.style for entry in plan_album(3)}
    True
    """
    best: Plan = ()
    fewest = 99
    for draft in range(DRAFTS):
        plan = _draft(seed, draft)
        broken = len(faults(plan))
        if broken < fewest:
            best, fewest = plan, broken
        if not broken:
            break
    used: set[str] = set()
    return tuple(_titled(entry, seed, used) for entry in best)


def _titled(entry: Entry, seed: int, used: set[str]) -> Entry:
    draws = stream(seed, "album", "title", entry.number).random(2).tolist()
    about = "stage" if entry.number == len(MOVEMENT) else entry.style
    title, english = title_of(about, entry.movement, (draws[0], draws[1]), used)
    return replace(entry, title=title, english=english)


def _draft(seed: int, draft: int) -> Plan:
    dice = stream(seed, "album", "plan", draft)
    order = _order(dice.random(12).tolist())
    draws = dice.random((len(order), 6)).tolist()
    entries: list[Entry] = []
    for place, (style, row) in enumerate(zip(order, draws, strict=True)):
        entries.append(_entry(place, style, row, entries, seed))
    return _with_families(entries, dice.random(len(order)).tolist(), seed)


def _order(draws: list[float]) -> list[str]:
    """Return the styles in their order: the title track early, the single at the turn to loss."""
    bag = iter(draws)

    def take(pool: tuple[str, ...], out: list[str]) -> str:
        free = [name for name in pool if name not in out]
        return free[int(next(bag) * len(free))]

    last = take(ABROAD, [])
    used = [last]
    for pool, count in ((LOVE, 2), (LOSS, 2), (RESILIENCE, 2)):
        for _ in range(count):
            used.append(take(pool, used))
    love, loss, resilience = used[1:3], used[3:5], used[5:7]
    love.insert(int(next(bag) * 3), "sirtak")
    loss.insert(int(next(bag) * 2), "kazan")
    resilience.sort(key=lambda style: styled(style, "").file.tempo)  # it gathers speed
    return ["bazaar", *love, *loss, *resilience, last]


def _entry(place: int, style: str, row: list[float], before: list[Entry], seed: int) -> Entry:
    """Return a track, its key chosen by the one before."""
    kuy = KUYS[int(row[0] * len(KUYS))] if style == "kuy" else ""
    piece = styled(style, kuy)
    file = piece.file
    mode = _own_or_other(file.mode, MODES.get(style, ()), row[1])
    if MOVEMENT[place] == "loss":
        mode = MOURNING.get(style, mode)
    meter = _own_or_other(file.meter, METERS.get(style, ()), row[2])
    # Tempi are drawn within 4 percent of the style's: it knows its own.
    tempo = round(file.tempo * (0.96 + 0.08 * row[3])) if not kuy else file.tempo
    written = style in ("sirtak", "kazan") or bool(kuy)
    shade = round(0.08 * row[4] - 0.04, 2)
    entry = Entry(
        number=place + 1,
        movement=MOVEMENT[place],
        style=style,
        title="",
        english="",
        seed=int(stream(seed, "album", "seed", place).random() * 1_000_000),
        tonic=TONICS[piece.tonic],
        mode=mode,
        meter=meter,
        tempo=tempo,
        folk=0.5 if written else round(FOLK[place] + shade, 2),
        east=0.5 if written else round(EAST[place] + shade, 2),
        kuy=kuy,
        seconds=_seconds(style, kuy, meter) * file.tempo / tempo,
    )
    return _in_key(entry, before, row[5])


def _in_key(entry: Entry, before: list[Entry], draw: float) -> Entry:
    """Return the track in a key that suits the one before: related, or a wrench where a movement begins."""
    if not before:
        return replace(entry, tonic=TONICS[(TONICS.index(entry.tonic) + (0, 2, 5, 10)[int(draw * 4)]) % 12])
    last = before[-1]
    keys = [replace(entry, tonic=tonic) for tonic in TONICS]
    same = last.movement == entry.movement
    fitting = []
    for key in keys:
        gap = apart(last.signature, key.signature)
        if (gap <= RELATED if same else gap >= CONTRAST) and (key.tonic, key.mode) != (last.tonic, last.mode):
            fitting.append(key)
    return fitting[int(draw * len(fitting))] if fitting else entry


def _with_families(entries: list[Entry], draws: list[float], seed: int) -> Plan:
    """Return the plan with its two themes dealt out: the title track's and the single's."""
    able = [entry for entry in entries if not entry.kuy and has_theme(entry.style)]
    free = [entry for entry in able if entry.style not in ("sirtak", "kazan")]
    free.sort(key=lambda entry: draws[entry.number - 1])
    family = {"sirtak": "sirtak", "kazan": "kazan"}
    # The last track remembers the title track; the bazaar already knows the single's tune.
    family |= {entry.style: "sirtak" for entry in free if entry.number == len(entries)}
    family |= {entry.style: "kazan" for entry in free if entry.number == 1}
    for entry in free:
        counts = {name: list(family.values()).count(name) for name in ("kazan", "sirtak")}
        family.setdefault(entry.style, min(counts, key=lambda name: counts[name]))
    themes = {name: int(stream(seed, "album", "theme", name).random() * MAX_SEED) % 10**6 for name in family}
    return tuple(
        replace(entry, family=family[entry.style], theme=themes[family[entry.style]])
        if entry.style in family
        else entry
        for entry in entries
    )


def _own_or_other(own: str, others: tuple[str, ...], draw: float) -> str:
    """Return the style's own in about six of ten draws, another otherwise."""
    if draw < 0.6 or not others:
        return own
    return others[min(len(others) - 1, int((draw - 0.6) / 0.4 * len(others)))]


@cache
def styled(style: str, kuy: str) -> Piece:
    """Return a style as it stands among the styles that come along."""
    return load_piece(style, [f"kuy.type={kuy}"] if kuy else [])


def has_theme(style: str) -> bool:
    """Return whether a style has a theme of motifs, rather than a song or a küy."""
    piece = styled(style, "")
    return piece.kuy is None and piece.file.melody.form == "period"


@cache
def _seconds(style: str, kuy: str, meter: str) -> float:
    """Return about how long a style plays, in its own meter or another."""
    piece, meters = styled(style, kuy), parse_meters(meter)
    quarters = sum(item.ticks for item in meters) / len(meters) / 960
    return sum(
        section.spec.bars * quarters * 60 / (section.spec.tempo or piece.file.tempo)
        for section in piece.sections()
    )
