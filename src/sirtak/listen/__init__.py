"""Listeners: files of any program read into arrangements."""
