"""CustomerReader: one customer by id, in two queries that only touch indexes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Text, bindparam, cast, literal, null, select, union_all
from sqlalchemy.engine import Connection, Engine, Row

from customer.model import (
    ChannelIdentity,
    Claim,
    Consent,
    ConsentState,
    Customer,
    Features,
    Holding,
    IdentityKind,
    RiskRating,
    Score,
    Sex,
    Signal,
    SignalKind,
)
from customer.sql import reading
from customer.tables import consent, customer, feature, holding, identity, risk, score, segment_of, signal

_WHO = bindparam("who")
_PERSON = (
    select(
        customer,
        segment_of.c.name.label("segment_name"),
        segment_of.c.life_stage,
        segment_of.c.run,
        segment_of.c.as_of.label("segment_as_of"),
    )
    .select_from(customer.outerjoin(segment_of, segment_of.c.customer_id == customer.c.id))
    .where(customer.c.id == _WHO)
)
_SHAPE: dict[str, Any] = {
    "text1": Text(),
    "text2": Text(),
    "text3": Text(),
    "text4": Text(),
    "number": BigInteger(),
    "day1": Date(),
    "day2": Date(),
    "time1": DateTime(timezone=True),
    "time2": DateTime(timezone=True),
}


def _branch(kind: str, owner: Any, **columns: Any) -> Any:
    """One kind of row of a customer in the common shape; a union of them is one round trip."""
    # Only what is missing is cast: PostgreSQL asks for a type, and SQLite would cast a date to its year.
    shaped = [columns.get(name, cast(null(), type_)).label(name) for name, type_ in _SHAPE.items()]
    return select(literal(kind).label("kind"), *shaped).where(owner == _WHO)


_BELONGINGS = union_all(
    _branch(
        "risk",
        risk.c.customer_id,
        text1=risk.c.rating,
        text4=risk.c.source,
        day1=risk.c.assessed_on,
        day2=risk.c.expires_on,
        time1=risk.c.as_of,
    ),
    _branch(
        "holding",
        holding.c.customer_id,
        text1=holding.c.id,
        text2=holding.c.product,
        text3=holding.c.product_id,
        text4=holding.c.source,
        number=holding.c.amount_fen,
        day1=holding.c.since,
        day2=holding.c.matures,
        time1=holding.c.as_of,
    ),
    _branch(
        "consent",
        consent.c.customer_id,
        text1=consent.c.purpose,
        text2=consent.c.channel,
        text3=consent.c.state,
        text4=consent.c.source,
        number=consent.c.number,
        time1=consent.c.at,
    ),
    _branch(
        "identity",
        identity.c.customer_id,
        text1=identity.c.kind,
        text2=identity.c.digest,
        text3=identity.c.shown,
        text4=identity.c.source,
        time1=identity.c.as_of,
    ),
    _branch(
        "signal",
        signal.c.customer_id,
        text1=signal.c.kind,
        text4=signal.c.source,
        time1=signal.c.since,
        time2=signal.c.until,
    ),
    _branch("merged", customer.c.merged_into, text1=customer.c.id),
)
_ONWARD = select(customer.c.merged_into).where(customer.c.id == _WHO)
_INTO = select(customer.c.id).where(customer.c.merged_into == _WHO)
_ASSESSED = select(
    risk.c.rating.label("text1"),
    risk.c.source.label("text4"),
    risk.c.assessed_on.label("day1"),
    risk.c.expires_on.label("day2"),
    risk.c.as_of.label("time1"),
).where(risk.c.customer_id.in_(bindparam("whose", expanding=True)))
_FEATURES = select(feature.c["values"]).where(feature.c.customer_id == _WHO)
_SCORES = select(score).where(score.c.customer_id == _WHO)
_OWNER = select(identity.c.customer_id).where(
    identity.c.kind == bindparam("of_kind"), identity.c.digest == bindparam("of_digest")
)


class CustomerReader:
    """Reads customers; safe to share between threads. Every method raises CustomerStoreUnavailable when the
    database fails. An id that was merged into another is answered with the customer that was kept."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def customer(self, customer_id: str) -> Customer | None:
        """The view of one customer; None when nobody has this id."""
        with reading(self._engine) as connection:
            return _customer(connection, customer_id)

    def kept_id(self, customer_id: str) -> str:
        """The id under which the customer is kept; the same one for whoever was not merged or is unknown."""
        with reading(self._engine) as connection:
            return kept_id(connection, customer_id)

    def owner_of(self, kind: IdentityKind, digest: str) -> str | None:
        """The id of the customer whom this identifier names; `digest` as customer.identifiers makes it."""
        with reading(self._engine) as connection:
            found = connection.execute(_OWNER, {"of_kind": kind.value, "of_digest": digest}).scalar()
        return str(found) if found is not None else None

    def features(self, customer_id: str) -> Features:
        """The numbers that response models read; empty when the batch has not seen this customer."""
        with reading(self._engine) as connection:
            found = connection.execute(_FEATURES, {"who": customer_id}).scalar()
        return dict(found or {})

    def scores(self, customer_id: str) -> tuple[Score, ...]:
        """The calibrated chances of a customer, by offer, of the models in production when they were computed."""
        with reading(self._engine) as connection:
            row = connection.execute(_SCORES, {"who": customer_id}).first()
        if row is None:
            return ()
        made = {name.rpartition("-v")[0]: name for name in row.run.split("、")}
        at = moment(row.as_of)
        return tuple(Score(offer, chance, made.get(offer, row.run), at) for offer, chance in row.chances.items())


