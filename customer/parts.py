"""Movements, events and responses in Parquet files under the home; the table `customer_part` says which of them count.

A file counts from the transaction that registers it. A process killed before leaves a folder that nobody reads; the
next import takes it away.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from customer.sql import reading, writing
from customer.tables import part

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "customers"


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its path from the home, what it holds, where it came from."""

    kind: str
    source: str
    digest: str
    name: str = ""
    rows: int = 0


class Parts:
    """The files of one home."""

    def __init__(self, home: Path, engine: Engine) -> None:
        self.home, self._engine = home, engine

    def write(self, part: Part, rows: pd.DataFrame, place: str) -> Part:
        """Writes one file at a place `run/number`, not counted yet."""
        run, number = place.split("/")
        name = f"{FOLDER}/{part.kind}/{run}/{source_folder(part.source)}-{number}.parquet"
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Spark reads no nanoseconds.
        rows.to_parquet(path, index=False, compression="zstd", coerce_timestamps="us", allow_truncated_timestamps=True)
        return replace(part, name=name, rows=len(rows))

    def erase(self, kind: str, ids: Sequence[str]) -> int:
        """Takes the rows of these customers out of every file of a kind, each file replaced as a whole; how many."""
        import pandas as pd  # a server without batch work never needs it

        count = 0
        for path in self.paths(kind):
            rows = pd.read_parquet(path)
            left = rows[~rows["customer"].isin(list(ids))]
            if len(left) == len(rows):
                continue
            scratch = path.with_suffix(".part")
            left.to_parquet(
                scratch, index=False, compression="zstd", coerce_timestamps="us", allow_truncated_timestamps=True
            )
            scratch.replace(path)
            count += len(rows) - len(left)
            name = path.relative_to(self.home).as_posix()
            with writing(self._engine) as sql:
                sql.execute(update(part).where(part.c.name == name).values(rows=len(left)))
        return count

    def register(self, kind: str, source: str, made: Iterable[Part], *, append: bool) -> None:
        """Makes files count, in place of what the source brought before unless they are appended."""
        with writing(self._engine) as sql:
            if not append:
                sql.execute(delete(part).where(part.c.source == source, part.c.kind == kind))
            now = datetime.now(UTC)
            rows = [
                {"name": p.name, "kind": kind, "source": source, "rows": p.rows, "digest": p.digest, "at": now}
                for p in made
            ]
            if rows:
                sql.execute(insert(part), rows)

    def known(self, kind: str, source: str, digest: str) -> bool:
        """Whether a file with this content was taken from the source already."""
        same = (part.c.kind == kind) & (part.c.source == source) & (part.c.digest == digest)
        with reading(self._engine) as sql:
            return sql.execute(select(part.c.name).where(same)).first() is not None

    def paths(self, kind: str) -> list[Path]:
        """The files that count."""
        with reading(self._engine) as sql:
            names = sql.execute(select(part.c.name).where(part.c.kind == kind).order_by(part.c.name)).scalars()
            return [self.home / name for name in names]

    def sweep(self) -> None:
        """Takes away files that nobody registered; only while no import runs."""
        root = self.home / FOLDER
        with reading(self._engine) as sql:
            counted = {self.home / name for name in _names(sql)}
        for path in root.glob("*/*/*.parquet"):
            if path not in counted:
                path.unlink()
        for folder in root.glob("*/*"):
            if folder.is_dir() and not any(folder.iterdir()):
                shutil.rmtree(folder)


def source_folder(source: str) -> str:
    """A source's name as part of a file name."""
    return "".join(c if c.isalnum() else "_" for c in source)


def _names(sql: Connection) -> list[str]:
    return list(sql.execute(select(part.c.name)).scalars())
