"""What is computed of every customer, as ibis expressions that run on DuckDB and on Spark alike.

Everything is as of a moment: nothing that happened at it or later is looked at, so that a model trained on the past
sees what could be seen then.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import ibis

from customer.batch.tables import Tables

RFM_DAYS, RECENT_DAYS, LOOK_DAYS, DUE_DAYS = 365, 90, 60, 45
_DAY_SECONDS = 86_400


def rfm(movements: Any, at: datetime, days: int = RFM_DAYS) -> Any:
    """Of each customer with a movement in the last `days`: days since the last one, how many, and how much in 元."""
    seen = _between(movements, at, days)
    return seen.group_by("customer").agg(
        recency=(ibis.literal(int(at.timestamp())) - seen.at.max().epoch_seconds()) / _DAY_SECONDS,
        frequency=seen.count(),
        monetary=seen.amount_fen.abs().sum() / 100.0,
    )


def features(tables: Tables, at: datetime, families: list[str]) -> Any:
    """The numbers that response models read, one row a customer; null is unknown, and a count of nothing is 0."""
    day = at.date()
    person = _profile(tables.customers, day)
    made = person
    for part in (
        _moves(tables.movements, at),
        _looks(tables.events, at, families),
        _held(tables.holdings, day, families),
        _rated(tables.risk, day),
    ):
        columns = [c for c in part.columns if c != "customer"]
        made = made.left_join(part, "customer").select(*made.columns, *columns)
    counts = [c for c in made.columns if c.startswith(("moves", "inflow", "outflow", "looks", "held", "due", "salary"))]
    return made.mutate(**{c: made[c].fill_null(0).cast("float64") for c in counts})


def _profile(customers: Any, day: date) -> Any:
    def years(column: Any) -> Any:
        return (ibis.literal(day).epoch_days() - column.epoch_days()) / 365.25

    return customers.filter(customers.opened_on.isnull() | (customers.opened_on < ibis.literal(day))).select(
        customer=customers.id,
        sex=customers.sex,
        age=years(customers.birth_date),
        tenure=years(customers.opened_on),
        income=customers.monthly_income_fen / 100.0,
    )


def _moves(movements: Any, at: datetime) -> Any:
    seen = _between(movements, at, RECENT_DAYS)
    amount = seen.amount_fen / 100.0
    return seen.group_by("customer").agg(
        recency=(ibis.literal(int(at.timestamp())) - seen.at.max().epoch_seconds()) / _DAY_SECONDS,
        moves=seen.count(),
        inflow=amount.sum(where=seen.amount_fen > 0),
        outflow=-amount.sum(where=seen.amount_fen < 0),
        salary=(seen.kind == "salary").any().cast("int8"),
    )


def _looks(events: Any, at: datetime, families: list[str]) -> Any:
    seen = _between(events, at, LOOK_DAYS)
    by_family = {f"looks_{f}": (seen.topic == f).sum() for f in families}
    online = seen.channel.isin(["手机银行", "网上银行", "微信"])
    return seen.group_by("customer").agg(online=online.mean(), looks=seen.count(), **by_family)


def _held(holdings: Any, day: date, families: list[str]) -> Any:
    now = ibis.literal(day)
    held = holdings.filter(
        (holdings.since.isnull() | (holdings.since < now)) & (holdings.matures.isnull() | (holdings.matures > now))
    )
    soon = held.matures.notnull() & (held.matures <= ibis.literal(day + timedelta(days=DUE_DAYS)))
    by_family = {f"held_{f}": (held.family == f).sum() for f in families}
    return held.group_by(customer=held.customer_id).agg(
        held=held.count(),
        assets=held.amount_fen.sum(where=~held.family.isin(["房贷", "消费贷", "信用卡"])) / 100.0,
        due=soon.any().cast("int8"),
        due_amount=held.amount_fen.sum(where=soon) / 100.0,
        **by_family,
    )


def _rated(assessments: Any, day: date) -> Any:
    seen = assessments.filter(assessments.assessed_on < ibis.literal(day))
    level = seen.rating.substr(1, 1).cast("int64")
    return seen.group_by(customer=seen.customer_id).agg(risk=level.argmax(seen.assessed_on))


def _between(table: Any, at: datetime, days: int) -> Any:
    first, end = ibis.literal(at - timedelta(days=days)), ibis.literal(at)
    return table.filter((table.at >= first) & (table.at < end))
