"""依据是哪条, 哪里规定的: the document that the last answer rests on."""

from __future__ import annotations

from kg.facts import INSTANCE_OF
from kg.query import Ask, Query
from nlu.followups.scenes import SET_ASKS
from nlu.parsing.scene import Scene

BEHIND = 4
"""Characters behind the words for a source that still belong to them: 哪条法律规定的."""
MOST = 3
"""Members of a list whose documents are given."""


def sourced(scene: Scene, last: Query) -> Query | None:
    """The documents of what was asked last; None when something else is named or asked."""
    cues = [(p.start, p.end) for p in scene.analysis.phrases if p.label == "source"]
    cues = [(start, end + BEHIND) for start, end in cues]
    others = (m for m in scene.analysis.predicates if not m.value and not _inside(m.start, m.end, cues))
    named = (t for t in scene.named if not _inside(t.start, t.end, cues))
    if not cues or any(named) or any(others):
        return None
    focus = scene.memory.shown[:MOST] if last.ask in SET_ASKS else last.focus
    demanded = tuple(c.predicate for c in last.constraints if c.predicate != INSTANCE_OF)
    predicates = last.predicates or demanded
    ordered = (last.order.predicate,) if last.order else ()
    if not focus:
        return None
    return Query(
        Ask.SOURCE,
        focus=focus,
        predicates=tuple(dict.fromkeys((*ordered, *predicates))),
        qualifiers=last.qualifiers,
        period=last.period,
    )


def _inside(start: int, end: int, cues: list[tuple[int, int]]) -> bool:
    return any(start < b and a < end for a, b in cues)
