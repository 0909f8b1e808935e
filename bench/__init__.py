"""Measurements of speed and memory, printed as one table."""
