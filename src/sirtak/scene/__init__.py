"""What a generator may know: the section it plays in, its tune, chords, bars and energy."""

from sirtak.scene.line import Chord, Chords, Line
from sirtak.scene.part import Controller, PartSpec, Player
from sirtak.scene.scene import Scene

__all__ = ["Chord", "Chords", "Controller", "Line", "PartSpec", "Player", "Scene"]
