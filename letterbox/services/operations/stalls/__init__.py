"""What stands still without anybody noticing, and the technical faults that hold a letter meanwhile."""
