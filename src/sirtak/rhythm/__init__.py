"""Step grids, and the beat and rhythm files that are made of them."""

from sirtak.rhythm.beat import Beat, build_beat, load_beat
from sirtak.rhythm.condition import Condition, parse_condition
from sirtak.rhythm.euclid import euclid
from sirtak.rhythm.grid import Grid
from sirtak.rhythm.grid_text import format_grid, parse_grid
from sirtak.rhythm.groove import Groove, build_groove, load_groove
from sirtak.rhythm.rhythm import Rhythm, build_rhythm, load_rhythm
from sirtak.rhythm.step import Ratchet, Row, Step

__all__ = [
    "Beat",
    "Condition",
    "Grid",
    "Groove",
    "Ratchet",
    "Rhythm",
    "Row",
    "Step",
    "build_beat",
    "build_groove",
    "build_rhythm",
    "euclid",
    "format_grid",
    "load_beat",
    "load_groove",
    "load_rhythm",
    "parse_condition",
    "parse_grid",
]
