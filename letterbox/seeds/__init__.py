"""The files of config/, read once and held to their schemas."""
