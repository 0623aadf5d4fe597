"""Who comes in and for how long: signing in, sessions, second factors, tokens, tries of passwords and codes counted, idempotency keys."""
