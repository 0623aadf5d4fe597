"""What happens to a letter: a class for each event with its facts, how they are stored, and what each is called."""
