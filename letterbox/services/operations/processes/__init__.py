"""One letter's processes: looked at, repositioned, cancelled, ended, taken over to another version."""
