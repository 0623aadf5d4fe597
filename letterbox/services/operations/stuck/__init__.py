"""Failed work and undelivered notices: listed with their causes, tried again, given up."""
