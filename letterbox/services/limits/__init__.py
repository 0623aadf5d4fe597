"""Open limits: moved, paused, explained, listed."""
