"""Who comes in and for how long: sessions, passwords, second factors, single sign-on, allowances for attempts."""
