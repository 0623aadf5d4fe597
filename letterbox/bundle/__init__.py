"""The bundle (diagrams, tables, forms) as values: read, checked, compared; nothing here talks to an engine."""
