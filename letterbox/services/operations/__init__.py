"""What an operator repairs; a room for each kind of trouble."""
