"""Step grids, and the beat and rhythm files that are made of them."""

from sirtak.rhythm.beat import Beat, Rhythm, build_beat, build_rhythm, load_beat, load_rhythm
from sirtak.rhythm.euclid import euclid
from sirtak.rhythm.grid import Grid, Row, Step, format_grid, parse_grid

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
