"""A beat by itself as an arrangement: exactly so many bars, on one drum track or a track a voice."""

from __future__ import annotations

from collections.abc import Iterator

from sirtak.composer.maps import meter_map
from sirtak.notes import Arrangement, Controls, TempoChange, Track
from sirtak.rhythm import Beat
from sirtak.sequencer import Performance, Span
from sirtak.theory.kit import Kit
from sirtak.theory.meter import Bars


def loop(
    beat: Beat,
    played: Performance,
    bars: Bars,
    kit: Kit,
    *,
    bpm: float,
    spans: tuple[Span, ...] = (),
    recipe: str = "",
    seed: int | None = None,
    by_voice: bool = False,
) -> Arrangement:
    """Return what was played of a beat as an arrangement, its last bar line the end of every track.

    `spans` become markers where there are several; `by_voice` makes a track of each voice, all on
    channel 10. A voice that plays no note gets no track.
    """
    tracks = tuple(_by_voice(beat, played, kit)) if by_voice else (_whole(played),)
    return Arrangement(
        tracks=tuple(track for track in tracks if len(track.notes)),
        length=bars.ticks,
        title=beat.title,
        tempos=(TempoChange(0, bpm),),
        meters=tuple(meter_map([(0, bars)])),
        markers=tuple((int(bars.starts[span.start]), span.scene.capitalize()) for span in spans)
        if len(spans) > 1
        else (),
        recipe=recipe,
        seed=seed,
    )


def _whole(played: Performance) -> Track:
    return Track("drums", played.notes, title="Drums", role="drums", drums=True, controls=played.controls)


def _by_voice(beat: Beat, played: Performance, kit: Kit) -> Iterator[Track]:
    voices = list(dict.fromkeys(voice for grid in beat.scenes.values() for voice in grid.voices))
    # Voices on one key are one sound, and so one track.
    keys = {kit.note(voice): voice for voice in reversed(voices)}
    first = {kit.note(voice): voice for voice in voices}
    for key in dict.fromkeys([*first, *played.notes.pitch.tolist()]):
        voice = keys.get(key) or next(name for name, number in kit.voices.items() if number == key)
        notes = played.notes[played.notes.pitch == key]
        found = Controls.empty()
        for name in (name for name in played.locks if kit.note(name) == key):
            found |= played.locks[name]
        yield Track(
            voice, notes, title=voice.replace("-", " ").title(), role="drums", drums=True, controls=found
        )
