"""What happened to a letter, in the words of those who read its timeline."""
