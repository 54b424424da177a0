"""The note table to numpy and back: an octave canon on the theme, four bars later."""

from dataclasses import replace

import numpy as np

import sirtak
from sirtak import Notes
from sirtak.export.write import write_midi

piece = sirtak.compose("kazan", seed=7)
arrangement = piece.arrangement

table = piece["piano"].table.copy()  # columns: onset, duration, pitch, velocity, cents, string
table["onset"] += 4 * 4 * 960
table["pitch"] -= 12
table["velocity"] = np.maximum(table["velocity"] * 0.7, 1).astype(np.uint8)
echo = Notes(table).cut(0, arrangement.length)

canon = replace(arrangement["piano"], name="echo", title="Echo", program=11, notes=echo)
result = replace(arrangement, tracks=(*arrangement.tracks, canon), title="Kazan canon")
print(len(echo), "notes in the echo; wrote", write_midi(result, "canon.mid", force=True))
