"""Experiments as data: who was shown an offer, who would have been, and who bought in time.

Both arms are those whose decision went all the way to an offer, so that they differ by the hash alone; both are judged
by the same source, the products that customers hold. What was decided too lately to have ripened is counted apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from customer.reading import moment
from customer.tables import holding
from growth.decision import HOLDOUT, TREATED
from growth.readout import Arm, Readout, read_out
from growth.reasons import Reason
from growth.rules import BANK_ZONE
from growth.tables import decision, trial
from growth.trials import Experiment

LAG_DAYS = 30
"""How long after a decision a purchase still counts."""


@dataclass(frozen=True, slots=True)
class TrialReadout:
    """The readout of an arm, of one offer or of all together; `unripe` units were decided less than the lag ago."""

    trial: str
    offer: str
    lag_days: int
    unripe: int
    readout: Readout
    arm: str = TREATED


@dataclass(frozen=True, slots=True)
class Compared:
    """Two arms to be compared: `share` is the planned share of `treated` among both."""

    trial: str
    control: str
    treated: str
    share: float
    offer: str
    lag_days: int
    now: datetime


@dataclass(frozen=True, slots=True)
class _Unit:
    """A customer's first decision that went to an offer."""

    customer: str
    arm: str
    offer: str
    at: datetime
    propensity: float


def trials(connection: Connection) -> dict[str, int]:
    """Names of the experiments, the standing one and those of marketers, with the number of their decisions."""
    standing = select(decision.c.trial, func.count()).where(decision.c.trial != "").group_by(decision.c.trial)
    others = select(trial.c.trial, func.count()).group_by(trial.c.trial)
    return {name: number for chosen in (standing, others) for name, number in connection.execute(chosen)}


def trial_readout(
    connection: Connection,
    name: str,
    products: Mapping[str, tuple[str, str]],
    *,
    now: datetime,
    offer: str = "",
    lag_days: int = LAG_DAYS,
    holdout: float,
) -> TrialReadout:
    """The readout of the standing experiment; `products` gives (id, name) of the product by offer, `holdout` the
    planned share of the control."""
    # Whom an arm of another experiment shows nothing is treated all the same: the hash of this one drew him.
    shown = and_(decision.c.arm == TREATED, or_(decision.c.offer != "", decision.c.reason == Reason.ARM_HELD.value))
    would_have = and_(decision.c.arm == HOLDOUT, decision.c.reason == Reason.ARM_HOLDOUT.value)
    which = select(decision, decision.c.arm.label("group")).where(decision.c.trial == name, or_(shown, would_have))
    units = _units(connection, which, offer)
    return _read(connection, units, products, Compared(name, HOLDOUT, TREATED, 1 - holdout, offer, lag_days, now))


def arms_readout(
    connection: Connection,
    experiment: Experiment,
    products: Mapping[str, tuple[str, str]],
    *,
    now: datetime,
    lag_days: int = LAG_DAYS,
) -> list[TrialReadout]:
    """The readout of an experiment of marketers: each further arm against the first."""
    which = (
        select(decision, trial.c.arm.label("group"))
        .join(trial, trial.c.decision == decision.c.id)
        .where(trial.c.trial == experiment.name, decision.c.reason != Reason.CLAIM_LOST.value)
    )
    units = _units(connection, which, "")
    control, *others = experiment.arms
    return [
        _read(
            connection,
            units,
            products,
            Compared(experiment.name, control.name, a.name, a.share / (a.share + control.share), "", lag_days, now),
        )
        for a in others
    ]


def _read(
    connection: Connection, units: list[_Unit], products: Mapping[str, tuple[str, str]], asked: Compared
) -> TrialReadout:
    ripe_until = asked.now - timedelta(days=asked.lag_days)
    both = [u for u in units if u.arm in (asked.control, asked.treated)]
    ripe = [u for u in both if u.at <= ripe_until]
    bought = _bought(connection, ripe, products, asked.lag_days)
    control, treated = (
        Arm(sum(u.arm == arm for u in ripe), sum(u.arm == arm and u.customer in bought for u in ripe))
        for arm in (asked.control, asked.treated)
    )
    made = read_out(control, treated, asked.share)
    return TrialReadout(asked.trial, asked.offer, asked.lag_days, len(both) - len(ripe), made, asked.treated)


def _units(connection: Connection, which: Select, offer: str) -> list[_Unit]:
    """Of each customer the first decision that showed an offer, or would have but for the arm."""
    first: dict[str, _Unit] = {}
    for row in connection.execute(which.order_by(decision.c.at)):
        meant = row.offer or row.would_have
        if not offer or meant == offer:
            unit = _Unit(row.customer_id, row.group, meant, moment(row.at), row.propensity)
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
