"""Forms as values: read, checked, filled in, and their answers turned into variables and words."""
