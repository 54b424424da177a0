"""From grids to notes: which steps sound, when, how loud, and what changes over the bars."""

from sirtak.sequencer.chain import Span, parse_chain
from sirtak.sequencer.clock import Clock, Plan, plan
from sirtak.sequencer.lay import Laid, lay, lay_row
from sirtak.sequencer.pulses import Pulses, pulse_map, step_map
from sirtak.sequencer.render import Performance, perform
from sirtak.sequencer.sequence import sequence
from sirtak.sequencer.stage import Feel, kick_onsets
from sirtak.sequencer.swing import swung

__all__ = [
    "Clock",
    "Feel",
    "Laid",
    "Performance",
    "Plan",
    "Pulses",
    "Span",
    "kick_onsets",
    "lay",
    "lay_row",
    "parse_chain",
    "perform",
    "plan",
    "pulse_map",
    "sequence",
    "step_map",
    "swung",
]
