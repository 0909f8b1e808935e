"""What a load would do: rows → facts with ids → delta against head, with every problem found on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kg.delta import Delta, NamedEntity
from kg.fact_key import key_id, object_key_of
from kg.facts import INSTANCE_OF, Fact
from kg.loading_delta import FactChanges, changes, without_repeats
from kg.loading_head import Head
from kg.loading_identity import Identities, Mention, object_of, subject_of, type_mentions
from kg.loading_links import linked
from kg.ontology import Ontology, Predicate
from kg.problems import Problem
from kg.typed_rows import ParsedRow


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The delta a load would publish, the changes it consists of, and what stands against it."""

    delta: Delta
    changes: FactChanges
    problems: tuple[Problem, ...] = ()
    files: tuple[str, ...] = field(default=())


def plan_load(
    rows: Sequence[ParsedRow], declared: Ontology, head: Head, *, replace_gone: bool, editor: str
) -> LoadPlan:
    """Compute the delta of checked rows and ontology rows against `head`; nothing is written."""
    stored = head.ontology()
    ontology = Ontology({**stored.predicates, **declared.predicates})
    rows = linked(rows, head)
    identities = Identities(rows, head)
    drafts = _facts(rows, identities, ontology, editor)
    wanted, repeats = without_repeats(drafts, ontology)
    files = {row.row.file for row in rows}
    current = _current(wanted, files, head)
    found = changes(wanted, current, ontology, files=files, replace=replace_gone)
    delta = Delta(
        base=head.revision,
        added=found.opening,
        closed=found.closing,
        withdrawn=_orphans(found, head),
        predicates=_changed_predicates(declared, stored),
        file_subjects=_new_file_subjects(wanted, files, head),
    )
    delta = _with_entities(delta, identities, wanted, head)
    problems = (*identities.problems, *repeats, *found.problems)
    return LoadPlan(delta, found, problems, tuple(sorted(files)))


def _facts(rows: Iterable[ParsedRow], identities: Identities, ontology: Ontology, editor: str) -> Iterator[Fact]:
    """Facts of the rows whose mentions have ids, then a class membership for every type that a row names.

    Memberships come last, so that a row `X,实例,类` with its source stands before one that was only implied.
    """
    implied: dict[tuple[str, str, str], Fact] = {}
    for row in rows:
        subject, target = subject_of(row), object_of(row)
        for mention in (subject, target) if target else (subject,):
            fact = _membership(row, mention, identities, editor)
            if fact is not None:
                implied.setdefault((fact.file, fact.subject_id, fact.object_id or ""), fact)
        subject_id = identities.id_of(subject)
        object_id = identities.id_of(target) if target else None
        if subject_id is not None and not (target and object_id is None):
            yield _fact(row, subject_id, object_id, ontology, editor)
    yield from implied.values()


def _membership(row: ParsedRow, mention: Mention, identities: Identities, editor: str) -> Fact | None:
    """The class membership that a type column says; None when the row itself is that membership."""
    cls = next(type_mentions(mention), None)
    if cls is None or mention.by_row:
        return None
    member, class_id = identities.id_of(mention), identities.id_of(cls)
    if member is None or class_id is None:
        return None
    return Fact(
        id=key_id(member, INSTANCE_OF, (), None, object_key_of(class_id, None)),
        subject_id=member,
        subject_name=mention.name,
        predicate=INSTANCE_OF,
        object_id=class_id,
        object_name=cls.name,
        file=mention.file,
        line=row.row.line,
        editor=editor,
    )


def _fact(row: ParsedRow, subject_id: str, object_id: str | None, ontology: Ontology, editor: str) -> Fact:
    cells, name = row.row, row.predicate.name
    target = object_key_of(object_id, row.value) if ontology.get(name).many else None
    return Fact(
        id=key_id(subject_id, name, row.qualifiers, row.valid_from, target),
        subject_id=subject_id,
        subject_name=cells.subject,
        predicate=name,
        object_id=object_id,
        object_name=cells.object if object_id is not None else "",
        value=row.value,
        qualifiers=row.qualifiers,
        source=cells.source,
        article=cells.article,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        file=cells.file,
        line=cells.line,
        editor=editor,
    )


def _current(wanted: Iterable[Fact], files: set[str], head: Head) -> list[Fact]:
    """Standing facts of every subject the files speak of or spoke of when they were loaded before."""
    if head.revision == 0:
        return []
    subjects = dict.fromkeys(f.subject_id for f in wanted)
    for ids in head.file_subjects(files).values():
        subjects.update(dict.fromkeys(ids))
    return head.facts_of(subjects)


def _new_file_subjects(wanted: Iterable[Fact], files: set[str], head: Head) -> dict[str, tuple[str, ...]]:
    """Subjects that a file speaks of for the first time."""
    known = head.file_subjects(files) if head.revision else {}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for fact in wanted:
        if fact.subject_id not in known.get(fact.file, ()):
            found[fact.file][fact.subject_id] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _orphans(found: FactChanges, head: Head) -> tuple[str, ...]:
    """Entities that lose their last fact."""
    if not found.removed and not found.changed:
        return ()
    lost: dict[str, int] = defaultdict(int)
    for fact in found.closing:
        for entity_id in _ends(fact):
            lost[entity_id] += 1
    for fact in found.opening:
        for entity_id in _ends(fact):
            lost.pop(entity_id, None)
    degrees = head.degrees(lost)
    return tuple(sorted(entity_id for entity_id, count in lost.items() if degrees.get(entity_id, 0) <= count))


def _ends(fact: Fact) -> set[str]:
    return {fact.subject_id} if fact.object_id is None else {fact.subject_id, fact.object_id}


def _with_entities(delta: Delta, identities: Identities, wanted: Iterable[Fact], head: Head) -> Delta:
    """Add entities that are new, renamed, or come back after they were withdrawn."""
    used = {entity_id for fact in wanted for entity_id in _ends(fact)}
    unknown = [i for i in used if i not in identities.standing]
    buried = head.buried(unknown) if head.revision else set()
    created = [NamedEntity(i, identities.names[i]) for i in unknown if i not in buried]
    changed = [
        NamedEntity(i, identities.names[i])
        for i in used
        if i in buried or (i in identities.standing and identities.standing[i] != identities.names.get(i, ""))
    ]
    return replace(
        delta,
        created=tuple(sorted(created, key=lambda e: e.id)),
        changed=tuple(sorted(changed, key=lambda e: e.id)),
    )


def _changed_predicates(declared: Ontology, stored: Ontology) -> tuple[Predicate, ...]:
    return tuple(p for name, p in declared.predicates.items() if stored.predicates.get(name) != p)
