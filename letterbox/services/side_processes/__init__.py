"""What runs beside a letter: co-handling, supervision, a leader's instruction, a promise."""
