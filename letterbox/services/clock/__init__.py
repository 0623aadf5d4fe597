"""The movable clock of tests and simulations."""
