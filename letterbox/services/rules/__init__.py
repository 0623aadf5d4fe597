"""The live rules: time limits, escalation and the office's own calendar, read from the database."""
