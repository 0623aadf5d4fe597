"""The tables, their migrations, and the transaction."""
