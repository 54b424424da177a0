"""Pieces for the tests of the machine's players, and what the tests ask of their controllers."""

import json

import numpy as np

import sirtak
from sirtak.notes.controls import BEND, CC

METERS = [
    "4/4",
    "3/4",
    "2/4",
    "6/8",
    "5/8 (3+2)",
    "5/8 (2+3)",
    "7/8 (3+2+2)",
    "7/8 (2+2+3)",
    "2/4+3/4",
    "2/4+5/8",
    "9/16",
    "1/8",
]
BEATS = {"4/4", "3/4", "2/4", "6/8", "5/8 (3+2)", "7/8 (3+2+2)", "7/8 (2+2+3)", "2/4+3/4"}


def machine(
    player, knobs=None, *, meter="4/4", bars=8, tempo=120, seed=1, energy=(0.6, 0.6), scene="main", lead="", beat="",
    mode="aeolian", chords="i VI i VII", drums="", more="", closing=False,
):  # fmt: skip
    """Compose a section of a player between two of others (`closing`: the last one); `knobs` are those of `x`."""
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in (knobs or {}).items())
    kit = "" if meter not in BEATS else f"[drums]\n{drums}" + (f'beat = "{beat}"\n' if beat else "")
    other = '[[section]]\nname = "other"\nbars = 2\nparts = ["pad"]\n'
    text = (
        f'name = "p"\nseed = {seed}\ntempo = {tempo}\nmeter = "{meter}"\nmode = "{mode}"\n'
        f'[harmony]\nchords = "{chords}"\nbars = 1\nlisten = 0\n[x]\nplayer = "{player}"\n{lines}[pad]\n[piano]\n{kit}{other}'
        f'[[section]]\nname = "s"\nbars = {bars}\nenergy = {energy[0]}\nenergy_to = {energy[1]}\n'
        f'scene = "{scene}"\nlead = "{lead}"\n{more}' + ("" if closing else other)
    )
    return sirtak.compose(text)


def part(composition, name="x"):
    """The track of a part and the ticks from and to which its section lasts; no track where it is silent."""
    start = composition.arrangement.markers[1][0]
    ends = [tick for tick, _ in composition.arrangement.markers[2:]]
    end = ends[0] if ends else composition.arrangement.length
    return next((track for track in composition if track.name == name), None), start, end


def values(track, number):
    """Rows (tick, value) of a controller."""
    table = track.controls.table
    rows = table[(table["kind"] == CC) & (table["number"] == number)]
    return rows["tick"].astype(int), rows["value"].astype(int)


def bends(track):
    rows = track.controls.table[track.controls.table["kind"] == BEND]
    return rows["tick"].astype(int), rows["value"].astype(int)


def held(ticks, given, at, rest=127):
    """What a controller says at ticks: the last value given, at rest before the first."""
    return np.append(rest, given)[np.searchsorted(ticks, at, side="right")]


def alone(notes):
    """Whether never two notes sound at once."""
    return bool(np.all(np.diff(notes.onset) > 0) and np.all(notes.end[:-1] <= notes.onset[1:]))


def sounds(notes):
    return set(zip(notes.onset.tolist(), notes.pitch.tolist(), strict=True))
