"""Personal data sealed anew after the secret was replaced."""
