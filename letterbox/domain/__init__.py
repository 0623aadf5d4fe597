"""The rules of the mailbox: pure functions and values, standard library only."""
