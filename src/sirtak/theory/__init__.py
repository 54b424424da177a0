"""Pitch, modes, meters and kits: tables of facts and the arithmetic on them."""
