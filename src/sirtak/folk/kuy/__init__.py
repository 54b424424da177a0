"""The küy: its types, its form, its material, and how a section of it is laid out."""
