"""The only door to the process engine."""
