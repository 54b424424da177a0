"""The band: who can play a part."""

from __future__ import annotations

from collections.abc import Mapping

from sirtak.electronic.arp import ArpSpec, arp
from sirtak.electronic.bass import BassSpec, bass, bass_control
from sirtak.electronic.drums import DrumsSpec, drum_locks, drums
from sirtak.electronic.drums import check as check_drums
from sirtak.electronic.impact import ImpactSpec, impact, tail
from sirtak.electronic.riser import RiserSpec, rise, riser
from sirtak.electronic.stabs import StabsSpec, stabs
from sirtak.electronic.swell import SwellSpec, reverse
from sirtak.electronic.swell import swell as reversed_swell
from sirtak.electronic.synth import SynthSpec, lead_control, synth
from sirtak.folk.dombra import DombraSpec, dombra, open_strings
from sirtak.folk.dombra import check as check_dombra
from sirtak.folk.drummers import (
    AsatayaqSpec,
    DabylSpec,
    DangyraSpec,
    DauylpazSpec,
    DrummerSpec,
    TuyaqSpec,
    drummer,
)
from sirtak.folk.drummers import check as check_drummer
from sirtak.folk.jetigen import JetigenSpec, jetigen, press
from sirtak.folk.percussion import PercussionSpec, percussion, percussion_locks
from sirtak.folk.percussion import check as check_percussion
from sirtak.folk.qobyz import QobyzSpec, bow, qobyz
from sirtak.folk.shanqobyz import ShanQobyzSpec, mouth, shanqobyz
from sirtak.folk.sybyzgy import SybyzgySpec, breath, sybyzgy
from sirtak.harmony.pad import PadSpec, pad, swell
from sirtak.harmony.piano import PianoSpec, pedal, piano
from sirtak.scene import PartSpec, Player


def _drummer(spec: type[DrummerSpec], about: str) -> Player:
    return Player(spec, drummer, about, "percussion", check=check_drummer, drums=True, side="folk")


PLAYERS: Mapping[str, Player] = {
    "piano": Player(
        PianoSpec,
        piano,
        "piano: theme, answers or open chords",
        "harmony",
        pedal,
        side="bridge",
        tune=True,
    ),
    "dombra": Player(
        DombraSpec,
        dombra,
        "dombra: two strings, strummed or plucked",
        "lead",
        check=check_dombra,
        strings=open_strings,
        side="folk",
        tune=True,
    ),
    "qobyz": Player(QobyzSpec, qobyz, "qyl-qobyz: bowed drone or tune", "drone", bow, side="folk", tune=True),
    "pad": Player(PadSpec, pad, "held chords", "harmony", swell),
    "bass": Player(BassSpec, bass, "electronic bass with a policy towards the kick", "bass", bass_control),
    "drums": Player(
        DrumsSpec,
        drums,
        "electronic drums from a beat file",
        "drums",
        drum_locks,
        check=check_drums,
        drums=True,
    ),
    "percussion": Player(
        PercussionSpec,
        percussion,
        "folk percussion from a beat file",
        "percussion",
        percussion_locks,
        check=check_percussion,
        drums=True,
        side="folk",
    ),
    "sybyzgy": Player(
        SybyzgySpec,
        sybyzgy,
        "sybyzğy: end-blown flute with a hummed drone",
        "wind",
        breath,
        side="folk",
        tune=True,
    ),
    "jetigen": Player(
        JetigenSpec,
        jetigen,
        "jetigen: plucked zither on five notes of the mode",
        "harmony",
        press,
        side="folk",
        tune=True,
    ),
    "shanqobyz": Player(
        ShanQobyzSpec,
        shanqobyz,
        "shañ-qobyz: jaw harp, a pulse and its harmonics",
        "pulse",
        mouth,
        side="folk",
    ),
    "dauylpaz": _drummer(DauylpazSpec, "dauylpaz: low kettledrum, sparse, with signals"),
    "dabyl": _drummer(DabylSpec, "dabyl: drum with two skins, a steady walk"),
    "dangyra": _drummer(DangyraSpec, "dañğyra: frame drum with rings that roll"),
    "asatayaq": _drummer(AsatayaqSpec, "asatayaq: staff with rings, shaken in eighths"),
    "tuyaq": _drummer(TuyaqSpec, "tūyaq: hoof clappers in a gallop"),
    "arp": Player(ArpSpec, arp, "arpeggio over the chords", "harmony"),
    "stabs": Player(StabsSpec, stabs, "synth chords, short and between the beats", "harmony"),
    "synth": Player(
        SynthSpec,
        synth,
        "synth lead: theme, answer, or the theme an octave up",
        "lead",
        lead_control,
        tune=True,
    ),
    "riser": Player(RiserSpec, riser, "notes that climb through a build", "effect", rise),
    "impact": Player(ImpactSpec, impact, "a low hit where a drop begins", "effect", tail),
    "swell": Player(SwellSpec, reversed_swell, "a reversed swell into what comes next", "effect", reverse),
}


def kinds_of(spec: PartSpec) -> tuple[str, str]:
    """Return what a part is known as: its player and its role.

    >>> kinds_of(PianoSpec(player="piano"))
    ('piano', 'harmony')
    """
    return spec.player, PLAYERS[spec.player].role
