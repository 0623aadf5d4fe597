"""A county that lives: synthetic letters and staff as agents, through the real services, engine and workers."""
