"""Count the figures of our songs beside those of the collected ones, for docs/songs.md.

python tools/song_figures.py            print the tables
python tools/song_figures.py --write    put them into docs/songs.md
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pages

from sirtak.harmony.song import load_song
from sirtak.harmony.song_figures import SongFigures, song_figures
from sirtak.harmony.song_line import Sung, sing_section
from sirtak.harmony.song_verse import make_song
from sirtak.harmony.theme import MelodySpec
from sirtak.library import Library
from sirtak.rng import Dice
from sirtak.theory.meter import Bars, parse_meters
from sirtak.theory.mode import load_mode

PAGE = Path(__file__).parents[1] / "docs" / "songs.md"
SEEDS = 40
BARS = {"qara-oleng": 16, "verse-refrain": 24, "terme": 16, "joqtau": 16}  # two stanzas each
MODE = {"terme": "dorian", "joqtau": "aeolian"}  # the others in ionian, as five of the six songs are
BEGIN, END = "<!-- tables: tools/song_figures.py --write -->", "<!-- end of tables -->"

# craft.md 2.1 and kazakh.md 3.5: six songs, 57 phrases.
MEASURED = {
    "repeat": "13",
    "step": "63",
    "third": "14",
    "fourth": "7",
    "fifth": "2",
    "larger": "1",
    "steps falling : rising": "34 : 30",
    "leaps falling : rising": "3.9 : 5.9",
    "tritones, sevenths": "about 0",
    "ends on the final": "42-54",
    "ends on the fifth": "17-28",
    "ends on the third": "10",
    "last move -2": "50",
    "opens on the final": "23",
    "opens on the fifth": "21",
    "opens a fourth below": "16",
    "convex": "38",
    "descending": "21",
    "degree 1": "36",
    "degree 5": "15",
    "degree 2": "13",
    "degree 3": "10",
    "degree 6": "9",
    "degree 4": "8",
    "degree 7": "6",
    "1/4": "17",
    "1/2": "39",
    "1": "25",
    "range, 5-50-95 % (semitones)": "14-14.5-20",
    "height of the final in the range": ".10",
}


def sing(form: str, seed: int, *, mode: str = "", bars: int = 0, meter: str = "4/4") -> Sung:
    """Return one section of a form, sung in sixteenths without melismas."""
    library, spec = Library(), MelodySpec(unit=16)
    scale = load_mode(library, mode or MODE.get(form, "ionian"))
    dice = Dice(seed, "melody")
    theme = make_song(load_song(library, form), spec, scale, dice)
    return sing_section(theme, spec, scale, Bars(parse_meters(meter), bars or BARS[form]), dice.at("verse"))


def figures(form: str, seeds: int = SEEDS) -> SongFigures:
    """Return the figures of a form over many seeds, two stanzas each."""
    mode = load_mode(Library(), MODE.get(form, "ionian"))
    return song_figures((sing(form, seed) for seed in range(seeds)), mode)


def rows(found: SongFigures) -> dict[str, float | str]:
    """Return the figures under the names of MEASURED."""

    def of(table: Mapping[str, float], *keys: str) -> float:
        return round(sum(table.get(key, 0.0) for key in keys), 1)

    table: dict[str, float | str] = dict(found.moves)
    table["steps falling : rising"] = f"{found.steps['falling']:g} : {found.steps['rising']:g}"
    table["leaps falling : rising"] = f"{found.leaps['falling']:g} : {found.leaps['rising']:g}"
    table["tritones, sevenths"] = found.awkward
    table["ends on the final"] = of(found.endings, "0")
    table["ends on the fifth"] = of(found.endings, "7")
    table["ends on the third"] = of(found.endings, "3", "4")
    table["last move -2"] = of(found.last, "-2")
    table["opens on the final"] = of(found.openings, "0")
    table["opens on the fifth"] = of(found.openings, "7")
    table["opens a fourth below"] = of(found.openings, "-5")
    table |= {name: of(found.contour, name) for name in ("convex", "descending")}
    table |= {f"degree {step}": of(found.degrees, str(step)) for step in (1, 5, 2, 3, 6, 4, 7)}
    table |= {
        "1/4": of(found.durations, "0.25"),
        "1/2": of(found.durations, "0.5"),
        "1": of(found.durations, "1.0"),
    }
    table["range, 5-50-95 % (semitones)"] = "-".join(f"{value:g}" for value in found.range)
    table["height of the final in the range"] = f"{found.final:.2f}".lstrip("0")
    return table


def tables() -> str:
    """Return the Markdown table of all forms."""
    counted = {form: rows(figures(form)) for form in BARS}
    lines = [
        "| % | six songs | " + " | ".join(f"`{form}`" for form in BARS) + " |",
        "|---|---|" + "---|" * len(BARS),
    ]
    for name, measured in MEASURED.items():
        ours = [counted[form][name] for form in BARS]
        shown = " | ".join(f"{value:g}" if isinstance(value, float) else value for value in ours)
        lines.append(f"| {name} | {measured} | {shown} |")
    return "\n".join(lines)


if __name__ == "__main__":
    pages.show(PAGE, tables(), BEGIN, END)
