"""The focus line: what a question was taken to be about, with what was carried over, and how to put it right by one
click."""

from __future__ import annotations

from dialogue.message import QuickReply
from dialogue.texts import say
from kg.facts import INSTANCE_OF
from kg.figures import Locked, Part, Piece, compose, computed, from_input, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Constraint, Period, Query
from kg.values import Op
from nlu.memory import Memory

NAMES = 3
OTHERS = 2
"""Other things of the talk that are offered in place of the one that was carried over."""
_ASKS = (Ask.VALUE, Ask.CHECK, Ask.SOURCE)


def focus_of(query: Query, lexicon: Lexicon | None = None) -> Locked:
    """稳盈1号·起购金额·手机银行·去年: things, attributes, demands, cases and time of a question."""
    about = query.focus or ((query.cls,) if query.cls else ())
    names = join("、", (from_name(e.name, e.id) for e in about[:NAMES]))
    predicates = join("、", (from_name(p) for p in query.predicates[:NAMES]))
    demands = join("、", (d for c in query.constraints[:NAMES] if (d := _demand(c, lexicon))))
    cases = join("、", (from_input(q.value.text) for q in query.qualifiers[:NAMES]))
    period = _period(query)
    return join("·", (p for p in (names, predicates, demands, cases, period) if p))


def _demand(constraint: Constraint, lexicon: Lexicon | None) -> Locked | None:
    other = constraint.op is Op.NE
    if constraint.predicate == INSTANCE_OF:
        named = lexicon.name_of(constraint.entity_id) if lexicon else ""
        return say("focus_without", what=from_name(named, constraint.entity_id)) if named and other else None
    if constraint.entity_id:
        what: Part = from_name(lexicon.name_of(constraint.entity_id) if lexicon else "", constraint.entity_id)
    else:
        what = from_input(constraint.value.text) if constraint.value else ""
    return say("focus_without", what=what) if other else compose(what)


def _period(query: Query) -> Locked:
    return compose() if query.period is None else compose(period_asked(query.period))


def period_asked(period: Period) -> Piece:
    """The time asked about, in the customer's own words where these are known."""
    return from_input(period.text) if period.text else computed(str(period.start), "period")


def corrections_of(query: Query, memory: Memory, lexicon: Lexicon) -> tuple[QuickReply, ...]:
    """One click each: another thing of the talk in place of the one carried over, and every carried demand, case or
    time left out. What is sent reads like a question of the customer's."""
    previous = memory.last
    if previous is None:
        return ()
    return (*_others(query, memory, lexicon), *_left_out(query, previous))


def _others(query: Query, memory: Memory, lexicon: Lexicon) -> list[QuickReply]:
    if query.ask not in _ASKS or not query.predicates:
        return []
    known = {e.id for e in query.focus}
    asked = "、".join(query.predicates)
    fitting = [
        m.entity
        for m in memory.met
        if m.entity.id not in known and set(query.predicates) <= set(lexicon.predicates_of(m.entity.id))
    ]
    return [QuickReply(e.name, f"{e.name}的{asked}") for e in fitting[:OTHERS]]


def _left_out(query: Query, previous: Query) -> list[QuickReply]:
    carried: list[str] = []
    kept = [c.predicate for c in query.constraints if c in previous.constraints and c.predicate != INSTANCE_OF]
    cases = [q.name for q in query.qualifiers if q in previous.qualifiers]
    for name in dict.fromkeys((*kept, *cases)):
        carried.append(say("drop_demand", what=from_name(name)).text)
    if query.period is not None and query.period == previous.period:
        carried.append(say("drop_period").text)
    return [QuickReply(text, text) for text in carried]
