"""`sirtak list`: what there is to choose from."""

from __future__ import annotations

import json
from typing import Any

import click

from sirtak.errors import SirtakError, unknown

KINDS = {
    "styles": "style",
    "modes": "mode",
    "rhythms": "rhythm",
    "beats": "beat",
    "kits": "kit",
    "tunings": "tuning",
    "songs": "song",
    "players": "player",
}

EXAMPLES = """\b
Examples:
  sirtak list                 how many of each
  sirtak list styles
  sirtak list modes --json
"""


@click.command(epilog=EXAMPLES)
@click.argument(
    "kind",
    default="",
    metavar="[" + "|".join(KINDS) + "]",
    shell_complete=lambda c, p, i: [k for k in KINDS if k.startswith(i)],
)
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
def command(kind: str, as_json: bool) -> None:
    """List styles, modes, rhythms, beats, kits, tunings, songs or players."""
    wanted = kind if kind in KINDS or not kind else f"{kind}s"
    if not kind:
        for name in KINDS:
            found = [row["name"] for row in rows(name)]
            click.echo(f"{name:<9} {len(found):>3}  {', '.join(found[:6])}{' …' if len(found) > 6 else ''}")
        click.echo("\nnext: `sirtak list styles`, then `sirtak show style kazan`")
        return
    if wanted not in KINDS:
        raise unknown("kind", kind, KINDS)
    found_rows = list(rows(wanted))
    if as_json:
        click.echo(json.dumps(found_rows, ensure_ascii=False, indent=1))
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

    if kind == "players":
        from sirtak.composer.players import PLAYERS

        return [{"name": name, "about": player.about, "tag": ""} for name, player in PLAYERS.items()]
    library, found = Library(), []
    for name in library.names(KINDS[kind]):
        try:
            data = library.document(KINDS[kind], name).data
        except SirtakError as error:  # one broken file must not hide the others
            found.append({"name": name, "about": f"broken: {error.message}", "tag": ""})
            continue
        found.append({"name": name, "about": _about(kind, data), "tag": str(data.get("tag", ""))})
    return found


def _about(kind: str, data: dict[str, Any]) -> str:
    title = str(data.get("title") or data.get("name", ""))
    if kind == "modes":
        steps = " ".join(f"{cents / 100:g}" for cents in data.get("cents", []))
        return f"{title}: {steps}"
    if kind == "styles":
        key = f"{data.get('tonic', '')} {data.get('mode', '')}".strip()
        return f"{data.get('tempo', '?')} BPM, {data.get('meter', '4/4')}, {key}"
    if kind == "beats":
        low, high = (data.get("tempo") or ["?", "?"])[:2]
        return f"{data.get('genre', '')}, {data.get('meter', '')}, {low}-{high} BPM"
    if kind == "songs":
        rhymes = "".join(str(line.get("rhyme", "")) for line in data.get("line", []))
        return f"{title}: {len(rhymes)} lines, {rhymes}"
    if kind == "rhythms":
        return f"{title}, {data.get('meter', '')}"
    return title
