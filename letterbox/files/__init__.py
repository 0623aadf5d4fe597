"""Uploaded files judged by their bytes: what they are, and whether they carry what could run."""
