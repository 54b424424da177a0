"""From grids to notes: steps, swing, density and a player's touch."""

from sirtak.sequencer.render import chain, kick_onsets, sequence
from sirtak.sequencer.swing import swung

__all__ = ["chain", "kick_onsets", "sequence", "swung"]
