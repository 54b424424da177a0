"""`sirtak list`: what there is to choose from."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import click

from sirtak.errors import SirtakError, SpecError, unknown

if TYPE_CHECKING:
    from sirtak.theory.meter import Meter

KINDS = {
    "styles": "style",
    "modes": "mode",
    "rhythms": "rhythm",
    "beats": "beat",
    "grooves": "groove",
    "kits": "kit",
    "tunings": "tuning",
    "kuys": "kuy",
    "frets": "fret",
    "songs": "song",
    "forms": "form",
    "players": "player",
}

EXAMPLES = """\b
Examples:
  sirtak list                 how many of each
  sirtak list styles
  sirtak list modes --json
  sirtak list rhythms --meter 7/8      what can be played in bars of seven
  sirtak list beats --genre dnb --meter 4/4
"""


def genres() -> dict[str, list[str]]:
    """Return the names of the beats of each genre."""
    from sirtak.library import Library

    library = Library()
    found: dict[str, list[str]] = {}
    for name in library.names("beat"):
        with contextlib.suppress(SirtakError):
            genre = str(library.document("beat", name).data.get("genre", ""))
            found.setdefault(genre, []).append(name)
    return dict(sorted(found.items()))


def complete_genre(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the genres of the beats."""
    return [genre for genre in genres() if genre.startswith(incomplete)]


@click.command(epilog=EXAMPLES)
@click.argument(
    "kind",
    default="",
    metavar="[" + "|".join(KINDS) + "]",
    shell_complete=lambda c, p, i: [k for k in KINDS if k.startswith(i)],
)
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
@click.option("--meter", metavar="METER", help="Rhythms or beats that can be played in a meter.")
@click.option(
    "--genre", metavar="GENRE", help="Beats of one genre: house, dnb, trap …", shell_complete=complete_genre
)
def command(kind: str, as_json: bool, meter: str | None, genre: str | None) -> None:
    """List styles, modes, rhythms, beats, grooves, kits, tunings, necks, küys, songs, forms or players."""
    wanted = kind if kind in KINDS or not kind else f"{kind}s"
    _check(wanted, meter, genre)
    if not kind:
        _everything()
        return
    if wanted not in KINDS:
        raise unknown("kind", kind, KINDS)
    found_rows = rows(wanted) if meter is None else rows_in(wanted, meter)
    if genre is not None:
        known = genres()
        if genre not in known:
            raise unknown("genre", genre, known)
        found_rows = [row for row in found_rows if row["name"] in known[genre]]
    if as_json:
        click.echo(json.dumps(found_rows, ensure_ascii=False, indent=1))
        return
    if not found_rows:
        click.echo(f"none: `sirtak list {wanted}` has all of them")
        return
    for row in found_rows:
        tag = f"[{row['tag']}]" if row.get("tag") else ""
        click.echo(f"{row['name']:<22} {row['about']:<60} {tag}".rstrip())
    click.echo(
        f"\nnext: `sirtak show {KINDS[wanted]} NAME`"
        if wanted != "players"
        else "\nnext: `sirtak knobs NAME`"
    )


def rows(kind: str) -> list[dict[str, Any]]:
    """Return name, about and evidence tag of everything of a kind."""
    from sirtak.library import Library
    from sirtak.plugins import plugins

    if kind == "players":
        from sirtak.composer.players import PLAYERS

        return [{"name": name, "about": player.about, "tag": ""} for name, player in PLAYERS.items()]
    library, found = Library(), []
    if kind == "styles":
        found += [
            {"name": plugin.name, "about": f"broken: {plugin.error}", "tag": ""}
            for plugin in plugins()
            if plugin.error
        ]
    for name in library.names(KINDS[kind]):
        try:
            data = library.document(KINDS[kind], name).data
        except SirtakError as error:  # one broken file must not hide the others
            found.append({"name": name, "about": f"broken: {error.message}", "tag": ""})
            continue
        found.append({"name": name, "about": _about(kind, data), "tag": str(data.get("tag", ""))})
    return found


