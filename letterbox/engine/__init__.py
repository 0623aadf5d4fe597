"""The only door to the process engine's REST interface."""
