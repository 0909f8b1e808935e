"""One person under two ids: merging, with what was moved written down, and taking it back.

Consents are not moved but copied: a withdrawal said to either id holds. Movements and events stay where they are;
whoever reads them in bulk asks for the kept id (`aliases`).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from customer.errors import CustomerError, UnknownCustomer
from customer.reading import moment
from customer.sql import add_new
from customer.tables import PROFILE, claim_of, consent, customer, holding, identity, merge, risk, segment_of, signal

_MOVED: tuple[Table, ...] = (holding, identity, risk, signal)
_COPIED = ("purpose", "channel", "state", "at", "source")


def merge_customers(sql: Connection, kept: str, gone: str, *, reason: str, by: str, at: datetime) -> str:
    """Makes `gone` another id of `kept`; returns the merge's id.

    Raises:
        UnknownCustomer: one of them does not exist.
        CustomerError: one of them is merged already, or both are the same.
    """
    _check(sql, kept, gone)
    moved = {table.name: _move(sql, table, gone, kept) for table in _MOVED}
    said = select(consent).where(consent.c.customer_id == gone)
    copies = [{"customer_id": kept, **{n: row[n] for n in _COPIED}} for row in sql.execute(said).mappings()]
    before = {n for (n,) in sql.execute(select(consent.c.number).where(consent.c.customer_id == kept))}
    add_new(sql, consent, copies)
    after = {n for (n,) in sql.execute(select(consent.c.number).where(consent.c.customer_id == kept))}
    moved["copied"] = [[n] for n in sorted(after - before)]
    moved["filled"] = [[n] for n in _fill(sql, kept, gone)]
    sql.execute(delete(segment_of).where(segment_of.c.customer_id == gone))
    sql.execute(update(customer).where(customer.c.id == gone).values(merged_into=kept))
    made = uuid.uuid4().hex
    row = {"id": made, "kept": kept, "gone": gone, "moved": moved, "reason": reason, "by": by, "at": at}
    sql.execute(insert(merge), row)
    return made


def unmerge(sql: Connection, merge_id: str, by: str, at: datetime) -> tuple[str, str]:
    """Takes a merge back: everything that was moved goes home. Returns kept and gone.

    Raises:
        CustomerError: there is no such merge, it was taken back already, or the kept id was merged on since.
    """
    row = sql.execute(select(merge).where(merge.c.id == merge_id)).mappings().first()
    if row is None or row["undone_at"] is not None:
        raise CustomerError(f"合并 {merge_id}：没有这次合并，或已经撤销")
    onward = sql.execute(select(customer.c.merged_into).where(customer.c.id == row["kept"])).scalar()
    if onward is not None:
        raise CustomerError(f"合并 {merge_id}：{row['kept']} 之后又并入了 {onward}；先撤销那一次")
    for table in _MOVED:
        keys = _key_columns(table)
        for values in row["moved"].get(table.name, []):
            where = [c == _typed(c, v) for c, v in zip(keys, values, strict=True)]
            sql.execute(update(table).where(table.c.customer_id == row["kept"], *where).values(customer_id=row["gone"]))
    for (number,) in row["moved"].get("copied", []):
        sql.execute(delete(consent).where(consent.c.number == number))
    _empty(sql, row["kept"], [name for (name,) in row["moved"].get("filled", [])])
    sql.execute(update(customer).where(customer.c.id == row["gone"]).values(merged_into=None))
    sql.execute(update(merge).where(merge.c.id == merge_id).values(undone_by=by, undone_at=at))
    return row["kept"], row["gone"]


def was_parted(sql: Connection, one: str, other: str) -> bool:
    """Whether a merge of these two was taken back once: a rule must not do it again by itself."""
    pair = merge.c.kept.in_([one, other]) & merge.c.gone.in_([one, other])
    return sql.execute(select(merge.c.id).where(pair, merge.c.undone_at.is_not(None))).first() is not None


def aliases(sql: Connection) -> dict[str, str]:
    """Every id that was merged, with the one that was kept at the end of the chain."""
    found = select(customer.c.id, customer.c.merged_into).where(customer.c.merged_into.is_not(None))
    step: dict[str, str] = {row.id: row.merged_into for row in sql.execute(found)}

    def last(one: str) -> str:
        while one in step:
            one = step[one]
        return one

    return {gone: last(gone) for gone in step}


def _check(sql: Connection, kept: str, gone: str) -> None:
    if kept == gone:
        raise CustomerError(f"客户 {kept}：不能和自己合并")
    found = select(customer.c.id, customer.c.merged_into).where(customer.c.id.in_([kept, gone]))
    states = {row.id: row.merged_into for row in sql.execute(found)}
    for one in (kept, gone):
        if one not in states:
            raise UnknownCustomer(f"客户 {one}：没有这个编号")
        if states[one] is not None:
            raise CustomerError(f"客户 {one}：已并入 {states[one]}；用那个编号")


def _fill(sql: Connection, kept: str, gone: str) -> list[str]:
    """What only the other record knows of the person is taken over with its source; the names of these fields."""
    mine, theirs = (sql.execute(select(customer).where(customer.c.id == i)).mappings().one() for i in (kept, gone))
    found = [n for n in PROFILE if mine[n] is None and theirs[n] is not None]
    base = [theirs["source"], moment(theirs["as_of"]).isoformat()]
    said = {claim_of(n): theirs["provenance"].get(claim_of(n), base) for n in found}
    if found:
        taken = {**{n: theirs[n] for n in found}, "provenance": {**mine["provenance"], **said}}
        sql.execute(update(customer).where(customer.c.id == kept).values(**taken))
    return found


def _empty(sql: Connection, kept: str, fields: list[str]) -> None:
    if fields:
        known = sql.execute(select(customer.c.provenance).where(customer.c.id == kept)).scalar_one()
        rest = {n: said for n, said in known.items() if n not in {claim_of(f) for f in fields}}
        sql.execute(update(customer).where(customer.c.id == kept).values(**dict.fromkeys(fields), provenance=rest))


def _key_columns(table: Table) -> list[Any]:
    return [c for c in table.primary_key.columns if c.name != "customer_id"]


def _move(sql: Connection, table: Table, gone: str, kept: str) -> list[list[Any]]:
    """Moves the rows whose place is free; what both have stays with `gone` and comes back to light when unmerged."""
    keys = _key_columns(table)
    mine = {tuple(r) for r in sql.execute(select(*keys).where(table.c.customer_id == kept))}
    moved = []
    for row in sql.execute(select(*keys).where(table.c.customer_id == gone)).all():
        if "customer_id" in table.primary_key.columns and tuple(row) in mine:
            continue
        where = [c == v for c, v in zip(keys, row, strict=True)]
        sql.execute(update(table).where(table.c.customer_id == gone, *where).values(customer_id=kept))
        moved.append([v.isoformat() if hasattr(v, "isoformat") else v for v in row])
    return moved


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else value
