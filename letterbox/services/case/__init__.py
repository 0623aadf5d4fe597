"""A letter opened for one change: its events, its limits, its engine commands, and what may be done where it stands."""
