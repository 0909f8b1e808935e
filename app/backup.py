"""Backup and restore: graph, tables, model, golden questions and settings in one file, taken while all is running.

Customers, consents, wishes and the ledger are in it, and the files with their movements: a restored bank knows who
wants no offers. Passwords of databases, the server's token, the graph's password and the key of identifiers
(`customer.key`) stay out: with it beside the digests in one file, telephone numbers could be found by trying them all.
It is kept apart; docs/customers.zh.md says so. Staff passwords are in it as hashes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Date, DateTime, Integer, LargeBinary, Table, func, insert, select
from sqlalchemy.engine import Connection, Engine

from app.settings import FILE, Settings
from connectors.staff import tables as staff_tables
from connectors.web import tables as web_tables
from customer import tables as customer_tables
from customer.parts import FOLDER
from dialogue.store import tables as dialogue_tables
from dialogue.store.database import connect, upgrade
from growth import tables as growth_tables
from kg import desk_tables
from kg.delta_json import predicate_spec
from kg.fact_key import ContentHash, content_of, entity_content
from kg.store import Graph
from kg.store.connection import PATIENT_S
from kg.store.dump import dump, restore

FORMAT = 1
_SECRET = ("database_url",)
_METADATAS = (dialogue_tables.metadata, desk_tables.metadata, customer_tables.metadata, growth_tables.metadata)
_PARTS = "parts"
assert web_tables and staff_tables  # their tables stand in the dialogue's metadata once they are imported


class BackupFault(ValueError):
    """A file that is no whole backup, or a place that it can't be restored to; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds."""

    head: int
    facts: int
    rows: int
    model: str


def backup(path: Path, graph: Graph, settings: Settings) -> Taken:
    """Writes a backup; the file appears whole or not."""
    head = graph.head()
    models = sorted(settings.models.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime)
    scratch = path.with_name(f".{path.name}.part")
    with tempfile.TemporaryDirectory() as folder, _opened(settings) as engine:
        parts = Path(folder)
        rows = _pack(parts / "tables.jsonl.gz", _table_rows(engine))
        facts = _pack(parts / "graph.jsonl.gz", ([sort, *row] for sort, row in dump(graph, head.number)))
        _settings_file(settings, parts / FILE)
        files = {p.name: p for p in parts.iterdir()}
        if settings.golden.exists():
            files["golden.csv"] = settings.golden
        files |= {f"{_PARTS}/{p.relative_to(settings.home)}": p for p in (settings.home / FOLDER).rglob("*.parquet")}
        if models:
            files[f"models/{models[-1].name}"] = models[-1]
        manifest = {
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(),
            "graph_id": graph.graph_id,
            "head": head.number,
            "content_hash": head.content_hash,
            "graph_rows": facts,
            "table_rows": rows,
            "files": {name: _digest(file) for name, file in files.items()},
        }
        with tarfile.open(scratch, "w") as archive:
            body = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
            for name, file in files.items():
                archive.add(file, name)
    scratch.chmod(0o600)
    scratch.replace(path)
    return Taken(head.number, head.facts, rows, models[-1].name if models else "")


def restore_backup(path: Path, graph: Graph, settings: Settings) -> Taken:
    """Brings a backup into an empty installation and checks that the content is what it was. Raises BackupFault."""
    with tempfile.TemporaryDirectory() as folder:
        parts = Path(folder)
        manifest = _unpack(path, parts)
        if graph.head().number:
            raise BackupFault(f"图谱已有第 {graph.head().number} 版；只能恢复到空的 JINWEN_HOME 和空的图库")
        with _opened(settings) as engine:
            rows = _fill_tables(engine, _rows_of(parts / "tables.jsonl.gz"))
        graph_rows = ((row[0], row[1:]) for row in _rows_of(parts / "graph.jsonl.gz"))
        restore(graph, graph_rows, manifest["graph_id"], manifest["head"])
        _compare(graph, manifest)
        model = _copy_files(parts, settings)
    return Taken(manifest["head"], graph.head().facts, rows, model)


