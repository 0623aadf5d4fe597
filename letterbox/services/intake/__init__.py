"""Accepting letters: from the portal, from other channels, from files."""
