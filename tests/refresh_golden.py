"""The digests that guard the sound: run this after a change of sound that is meant."""

import hashlib
import json
from pathlib import Path

import sirtak

EXAMPLES = Path(__file__).parents[1] / "examples"
PIECES = {
    "kazan": "kazan",
    "sirtak": "sirtak",
    "dala": EXAMPLES / "dala" / "dala.toml",
    "steppe-night": EXAMPLES / "steppe-night.toml",
    "bazaar-voices": EXAMPLES / "bazaar-voices.toml",
    "qara-oleng": EXAMPLES / "qara-oleng.toml",
    "night-train": EXAMPLES / "night-train.toml",
    "adai-drop": EXAMPLES / "adai-drop.toml",
    "kuy": "kuy",
    "steppe-house": "steppe-house",
    "bazaar": "bazaar",
    "adai-dnb": "adai-dnb",
    "aqsaq": "aqsaq",
    "alatau": "alatau",
    "terme-trap": "terme-trap",
    "qobyz-ambient": "qobyz-ambient",
    "almaty-garage": "almaty-garage",
    "qara-oleng-style": "qara-oleng",
    "toi": "toi",
    "style-in-a-page": EXAMPLES / "style-in-a-page.toml",
}


def digest(composition):
    """Return a digest of every note of a composition, track by track."""
    table = b"".join(track.name.encode() + track.notes.table.tobytes() for track in composition)
    return hashlib.blake2b(table, digest_size=8).hexdigest()


if __name__ == "__main__":
    digests = {name: digest(sirtak.compose(source)) for name, source in PIECES.items()}
    path = Path(__file__).parent / "golden.json"
    path.write_text(json.dumps(digests, indent=1) + "\n")
    print(f"wrote {path.name}: say in CHANGELOG.md, under **Sound**, what changed")
