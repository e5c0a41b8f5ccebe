"""Floor 10: the command `liandong`."""
