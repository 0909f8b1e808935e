"""Batch selection: the same decision for every customer, for a channel on which the bank speaks first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from customer.tables import customer
from growth.case import Context
from growth.catalogue import Catalogue
from growth.service import Growth

_PAGE = 1000


def selected(
    growth: Growth, catalogue: Catalogue, channel: str, offer: str = ""
) -> Iterator[tuple[str, str, str, str]]:
    """(customer, offer, product, decision) of those who may be told; each is reserved, so that no other channel tells
    them at the same time. `offer` keeps the choice to one offer. Raises LedgerUnavailable."""
    chosen = replace(catalogue, offers=tuple(o for o in catalogue.offers if not offer or o.id == offer))
    for who in _customers(growth):
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
