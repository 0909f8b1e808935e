"""Sums, means, shares and histories in words."""

from __future__ import annotations

from dialogue.message import Table
from dialogue.rendering.facts import case_of, object_of, period_of
from dialogue.texts import say
from kg.answer import Answer
from kg.figures import Locked, compose, computed, from_fact, from_name
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask


def aggregated(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    """The figure, over how many members, and some of them."""
    query = answer.query
    cls = from_name(query.cls.name if query.cls else "", query.cls.id if query.cls else "")
    found = answer.computed[0]
    figure = computed(found.value.text, found.formula, found.operands)
    if query.ask is Ask.SHARE:
        met, every = (computed(c.value.text, c.formula) for c in answer.computed[1:])
        return say("share_of", **{"class": cls}, met=met, every=every, share=figure), None
    name = "sum_of" if query.ask is Ask.SUM else "average_of"
    counted = computed(str(answer.total), "count")
    head = say(name, **{"class": cls}, predicate=from_name(query.predicates[0]), count=counted, figure=figure)
    rows = tuple((r.name, *(object_of(f).text for c in r.cells for f in c.facts[:1])) for r in answer.rows)
    return head, Table(("名称", *answer.columns), rows)


def changed(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    """The last rise or fall, or all periods as a table."""
    query = answer.query
    subject, predicate = from_name(query.focus[0].name, query.focus[0].id), from_name(query.predicates[0])
    if query.order is not None and answer.total and len(answer.facts) > 1:
        before, after = answer.facts[0], answer.facts[1]
        day = from_fact(after.valid_from.isoformat() if after.valid_from else "", after.id)
        parts = {"subject": subject, "predicate": predicate, "before": object_of(before), "after": object_of(after)}
        return say("rose_on" if query.order.descending else "fell_on", day=day, **parts), None
    name = "never_changed" if query.order is not None else "history_of"
    rows = tuple((period_of(f).text or "—", case_of(f).text, object_of(f).text) for f in answer.facts)
    cased = any(row[1] for row in rows)
    columns = ("有效期", "情形", query.predicates[0]) if cased else ("有效期", query.predicates[0])
    shown = rows if cased else tuple((row[0], row[2]) for row in rows)
    return compose(say(name, subject=subject, predicate=predicate)), Table(columns, shown)
