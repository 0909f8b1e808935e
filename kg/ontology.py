"""The ontology: what a predicate is called, holds and means. Unknown predicates are text, many-valued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from kg.values import Kind


@dataclass(frozen=True, slots=True)
class Predicate:
    """One row of ontology.csv. `many` is the cardinality; `better_is` is low, high or empty."""

    name: str
    aliases: tuple[str, ...] = ()
    datatype: Kind = Kind.TEXT
    unit: str = ""
    many: bool = True
    domain: str = ""
    range: str = ""
    inverse: str = ""
    better_is: str = ""
    template: str = ""
    risk_notice: str = ""
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Ontology:
    """All declared predicates by name."""

    predicates: Mapping[str, Predicate] = field(default_factory=dict)

    def get(self, name: str) -> Predicate:
        """The declaration, or the default one of an undeclared predicate: text, many-valued."""
        return self.predicates.get(name) or _undeclared(name)


@lru_cache(maxsize=4096)
def _undeclared(name: str) -> Predicate:
    return Predicate(name=name, declared=False)
