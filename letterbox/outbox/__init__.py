"""Engine commands that were committed with a change, and the relay that takes them to the engine in order."""
