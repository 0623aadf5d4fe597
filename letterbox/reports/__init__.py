"""Figures as documents."""
