"""Running the whole system on one machine: PostgreSQL, engine, workers, web, their supervisor."""
