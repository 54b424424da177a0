"""Compose a style, look at it, and write it: run it in a folder where kazan-7.mid may appear."""

import sirtak

piece = sirtak.compose("kazan", seed=7, set={"drums.swing": 56})

print(piece.title, f"{piece.arrangement.seconds:.0f} s", "lead:", piece.arrangement.lead)
for track in piece:
    print(f"  {track.title:<16} {len(track.notes)} notes")

print("wrote", piece.write("kazan-7.mid", force=True))
