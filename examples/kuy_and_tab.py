"""Compose a küy, write it, print the tablature of its first bars, and count what a player would."""

import sirtak
from sirtak.analysis.kuy import kuy_figures
from sirtak.analysis.tab import text_tab

piece = sirtak.compose("kuy", seed=5, set={"kuy.type": "balbyrauyn", "kuy.bars": 96})
print(f"wrote {piece.write('kuy.mid')}")

print(text_tab(piece.arrangement, bars=(1, 8), width=110))

figures = kuy_figures(piece.arrangement)
print(
    f"{figures.repeats:g} % of the notes are repeats, {figures.drone:g} % of the strokes leave the drone open"
)
print(", ".join(f"{item.zone} from bar {item.first}" for item in figures.form.plan))
