"""The band: who can play a part."""

from __future__ import annotations

from collections.abc import Mapping

from sirtak.electronic.bass import BassSpec, bass
from sirtak.electronic.drums import DrumsSpec, drums
from sirtak.electronic.drums import check as check_drums
from sirtak.folk.dombra import DombraSpec, dombra
from sirtak.folk.dombra import check as check_dombra
from sirtak.folk.percussion import PercussionSpec, percussion
from sirtak.folk.percussion import check as check_percussion
from sirtak.folk.qobyz import QobyzSpec, bow, qobyz
from sirtak.harmony.pad import PadSpec, pad, swell
from sirtak.harmony.piano import PianoSpec, pedal, piano
from sirtak.scene import Player

PLAYERS: Mapping[str, Player] = {
    "piano": Player(PianoSpec, piano, "piano: theme, answers or open chords", "harmony", pedal),
    "dombra": Player(
        DombraSpec, dombra, "dombra: two strings, strummed or plucked", "lead", check=check_dombra
    ),
    "qobyz": Player(QobyzSpec, qobyz, "qyl-qobyz: bowed drone or tune", "drone", bow),
    "pad": Player(PadSpec, pad, "held chords", "harmony", swell),
    "bass": Player(BassSpec, bass, "electronic bass with a policy towards the kick", "bass"),
    "drums": Player(
        DrumsSpec, drums, "electronic drums from a beat file", "drums", check=check_drums, drums=True
    ),
    "percussion": Player(
        PercussionSpec,
        percussion,
        "folk percussion from a beat file",
        "percussion",
        check=check_percussion,
        drums=True,
    ),
}
