"""Offer: what a marketer offers, to whom, in which words, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

DEFAULT_THRESHOLD = 0.30


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer.

    `product` is the id of a product of the graph, `product_name` what the marketer wrote; `audience` allowed values
    by trait (empty: everybody), `ages` lowest and highest age; `copy` the words, with references to facts;
    `valid_from`/`valid_to` first and last day; `budget` the most exposures, None without limit; `threshold` the least
    response probability; `value` what an acceptance brings, in 元; `channels` and `regions` where it may stand
    (regions empty: everywhere); `suits` the ids of the classes and products of a question beside which it may stand
    (empty: those of its own product); `general` may be told to those who do not want to be profiled;
    `release` is the share of customers it is out for, by a stable hash (1: everybody).
    """

    id: str
    product: str
    product_name: str
    copy: str
    valid_from: date
    valid_to: date
    value: float
    channels: frozenset[str]
    audience: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ages: tuple[int, int] | None = None
    budget: int | None = None
    threshold: float = DEFAULT_THRESHOLD
    regions: frozenset[str] = frozenset()
    suits: frozenset[str] = frozenset()
    general: bool = False
    release: float = 1.0
    version: str = ""
