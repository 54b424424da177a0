"""From a piece's text to its arrangement."""
