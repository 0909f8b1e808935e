"""The standing experiment as data: who was shown an offer, who would have been, and who bought in time.

Both arms are those whose decision went all the way to an offer, so that they differ by the hash alone; both are judged
by the same source, the products that customers hold. What was decided too lately to have ripened is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from customer.reading import moment
from customer.tables import holding
from growth.decision import HOLDOUT, TREATED
from growth.readout import Arm, Readout, read_out
from growth.reasons import Reason
from growth.rules import BANK_ZONE
from growth.tables import decision

LAG_DAYS = 30
"""How long after a decision a purchase still counts."""


@dataclass(frozen=True, slots=True)
class TrialReadout:
    """The readout of an offer or of all together; `unripe` units were decided less than the lag ago."""

    trial: str
    offer: str
    lag_days: int
    unripe: int
    readout: Readout


@dataclass(frozen=True, slots=True)
class _Unit:
    """A customer's first decision that went to an offer."""

    customer: str
    arm: str
    offer: str
    at: datetime
    propensity: float


def trials(connection: Connection) -> dict[str, int]:
    """Names of the experiments with the number of their decisions."""
    rows = connection.execute(select(decision.c.trial, func.count()).group_by(decision.c.trial))
    return {name: number for name, number in rows if name}


def trial_readout(
    connection: Connection,
    trial: str,
    products: Mapping[str, tuple[str, str]],
    *,
    now: datetime,
    offer: str = "",
    lag_days: int = LAG_DAYS,
    holdout: float,
) -> TrialReadout:
    """The readout; `products` gives (id, name) of the product by offer, `holdout` the planned share of the control."""
    units = _units(connection, trial, offer)
    ripe_until = now - timedelta(days=lag_days)
    ripe = [u for u in units if u.at <= ripe_until]
    bought = _bought(connection, ripe, products, lag_days)
    arms = {
        arm: Arm(sum(u.arm == arm for u in ripe), sum(u.arm == arm and u.customer in bought for u in ripe))
        for arm in (HOLDOUT, TREATED)
    }
    return TrialReadout(
        trial, offer, lag_days, len(units) - len(ripe), read_out(arms[HOLDOUT], arms[TREATED], 1 - holdout)
    )


def _units(connection: Connection, trial: str, offer: str) -> list[_Unit]:
    """Of each customer the first decision that showed an offer, or would have but for the holdout."""
    shown = and_(decision.c.arm == TREATED, decision.c.offer != "")
    would_have = and_(decision.c.arm == HOLDOUT, decision.c.reason == Reason.ARM_HOLDOUT.value)
    which = select(decision).where(decision.c.trial == trial, or_(shown, would_have)).order_by(decision.c.at)
    first: dict[str, _Unit] = {}
    for row in connection.execute(which):
        meant = row.offer or row.would_have
        if not offer or meant == offer:
            unit = _Unit(row.customer_id, row.arm, meant, moment(row.at), row.propensity)
            first.setdefault(row.customer_id, unit)
    return list(first.values())


def _bought(
    connection: Connection, units: list[_Unit], products: Mapping[str, tuple[str, str]], lag_days: int
) -> set[str]:
    """The customers who hold the product since a day within the lag after their decision."""
    names = {name for pair in products.values() for name in pair}
    which = select(holding.c.customer_id, holding.c.product, holding.c.product_id, holding.c.since).where(
        holding.c.since.is_not(None), or_(holding.c.product.in_(names), holding.c.product_id.in_(names))
    )
    since: dict[str, list[tuple[set[str], date]]] = {}
    for row in connection.execute(which):
        since.setdefault(row.customer_id, []).append(({row.product, row.product_id}, row.since))
    found = set()
    for unit in units:
        day = unit.at.astimezone(BANK_ZONE).date()
        wanted = set(products.get(unit.offer, ()))
        held = since.get(unit.customer, ())
        if any(wanted & names and day <= start <= day + timedelta(days=lag_days) for names, start in held):
            found.add(unit.customer)
    return found
