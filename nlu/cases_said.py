"""The cases and times that a turn speaks of: 三年期 → 期限=3年, 手机银行 → 渠道=手机银行, 去年."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from kg.answering.stated import period_of_text
from kg.facts import Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Period
from kg.value_parser import guess_value
from kg.values import Kind, Op, Value
from nlu.analysis import Analysis
from nlu.case_words import said_in_other_words
from nlu.unknown_cases import unknown_currency, unknown_kinds
from nlu.value_kinds import as_of, takes

LEAST_SUM = 100
"""Bare numbers from which a case that is an amount takes them."""
_JOINED = re.compile(r"\s*(?:[、,，/]|和|与|及|以及|跟)\s*")
"""What stands between two times that are both asked about."""


def period_stated(analysis: Analysis, predicates: Sequence[str], lexicon: Lexicon) -> Period | None:
    """The time asked about, where facts of one of the predicates say their time in a qualifier (年度=2021年)."""
    if not analysis.periods:
        return None
    loose = any(not lexicon.ontology.get(p).declared for p in predicates)  # maybe dated by its validity
    dated = loose or any(period_of_text(t) is not None for _, t in lexicon.cases_of(predicates))
    return period_said(analysis) if dated else None


def period_said(analysis: Analysis) -> Period | None:
    """The time that the turn speaks of; where it joins several (2019年和2021年, 2019、2020年), all of them."""
    spans = analysis.periods
    if not spans or analysis.has("how_old"):
        return None  # 今年多大 asks how old somebody is by now
    gaps = (analysis.text[a.end : b.start] for a, b in pairwise(spans))
    if len(spans) < 2 or not all(_JOINED.fullmatch(gap) for gap in gaps):
        return spans[0].period
    periods = sorted((s.period for s in spans), key=lambda p: p.start)
    text = analysis.text[spans[0].start : spans[-1].end]
    parts = tuple((p.start, p.end) for p in periods)
    return Period(periods[0].start, max(p.end for p in periods), text, parts)


def qualifiers_of(analysis: Analysis, predicates: Sequence[str], lexicon: Lexicon) -> tuple[Qualifier, ...]:
    """The values and texts of the question that name a case of the asked predicates: 期限=3年, 渠道=手机银行."""
    named: dict[str, Qualifier] = {}
    known = lexicon.cases_of(predicates)
    currency = unknown_currency(analysis)
    if not known:
        return (currency,) if currency is not None else ()
    names = tuple(n for n, _ in Counter(n for n, _ in known).most_common())
    for span in analysis.values:
        taking = [n for n in names if n not in named and takes(lexicon, n, span.value)]
        if not taking and _is_sum(span.value):
            taking = [n for n in names if n not in named and lexicon.ontology.get(n).datatype is Kind.MONEY]
        if taking:
            stated = {n for n, t in known if n in taking and _known_value(t).number == span.value.number}
            name = next((n for n in taking if n in stated), taking[0])
            named[name] = Qualifier(name, span.value.op, as_of(lexicon, name, span.value))
    folded = fold(analysis.text).text
    if analysis.periods:
        known = [(n, t) for n, t in known if period_of_text(t) is None]  # a time is the query's own period
    for name, text in sorted(known, key=lambda k: -len(k[1])):
        if name in named or _folded(text) not in folded:
            continue
        if _is_worded(name, text, lexicon):
            named[name] = Qualifier(name, Op.EQ, Value(text, Kind.TEXT))
    worded = [(n, t) for n, t in known if n not in named and _is_worded(n, t, lexicon)]
    for name, text in said_in_other_words(analysis.unnamed_text(), worded):
        named.setdefault(name, Qualifier(name, Op.EQ, Value(text, Kind.TEXT)))
    if currency is not None:
        named.setdefault(currency.name, currency)
    for case in unknown_kinds(analysis, [(n, t) for n, t in known if _is_worded(n, t, lexicon)]):
        named[case.name] = case
    return tuple(named.values())


def _is_sum(value: Value) -> bool:
    """Whether a bare number may be an amount of money: 八千, 20000."""
    return value.kind is Kind.NUMBER and value.number is not None and value.number >= LEAST_SUM


def _is_worded(name: str, text: str, lexicon: Lexicon) -> bool:
    """Whether a case is told by words: 大号 is, though 规格 has figures as well."""
    return lexicon.ontology.get(name).datatype in (Kind.TEXT, Kind.ENTITY) or _known_value(text).number is None


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    return fold(text).text


@lru_cache(maxsize=16384)
def _known_value(text: str) -> Value:
    return guess_value(text)
