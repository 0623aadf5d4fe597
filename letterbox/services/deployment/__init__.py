"""The bundle that is live, how it was deployed, and the names of its elements."""
