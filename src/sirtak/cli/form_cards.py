"""The cards of forms: whole pieces, küy types and songs, with what was counted for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sirtak.library import Library


def kuy_lines(kind: Any, library: Library) -> list[str]:
    """Return what a küy type's card says between its title and its evidence."""
    from sirtak.folk.kuy.measured import drone_by_zone
    from sirtak.folk.kuy.zones import ZONES
    from sirtak.theory.tuning import load_tuning

    file, tuning = kind.file, load_tuning(library, kind.file.tuning)
    low, high = file.tempo
    lines = [f"  {line}" for line in kind.about.split("\n")]
    lines.append(f"  {kind.meter}, {file.tonic} {file.mode}, {low:g}-{high:g} BPM, tuning {file.tuning}")
    lines.append("  form     " + _form(kind))
    for title, table in (("cells", kind.cells), ("degrees", kind.degrees), ("dyads", kind.dyads)):
        lines.append(f"  {title:<8} " + "  ".join(f"{key} {share:g}%" for key, share in table.items()))
    drone = drone_by_zone(kind, tuning.melody - tuning.bass, (tuning.melody - kind.tonic) % 12)
    zones = "  ".join(f"{name} {share:g}%" for (name, _), share in zip(ZONES, drone, strict=True))
    whose = "derived" if tuning.melody - tuning.bass == 5 else "ours: no other tuning was counted"
    lines.append(f"  open bass string  {zones} ({whose})")
    return lines + [f"    {field:<12} {text}" for field, text in file.evidence.items()]


def _form(kind: Any) -> str:
    """Return a küy type's form in a line."""
    file = kind.file
    text = (
        f"{file.bars} bars; refrain {file.refrain[0]}-{file.refrain[1]}, orta {file.orta[0]}-{file.orta[1]}"
    )
    if not kind.has_saga:
        return text + ", no sağa"
    share, entry = ([round(100 * item) for item in span] for span in (file.saga, file.entry))
    return text + f", sağa {share[0]}-{share[1]}% from {entry[0]}-{entry[1]}% of the length"


def song_lines(song: Any) -> list[str]:
    """Return what a song form's card says between its title and its evidence."""
    lines = [f"  {line}" for line in song.about.strip().split("\n")]
    lines.append(f"  rhyme    {song.scheme}, a line of about {song.beats:g} beats")
    for number, line in enumerate(song.line, 1):
        feet = " or ".join("+".join(map(str, item)) for item in song.feet[str(line.syllables)])
        more = [f"from line {song.scheme.index(line.rhyme) + 1}: {line.keep} feet"] if line.keep > 1 else []
        more += ["highest note"] if number == song.peak else []
        more += [f"opens {_shares(line.opens)} st"] if line.opens else []
        shown = ", ".join([f"{line.syllables} syllables ({feet})", f"ends on {_shares(line.ends)}", *more])
        lines.append(f"    {line.rhyme} {line.part + ' ' if line.part else ''}{shown}")
    lines.append(f"  range    {song.range[0]} to {song.range[1]} semitones, from {_shares(song.low)} st")
    moves = {name: share for name, both in song.moves.items() for share in ["/".join(f"{x:g}" for x in both)]}
    lines.append("  moves    " + ", ".join(f"{name} {share}%" for name, share in moves.items()))
    for field in ("degrees", "durations", "openings", "contour"):
        lines.append(f"  {field:<10}{_shares(getattr(song, field))}")
    lines += [f"    {field:<12} {text}" for field, text in song.evidence.items()]
    return lines


def _shares(table: Mapping[Any, float]) -> str:
    return ", ".join(str(key) if share == 100 else f"{key} {share:g}%" for key, share in table.items())


def form_lines(form: Any) -> list[str]:
    """Return what a form's card says between its title and its evidence: a line a section."""
    lines = [f"  {line}" for line in form.about.strip().split("\n")]
    lines.append(f"  {form.bars} bars")
    first = 1
    for item in form.section:
        span = f"{first}-{first + item.bars - 1}"
        end = item.energy if item.energy_to is None else item.energy_to
        bar = "█" * round(10 * (item.energy + end) / 2)
        text = f"    {item.name:<10} {span:<9} {item.energy:.2f} to {end:.2f}  {bar:<10}  {_function(item)}"
        lines.append(text.rstrip())
        first += item.bars
    return lines


def _function(item: Any) -> str:
    """Return what a section asks of the band, in a few words."""
    turns = ("nobody", "first", "second", "third")
    said = [f"{turns[item.lead]} leads" if item.lead else "nobody leads"]
    said += [f"{turns[item.answer]} answers"] if item.answer else []
    said += [f"scene {item.scene}"] if item.scene != "main" else []
    said += [f"theme {item.lift:+d}"] if item.lift else []
    said += ["half speed"] if item.pace > 1 else []
    said += [f"only {' '.join(item.only)}"] if item.only else []
    said += [f"with {' '.join(item.always)}"] if item.always else []
    said += [f"without {' '.join(item.never)}"] if item.never else []
    said += [f"{item.silence:g} silent"] if item.silence else []
    return ", ".join(said)
