"""Officials' tasks: the list, one task with its form, claiming, completing."""
