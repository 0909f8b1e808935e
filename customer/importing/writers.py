"""Good rows of a chunk into the tables, one transaction a chunk; writing the same again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import select
from sqlalchemy.engine import Connection

from customer.identifiers import Identifiers, normal, shown
from customer.importing.fields import Kind
from customer.importing.reading import AS_OF, FLAGS, Bad
from customer.matching import settle
from customer.model import IdentityKind
from customer.reading import moment
from customer.sql import add_new, slices, upsert
from customer.tables import PROFILE, claim_of, consent, customer, holding, identity, risk, signal


@dataclass(frozen=True, slots=True)
class Writing:
    """What a writer needs besides the rows. `aliases` are merged ids with the one kept."""

    source: str
    identifiers: Identifiers
    aliases: dict[str, str] = field(default_factory=dict)


Writer = Callable[[Connection, pd.DataFrame, Writing], list[Bad]]


def write_customers(sql: Connection, rows: pd.DataFrame, here: Writing) -> list[Bad]:
    """Field by field the newer word wins; what a source does not know leaves what another one said."""
    rows = rows.rename(columns={"monthly_income": "monthly_income_fen"})
    for part in slices(list(_records(rows))):
        ids = [r["id"] for r in part]
        known = {r["id"]: dict(r) for r in sql.execute(select(customer).where(customer.c.id.in_(ids))).mappings()}
        made = [_merged(known.get(r["id"]), r, here.source) for r in part]
        upsert(sql, customer, made, keep=("merged_into",))
    return []


def _merged(known: dict[str, Any] | None, row: dict[str, Any], source: str) -> dict[str, Any]:
    at: datetime = row[AS_OF]
    if known is None:
        values = {n: row[n] for n in PROFILE}
        return {"id": row["id"], **values, "source": source, "as_of": at, "provenance": {}}
    base = (known["source"], moment(known["as_of"]).isoformat())
    said: dict[str, tuple[str, str]] = {n: tuple(p) for n, p in known["provenance"].items()}
    made = {"id": row["id"], "source": known["source"], "as_of": moment(known["as_of"])}
    for name in PROFILE:
        claim = claim_of(name)
        old_at = datetime.fromisoformat(said.get(claim, base)[1])
        newer = row[name] is not None and (known[name] is None or at >= old_at)
        made[name] = row[name] if newer else known[name]
        if newer:
            said[claim] = (source, at.isoformat())
    made["provenance"] = {n: list(p) for n, p in said.items() if p != base}
    return made


def write_holdings(sql: Connection, rows: pd.DataFrame, here: Writing) -> list[Bad]:
    """By the holding's own id."""
    named = rows.rename(columns={"customer": "customer_id", "amount": "amount_fen"})
    made = [{**r, "flags": r[FLAGS].split(), "source": here.source} for r in _records(named, here)]
    upsert(sql, holding, made)
    return []


def write_risk(sql: Connection, rows: pd.DataFrame, here: Writing) -> list[Bad]:
    """By customer and day of the assessment."""
    made = [_without_flags(r, source=here.source) for r in _records(_owned(rows), here)]
    upsert(sql, risk, _stricter(sql, made, here))
    return []


def _stricter(sql: Connection, rows: list[dict[str, Any]], here: Writing) -> list[dict[str, Any]]:
    """Of assessments that one person made on one day under two ids, the more careful one, whatever the order."""
    merged = set(here.aliases.values())
    stored: dict[tuple[str, Any], dict[str, Any]] = {}
    for part in slices(sorted({r["customer_id"] for r in rows} & merged)):
        for known in sql.execute(select(risk).where(risk.c.customer_id.in_(part))).mappings():
            stored[known["customer_id"], known["assessed_on"]] = dict(known)
    best = dict(stored)
    for row in rows:
        key = row["customer_id"], row["assessed_on"]
        if key not in best or row["rating"] <= best[key]["rating"]:
            best[key] = row
    return [row for key, row in best.items() if row is not stored.get(key)]


