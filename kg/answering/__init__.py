"""Query → Answer: what one revision of the graph says on one day, with inheritance, tables and comparison."""

from kg.answering.service import answer

__all__ = ["answer"]
