"""Files of a bundle as somebody else wrote them: read within bounds by tables of what is allowed, and written anew."""
