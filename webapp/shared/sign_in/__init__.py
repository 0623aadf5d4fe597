"""Coming in by a web page: known devices, single sign-on, a recent proof of who one is."""
