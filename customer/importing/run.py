"""One import: every source of a mapping, in chunks, each in one transaction; killed at any point, run it again."""

from __future__ import annotations

import fcntl
import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine

from customer.erasing import BY_LAW, erased_ids
from customer.errors import CustomerError
from customer.identifiers import Identifiers
from customer.importing.chunks import as_of, chunks
from customer.importing.fields import BULK, FIELDS, Kind
from customer.importing.mapping import ImportMap, Source
from customer.importing.reading import FLAGS, Bad, Chunk, read_chunk, repeated
from customer.importing.writers import WRITERS, Writing
from customer.merging import aliases
from customer.parts import Part, Parts
from customer.privacy import mask
from customer.sql import add_new, reading, writing
from customer.tables import customer, import_run, quarantine

Progress = Callable[[str, int], None]
_KEYS: dict[Kind, list[str]] = {
    Kind.CUSTOMERS: ["id"],
    Kind.HOLDINGS: ["id"],
    Kind.RISK: ["customer", "assessed_on"],
    Kind.SIGNALS: ["customer", "kind", "since"],
}
_FORGOTTEN = frozenset({Kind.IDENTITIES, Kind.EVENTS, Kind.RESPONSES})
"""What finishing a request to erase has deleted: the next import does not bring it back."""
ERASED = "erased"
_KEPT_BAD = 10_000
"""Rows of one source kept in quarantine; beyond them they are only counted."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a source's rows. `reasons` counts the bad ones, `flags` the doubtful figures among the good."""

    source: str
    kind: str
    rows: int = 0
    good: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    unchanged: bool = False


class Importer:
    """Imports into one home and its database."""

    def __init__(self, engine: Engine, home: Path, identifiers: Identifiers) -> None:
        self._engine, self._home, self._identifiers = engine, home, identifiers
        self._parts = Parts(home, engine)
        self._ids: pd.Index = pd.Index([])
        self._erased: frozenset[str] = frozenset()

    def run(self, mapping: ImportMap, today: date, progress: Progress) -> list[Counts]:
        """Reads every source. Raises MappingError on a source that can't be read; what came before it stays."""
        with self._alone():
            self._parts.sweep()
            run = uuid.uuid4().hex
            with writing(self._engine) as sql:
                self._erased = frozenset(erased_ids(sql))
                row = {"id": run, "mapping": str(mapping.path.name), "state": "running", "counts": {}}
                sql.execute(insert(import_run), {**row, "started_at": datetime.now(UTC)})
            made = [self._source(source, mapping, today, run, progress) for source in mapping.sources]
            done = {"state": "done", "counts": {c.source: _plain(c) for c in made}, "finished_at": datetime.now(UTC)}
            with writing(self._engine) as sql:
                sql.execute(update(import_run).where(import_run.c.id == run).values(**done))
            return made

    def _source(self, source: Source, mapping: ImportMap, today: date, run: str, progress: Progress) -> Counts:
        at, digest = as_of(source), _digest(source)
        if source.append and digest and self._parts.known(source.kind.value, source.name, digest):
            return Counts(source.name, source.kind.value, unchanged=True)
        with writing(self._engine) as sql:
            sql.execute(delete(quarantine).where(quarantine.c.source == source.name))
        if source.kind is not Kind.CUSTOMERS and self._ids.empty:
            self._ids = self._known_ids()
        rows = good = 0
        reasons: Counter[str] = Counter()
        flags: Counter[str] = Counter()
        parts: list[Part] = []

        def write_part(kept: pd.DataFrame) -> None:
            parts.append(
                self._parts.write(Part(source.kind.value, source.name, digest), kept, f"{run}/{len(parts):05d}")
            )

        for raw in chunks(source):
            chunk = self._checked(read_chunk(raw, source, mapping, today, at), source)
            bad = [*chunk.bad, *self._write(source, chunk, write_part)]
            self._set_apart(source, chunk.raw, bad, run, sum(reasons.values()))
            rows, good = rows + len(raw), good + len(raw) - len({b.line for b in bad})
            reasons.update(b.reason for b in bad)
            flags.update(f for said in chunk.good[FLAGS] if said for f in said.split())
            progress(source.name, rows)
        if source.kind in BULK:
            self._parts.register(source.kind.value, source.name, parts, append=source.append)
        return Counts(source.name, source.kind.value, rows, good, reasons, flags)

    def _checked(self, chunk: Chunk, source: Source) -> Chunk:
        """Without rows of customers that nobody knows and what was erased of customers, and with one row a key."""
        good, bad = chunk.good, list(chunk.bad)
        if "customer" in good.columns:
            known = good.customer.isin(self._ids)
            bad += [Bad(int(n), "unknown_customer", str(c)) for n, c in good.customer[~known].items()]
            good = good[known]
        if source.kind in _FORGOTTEN:
            theirs = good.customer.isin(self._erased)
            if source.kind is Kind.IDENTITIES:
                theirs &= ~good.kind.isin(BY_LAW)
            bad += [Bad(int(n), ERASED, "") for n in good.index[theirs]]
            good = good[~theirs]
        if source.kind in _KEYS:
            good, again = repeated(good, _KEYS[source.kind])
            bad += again
        return Chunk(good, bad, chunk.raw)

    def _write(self, source: Source, chunk: Chunk, write_part: Callable[[pd.DataFrame], None]) -> list[Bad]:
        if source.kind in BULK:
            kept = chunk.good[[*FIELDS[source.kind], FLAGS]].rename(columns={"amount": "amount_fen"})
            write_part(kept)
            return []
        with writing(self._engine) as sql:
            here = Writing(source.name, self._identifiers, aliases(sql))
            return WRITERS[source.kind](sql, chunk.good, here)

    def _set_apart(self, source: Source, raw: pd.DataFrame, bad: list[Bad], run: str, before: int) -> None:
        room = max(0, _KEPT_BAD - before)
        now = datetime.now(UTC)
        rows = [
            {
                "id": hashlib.sha256(f"{source.name}|{b.line}|{b.reason}".encode()).hexdigest(),
                "run": run,
                "source": source.name,
                "place": f"{source.file.name if source.file else source.url_env}:{b.line}",
                "reason": b.reason,
                "detail": mask(b.detail),
                "row": {str(k): mask(str(v)) for k, v in raw.loc[b.line].items()},
                "at": now,
            }
            for b in [b for b in bad if b.reason != ERASED][:room]  # what was erased is counted, not kept
        ]
        with writing(self._engine) as sql:
            add_new(sql, quarantine, rows)

    def _known_ids(self) -> pd.Index:
        with reading(self._engine) as sql:
            return pd.Index(sql.execute(select(customer.c.id)).scalars().all(), dtype=object)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One import at a time in one home."""
        self._home.mkdir(parents=True, exist_ok=True)
        with (self._home / "customers.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CustomerError("另一个客户数据导入正在进行；等它结束后再运行") from None
            yield


def _digest(source: Source) -> str:
    """The content of the source's file; empty for a database."""
    if source.file is None or not source.file.is_file():
        return ""
    with source.file.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(counts: Counts) -> dict[str, Any]:
    return {"rows": counts.rows, "good": counts.good, "bad": dict(counts.reasons), "flags": dict(counts.flags)}
