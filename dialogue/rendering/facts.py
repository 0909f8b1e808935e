"""Facts in words: the object as the editor wrote it, the case it speaks of, its document and period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dialogue.message import Source
from kg.facts import Fact, Qualifier
from kg.figures import Locked, Part, Piece, compose, from_fact, from_name, join
from kg.query import Query
from kg.values import Kind, Op

_OPS = {Op.EQ: "", Op.RANGE: ""}
_SPOKEN = (("≥", "不低于"), ("≤", "不超过"), (">", "超过"), ("<", "低于"), ("=", "："))
MAX_SOURCES = 4


def subject_of(fact: Fact, asked_name: str = "") -> Piece:
    """The name of what was asked about; an inherited fact speaks for the member."""
    return from_name(asked_name or fact.subject_name, fact.subject_id)


def object_of(fact: Fact) -> Piece:
    """The object in words: a bound is said (不低于, 不超过), a condition reads 年龄不低于18岁."""
    if fact.value is None or fact.value.kind in (Kind.TEXT, Kind.TIME, Kind.ENTITY):
        return from_fact(fact.text, fact.id)
    counted = fact.value.kind in (Kind.TERM, Kind.COUNT)
    return from_fact(spoken(fact.text.replace("≥", "不少于") if counted else fact.text), fact.id)


def spoken(text: str) -> str:
    """Signs of comparison in words."""
    for sign, words in _SPOKEN:
        text = text.replace(sign, words)
    return text


def period_of(fact: Fact) -> Locked:
    """2025-05-20至2026-05-14."""
    begins = from_fact(fact.valid_from.isoformat(), fact.id) if fact.valid_from else ""
    ends = from_fact(fact.valid_to.isoformat(), fact.id) if fact.valid_to else ""
    if begins and ends:
        return compose(begins, "至", ends)
    return compose(begins, "起") if begins else compose("至", ends) if ends else compose()


def objects_of(facts: Sequence[Fact]) -> Locked:
    """Objects in one line, each with the case it speaks of when they differ in cases."""
    return join("、", (compose(object_of(f), *_in_brackets(case_of(f))) for f in facts))


def _in_brackets(case: Locked) -> tuple[Part, ...]:
    return ("（", case, "）") if case else ()


def case_of(fact: Fact, leave_out: Iterable[str] = ()) -> Locked:
    """Qualifiers in words: 期限3年、金额≥20万元; those that say nothing but order are left out."""
    hidden = {*leave_out, "顺序"}
    return join("、", (_qualifier(q, fact) for q in fact.qualifiers if q.name not in hidden))


def _qualifier(qualifier: Qualifier, fact: Fact) -> Locked:
    sign = "为" if qualifier.value.kind is Kind.TEXT else ""
    return compose(from_name(qualifier.name), sign, case_value(qualifier, fact))


def case_value(qualifier: Qualifier, fact: Fact) -> Locked:
    """What a qualifier says without its name: 3年, 不低于20万元, 手机银行."""
    return compose(_OPS.get(qualifier.op, spoken(qualifier.op.value)), from_fact(qualifier.value.text, fact.id))


def document_of(fact: Fact) -> Locked:
    """《存款保险条例》第五条."""
    if not fact.source:
        return compose()
    article: tuple[Part, ...] = (from_fact(fact.article, fact.id),) if fact.article else ()
    return compose("《", from_fact(fact.source, fact.id), "》", *article)


def sources_of(facts: Iterable[Fact]) -> tuple[Source, ...]:
    """The documents that facts come from, each once, with the facts it supports; the most used ones. A last day is
    given where it is that of all of them."""
    grouped: dict[tuple[str, str, str], dict[str, str]] = {}
    for fact in facts:
        if fact.source:
            begins, ends = (day.isoformat() if day else "" for day in (fact.valid_from, fact.valid_to))
            grouped.setdefault((fact.source, fact.article, begins), {})[fact.id] = ends
    ranked = sorted(grouped.items(), key=lambda item: -len(item[1]))[:MAX_SOURCES]
    return tuple(Source(*key, _only(ends.values()), tuple(ends)) for key, ends in ranked)


def _only(texts: Iterable[str]) -> str:
    different = set(texts)
    return different.pop() if len(different) == 1 else ""


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    """Steps by their 顺序, tables by the figures of their cases, the rest as stored."""

    def key(fact: Fact) -> tuple[float, ...]:
        numbers = (q.value.number for q in fact.qualifiers)
        return tuple(float(n) if n is not None else 0.0 for n in numbers)

    return sorted(facts, key=key)


def about_of(query: Query) -> Locked:
    """What a question is about: its things, else its class."""
    about = query.focus or ((query.cls,) if query.cls else ())
    return join("、", (from_name(e.name, e.id) for e in about))


def predicates_named(names: Sequence[str]) -> Locked:
    """Predicates as a customer reads them, each once."""
    return join("、", (from_name(n.rpartition("·")[2]) for n in dict.fromkeys(names)))
