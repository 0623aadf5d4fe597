"""The health of the whole: one check a part, each by itself."""
