"""What changed between revisions, and what was ever said: reading across revisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.delta import Delta, NamedEntity
from kg.fact_key import content_of
from kg.facts import Fact
from kg.store.connection import PATIENT_S
from kg.store.graph import Graph
from kg.store.records import FACT_COLUMNS, fact_from_row

_TYPES = "FACT|INSTANCE_OF|SUBCLASS_OF"


@dataclass(frozen=True, slots=True)
class Difference:
    """Facts by what happened to them from one revision to another; `changed` holds (before, after)."""

    added: tuple[Fact, ...]
    removed: tuple[Fact, ...]
    changed: tuple[tuple[Fact, Fact], ...]


def difference(graph: Graph, old: int, new: int) -> Difference:
    """What differs between two revisions, either of which may be the later one. UnknownRevision for others."""
    graph.revision(old), graph.revision(new)
    before = {f.id: f for f in _only_in(graph, old, new)}
    after = {f.id: f for f in _only_in(graph, new, old)}
    both = ((f, after[i]) for i, f in before.items() if i in after)
    return Difference(
        added=tuple(f for i, f in after.items() if i not in before),
        removed=tuple(f for i, f in before.items() if i not in after),
        changed=tuple((was, now) for was, now in both if (content_of(was), was.file) != (content_of(now), now.file)),
    )


def delta_to(graph: Graph, number: int) -> Delta:
    """The delta that, published on head, makes a revision with the content of revision `number`."""
    head, past = graph.at(timeout=PATIENT_S), graph.at(number, timeout=PATIENT_S)
    found = difference(graph, head.revision, number)
    now, then = dict(head.iter_entities()), dict(past.iter_entities())
    changed = (NamedEntity(i, name) for i, name in then.items() if now.get(i) != name)
    specs, old_specs = head.ontology().predicates, past.ontology().predicates
    return Delta(
        base=head.revision,
        added=(*found.added, *(after for _before, after in found.changed)),
        closed=(*found.removed, *(before for before, _after in found.changed)),
        changed=tuple(changed),
        withdrawn=tuple(i for i in now if i not in then),
        predicates=tuple(p for name, p in old_specs.items() if specs.get(name) != p),
        dropped=tuple(name for name in specs if name not in old_specs),
    )


def versions_of(graph: Graph, subject_id: str, predicate: str | None = None) -> list[Fact]:
    """Every version of a subject's facts in any published revision, oldest first, with rev_from and rev_to."""
    on = "" if predicate is None else "r.predicate = $predicate AND "
    head = graph.head().number
    rows = graph.connection.read(
        f"MATCH (s:Entity {{id: $id}})-[r:{_TYPES}]->(o) WHERE {on}r.rev_from <= $head RETURN {FACT_COLUMNS}",
        {"id": subject_id, "predicate": predicate, "head": head},
    )
    return sorted((fact_from_row(row, head) for row in rows), key=lambda f: (f.rev_from, f.predicate, f.line))


def _only_in(graph: Graph, here: int, there: int) -> Iterator[Fact]:
    """Facts that stand in one revision and not in the other."""
    statement = (
        f"MATCH (s:Entity)-[r:{_TYPES}]->(o) WHERE r.rev_from <= $here AND r.rev_to > $here "
        f"AND NOT (r.rev_from <= $there AND r.rev_to > $there) RETURN {FACT_COLUMNS}"
    )
    for row in graph.connection.stream(statement, {"here": here, "there": there}):
        yield fact_from_row(row, here)