def write_consents(sql: Connection, rows: pd.DataFrame, here: Writing) -> list[Bad]:
    """Added once; what was said is never changed."""
    made = [_without_flags(r, AS_OF, source=here.source) for r in _records(_owned(rows), here)]
    add_new(sql, consent, made)
    return []


def write_signals(sql: Connection, rows: pd.DataFrame, here: Writing) -> list[Bad]:
    """By customer, kind and beginning; a later file may say when it ended."""
    made = [_without_flags(r, AS_OF, source=here.source) for r in _records(_owned(rows), here)]
    upsert(sql, signal, made)
    return []


def write_identities(sql: Connection, rows: pd.DataFrame, here: Writing) -> list[Bad]:
    """Digests, with one owner each; a second claimant is merged, or put into the queue, by customer.matching."""
    bad: list[Bad] = []
    ready: list[dict[str, Any]] = []
    for row, line in zip(_records(_owned(rows), here), rows.index, strict=True):
        kind = IdentityKind(row["kind"])
        value = normal(kind, row["value"])
        if value is None:
            bad.append(Bad(int(line), "bad_identifier", kind.value))
            continue
        digest = here.identifiers.digest(kind, value)
        said = {"kind": kind.value, "digest": digest, "customer_id": row["customer_id"]}
        ready.append({**said, "shown": shown(kind, value), "source": here.source, "as_of": row[AS_OF]})
    # Identity numbers first: they speak for or against everything that comes after.
    ready.sort(key=lambda r: r["kind"] != IdentityKind.ID_NUMBER)
    for part in slices(ready):
        _write_owned(sql, part, here)
    return bad


def _write_owned(sql: Connection, part: Any, here: Writing) -> None:
    digests = [r["digest"] for r in part]
    found = select(identity.c.kind, identity.c.digest, identity.c.customer_id).where(identity.c.digest.in_(digests))
    owners = {(r.kind, r.digest): r.customer_id for r in sql.execute(found)}
    rows: list[dict[str, Any]] = []
    disputed: list[dict[str, Any]] = []
    for row in part:
        owner = owners.setdefault((row["kind"], row["digest"]), row["customer_id"])
        (rows if owner == row["customer_id"] else disputed).append(row)
    upsert(sql, identity, rows)
    for row in disputed:
        owner = here.aliases.get(owner := owners[row["kind"], row["digest"]], owner)
        claimant = here.aliases.get(row["customer_id"], row["customer_id"])
        if owner != claimant and settle(sql, owner, claimant, IdentityKind(row["kind"]), row["as_of"]) == "same":
            here.aliases[claimant] = owner


def _owned(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.rename(columns={"customer": "customer_id"})


def _records(rows: pd.DataFrame, here: Writing | None = None) -> list[dict[str, Any]]:
    """Rows as dicts of plain values: None for what is missing, and merged ids replaced by the kept one."""
    columns = {name: _plain(rows[name]) for name in rows.columns}
    made = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    if here is not None and here.aliases:
        for row in made:
            row["customer_id"] = here.aliases.get(row["customer_id"], row["customer_id"])
    return made


def _plain(values: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(values):
        return [None if t is pd.NaT else t.to_pydatetime().astimezone(UTC) for t in values]
    if pd.api.types.is_integer_dtype(values):
        return [None if v is pd.NA else int(v) for v in values.astype(object)]
    return [None if missing else v for v, missing in zip(values, values.isna(), strict=True)]


def _without_flags(row: dict[str, Any], *more: str, **added: Any) -> dict[str, Any]:
    return {**{k: v for k, v in row.items() if k != FLAGS and k not in more}, **added}


WRITERS: dict[Kind, Writer] = {
    Kind.CUSTOMERS: write_customers,
    Kind.IDENTITIES: write_identities,
    Kind.HOLDINGS: write_holdings,
    Kind.RISK: write_risk,
    Kind.CONSENTS: write_consents,
    Kind.SIGNALS: write_signals,
}
