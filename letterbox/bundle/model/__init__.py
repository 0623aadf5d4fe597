"""Diagrams as plain values: their nodes, flows and conditions, and where a token can go."""
