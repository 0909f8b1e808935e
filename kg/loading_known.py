"""What a check needs to know of the graph that a load will meet: its classes, and facts about a name."""

from __future__ import annotations

from collections.abc import Iterable

from kg.check import Known
from kg.facts import Fact
from kg.loading_head import Head
from kg.ontology import Ontology
from kg.reader.rows import Row
from kg.typed_rows import ParsedRow


def known_of(head: Head, ontology: Ontology) -> Known:
    """The graph's side of a check; facts are only read when the check asks about a name."""
    if head.revision == 0:
        return Known()
    edges = list(head.iter_subclass_edges())
    names = head.entities({i for edge in edges for i in edge})

    def facts_about(name: str) -> Iterable[ParsedRow]:
        ids = head.ids_by_name([name]).get(name, ())
        return [_as_row(fact, ontology) for fact in head.facts_of(ids)]

    superclasses = [(names[child], names[parent]) for child, parent in edges if child in names and parent in names]
    return Known(superclasses=superclasses, facts_about=facts_about)


def _as_row(fact: Fact, ontology: Ontology) -> ParsedRow:
    """A published fact as the row that would say it."""
    row = Row(
        subject=fact.subject_name,
        predicate=fact.predicate,
        object=fact.text,
        subject_id=fact.subject_id,
        object_id=fact.object_id or "",
        source=fact.source,
        article=fact.article,
        file=fact.file,
        line=fact.line,
    )
    predicate = ontology.get(fact.predicate)
    return ParsedRow(row, predicate, fact.value, fact.qualifiers, fact.valid_from, fact.valid_to)
