"""The graph as files that `kg load` reads back to the same content: triples with ids, and the ontology."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.cells import ValueFault
from kg.facts import Fact, Qualifier
from kg.formulas import escaped
from kg.ontology import Ontology
from kg.qualifiers import parse_qualifier

if TYPE_CHECKING:
    from _csv import Writer

TRIPLE_COLUMNS = (
    "subject",
    "predicate",
    "object",
    "subject_id",
    "object_id",
    "qualifiers",
    "valid_from",
    "valid_to",
    "source",
    "article",
)
_ONTOLOGY_COLUMNS = (
    "name",
    "aliases",
    "datatype",
    "unit",
    "cardinality",
    "domain",
    "range",
    "inverse",
    "better_is",
    "template",
    "risk_notice",
)


def write_triples(path: Path, facts: Iterable[Fact], ontology: Ontology) -> int:
    """Writes one row per fact, in whatever order they come, and returns how many. The file appears whole or not."""
    count = 0
    with written_table(path, TRIPLE_COLUMNS) as table:
        for fact in facts:
            table.writerow(_row(fact, ontology))
            count += 1
    return count


def write_ontology(path: Path, ontology: Ontology) -> None:
    """Writes the declared predicates."""
    with written_table(path, _ONTOLOGY_COLUMNS) as table:
        for predicate in ontology.predicates.values():
            cells: dict[str, Any] = {
                **{column: getattr(predicate, column, "") for column in _ONTOLOGY_COLUMNS},
                "aliases": "|".join(predicate.aliases),
                "datatype": predicate.datatype.value,
                "cardinality": "many" if predicate.many else "one",
            }
            table.writerow([cells[column] for column in _ONTOLOGY_COLUMNS])


def _row(fact: Fact, ontology: Ontology) -> list[str]:
    return [escaped(cell) for cell in _cells(fact, ontology)]


def _cells(fact: Fact, ontology: Ontology) -> list[str]:
    return [
        fact.subject_name,
        fact.predicate,
        fact.text,
        fact.subject_id,
        fact.object_id or "",
        ";".join(qualifier_text(q, ontology) for q in fact.qualifiers),
        _day(fact.valid_from),
        _day(fact.valid_to),
        fact.source,
        fact.article,
    ]


def qualifier_text(qualifier: Qualifier, ontology: Ontology) -> str:
    """A qualifier as an editor would write it: the comparison stands once, in front or in the words."""
    plain = f"{qualifier.name}={qualifier.value.text}"
    try:
        if parse_qualifier(plain, ontology) == qualifier:
            return plain
    except ValueFault:
        pass  # with its comparison in front it was read once
    return f"{qualifier.name}{qualifier.op.value}{qualifier.value.text}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@contextmanager
def written_table(path: Path, columns: Sequence[str]) -> Iterator[Writer]:
    """A CSV with BOM, which Excel takes for UTF-8, renamed into place when it is complete."""
    scratch = path.with_name(f".{path.name}.part")
    try:
        with scratch.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(columns)
            yield table
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
