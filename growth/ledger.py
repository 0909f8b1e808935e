"""The ledger: what was decided, shown and answered, over all channels, and what the customer wishes.

Reads give the customer's `version`; showing an offer claims it. Whoever comes second, on whatever replica, finds it
moved and shows nothing. Everything here works on a connection of the caller: an offer in a conversation is written in
the transaction of its turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.engine import Connection

from customer.reading import moment
from growth.case import Contact, ContactKind, Wish, WishScope
from growth.decision import Decision
from growth.errors import ClaimLost
from growth.tables import contact, decision, state, trial, wish

_ANY = (
    "INSERT INTO growth_state (customer_id, version) VALUES (:who, 1) "
    "ON CONFLICT (customer_id) DO UPDATE SET version = growth_state.version + 1"
)
_MOVE = text(_ANY)
_CLAIM = text(_ANY + " WHERE growth_state.version = :seen")
_VERSION = select(state.c.version).where(state.c.customer_id == bindparam("who"))
_CONTACTS = select(contact.c.kind, contact.c.at, contact.c.channel, contact.c.offer, contact.c.classes).where(
    contact.c.customer_id.in_(bindparam("whose", expanding=True)), contact.c.at >= bindparam("since")
)
_WISHES = (
    select(wish.c.number, wish.c.at, wish.c.allow, wish.c.scope, wish.c.of, wish.c.breath)
    .where(wish.c.customer_id.in_(bindparam("whose", expanding=True)))
    .order_by(wish.c.number)
)
_SPENT = (
    select(contact.c.offer, func.count())
    .where(contact.c.offer.in_(bindparam("offers", expanding=True)), contact.c.kind == ContactKind.SHOWN.value)
    .group_by(contact.c.offer)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger holds of a customer, and the version it was read at."""

    version: int
    contacts: tuple[Contact, ...] = ()
    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision was made."""

    channel: str
    session: str = ""
    turn_id: str = ""
    trial: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish as it is written; `name` is what the customer called it."""

    allow: bool
    scope: WishScope
    of: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger as it is written; `classes` are the nearest ones of the product."""

    kind: ContactKind
    who: str
    decision: str
    offer: str
    channel: str
    at: datetime
    product: str = ""
    classes: tuple[str, ...] = ()
    amount_fen: int | None = None


def session_owner(session: str) -> str:
    """Whose wishes are those of a visitor who has not said who he is: the conversation's own."""
    return f"session:{session}"


def standing(connection: Connection, who: Sequence[str], session: str, since: datetime) -> Standing:
    """Contacts from `since` on and all wishes, those said in the session before signing in among them.

    `who` are all ids of the one person, the one that counts first: what was said under an id stays with it, so that
    taking a merge back leaves each with his own.
    """
    version = connection.execute(_VERSION, {"who": who[0]}).scalar() or 0
    contacts = tuple(
        Contact(ContactKind(r.kind), moment(r.at), r.channel, r.offer, frozenset(r.classes))
        for r in connection.execute(_CONTACTS, {"whose": list(who), "since": since})
    )
    whose = [*who, session_owner(session)] if session else list(who)
    return Standing(version, contacts, _wishes(connection.execute(_WISHES, {"whose": whose}).all()))


def wishes_of(connection: Connection, owners: Sequence[str]) -> tuple[Wish, ...]:
    """All wishes of these owners, in the order they were said."""
    return _wishes(connection.execute(_WISHES, {"whose": list(owners)}).all())


def spent(connection: Connection, offers: Sequence[str]) -> dict[str, int]:
    """How often each of the offers was shown."""
    return {o: n for o, n in connection.execute(_SPENT, {"offers": list(offers)})} if offers else {}


def touch(connection: Connection, who: str) -> None:
    """Moves the customer's version: what was decided before this can't be shown any more."""
    connection.execute(_MOVE, {"who": who})


def claim(connection: Connection, who: str, seen: int) -> None:
    """Moves the version from the one seen. Raises ClaimLost when somebody else has moved it."""
    if connection.execute(_CLAIM, {"who": who, "seen": seen}).rowcount != 1:
        raise ClaimLost(f"客户 {who} 的台账在决定之后有了新的记录；这次不展示")


def write_decision(connection: Connection, made: Decision, place: Place, now: datetime) -> None:
    """The decision with all its steps."""
    row = {
        "id": made.id,
        "customer_id": made.customer,
        "at": now,
        "channel": place.channel,
        "session": place.session,
        "turn_id": place.turn_id,
        "trial": place.trial,
        "arm": made.arm,
        "offer": made.offer,
        "would_have": made.would_have,
        "reason": made.reason.value,
        "propensity": made.propensity,
        "chance": made.chance,
        "model": made.model,
        "revision": place.revision,
        "steps": [s.to_json() for s in made.steps],
    }
    connection.execute(insert(decision), row)
    for name, arm in made.trials:
        connection.execute(insert(trial), {"decision": made.id, "trial": name, "arm": arm})


def write_contact(connection: Connection, entry: Entry) -> None:
    """One entry of the ledger. IntegrityError when this kind of entry is there for the decision already."""
    row: dict[str, Any] = {
        "customer_id": entry.who,
        "at": entry.at,
        "channel": entry.channel,
        "kind": entry.kind.value,
        "offer": entry.offer,
        "product": entry.product,
        "classes": list(entry.classes),
        "decision": entry.decision,
        "amount_fen": entry.amount_fen,
    }
    connection.execute(insert(contact), row)


def write_wishes(
    connection: Connection, who: str, wanted: Iterable[Wanted], *, breath: str, place: Place, now: datetime
) -> None:
    """Wishes said in one `breath` (an id of the sentence); from this moment nothing decided before is shown."""
    for one in wanted:
        row = {
            "customer_id": who,
            "at": now,
            "allow": one.allow,
            "scope": one.scope.value,
            "of": one.of,
            "name": one.name,
            "breath": breath,
            "channel": place.channel,
            "session": place.session,
        }
        connection.execute(insert(wish), row)
    touch(connection, who)


def _wishes(rows: Sequence[Any]) -> tuple[Wish, ...]:
    """Wishes of one breath share the number of the first of them."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.breath, row.number)
    return tuple(Wish(first[r.breath], r.allow, WishScope(r.scope), r.of, moment(r.at)) for r in rows)
