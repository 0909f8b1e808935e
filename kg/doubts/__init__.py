"""Doubts about a change that only the graph can raise: warnings of what is allowed and yet probably wrong."""

from kg.doubts.all import doubts

__all__ = ["doubts"]
