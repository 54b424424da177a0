"""Küy composed for the tests, each once, and what the tests ask of them again and again."""

from functools import cache

import numpy as np

import sirtak
from sirtak.composer.load import load_piece
from sirtak.folk.hand import unplayable
from sirtak.library import Library
from sirtak.theory.neck import load_neck
from sirtak.theory.tuning import Tuning

LIBRARY = Library()
TYPES = LIBRARY.names("kuy")
SEEDS = range(12)


@cache
def composed(kind, seed=1, style="kuy", **sets):
    """A küy of a type, alone or (style) in a song; dots in knobs are written as double underscores."""
    knobs = {"kuy.type": kind, **{key.replace("__", "."): value for key, value in sets.items()}}
    return sirtak.compose(style, seed=seed, set=knobs)


@cache
def kuy_of(kind, seed=1, **sets):
    """The küy alone, before anybody plays it."""
    lines = [f"{key.replace('__', '.')}={value}" for key, value in sets.items()]
    return load_piece("kuy", [f"kuy.type={kind}", f"seed={seed}", *lines])


def dombra(composition):
    return composition.arrangement["dombra"]


def faults(composition, neck="chromatic", part="dombra"):
    """What one hand on two strings cannot play of the dombra."""
    track = composition.arrangement[part]
    melody, bass = track.strings
    return unplayable(track.notes, Tuning("", bass, melody), load_neck(LIBRARY, neck))


def others(composition, but=("dombra",)):
    """The notes of all parts but some."""
    return {track.name: track.notes for track in composition if track.name not in but}


def onsets(notes):
    """Each note as (onset, pitch, string), which is what an ornament adds or takes away."""
    columns = (notes.onset, notes.pitch, notes.string)
    return set(zip(*(np.asarray(column).tolist() for column in columns), strict=True))
