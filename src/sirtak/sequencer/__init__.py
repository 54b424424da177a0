"""From grids to notes: steps, swing, density and a player's touch."""

from sirtak.sequencer.lay import Laid, lay, lay_row
from sirtak.sequencer.pulses import Pulses, pulse_map, step_map
from sirtak.sequencer.render import kick_onsets, sequence
from sirtak.sequencer.swing import swung

__all__ = ["Laid", "Pulses", "kick_onsets", "lay", "lay_row", "pulse_map", "sequence", "step_map", "swung"]
