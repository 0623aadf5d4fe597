"""What a writer may do with number and query code."""
