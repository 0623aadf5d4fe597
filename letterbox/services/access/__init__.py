"""Who comes in and for how long: signing in, sessions, second factors, tokens, allowances, idempotency keys."""
