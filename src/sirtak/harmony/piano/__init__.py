"""The piano: a pianist with two hands, who leads, answers or accompanies."""

from sirtak.harmony.piano.player import piano
from sirtak.harmony.piano.spec import PianoSpec
from sirtak.harmony.piano.sustain import pedal

__all__ = ["PianoSpec", "pedal", "piano"]
