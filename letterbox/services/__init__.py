"""Use cases: what officials and writers do, one capability a file."""
