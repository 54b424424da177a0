"""The players of the machine: drums, bass, synths and what announces a drop."""
