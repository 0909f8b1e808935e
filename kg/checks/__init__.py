"""Checks over a whole load, one idea per module; `kg.check` runs them."""
