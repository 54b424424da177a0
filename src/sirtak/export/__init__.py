"""Writers: arrangements to standard MIDI files, and what belongs to them."""
