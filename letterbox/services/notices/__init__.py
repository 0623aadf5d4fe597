"""Telling people: whom, in what words, over which channel, and whether it arrived."""
