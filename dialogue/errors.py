"""What can go wrong around a turn, apart from graph and tables."""

from __future__ import annotations


class KnowledgeUnavailable(Exception):
    """There is no revision to answer from: the graph has not been reached yet."""
