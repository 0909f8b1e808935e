"""Merging two entities that are one thing, and taking a revision back without what came after it: both as deltas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.delta import Delta, NamedEntity
from kg.fact_key import fact_id, group_key, object_key
from kg.facts import ALIAS, Fact
from kg.loading_delta import overlap
from kg.ontology import Ontology
from kg.store import Graph, Snapshot
from kg.store.connection import PATIENT_S
from kg.store.history import difference
from kg.store.revisions import touched_between
from kg.values import Kind, Value


class CannotMerge(ValueError):
    """Two things that are not one, or a revision that others were built on; the message says why, in Chinese."""


def merge_delta(head: Snapshot, keep: str, drop: str) -> Delta:
    """What makes the entity `drop` part of `keep`: its facts move, its name becomes an alias, its id ends.

    Raises CannotMerge for unknown ids, and where both have different values of a single-valued attribute.
    """
    names = head.entities([keep, drop])
    if keep == drop or len(names) < 2:
        raise CannotMerge("要合并的两个编号必须不同，而且都在当前版本里")
    ontology = head.ontology()
    old = [*head.facts_of([drop]), *(f for f in _pointing(head, drop) if f.subject_id != drop)]
    own = head.facts_of([keep])
    standing = {f.id: f for f in own}
    moved = [_moved(f, keep, drop, names[keep], ontology) for f in old]
    _same_values(own, moved, ontology)
    named = Fact("", keep, names[keep], ALIAS, value=Value(names[drop], Kind.TEXT), source="合并")
    alias = replace(named, id=fact_id(named, many=True))
    added = {f.id: f for f in (*moved, alias) if f.id not in standing and f.object_id != f.subject_id}
    return Delta(head.revision, added=tuple(added.values()), closed=tuple(old), withdrawn=(drop,))


def revert_delta(graph: Graph, number: int) -> Delta:
    """What takes back revision `number` alone (un-merge). CannotMerge where later ones touched the same things."""
    head = graph.at(timeout=PATIENT_S)
    if not 0 < number <= head.revision:
        raise CannotMerge(f"没有第 {number} 版；看 kg log")
    touched = touched_between(graph.connection, number - 1, number)
    later = touched_between(graph.connection, number, head.revision) or set()
    if touched is None or touched & later:
        clash = "、".join(sorted((touched or set()) & later)[:5])
        raise CannotMerge(f"第 {number} 版之后又改过同样的实体 {clash}；请逐条修改，或用 kg rollback 整体回退")
    found = difference(graph, number, number - 1)
    now, then = head.entities(touched), graph.at(number - 1, timeout=PATIENT_S).entities(touched)
    return Delta(
        head.revision,
        added=(*found.added, *(after for _before, after in found.changed)),
        closed=(*found.removed, *(before for before, _after in found.changed)),
        changed=tuple(NamedEntity(i, name) for i, name in then.items() if now.get(i) != name),
        withdrawn=tuple(i for i in now if i not in then),
    )


def _pointing(head: Snapshot, target: str) -> Iterator[Fact]:
    seen: set[str] = set()
    for fact in (*head.facts_to([target]), *head.facts_to([target], ["实例", "上位类"])):
        if fact.id not in seen:
            seen.add(fact.id)
            yield fact


def _moved(fact: Fact, keep: str, drop: str, name: str, ontology: Ontology) -> Fact:
    """The fact with `keep` in the place of `drop`, under the id that its key gives then."""
    if fact.subject_id == drop:
        fact = replace(fact, subject_id=keep, subject_name=name)
    if fact.object_id == drop:
        fact = replace(fact, object_id=keep, object_name=name)
    return replace(fact, id=fact_id(fact, many=ontology.get(fact.predicate).many))


def _same_values(own: Iterable[Fact], moved: Iterable[Fact], ontology: Ontology) -> None:
    held = {group_key(f): f for f in own if not ontology.get(f.predicate).many}
    for fact in moved:
        rival = held.get(group_key(fact))
        if rival is not None and overlap(rival, fact) and object_key(rival) != object_key(fact):
            values = f"{fact.predicate}：{rival.text} 和 {fact.text}"
            raise CannotMerge(f"两个实体的值不同（{values}）；先改成一致再合并")
