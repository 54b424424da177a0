"""The figures of a küy as text, beside those that were counted from five küy in print."""

from __future__ import annotations

from sirtak.analysis.kuy import KuyFigures, Shares, distance

# kazakh.md 0, 2.4 and 10: five küy for moves, four (2/4 and 4/4) for dyads and beat cells.
MEASURED_REPEATS = 51.0
MEASURED_STEPS = 69.0
MEASURED_INTERVALS: Shares = {
    2: 27.2, -2: 21.0, -1: 10.6, 1: 10.3, -3: 7.6, -4: 7.4, 3: 3.5, 5: 3.1, -5: 1.8, 4: 1.8,
}  # fmt: skip
MEASURED_DYADS: Shares = {7: 32, 5: 23, 4: 7, 8: 7, 3: 6, 0: 5, 19: 5, 21: 3, 22: 3, 17: 2}
MEASURED_CELLS: Shares = {"2-2": 65.3, "4": 14.8, "1-1-2": 8.3, "2-1-1": 6.0, "1-3": 2.7, "1-1-1-1": 2.4}


def format_kuy(figures: KuyFigures) -> str:
    """Return the figures for the terminal, each with what was measured."""
    item = figures
    lines = [
        f"{item.part}: {item.strokes} strokes on strings {item.strings[0]} and {item.strings[1]} (MIDI)",
        f"  repeated notes   {item.repeats:5.1f} %   measured {MEASURED_REPEATS:g}",
        f"  steps of 1 or 2  {item.steps:5.1f} %   measured {MEASURED_STEPS:g}",
        f"  up : down        {item.up_down[0]:g} : {item.up_down[1]:g}   measured 49.5 : 50.5",
        f"  fourths, fifths  {item.fourths_and_fifths:5.1f} %   measured 55",
        f"  open bass string {item.drone:5.1f} %   measured 8 to 57",
        "  drone by zone    "
        + ", ".join(f"{name} {share:g} %" for name, share in item.drone_by_zone.items()),
        _table("intervals", item.intervals, MEASURED_INTERVALS),
        _table("dyads", item.dyads, MEASURED_DYADS),
        _table("beat cells", item.cells, MEASURED_CELLS),
        "  degrees          " + _row(item.degrees),
        "  zones            " + ", ".join(f"{name} {bars}" for name, bars in item.plan),
    ]
    return "\n".join(lines)


def _row(table: Shares) -> str:
    return ", ".join(f"{key} {share:g} %" for key, share in table.items())


def _table(name: str, ours: Shares, measured: Shares) -> str:
    shown = _row(dict(list(ours.items())[:6]))
    return f"  {name:<16} {shown}   (distance {distance(ours, measured):.2f})"
