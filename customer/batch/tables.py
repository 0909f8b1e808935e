"""The tables that batch work reads, as ibis tables of whatever engine holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pandas as pd
from sqlalchemy import Table as SqlTable
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer.erasing import erased
from customer.merging import aliases
from customer.parts import Parts
from customer.sql import reading
from customer.tables import customer, holding, risk

_CHUNK = 100_000
_EMPTY = {
    "movements": {"id": "str", "customer": "str", "at": "datetime64[us, UTC]", "kind": "str", "amount_fen": "int64"},
    "events": {"id": "str", "customer": "str", "at": "datetime64[us, UTC]", "topic": "str", "channel": "str"},
    "responses": {"id": "str", "customer": "str", "offer": "str", "at": "datetime64[us, UTC]", "accepted": "bool"},
}


@dataclass(frozen=True, slots=True)
class Tables:
    """Customers with profile, holdings with family, assessments; movements, events and responses by customer.

    Times are UTC, amounts in 分. Ids that were merged are those that were kept.
    """

    customers: Any
    holdings: Any
    risk: Any
    movements: Any
    events: Any
    responses: Any


@contextmanager
def open_tables(
    engine: Engine, home: Path, families: Mapping[str, str], memory: str = "1GB", threads: int = 2
) -> Iterator[Tables]:
    """All tables of an installation in DuckDB. `families` gives the family of a product by name."""
    with TemporaryDirectory(prefix="jinwen-batch-") as scratch:
        con = ibis.duckdb.connect(memory_limit=memory, threads=threads, temp_directory=scratch)
        con.raw_sql("SET TimeZone = 'UTC'")
        with reading(engine) as sql:
            merged = pd.DataFrame(list(aliases(sql).items()), columns=["gone", "kept"], dtype=str)
            gone = sorted(erased(sql))
        alias = (
            con.create_table("alias", merged.astype({"gone": "object", "kept": "object"}), temp=True)
            if len(merged)
            else None
        )
        kin = pd.DataFrame(list(families.items()), columns=["product", "family"])
        kinds = con.create_table("kin", kin, temp=True) if len(kin) else None
        held = _sql_table(con, engine, holding, Path(scratch))
        parts = Parts(home, engine)
        bulk = {kind: _left(kept_ids(_parquet(con, parts, kind, Path(scratch)), alias), gone) for kind in _EMPTY}
        yield Tables(
            _left(_sql_table(con, engine, customer, Path(scratch)), gone, "id").filter(
                lambda t: t.merged_into.isnull()
            ),
            held.left_join(kinds, "product").select(*held.columns, "family")
            if kinds is not None
            else held.mutate(family=ibis.null("string")),
            _sql_table(con, engine, risk, Path(scratch)),
            bulk["movements"],
            bulk["events"],
            bulk["responses"],
        )
        con.disconnect()


def _left(table: Any, erased_ids: list[str], column: str = "customer") -> Any:
    """The table without those whose data may only be stored."""
    return table.filter(table[column].notin(erased_ids)) if erased_ids else table


def kept_ids(table: Any, alias: Any | None) -> Any:
    """The table with merged ids replaced by the kept ones."""
    if alias is None:
        return table
    joined = table.left_join(alias, table.customer == alias.gone)
    return joined.mutate(customer=ibis.coalesce(joined.kept, joined.customer)).select(*table.columns)


def _parquet(con: Any, parts: Parts, kind: str, scratch: Path) -> Any:
    paths = parts.paths(kind)
    if not paths:
        empty = scratch / f"{kind}.parquet"
        pd.DataFrame({name: pd.Series(dtype=kind_) for name, kind_ in _EMPTY[kind].items()}).to_parquet(empty)
        paths = [empty]
    return con.read_parquet([str(p) for p in paths])


def _sql_table(con: Any, engine: Engine, table: SqlTable, scratch: Path) -> Any:
    """A table of the database, through Parquet in pieces, so that a million rows never stand in memory at once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = scratch / f"{table.name}.parquet"
    columns = [c for c in table.columns if c.name not in ("provenance", "flags")]
    schema = pa.schema([(c.name, _arrow(c.type.python_type)) for c in columns])
    with pq.ParquetWriter(path, schema) as out, reading(engine) as sql:
        found = sql.execution_options(stream_results=True).execute(select(*columns))
        while rows := found.fetchmany(_CHUNK):
            cells = dict(zip(schema.names, zip(*rows, strict=True), strict=True))
            out.write_table(pa.table({n: pa.array(cells[n], schema.field(n).type) for n in schema.names}, schema))
    return con.read_parquet(str(path))


def _arrow(kind: type) -> Any:
    from datetime import date, datetime

    import pyarrow as pa

    known = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), float: pa.float64(), date: pa.date32()}
    return pa.timestamp("us", tz="UTC") if kind is datetime else known[kind]
