"""Measures and pictures of finished pieces, ours or anybody's."""
