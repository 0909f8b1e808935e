"""Batch selection: the same decision for every customer, for a channel on which the bank speaks first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import select

from customer.tables import customer
from growth import gates
from growth.case import Context
from growth.catalogue import Catalogue
from growth.reasons import Step
from growth.service import Growth

_PAGE = 1000
TOLD_EVERY = 100


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
    seen: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[str, str, str, str]]:
    """(customer, offer, product, decision) of those who may be told; each is reserved, so that no other channel tells
    them at the same time. `offer` keeps the choice to one offer; `seen` is told how many customers were looked at.
    Raises LedgerUnavailable."""
    chosen = replace(catalogue, offers=tuple(o for o in catalogue.offers if not offer or o.id == offer))
    for number, who in enumerate(_customers(growth), 1):
        if number % TOLD_EVERY == 0:
            seen(number)
        made = growth.reserve(who, Context(channel), chosen).decision
        if made.offer:
            found = chosen.offer(made.offer)
            yield who, made.offer, found.product_name if found else "", made.id


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
