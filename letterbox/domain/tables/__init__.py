"""Decision tables read and evaluated without an engine."""
