"""From grids to notes: steps, swing, density and a player's touch."""

from sirtak.sequencer.render import kick_onsets, sequence
from sirtak.sequencer.swing import swung

__all__ = ["kick_onsets", "sequence", "swung"]
