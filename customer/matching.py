"""Which ids are one person: rules that are certain first; what is only likely waits for a human being.

A shared identifier decides unless something speaks against it: another identity number, birth date or sex. Telephones
are shared in families, so a telephone alone decides only with the same birth date. What is left is weighed like record
linkage does (Fellegi and Sunter 1969): logarithms of how much likelier an agreement is among the same person.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from customer.errors import CustomerError
from customer.merging import merge_customers, was_parted
from customer.model import IdentityKind
from customer.sql import add_new
from customer.tables import customer, identity, review

CERTAIN = (IdentityKind.ID_NUMBER, IdentityKind.UNIONID, IdentityKind.OPENID, IdentityKind.APP_USER, IdentityKind.CARD)
RULES = "规则"
PRIOR = -4.0
"""Log-odds that two records which came to be compared are one person, before looking."""


class Verdict(StrEnum):
    """What a comparison comes to."""

    SAME = "same"
    PERHAPS = "perhaps"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Person:
    """What is compared of a customer; None is unknown and speaks neither for nor against."""

    id: str
    birth_date: date | None
    sex: str | None
    region: str | None
    id_digest: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two persons that share an identifier, its chance, and the reasons in words."""

    verdict: Verdict
    chance: float
    reasons: tuple[str, ...]


def compare(one: Person, other: Person, shared: IdentityKind) -> Comparison:
    """Compares two persons that share an identifier of a kind."""
    weight, against, reasons = PRIOR + (9.0 if shared in CERTAIN else 5.0), False, [f"{_NAMES[shared]}相同"]
    for name, mine, theirs, agree, differ in (
        ("证件号", one.id_digest, other.id_digest, 14.0, -14.0),
        ("出生日期", one.birth_date, other.birth_date, 6.0, -8.0),
        ("性别", one.sex, other.sex, 0.7, -6.0),
        ("地区", one.region, other.region, 1.5, -1.0),
    ):
        if mine is None or theirs is None:
            continue
        weight += agree if mine == theirs else differ
        reasons.append(f"{name}{'相同' if mine == theirs else '不同'}")
        against = against or (mine != theirs and differ <= -6)
    chance = 1 / (1 + math.exp(-weight))
    if against:
        return Comparison(Verdict.CONFLICT, chance, tuple(reasons))
    birth = one.birth_date is not None and one.birth_date == other.birth_date
    sure = shared in CERTAIN or birth
    return Comparison(Verdict.SAME if sure else Verdict.PERHAPS, chance, tuple(reasons))


def settle(sql: Connection, owner: str, claimed_by: str, shared: IdentityKind, at: datetime) -> Verdict:
    """Two ids claim one identifier: merges them, or puts them into the queue. The identifier stays with `owner`."""
    one, other = person(sql, owner), person(sql, claimed_by)
    found = compare(one, other, shared)
    if found.verdict is Verdict.SAME and not was_parted(sql, owner, claimed_by):
        merge_customers(sql, owner, claimed_by, reason="；".join(found.reasons), by=RULES, at=at)
        return Verdict.SAME
    verdict = Verdict.PERHAPS if found.verdict is Verdict.SAME else found.verdict
    add_new(sql, review, [_queued(owner, claimed_by, Comparison(verdict, found.chance, found.reasons), at)])
    return verdict


def decide(sql: Connection, review_id: str, *, same: bool, by: str, at: datetime) -> str | None:
    """A human being's word on a pair in the queue; the merge's id when they are the same.

    Raises:
        CustomerError: the pair is not waiting.
    """
    row = sql.execute(select(review).where(review.c.id == review_id)).mappings().first()
    if row is None or row["state"] != "waiting":
        raise CustomerError(f"待核对 {review_id}：没有这一条，或已经处理过")
    made = None
    if same:
        reason = "；".join(row["reasons"])
        made = merge_customers(sql, row["left_id"], row["right_id"], reason=reason, by=by, at=at)
    state = {"state": "same" if same else "different", "decided_by": by, "decided_at": at}
    sql.execute(update(review).where(review.c.id == review_id).values(**state))
    return made


def waiting(sql: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """Pairs that wait for a decision, the likeliest first."""
    chosen = select(review).where(review.c.state == "waiting").order_by(review.c.chance.desc(), review.c.id)
    return [dict(row) for row in sql.execute(chosen.limit(limit)).mappings()]


def person(sql: Connection, customer_id: str) -> Person:
    """What there is to compare of a customer."""
    row = sql.execute(select(customer).where(customer.c.id == customer_id)).one()
    number = select(identity.c.digest).where(
        identity.c.customer_id == customer_id, identity.c.kind == IdentityKind.ID_NUMBER.value
    )
    return Person(row.id, row.birth_date, row.sex, row.region, sql.execute(number).scalar())


def _queued(one: str, other: str, found: Comparison, at: datetime) -> dict[str, Any]:
    return {
        "id": hashlib.sha256(f"{one}|{other}".encode()).hexdigest()[:40],
        "left_id": one,
        "right_id": other,
        "kind": found.verdict.value,
        "reasons": list(found.reasons),
        "chance": round(found.chance, 4),
        "state": "waiting",
        "at": at,
    }


_NAMES = {
    IdentityKind.ID_NUMBER: "证件号",
    IdentityKind.PHONE: "手机号",
    IdentityKind.UNIONID: "微信 unionid",
    IdentityKind.OPENID: "微信 openid",
    IdentityKind.APP_USER: "手机银行用户",
    IdentityKind.CARD: "卡号",
}
