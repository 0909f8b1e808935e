"""What the graph says of the products of offers: whatever was withdrawn is known to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from growth.catalogue import Catalogue, read_catalogue
from kg.facts import SALE_STATUS, WITHDRAWN
from tests.support.demo import TODAY, Bank
from tests.support.facts import fact, text
from tests.support.offers import OFFERS


def _with_status(bank: Bank, name: str, status: str, since: date) -> Catalogue:
    """The catalogue of the day on a graph that says this status of the thing besides."""
    [found] = bank.lexicon.by_name(name)
    said = fact(found.id, SALE_STATUS, text(status), since=since)
    return read_catalogue(OFFERS, replace(bank.snapshot, facts=(*bank.snapshot.facts, said)), bank.lexicon, TODAY)


@pytest.mark.parametrize(
    ("named", "since", "gone"),
    [
        ("稳盈30天", TODAY, {"稳盈30天"}),
        ("稳盈30天", date(2030, 1, 1), set()),
        ("货币基金", TODAY, {"云麓货币A"}),
    ],
)
def test_what_is_withdrawn_itself_or_with_its_class_is_marked(
    bank: Bank, named: str, since: date, gone: set[str]
) -> None:
    catalogue = _with_status(bank, named, WITHDRAWN, since)
    assert {p.name for p in catalogue.products.values() if p.withdrawn} == gone
