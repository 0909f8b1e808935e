"""Batch selection: the same decision for every customer, for a channel on which the bank speaks first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import select

from customer.tables import customer
from growth import gates
from growth.case import Context
from growth.catalogue import Catalogue
from growth.reasons import Step
from growth.service import Decided, Growth

_PAGE = 1000
BATCH = 100
"""Decisions written in one transaction: few enough that nobody waits long for what it holds. Ids ascend, so that two
selections at once take customers in the same order."""
Row = tuple[str, str, str, str]
"""(customer, offer, product, decision)"""


def kept_for_later(growth: Growth, catalogue: Catalogue, channel: str) -> Step | None:
    """The step that keeps everybody back at this hour; None when a selection makes sense now."""
    case, _ = growth.case("", Context(channel), catalogue, growth.clock())
    step = gates.quiet(case)
    return None if step.passed else step


def selected(
    growth: Growth,
    catalogue: Catalogue,
    channel: str,
    offer: str = "",
    *,
    seen: Callable[[int], None] = lambda _: None,
    most: int | None = None,
) -> Iterator[Row]:
    """Those who may be told; each is reserved, so that no other channel tells them at the same time. `offer` keeps the
    choice to one offer, `most` is how many are wanted; `seen` is told how many customers were looked at. What is chosen
    counts against an offer's budget. Raises LedgerUnavailable."""
    left = replace(catalogue, offers=tuple(o for o in catalogue.offers if not offer or o.id == offer))
    picked: Counter[str] = Counter()
    batch: list[Decided] = []
    number = told = 0
    for number, who in enumerate(_customers(growth), 1):
        made = growth.decide(who, Context(channel), left)
        batch.append(made)
        if made.decision.offer:
            picked[made.decision.offer] += 1
            left = _within_budget(left, made, picked)
        enough = most is not None and told + sum(bool(m.decision.offer) for m in batch) >= most
        if len(batch) < BATCH and not enough:
            continue
        rows = _reserved(growth, batch)
        batch, told = [], told + len(rows)
        seen(number)
        yield from rows
        if most is not None and told >= most:
            return
    if batch:
        yield from _reserved(growth, batch)
        seen(number)


def _reserved(growth: Growth, batch: list[Decided]) -> list[Row]:
    rows = []
    for made in growth.reserve_all(batch):
        done = made.decision
        if done.offer:
            found = made.catalogue.offer(done.offer)
            rows.append((done.customer, done.offer, found.product_name if found else "", done.id))
    return rows


def _within_budget(catalogue: Catalogue, made: Decided, picked: Counter[str]) -> Catalogue:
    """The catalogue without the offer just chosen, where what was shown and what is chosen here use up its budget."""
    offer = catalogue.offer(made.decision.offer)
    if offer is None or offer.budget is None or made.case.spent.get(offer.id, 0) + picked[offer.id] < offer.budget:
        return catalogue
    return replace(catalogue, offers=tuple(o for o in catalogue.offers if o.id != offer.id))


def _customers(growth: Growth) -> Iterator[str]:
    """Ids of all customers who were not merged into another, page by page."""
    last = ""
    while True:
        which = select(customer.c.id).where(customer.c.id > last, customer.c.merged_into.is_(None))
        with growth.engine.connect().execution_options(jinwen_read=True) as connection:
            page = list(connection.execute(which.order_by(customer.c.id).limit(_PAGE)).scalars())
        if not page:
            return
        yield from page
        last = page[-1]
