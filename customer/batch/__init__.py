"""Batch work over all customers as ibis expressions: DuckDB by default, the same code on Spark."""
