"""What the scripts of figures share: their tables are printed, or stand in a page between two marks."""

from __future__ import annotations

import sys
from pathlib import Path


def page_with(text: str, table: str, begin: str, end: str) -> str:
    """Return the page with the tables between its marks replaced."""
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def show(page: Path, table: str, begin: str, end: str) -> None:
    """Print the tables, or with --write put them into the page."""
    if "--write" not in sys.argv:
        print(table)
        return
    text = page.read_text(encoding="utf-8")
    page.write_text(page_with(text, table, begin, end), encoding="utf-8")
    print(f"wrote {page.name}")
