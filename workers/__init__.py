"""The workers' door: the engine's external tasks, and what is looked at periodically."""
