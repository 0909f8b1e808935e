"""What can go wrong between the program and the graph, each error with place, value and remedy.

They stand apart from the store and the lexicon for those who only catch them: the driver is 15 MiB.
"""

from __future__ import annotations


class GraphError(Exception):
    """Base of every error of the store: where it happened, the value that caused it, what to do."""

    def __init__(self, place: str, value: str, remedy: str) -> None:
        super().__init__(f"{place}: {value}; {remedy}")
        self.place = place
        self.value = value
        self.remedy = remedy


class GraphUnavailable(GraphError):
    """The graph can't be reached or closed the connection; the next call tries again."""


class GraphTimeout(GraphError):
    """A statement ran longer than it may."""


class RowCapExceeded(GraphError):
    """A read gave more rows than its cap; nothing was cut off silently."""


class WriterBusy(GraphError):
    """Another writer holds the graph and did not finish in the time one was ready to wait."""


class LeaseLost(GraphError):
    """This writer was taken for dead and replaced; what it wrote past head is undone by its successor."""


class StaleBase(GraphError):
    """The delta was computed against another revision than the head it is published on."""


class UnknownRevision(GraphError):
    """There is no such revision in this graph."""


class SchemaMismatch(GraphError):
    """The graph was written by another version of the program, or holds something else."""


class LexiconFault(Exception):
    """A lexicon directory that can't be read; the remedy is to build it again."""
