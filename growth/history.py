"""What was decided and what came of it: the record of decisions, and feedback on offers that were shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, union_all
from sqlalchemy.engine import Connection, Row

from customer.reading import kept_id, moment
from growth import ledger
from growth.case import ContactKind
from growth.errors import NotShown, UnknownDecision
from growth.ledger import Entry
from growth.reasons import Reason, Step
from growth.tables import contact, decision, trial, wish

_SHOWN = (
    select(contact.c.decision)
    .where(contact.c.customer_id == bindparam("who"), contact.c.kind == ContactKind.SHOWN.value)
    .order_by(contact.c.number.desc())
    .limit(1)
)
_ADVISED = (
    select(decision)
    .where(decision.c.customer_id == bindparam("who"), decision.c.reason == Reason.ADVISED.value)
    .order_by(decision.c.at.desc())
    .limit(1)
)
_ENTRIES = select(contact).where(contact.c.decision == bindparam("id")).order_by(contact.c.number)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it was written."""

    id: str
    customer: str
    at: datetime
    channel: str
    turn_id: str
    arm: str
    offer: str
    would_have: str
    reason: Reason
    propensity: float
    chance: float | None
    model: str
    steps: tuple[Step, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """The offers that the customer got to see: the one shown, or those listed on request."""
        listed = tuple(s.offer for s in self.steps if s.reason is Reason.ADVISED)
        return (self.offer,) if self.offer else listed

    def product_of(self, offer: str) -> str:
        """What the product of an offer was called in this decision; empty where it was not looked at."""
        return next((s.detail["product"] for s in self.steps if s.offer == offer and "product" in s.detail), "")


@dataclass(frozen=True, slots=True)
class Touch:
    """One entry of the ledger for reading; `product` by name."""

    kind: ContactKind
    at: datetime
    channel: str
    product: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came of a report: whether it was written, or was known already."""

    decision: str
    kind: ContactKind
    repeated: bool


def last_shown(connection: Connection, who: str) -> Recorded | None:
    """The decision whose offer the customer was shown last, on whatever channel."""
    found = connection.execute(_SHOWN, {"who": who}).scalar()
    return of_id(connection, found) if found else None


def last_told(connection: Connection, who: str) -> Recorded | None:
    """What the customer was told last, of offers shown and of what he had asked for."""
    shown, row = last_shown(connection, who), connection.execute(_ADVISED, {"who": who}).first()
    advised = _recorded(row) if row else None
    return max((d for d in (shown, advised) if d is not None), key=lambda d: d.at, default=None)


def of_id(connection: Connection, decision_id: str) -> Recorded | None:
    """The decision of this id."""
    row = connection.execute(select(decision).where(decision.c.id == decision_id)).first()
    return _recorded(row) if row else None


def of_session(connection: Connection, session: str, who: str = "") -> list[Recorded]:
    """All decisions of a conversation, in order; those about `who` alone, where given."""
    chosen = select(decision).where(decision.c.session == session).order_by(decision.c.at)
    rows = connection.execute(chosen.where(decision.c.customer_id == who) if who else chosen).all()
    return [_recorded(r) for r in rows]


def sessions_named(connection: Connection, name: str) -> list[str]:
    """The conversations that a person may mean by a name, oldest first: the one of this id or name on the command line,
    else all in which something was decided for, or wished by, the customer of this id; empty for what was decided in
    none (for a program, by batch)."""
    about = select(decision.c.session).where(decision.c.session.in_([name, f"cli-{name}"])).limit(1)
    wished = select(wish.c.session).where(wish.c.session.in_([name, f"cli-{name}"])).limit(1)
    found = connection.execute(about).scalar() or connection.execute(wished).scalar()
    if found:
        return [found]
    whole = union_all(
        *(select(t.c.session, t.c.at).where(t.c.customer_id == name) for t in (decision, wish))
    ).subquery()
    first = func.min(whole.c.at)
    rows = connection.execute(select(whole.c.session, first).group_by(whole.c.session).order_by(first))
    return [session for session, _ in rows]


def contacts_of(connection: Connection, ids: Iterable[str], limit: int) -> list[Touch]:
    """The newest entries of the ledger about the customer of these ids, newest first."""
    newest = select(contact).where(contact.c.customer_id.in_(list(ids))).order_by(contact.c.number.desc()).limit(limit)
    found = []
    for row in connection.execute(newest).all():
        made = of_id(connection, row.decision)
        name = (made.product_of(row.offer) if made else "") or row.product
        found.append(Touch(ContactKind(row.kind), moment(row.at), row.channel, name))
    return found


def forget(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Deletes decisions and contacts of a customer; wishes stay. Counts by table. Nothing decided before goes out."""
    of_his = select(decision.c.id).where(decision.c.customer_id.in_(ids))
    connection.execute(delete(trial).where(trial.c.decision.in_(of_his)))
    counts = {
        t.name: connection.execute(delete(t).where(t.c.customer_id.in_(ids))).rowcount for t in (contact, decision)
    }
    for one in ids:
        ledger.touch(connection, one)
    return counts


def entries(connection: Connection, decision_id: str) -> list[Row]:
    """The ledger's entries of a decision, in order."""
    return list(connection.execute(_ENTRIES, {"id": decision_id}))


def wishes_of_session(connection: Connection, session: str, who: str = "") -> list[Row]:
    """The wishes said in a conversation, in order; those of `who` alone, where given."""
    chosen = select(wish).where(wish.c.session == session).order_by(wish.c.number)
    return list(connection.execute(chosen.where(wish.c.customer_id == who) if who else chosen))


def answered(
    connection: Connection,
    decision_id: str,
    kind: ContactKind,
    *,
    who: str | None,
    now: datetime,
    amount_fen: int | None = None,
) -> Feedback:
    """Writes what the customer did with an offer, once; SHOWN turns a reservation into the exposure.

    `who` None asks not whose decision it is (a client of the bank). Raises UnknownDecision for one that does not exist
    or is somebody else's, NotShown for feedback on an offer that was not shown.
    """
    made = of_id(connection, decision_id)
    if made is None or (who is not None and kept_id(connection, made.customer) != kept_id(connection, who)):
        raise UnknownDecision(f"没有编号为 {decision_id} 的决定")
    # The customer's row first: reports of two replicas come one after the other.
    ledger.touch(connection, made.customer)
    known = {ContactKind(r.kind): r for r in entries(connection, decision_id)}
    if kind in known:
        return Feedback(decision_id, kind, True)
    first = known.get(ContactKind.SHOWN) or known.get(ContactKind.RESERVED)
    if first is None or (kind is not ContactKind.SHOWN and ContactKind.SHOWN not in known):
        raise NotShown(f"决定 {decision_id} 的优惠还没有展示，先报告 shown")
    entry = Entry(
        kind,
        made.customer,
        decision_id,
        first.offer,
        first.channel,
        now,
        first.product,
        tuple(first.classes),
        amount_fen,
    )
    ledger.write_contact(connection, entry)
    return Feedback(decision_id, kind, False)


def _recorded(row: Any) -> Recorded:
    return Recorded(
        id=row.id,
        customer=row.customer_id,
        at=moment(row.at),
        channel=row.channel,
        turn_id=row.turn_id,
        arm=row.arm,
        offer=row.offer,
        would_have=row.would_have,
        reason=Reason(row.reason),
        propensity=row.propensity,
        chance=row.chance,
        model=row.model,
        steps=tuple(map(Step.from_json, row.steps)),
    )
