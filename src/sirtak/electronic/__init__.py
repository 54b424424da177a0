"""The players of the machine: drums and bass."""
