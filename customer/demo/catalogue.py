"""The products of a bank as its triples say: what the made-up customers can hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.facts import INSTANCE_OF, SUBCLASS_OF
from kg.ontology_files import read_ontology
from kg.problems import Problem
from kg.reader import TripleFiles
from kg.typed_rows import ParsedRow, parse_row
from kg.values import Kind

LEVEL, TERM, CITY = "风险等级", "期限", "城市"
LEAST = ("起购金额", "起存金额")
_DAYS_PER_MONTH = 30


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its class, R level (None: no level), least amount in 元, term in days (None: open-ended)."""

    name: str
    of_class: str
    level: int | None
    least: float
    days: int | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products by name, the classes with all that stand below them, and the cities of the bank."""

    products: dict[str, Product]
    below: dict[str, frozenset[str]]
    cities: tuple[str, ...]

    def of_classes(self, classes: Iterable[str]) -> list[Product]:
        """The products of these classes and those below, by name."""
        wanted = frozenset().union(*(self.below.get(c, frozenset({c})) for c in classes))
        return sorted((p for p in self.products.values() if p.of_class in wanted), key=lambda p: p.name)


def read_catalogue(paths: Iterable[Path]) -> Catalogue:
    """The catalogue of triple files; rows that can't be read are left to `kg check`."""
    paths = list(paths)
    ontology, _ = read_ontology(paths)
    parents: dict[str, set[str]] = defaultdict(set)
    classes: dict[str, str] = {}
    said: dict[str, dict[str, ParsedRow]] = defaultdict(dict)
    for row in TripleFiles.of(paths):
        if isinstance(row, Problem):
            continue
        if row.predicate == SUBCLASS_OF:
            parents[row.subject].add(row.object)
        elif row.predicate == INSTANCE_OF:
            classes.setdefault(row.subject, row.object)
        elif row.predicate in (LEVEL, TERM, *LEAST):
            parsed = parse_row(row, ontology)
            if isinstance(parsed, ParsedRow):
                said[row.subject].setdefault(row.predicate, parsed)
    products = {name: _product(name, c, said.get(name, {})) for name, c in classes.items()}
    cities = tuple(sorted(name for name, c in classes.items() if c == CITY))
    return Catalogue(products, _below(parents, set(classes.values())), cities)


def _product(name: str, of_class: str, said: dict[str, ParsedRow]) -> Product:
    def number(*predicates: str) -> float | None:
        values = (said[p].value for p in predicates if p in said)
        return next((float(v.number) for v in values if v is not None and v.number is not None), None)

    level, term = number(LEVEL), said.get(TERM)
    days = None
    if term and term.value and term.value.number is not None and term.value.kind is Kind.TERM:
        months = term.value.months
        days = months * _DAYS_PER_MONTH if months else int(term.value.number)
    return Product(name, of_class, int(level) if level else None, number(*LEAST) or 0.0, days)


def _below(parents: dict[str, set[str]], classes: set[str]) -> dict[str, frozenset[str]]:
    """Each class with all classes under it."""
    made: dict[str, set[str]] = defaultdict(set)
    for one in classes | set(parents):
        seen, todo = {one}, [one]
        while todo:
            for parent in parents.get(todo.pop(), ()):
                if parent not in seen:
                    seen.add(parent)
                    todo.append(parent)
        for above in seen:
            made[above].add(one)
    return {name: frozenset(members) for name, members in made.items()}
