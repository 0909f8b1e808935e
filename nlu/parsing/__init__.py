"""Readings of one turn: one module for each kind of question."""
