"""The steps of the procedure and the actions of staff: what each means for the letter."""
