"""Publishing: new facts and ends of old ones in batches that no reader sees, then head in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from kg.delta import Delta, NamedEntity
from kg.delta_json import predicate_spec
from kg.fact_key import ContentHash, content_of, entity_content
from kg.facts import OPEN_REVISION, Fact
from kg.graph_errors import StaleBase
from kg.store.connection import PATIENT_S, Connection, Tx
from kg.store.lock import Lease
from kg.store.records import literal_row, past_with, relation_row, relationship_type
from kg.store.revisions import CREATE_REVISION, Revision, head_number, revision, revision_properties
from kg.store.statements import (
    CHANGE_ENTITY,
    CLOSE_FACT,
    CREATE_ENTITY,
    CREATE_FACT,
    CREATE_FILE_SUBJECTS,
    CREATE_PREDICATE,
    END_PREDICATES,
    ENTITY_VERSIONS,
    LITERAL,
    WITHDRAW,
)

T = TypeVar("T")
BATCH = 2_000
Progress = Callable[[int, int], None]
"""Called with facts done and facts in all."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the revision's node keeps of its making.

    `restores` is set by a rollback; `checks` says what was passed before; `urgent` is the reason of who published
    without a second pair of eyes; `draft` is what was published, so that a writer killed after the head moved can
    still be told from one that was killed before.
    """

    author: str
    message: str
    restores: int | None = None
    approver: str = ""
    checks: str = ""
    urgent: str = ""
    draft: str = ""


def publish(
    connection: Connection, lease: Lease, delta: Delta, note: Note, progress: Progress | None = None
) -> Revision:
    """Make revision delta.base + 1 and give it; StaleBase when head is not delta.base.

    The caller has recovered what an earlier writer left past head. If this raises before the head moved,
    readers go on seeing the base and the next writer undoes the rest.
    """
    head = head_number(connection, PATIENT_S)
    if head != delta.base:
        remedy = "somebody published meanwhile: compute the change again on the new head"
        raise StaleBase("publishing", f"based on revision {delta.base}, head is {head}", remedy)
    before = revision(connection, head, PATIENT_S)
    writer = _Writer(connection, lease, before, progress, len(delta.added) + len(delta.closed))
    writer.begin(note)
    writer.write(delta)
    return writer.move_head(delta, note)


class _Writer:
    """Writes one revision; counts entities and the content hash along the way."""

    def __init__(
        self, connection: Connection, lease: Lease, before: Revision, progress: Progress | None, total: int
    ) -> None:
        self.connection = connection
        self.lease = lease
        self.before = before
        self.revision = before.number + 1
        self.place = f"publishing revision {self.revision}"
        self.progress = progress
        self.total = total
        self.done = 0
        self.entities = before.entities
        self.content = ContentHash(before.content_hash)

    def begin(self, note: Note) -> None:
        """Record the intent, so that recovery knows that there may be something past head."""

        def work(tx: Tx) -> None:
            self.lease.renew(tx)
            statement = "MATCH (i:Control {id: 'intent'}) SET i.revision = $revision, i.author = $author"
            tx.run(statement, revision=self.revision, author=note.author).consume()

        self.connection.write(work, place=self.place)

    def write(self, delta: Delta) -> None:
        """Everything but the head, in batches."""
        self._batches(CREATE_ENTITY, ([e.id, e.name] for e in delta.created))
        for entity in delta.created:
            self.content.add(entity_content(entity.id, entity.name))
        self.entities += len(delta.created)
        for batch in _chunks(delta.changed):
            self._change_entities(batch)
        for ids in _chunks(delta.withdrawn):
            self._withdraw(ids)
        self._write_facts(delta)
        self._write_predicates(delta)
        rows = (
            {"file": name, "subjects": ids} for name, all_ids in delta.file_subjects.items() for ids in _chunks(all_ids)
        )
        self._batches(CREATE_FILE_SUBJECTS, rows, size=20)

    def move_head(self, delta: Delta, note: Note) -> Revision:
        """Head, Revision node and intent in one transaction: from here on readers see the new revision."""
        touched = delta.touched
        made = Revision(
            number=self.revision,
            author=note.author,
            time=datetime.now(UTC),
            message=note.message,
            content_hash=str(self.content),
            facts=self.before.facts + len(delta.added) - len(delta.closed),
            entities=self.entities,
            added=len(delta.added),
            closed=len(delta.closed),
            restores=note.restores,
            approver=note.approver,
            checks=note.checks,
            urgent=note.urgent,
            draft=note.draft,
        )
        self.connection.write(lambda tx: _move(tx, self.lease, made, touched), place=self.place)
        return made

    def _write_facts(self, delta: Delta) -> None:
        for shape, facts in _by_shape(delta.closed):
            self._batches(CLOSE_FACT[shape], self._closing(facts), counted=True)
        for shape, facts in _by_shape(delta.added):
            self._batches(CREATE_FACT[shape], self._opening(facts), counted=True)

    def _closing(self, facts: Iterable[Fact]) -> Iterator[dict[str, str]]:
        for fact in facts:
            self.content.remove(content_of(fact))
            yield {"s": fact.subject_id, "id": fact.id}

    def _opening(self, facts: Iterable[Fact]) -> Iterator[list[Any]]:
        for fact in facts:
            self.content.add(content_of(fact))
            yield relation_row(fact) if fact.value is None else literal_row(fact, fact.value)

    def _change_entities(self, batch: Sequence[NamedEntity]) -> None:
        """Give existing entities a new version, the one they had going into their history."""
        names = {e.id: e.name for e in batch}

        def work(tx: Tx) -> list[_Version]:
            self.lease.renew(tx)
            versions = [_Version(*row.values()) for row in tx.run(ENTITY_VERSIONS, ids=list(names))]
            rows = [
                {
                    "id": v.id,
                    "name": names[v.id],
                    "past": past_with(v.past, v.name, v.rev_from, min(v.rev_to, self.revision)),
                }
                for v in versions
            ]
            tx.run(CHANGE_ENTITY, rows=rows, revision=self.revision, open=OPEN_REVISION).consume()
            return versions

        for version in self.connection.write(work, place=self.place):
            if version.rev_to == OPEN_REVISION:
                self.content.remove(entity_content(version.id, version.name))
            else:
                self.entities += 1
            self.content.add(entity_content(version.id, names[version.id]))

    def _withdraw(self, ids: Sequence[str]) -> None:
        def work(tx: Tx) -> list[_Version]:
            self.lease.renew(tx)
            versions = [_Version(*row.values()) for row in tx.run(ENTITY_VERSIONS, ids=list(ids))]
            standing = [v for v in versions if v.rev_to == OPEN_REVISION]
            tx.run(WITHDRAW, rows=[v.id for v in standing], revision=self.revision).consume()
            return standing

        for version in self.connection.write(work, place=self.place):
            self.entities -= 1
            self.content.remove(entity_content(version.id, version.name))

    def _write_predicates(self, delta: Delta) -> None:
        """Close the rows that change or end, then add the new ones; there are few of them."""
        specs = {p.name: predicate_spec(p) for p in delta.predicates}
        names = [*specs, *delta.dropped]
        if not names:
            return

        def work(tx: Tx) -> list[str]:
            self.lease.renew(tx)
            ended = [
                str(row[0]) for row in tx.run(END_PREDICATES, names=names, revision=self.revision, open=OPEN_REVISION)
            ]
            rows = [{"name": name, "spec": spec} for name, spec in specs.items()]
            tx.run(CREATE_PREDICATE, rows=rows, revision=self.revision, open=OPEN_REVISION).consume()
            return ended

        for spec in self.connection.write(work, place=self.place):
            self.content.remove(spec)
        for spec in specs.values():
            self.content.add(spec)

    def _batches(self, statement: str, rows: Iterable[Any], *, size: int = BATCH, counted: bool = False) -> None:
        """One transaction per batch of rows, each under the lease; the next batch is made while one is written."""
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="graph-write") as writing:
            written: Future[int] | None = None
            for batch in _chunks(rows, size):
                if written is not None:
                    self._count(written.result(), counted)
                written = writing.submit(self._write_batch, statement, batch)
            if written is not None:
                self._count(written.result(), counted)

    def _write_batch(self, statement: str, batch: Sequence[Any]) -> int:
        def work(tx: Tx) -> None:
            self.lease.renew(tx)
            tx.run(statement, rows=batch, revision=self.revision, open=OPEN_REVISION).consume()

        self.connection.write(work, place=self.place)
        return len(batch)

    def _count(self, facts: int, counted: bool) -> None:
        if counted:
            self.done += facts
            if self.progress is not None:
                self.progress(self.done, self.total)


@dataclass(frozen=True, slots=True)
class _Version:
    id: str
    name: str
    rev_from: int
    rev_to: int
    past: str | None


def _move(tx: Tx, lease: Lease, made: Revision, touched: frozenset[str]) -> None:
    lease.renew(tx)
    moved = tx.run(
        "MATCH (h:Control {id: 'head'}) WHERE h.revision = $base SET h.revision = $number RETURN h.revision",
        base=made.number - 1,
        number=made.number,
    ).single()
    if moved is None:
        raise StaleBase("publishing", f"revision {made.number}", "the head moved meanwhile: load again")
    tx.run(CREATE_REVISION, revision_properties(made, touched)).consume()
    tx.run("MATCH (i:Control {id: 'intent'}) SET i.revision = 0").consume()


def _by_shape(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """Facts by the statement that writes them."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        shape = LITERAL if fact.value is not None else relationship_type(fact.predicate)
        groups.setdefault(shape, []).append(fact)
    return list(groups.items())


def _chunks(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch
