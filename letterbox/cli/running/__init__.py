"""What ``letterbox up`` is made of: the parts, their supervisor, the steps of a start."""
