"""Step grids, and the beat and rhythm files that are made of them."""

from sirtak.rhythm.beat import Beat, build_beat, load_beat
from sirtak.rhythm.euclid import euclid
from sirtak.rhythm.grid import Grid, Row, Step, format_grid, parse_grid
from sirtak.rhythm.rhythm import Rhythm, build_rhythm, load_rhythm

__all__ = [
    "Beat",
    "Grid",
    "Rhythm",
    "Row",
    "Step",
    "build_beat",
    "build_rhythm",
    "euclid",
    "format_grid",
    "load_beat",
    "load_rhythm",
    "parse_grid",
]
