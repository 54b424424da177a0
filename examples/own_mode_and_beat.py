"""A mode and a beat of one's own, said in the piece itself, without a file."""

import sirtak

PIECE = '''
name = "qara-su"
title = "Qara su"
style = "sirtak"
mode = "four-notes"
tempo = 118

[melody]
start = 2

[harmony]
chords = "i V i IV"

[drums]
beat = "three-against-four"

[pattern.mode.four-notes]
format = 1
cents = [0, 300, 500, 700, 1000]
source = "invented"
tag = "invented"

[pattern.beat.three-against-four]
format = 1
genre = "techno"
meter = "4/4"
steps_per_beat = 4
tempo = [110, 130]
source = "invented"
tag = "invented"
grid = """
kick   X---x---X---x---
rim    x-----
hat    --x---x---x---xo
"""
'''

piece = sirtak.compose(PIECE, seed=3)
print("rim shots:", int((piece["drums"].pitch == 37).sum()))
print("wrote", piece.write("qara-su.mid", force=True))
