"""The database: models, queries, outbox rows, migrations. Nobody else imports SQLAlchemy models' internals."""