def _compare(graph: Graph, manifest: dict[str, Any]) -> None:
    """Counts the content of head anew: a backup that was cut or changed does not pass."""
    found, snapshot = ContentHash(), graph.at(timeout=PATIENT_S)
    for fact in snapshot.iter_facts():
        found.add(content_of(fact))
    for entity_id, name in snapshot.iter_entities():
        found.add(entity_content(entity_id, name))
    for predicate in snapshot.ontology().predicates.values():
        found.add(predicate_spec(predicate))
    if manifest["head"] and str(found) != manifest["content_hash"]:
        raise BackupFault("恢复后的内容和备份时不一样；备份文件可能损坏，请用另一份")


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A plain file of a backup, below the folder. (Python's own filter for that came with 3.11.4.)"""
    target = (folder / member.name).resolve()
    source = archive.extractfile(member) if member.isreg() and target.is_relative_to(folder.resolve()) else None
    if source is None:
        if not member.isdir():
            raise tarfile.TarError(f"{member.name} 不是备份里的文件")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as out:
        shutil.copyfileobj(source, out)


def _unpack(path: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                _extract(archive, member, folder)
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError) as error:
        raise BackupFault(f"{path} 不是完整的备份文件（{error}）") from error
    if manifest.get("format") != FORMAT:
        raise BackupFault(f"备份格式 {manifest.get('format')}，本程序读格式 {FORMAT}")
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise BackupFault(f"备份里的 {name} 损坏了；请用另一份备份")
    return manifest


def _table_rows(engine: Engine) -> Iterator[list[Any]]:
    """[table, {column: value}] of every row, all seen at one moment."""
    with engine.connect().execution_options(jinwen_read=True) as sql, sql.begin():
        for table in (t for metadata in _METADATAS for t in metadata.sorted_tables):
            for row in sql.execute(select(table)):
                yield [table.name, {column.name: _plain(row[column.name]) for column in table.columns}]


def _fill_tables(engine: Engine, rows: Iterable[list[Any]]) -> int:
    known = {t.name: t for metadata in _METADATAS for t in metadata.sorted_tables}
    count = 0
    with engine.begin() as sql:
        _need_empty(sql)
        for name, body in rows:
            table = known[name]
            values = {c.name: _typed(body[c.name], c.type) for c in table.columns if c.name in body}
            sql.execute(insert(table).values(**values))
            count += 1
        _renumber(sql, known.values())
    return count


def _renumber(sql: Connection, tables: Iterable[Table]) -> None:
    """PostgreSQL gives numbers from sequences, which know nothing of rows that brought theirs along."""
    if sql.dialect.name != "postgresql":
        return
    for table in tables:
        for column in (c for c in table.primary_key.columns if isinstance(getattr(c.type, "impl", c.type), Integer)):
            newest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            named = func.pg_get_serial_sequence(table.name, column.name)
            sql.execute(select(func.setval(named, newest, False)).where(named.is_not(None)))


def _need_empty(sql: Connection) -> None:
    mine = (dialogue_tables.conversation, desk_tables.drafts, staff_tables.staff_account, customer_tables.customer)
    for table in mine:
        if sql.execute(select(table).limit(1)).first() is not None:
            raise BackupFault(f"数据库里已有记录（{table.name}）；只能恢复到空的 JINWEN_HOME")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date) else value


def _typed(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _settings_file(settings: Settings, target: Path) -> None:
    own = settings.home / FILE
    lines = own.read_text(encoding="utf-8").splitlines(keepends=True) if own.exists() else []
    kept = (line for line in lines if line.split("=")[0].strip() not in _SECRET)
    target.write_text("".join(kept), encoding="utf-8")


def _copy_files(parts: Path, settings: Settings) -> str:
    own = settings.home / FILE
    if not own.exists() and (text := (parts / FILE).read_text(encoding="utf-8")):
        own.write_text(text, encoding="utf-8")
    if (parts / "golden.csv").exists():
        settings.golden.write_bytes((parts / "golden.csv").read_bytes())
    if (parts / _PARTS).is_dir():
        shutil.copytree(parts / _PARTS, settings.home, dirs_exist_ok=True)
    for model in (parts / "models").glob("*.tar.gz"):
        settings.models.mkdir(parents=True, exist_ok=True)
        if not (settings.models / model.name).exists():
            (settings.models / model.name).write_bytes(model.read_bytes())
        return model.name
    return ""


def _pack(path: Path, rows: Iterable[list[Any]]) -> int:
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=5) as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _rows_of(path: Path) -> Iterator[list[Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    """The database, its tables up to date."""
    engine = connect(settings.database_url)
    try:
        upgrade(engine)
        yield engine
    finally:
        engine.dispose()
