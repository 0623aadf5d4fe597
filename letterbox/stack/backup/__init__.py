"""Backups: both databases, files, mail and keys at one point, in one file; verified, and restored into a fresh folder."""
