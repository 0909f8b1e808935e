"""Whether a turn was understood exactly: the Query against the one that the expected answer fixes.

The sets say what an answer rests on, not its Query; most expectations leave only one. Compared are the kind of
question, the attributes, the things and the cases; turns whose expectation leaves the Query open (FAQs, commands,
alternatives, refusals) do not count.
"""

from __future__ import annotations

import re

from app.evaluation.cases import Expectation, FactKey
from app.evaluation.reading import Reply, is_among
from kg.answer import Outcome
from kg.facts import DEFINITION
from kg.query import Ask, Query

_LISTS = frozenset({Ask.LIST, Ask.REVERSE})
_FIRSTS = frozenset({Ask.BEST, Ask.COMPARE})
_VALUES = frozenset({Ask.VALUE, Ask.COMPARE, Ask.SOURCE, Ask.CHECK, Ask.HISTORY, Ask.ELIGIBLE})
_CASE = re.compile(r"([^;；=≥≤<>]+)[=≥≤<>]")


def query_exact(expect: Expectation, reply: Reply) -> bool | None:
    """Whether the reply's Query is the one expected; None where the expectation leaves it open."""
    if expect.outcome != (Outcome.ANSWERED,) or expect.any_facts or expect.faq or not _fixes(expect):
        return None
    query = reply.query
    if query is None:
        return False
    if expect.best:
        return query.ask in _FIRSTS and query.order is not None
    if expect.count:
        return query.ask is Ask.COUNT
    if expect.members:
        return query.ask in _LISTS or (query.ask is Ask.VALUE and bool(expect.facts))
    understood = query.ask in _asks(expect) and _attributes(expect, query) and _cases(expect, query)
    return understood and _things(expect, query, reply)


def _fixes(expect: Expectation) -> bool:
    return bool(expect.best or expect.count or expect.members or (expect.facts and expect.facts_only))


def _asks(expect: Expectation) -> frozenset[Ask]:
    defines = {fact[1] for fact in expect.facts} == {DEFINITION}
    return _VALUES | {Ask.DESCRIBE} if defines else _VALUES


def _attributes(expect: Expectation, query: Query) -> bool:
    if query.ask is Ask.DESCRIBE:
        return True
    asked = {p.rsplit("/", 1)[-1] for p in query.predicates} | {c.predicate for c in query.constraints}
    return asked == {fact[1] for fact in expect.facts}


def _things(expect: Expectation, query: Query, reply: Reply) -> bool:
    """What is inherited stands at a class, what a path leads to at its end: there the reply has these facts alone."""
    named = {e.name for e in query.focus}
    asked = {fact[1] for fact in expect.facts}
    alone = all(is_among(fact, expect.facts, reverse=True) for fact in reply.facts if fact[1] in asked)
    return alone and all(fact[0] in named or is_among(fact, reply.facts) for fact in expect.facts)


def _cases(expect: Expectation, query: Query) -> bool:
    """Whether no case is asked that the expected rows do not have."""
    stated = {q.name for q in query.qualifiers}
    return all(stated <= _names(fact) for fact in expect.facts if _names(fact))


def _names(fact: FactKey) -> set[str]:
    return {m.strip() for m in _CASE.findall(fact[3])} if len(fact) > 3 else set()