def moment(stored: datetime) -> datetime:
    """A stored time with its zone: SQLite gives back UTC without saying so."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def yuan(fen: int | None) -> Decimal | None:
    """分 as 元."""
    return None if fen is None else Decimal(fen).scaleb(-2)


def _customer(connection: Connection, customer_id: str) -> Customer | None:
    row = connection.execute(_PERSON, {"who": customer_id}).first()
    if row is None:
        return None
    if row.merged_into is not None:
        return _customer(connection, row.merged_into)
    found: dict[str, list[Row]] = {}
    for one in connection.execute(_BELONGINGS, {"who": customer_id}):
        found.setdefault(one.kind, []).append(one)
    merged = _merged(connection, found.get("merged", []))
    assessed = found.get("risk", [])
    if merged:  # of one day each id may have an assessment; what found no place beside the other stayed with its id
        assessed += connection.execute(_ASSESSED, {"whose": list(merged)}).all()
    return Customer(
        id=row.id,
        **_person(row),
        risk=_rating(assessed),
        holdings=tuple(_holding(r) for r in sorted(found.get("holding", ()), key=lambda r: r.text1)),
        consents=_last_words(found.get("consent", [])),
        identities=tuple(
            ChannelIdentity(IdentityKind(r.text1), r.text2, r.text3, r.text4, moment(r.time1))
            for r in found.get("identity", ())
        ),
        signals=tuple(
            Signal(SignalKind(r.text1), moment(r.time1), moment(r.time2) if r.time2 else None, r.text4)
            for r in found.get("signal", ())
        ),
        merged=merged,
    )


def kept_id(connection: Connection, customer_id: str) -> str:
    """As CustomerReader.kept_id, in the caller's transaction."""
    onward = connection.execute(_ONWARD, {"who": customer_id}).scalar()
    return kept_id(connection, onward) if onward else customer_id


def _merged(connection: Connection, rows: list[Row]) -> tuple[str, ...]:
    """All other ids of the person, those merged into a merged one too; nobody merged costs no query."""
    found = [r.text1 for r in rows]
    for one in found:
        found += connection.execute(_INTO, {"who": one}).scalars()
    return tuple(sorted(found))


def _person(row: Row) -> dict[str, Claim[Any] | None]:
    def claim(name: str, value: Any) -> Claim[Any] | None:
        if value is None:
            return None
        own = row.provenance.get(name)
        source, at = (own[0], datetime.fromisoformat(own[1])) if own else (row.source, moment(row.as_of))
        return Claim(value, source, at)

    made = {name: claim(name, getattr(row, name)) for name in ("birth_date", "region", "opened_on", "employee", "vip")}
    made["sex"] = claim("sex", Sex(row.sex) if row.sex else None)
    made["monthly_income"] = claim("monthly_income", yuan(row.monthly_income_fen))
    made["segment"] = made["life_stage"] = None
    if row.run is not None:
        source, at = f"分群 {row.run}", moment(row.segment_as_of)
        made["segment"] = Claim(row.segment_name, source, at)
        made["life_stage"] = Claim(row.life_stage, source, at) if row.life_stage else None
    return made


def _rating(rows: list[Row]) -> RiskRating | None:
    """The newest assessment, of two of one day the more careful one; an older one never comes back."""
    if not rows:
        return None
    newest = max(r.day1 for r in rows)
    last = min((r for r in rows if r.day1 == newest), key=lambda r: r.text1)
    return RiskRating(last.text1, last.day1, last.day2, last.text4, moment(last.time1))


def _holding(row: Row) -> Holding:
    amount = yuan(row.number)
    return Holding(row.text1, row.text2, row.text3, amount, row.day1, row.day2, row.text4, moment(row.time1))


def _last_words(rows: list[Row]) -> tuple[Consent, ...]:
    """Of each purpose and channel what was said last; at the same instant a withdrawal counts."""
    last: dict[tuple[str, str], Consent] = {}
    for row in sorted(rows, key=lambda r: (moment(r.time1), r.text3 == ConsentState.WITHDRAWN, r.number)):
        said = Consent(row.text1, row.text2, ConsentState(row.text3), moment(row.time1), row.text4)
        last[said.purpose, said.channel] = said
    return tuple(last[key] for key in sorted(last))
