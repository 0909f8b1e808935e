"""Whether a thing was there in the time asked about: what began later has no figures of that year."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kg.answering.resolve import View
from kg.values import Kind

BEGINNINGS = ("成立日", "成立日期", "成立时间", "起息日", "发行日期", "上市日期")
"""Endings of predicates that say when a thing began."""


def existing(ids: Iterable[str], view: View, asked: Collection[str]) -> list[str]:
    """Those of `ids` that had begun by the end of the view's period, order kept; all of them where no time is asked
    about, or where the beginning itself is `asked`."""
    kept = list(ids)
    if view.period is None or any(p.endswith(BEGINNINGS) for p in asked):
        return kept
    dated = [p for p in view.lexicon.predicates if p.endswith(BEGINNINGS)]
    facts = view.reader.facts_of(kept, dated) if dated else []
    later = {
        f.subject_id
        for f in facts
        if f.value is not None and f.value.kind is Kind.DATE and f.value.date and f.value.date > view.period.end
    }
    return [i for i in kept if i not in later]
