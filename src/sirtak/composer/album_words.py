"""Titles: an adjective of the movement before a noun of the style, in Kazakh and in English.

Kazakh adjectives are not inflected before their noun, so every pair is right as it stands. The
tables are ours; the pictures are those of the story: bazaar, courtyard, city, steppe, stage.
"""

from __future__ import annotations

from collections.abc import Mapping

Word = tuple[str, str]

MOVEMENTS: Mapping[str, Word] = {
    "love": ("Махаббат", "Love"),
    "loss": ("Айырылу", "Loss"),
    "resilience": ("Қайсарлық", "Resilience"),
}

ADJECTIVES: Mapping[str, tuple[Word, ...]] = {
    "love": (
        ("Алтын", "Golden"),
        ("Жарық", "Bright"),
        ("Жылы", "Warm"),
        ("Алғашқы", "First"),
        ("Көктемгі", "Spring"),
        ("Нұрлы", "Radiant"),
        ("Таныс", "Familiar"),
        ("Ақ", "White"),
    ),
    "loss": (
        ("Суық", "Cold"),
        ("Жалғыз", "Lone"),
        ("Үнсіз", "Silent"),
        ("Соңғы", "Last"),
        ("Күзгі", "Autumn"),
        ("Алыс", "Distant"),
        ("Мұңды", "Sorrowful"),
        ("Қара", "Black"),
    ),
    "resilience": (
        ("Биік", "High"),
        ("Жаңа", "New"),
        ("Қайсар", "Steadfast"),
        ("Темір", "Iron"),
        ("Отты", "Fiery"),
        ("Ашық", "Open"),
        ("Ұзақ", "Long"),
        ("Асқақ", "Proud"),
    ),
}

NOUNS: Mapping[str, tuple[Word, ...]] = {
    "bazaar": (("базар", "Bazaar"), ("таң", "Morning"), ("көше", "Street"), ("аула", "Courtyard")),
    "steppe-house": (("дала", "Steppe"), ("көкжиек", "Horizon"), ("жел", "Wind"), ("жол", "Road")),
    "adai-dnb": (("тұлпар", "Steed"), ("шабыс", "Gallop"), ("қанат", "Wing"), ("дауыл", "Storm")),
    "aqsaq": (("құлан", "Kulan"), ("із", "Footprint"), ("қадам", "Step"), ("асу", "Pass")),
    "alatau": (("тау", "Mountain"), ("шың", "Summit"), ("жота", "Ridge"), ("асу", "Pass")),
    "terme-trap": (("сөз", "Word"), ("дауыс", "Voice"), ("терме", "Terme"), ("түн", "Night")),
    "qobyz-ambient": (("тұман", "Mist"), ("қобыз", "Qobyz"), ("аққу", "Swan"), ("көл", "Lake")),
    "almaty-garage": (("қала", "City"), ("түн", "Night"), ("көпір", "Bridge"), ("шам", "Lamp")),
    "qara-oleng": (("өлең", "Song"), ("хат", "Letter"), ("аула", "Courtyard"), ("жүрек", "Heart")),
    "toi": (("той", "Feast"), ("шашу", "Shashu"), ("отау", "Wedding Yurt"), ("қонақ", "Guest")),
    "kuy": (("күй", "Küy"), ("домбыра", "Dombra"), ("аңыз", "Legend"), ("ай", "Moon")),
    "stage": (("сахна", "Stage"), ("көпір", "Bridge"), ("жол", "Road"), ("аспан", "Sky")),
}

# Tracks whose names are given.
NAMED: Mapping[str, Word] = {"sirtak": ("Сиртак", "Sirtak"), "kazan": ("Қазан", "Kazan")}


def title_of(style: str, movement: str, draws: tuple[float, float], used: set[str]) -> Word:
    """Return a title for a track, of words that the album has not used; draws are in [0, 1).

    >>> title_of("bazaar", "love", (0.0, 0.0), set())
    ('Алтын базар', 'Golden Bazaar')
    """
    if style in NAMED:
        return NAMED[style]
    adjective = _free(ADJECTIVES[movement], draws[0], used)
    noun = _free(NOUNS[style], draws[1], used)
    used.update((adjective[1], noun[1]))
    return f"{adjective[0]} {noun[0]}", f"{adjective[1]} {noun[1]}"


def _free(words: tuple[Word, ...], draw: float, used: set[str]) -> Word:
    """Return the drawn word, or the next that is not used yet."""
    first = int(draw * len(words))
    turned = words[first:] + words[:first]
    return next((word for word in turned if word[1] not in used), turned[0])
