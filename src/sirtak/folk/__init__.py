"""The players of Kazakh instruments."""
