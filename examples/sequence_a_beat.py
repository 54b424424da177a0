"""A grid in Python: written as a tab, changed with verbs, played over bars, and written as MIDI."""

from sirtak import Arrangement, Grid, Track, sequence
from sirtak.export.write import write_midi

grid = Grid.parse("""
kick   X---x---X---x-x-
clap   ----X-------X---
hat    E(9,16)
rim    x--

[row.hat]
swing = 60
step."*" = { chance = 0.9 }

[row.rim]
step.1 = { if = "!1:4" }
""")
four = grid.every(4, lambda play: play.rotate(2).without("kick"))  # four plays, the last one turned
notes = sequence(four, bars=8, swing=54, human=0.3, seed=7)
track = Track("drums", notes, title="Turning", drums=True)
path = write_midi(Arrangement((track,), length=8 * 3840, title="Turning"), "turning.mid", force=True)
print(f"{len(notes)} hits; rows meet again after {grid.period} steps")
print("wrote", path)
