"""Differences between the record and the engine: found letter by letter, and repaired."""
