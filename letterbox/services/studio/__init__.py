"""Changing the diagrams: drafts, checks, a second person's approval, history, the map of where letters stand."""
