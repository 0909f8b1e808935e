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
from kg.store.revisions import touched_between

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
    return _difference(graph, old, new, touched_between(graph.connection, old, new))


def delta_to(graph: Graph, number: int) -> Delta:
    """The delta that, published on head, makes a revision with the content of revision `number`."""
    head, past = graph.at(timeout=PATIENT_S), graph.at(number, timeout=PATIENT_S)
    touched = touched_between(graph.connection, head.revision, number)
    found = _difference(graph, head.revision, number, touched)
    now, then = (dict(s.iter_entities()) if touched is None else s.entities(touched) for s in (head, past))
    specs, old_specs = head.ontology().predicates, past.ontology().predicates
    return Delta(
        base=head.revision,
        added=(*found.added, *(after for _before, after in found.changed)),
        closed=(*found.removed, *(before for before, _after in found.changed)),
        changed=tuple(NamedEntity(i, name) for i, name in then.items() if now.get(i) != name),
        withdrawn=tuple(i for i in now if i not in then),
        predicates=tuple(p for name, p in old_specs.items() if specs.get(name) != p),
        dropped=tuple(name for name in specs if name not in old_specs),
    )


def _difference(graph: Graph, old: int, new: int, touched: set[str] | None) -> Difference:
    before = {f.id: f for f in _only_in(graph, old, new, touched)}
    after = {f.id: f for f in _only_in(graph, new, old, touched)}
    both = ((f, after[i]) for i, f in before.items() if i in after)
    return Difference(
        added=tuple(f for i, f in after.items() if i not in before),
        removed=tuple(f for i, f in before.items() if i not in after),
        changed=tuple((was, now) for was, now in both if (content_of(was), was.file) != (content_of(now), now.file)),
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


def _only_in(graph: Graph, here: int, there: int, touched: set[str] | None) -> Iterator[Fact]:
    """Facts that stand in one revision and not in the other; of some subjects, or of all when these aren't known."""
    subjects = "MATCH (s:Entity)" if touched is None else "UNWIND $ids AS id MATCH (s:Entity {id: id})"
    statement = (
        f"{subjects}-[r:{_TYPES}]->(o) WHERE r.rev_from <= $here AND r.rev_to > $here "
        f"AND NOT (r.rev_from <= $there AND r.rev_to > $there) RETURN {FACT_COLUMNS}"
    )
    params = {"here": here, "there": there, "ids": sorted(touched or ())}
    for row in graph.connection.stream(statement, params):
        yield fact_from_row(row, here)
