"""What every part keeps to: the groups of a meter, and the energy of a section."""

import numpy as np
import pytest

import sirtak
from sirtak.composer.players import PLAYERS
from sirtak.theory.meter import Bars, parse_meters

EIGHTH = 480


def text(player, meter, beat="", energy=0.7):
    lead = "" if PLAYERS[player].drums else f'lead = "{player}"'
    named = f'beat = "{beat}"' if beat else ""
    return f"""
meter = "{meter}"
mode = "dorian"
[{player}]
{named}
[[section]]
name = "a"
bars = 12
energy = {energy}
{lead}
"""


def can_play(player, meter):
    own = PLAYERS[player].check
    if own is None:
        return True
    try:
        sirtak.compose(text(player, meter))
    except sirtak.SirtakError:
        return False
    return True


def weights(notes, meters):
    """Return the summed velocity on each eighth of twelve bars, and whether a group begins there."""
    bars = Bars(meters, 12)
    at = np.rint(notes.onset / EIGHTH).astype(int)
    on = (np.abs(notes.onset - at * EIGHTH) < 150) & (at < bars.ticks // EIGHTH)
    weight = np.zeros(bars.ticks // EIGHTH)
    np.add.at(weight, at[on], notes.velocity[on].astype(float))
    return weight, np.isin(np.arange(len(weight)) * EIGHTH, bars.group_starts)


# What marks the edges of sections has no groups; stabs stand between them, and an arpeggio fills all.
EDGES = ("riser", "impact", "swell")
LEAST = {"arp": 1.0}


@pytest.mark.parametrize("meter", ["7/8 (3+2+2)", "7/8 (2+2+3)", "5/8 (3+2)", "5/8 (2+3)", "2/4+3/4"])
@pytest.mark.parametrize("player", [name for name in PLAYERS if name not in EDGES])
def test_groups_are_heard(player, meter):
    beat = "house-five-two" if (player, meter) == ("drums", "5/8 (2+3)") else ""
    if not beat and not can_play(player, meter):
        assert PLAYERS[player].drums  # it says so, and what it could play instead: test_fitting.py
        return
    made = sirtak.compose(text(player, meter, beat))
    weight, starts = weights(made[player], parse_meters(meter))
    if player == "stabs":
        assert weight[~starts].any()
        assert not weight[starts].any()
    else:
        assert weight[starts].mean() > LEAST.get(player, 1.15) * weight[~starts].mean()


@pytest.mark.parametrize("player", PLAYERS)
def test_energy_is_heard(player):
    scene = {"riser": 'scene = "build"', "impact": 'scene = "drop"', "swell": 'scene = "build"'}.get(
        player, ""
    )
    other = '[[section]]\nname = "b"\nbars = 2\n'  # a swell leads somewhere
    low, high = (
        sirtak.compose(text(player, "4/4", energy=energy) + f"{scene}\n{other}")[player]
        for energy in (0.15, 0.95)
    )
    assert high.velocity.mean() > low.velocity.mean() + 5
    assert len(high) >= len(low)
