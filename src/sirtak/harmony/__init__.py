"""Theme, chords and the keyboard players."""