def _everything() -> None:
    """Print how many there are of each kind, and the first of them."""
    for name in KINDS:
        found = [row["name"] for row in rows(name)]
        click.echo(f"{name:<9} {len(found):>3}  {', '.join(found[:6])}{' …' if len(found) > 6 else ''}")
    click.echo("\nnext: `sirtak list styles`, then `sirtak show style kazan`")


def _check(wanted: str, meter: str | None, genre: str | None) -> None:
    """Refuse what the kind does not have."""
    if meter is not None and wanted not in ("rhythms", "beats"):
        raise SpecError(
            "--meter: only rhythms and beats have one", hint=f"sirtak list rhythms --meter {meter}"
        )
    if genre is not None and wanted != "beats":
        raise SpecError("--genre: only beats have one", hint=f"sirtak list beats --genre {genre}")


def rows_in(kind: str, text: str) -> list[dict[str, Any]]:
    """Return the rows of rhythms or beats that can be played in a meter.

    Groups count where they are written: 7/8 lists all sevens, 7/8 (3+2+2) those and no others.
    """
    from sirtak.cli.patterns import build
    from sirtak.library import Library
    from sirtak.theory.meter import parse_meters

    meters, library = parse_meters(text), Library()
    found = []
    for row in rows(kind):
        try:
            item = build(KINDS[kind], library.document(KINDS[kind], row["name"]))
        except SirtakError as error:  # what cannot be read is not passed over in silence
            found.append({**row, "about": f"broken: {error.message}"})
            continue
        if item.fits(meters) and not ("(" in text and _grouped_otherwise(item.meters, meters)):
            found.append(row)
    return found


def _grouped_otherwise(mine: tuple[Meter, ...], theirs: tuple[Meter, ...]) -> bool:
    """Return whether two meters are the same bars in other groups."""
    bars = [[(meter.numerator, meter.denominator) for meter in meters] for meters in (mine, theirs)]
    return bars[0] == bars[1] and mine != theirs


def _about(kind: str, data: dict[str, Any]) -> str:
    title = str(data.get("title") or data.get("name", ""))
    if kind == "modes":
        return f"{title}: {_steps(data)}"
    if kind == "styles":
        key = f"{data.get('tonic', '')} {data.get('mode', '')}".strip()
        return f"{data.get('tempo', '?')} BPM, {data.get('meter', '4/4')}, {key}"
    if kind == "kuys":
        return f"{title}: {data.get('meter', '')}, {data.get('tonic', '')} {data.get('mode', '')}"
    if kind == "beats":
        low, high = (data.get("tempo") or ["?", "?"])[:2]
        return f"{data.get('genre', '')}, {data.get('meter', '')}, {low}-{high} BPM"
    if kind == "frets":
        movable = data.get("movable") or []
        return f"{title}: {len(data.get('fixed') or []) + len(movable)} frets, {len(movable)} movable"
    if kind in ("songs", "forms"):
        return f"{title}: {_shape(kind, data)}"
    if kind == "rhythms":
        return f"{title}, {data.get('meter', '')}"
    return title


def _shape(kind: str, data: dict[str, Any]) -> str:
    """Return how many lines a song's stanza has, or how many bars and sections a form."""
    if kind == "songs":
        rhymes = "".join(str(line.get("rhyme", "")) for line in data.get("line", []))
        return f"{len(rhymes)} lines, {rhymes}"
    sections = data.get("section", [])
    return f"{sum(item.get('bars', 0) for item in sections)} bars, {len(sections)} sections"


def _steps(data: dict[str, Any]) -> str:
    """Return a mode's degrees in semitones, the second forms behind a bar: 8|9."""
    steps = [f"{cents / 100:g}" for cents in data.get("cents", [])]
    for item in data.get("variable", []):
        steps[item["degree"]] += f"|{item['cents'] / 100:g}"
    return " ".join(steps)
