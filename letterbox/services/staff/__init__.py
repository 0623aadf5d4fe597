"""People, units, rights, leaves, and the files that they are administered with."""
