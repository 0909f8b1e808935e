"""What an answer leaves in the memory: the list on display with its extremes, and the things that it led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kg.answer import Answer, Assumed, Assumption, Cell, Outcome
from kg.answering.comparing import interval
from kg.facts import Fact
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Entity
from kg.values import Kind
from nlu.memory import MAX_SHOWN, SOURCE_ROLE, Extreme, Memory, Met, Shown

LONGEST_NAME = 40
FEW = 3
"""Objects and documents of an answer up to which a pronoun may mean one of them."""


def waiting(memory: Memory, found: Answer) -> Memory:
    """The memory after an answer that needs something of the customer, or has all it needs: what is asked for, the
    condition that it is about, and what he said of himself."""
    asked = found.missing[0] if found.missing and found.outcome is not Outcome.UNANSWERABLE else ""
    wanted = next((j.wanted for j in found.judged if j.wanted is not None and j.verdict is None), None)
    profile = found.query.inputs if found.query.ask is Ask.ELIGIBLE else memory.profile
    return replace(memory, asked=asked, wanted=wanted if asked else None, profile=profile)


def displayed(found: Answer, lexicon: Lexicon) -> Shown | None:
    """The list on display afterwards; an answer about one thing leaves an earlier list standing."""
    if found.rows:
        entities = tuple(Entity(r.entity_id, r.name) for r in found.rows)
        whole = found.total is None or found.total <= len(found.rows)
        return Shown(entities, found.total or len(entities), _extremes(found) if whole else ())
    if len(found.query.focus) > 1:
        return Shown(tuple(Entity(e.id, e.name) for e in found.query.focus), len(found.query.focus))
    objects = _objects(found, lexicon)
    return Shown(tuple(m.entity for m in objects), len(objects)) if len(objects) > 1 else None


def _extremes(found: Answer) -> tuple[Extreme, ...]:
    """Of each column of figures who has the lowest and who the highest, where these are not the same."""
    extremes = []
    for place, predicate in enumerate(found.columns):
        figures = [(figure, r.entity_id) for r in found.rows if (figure := _figure(r.cells[place])) is not None]
        if len(figures) == len(found.rows) and len({f for f, _ in figures}) > 1:
            extremes.append(Extreme(predicate, min(figures)[1], max(figures)[1]))
    return tuple(extremes)


def _figure(cell: Cell) -> Decimal | None:
    ends = [interval(f.value) for f in cell.facts if f.value is not None and f.value.number is not None]
    return max(high for _, high in ends) if ends else None


def led_to(found: Answer, lexicon: Lexicon) -> tuple[Met, ...]:
    """What a pronoun may mean after the answer besides what was asked about: the objects of its facts, then the
    documents that it cites, where these are things of the graph themselves."""
    objects = _objects(found, lexicon)
    documents = dict.fromkeys(f.source for f in found.facts if f.source)
    cited = [infos[0] for d in list(documents)[:FEW] if len(infos := lexicon.by_name(d)) == 1]
    sources = tuple(Met(Entity(i.id, i.name), SOURCE_ROLE) for i in cited)
    demanded = (c.entity_id for c in found.query.constraints if c.entity_id)
    known = (info for i in demanded if (info := lexicon.entity(i)) is not None and not info.is_class)
    named = tuple(Met(Entity(info.id, info.name)) for info in known)
    return (*named, *(objects if len(objects) <= FEW else ()), *sources)


def _objects(found: Answer, lexicon: Lexicon) -> Sequence[Met]:
    asked = {e.id for e in found.query.focus}
    facts = [f for f in found.facts if f.predicate in found.query.predicates][: 2 * MAX_SHOWN]
    things = ((_thing(f, lexicon), f.predicate) for f in facts)
    return tuple({e.id: Met(e, role) for e, role in things if e is not None and e.id not in asked}.values())


def _thing(fact: Fact, lexicon: Lexicon) -> Entity | None:
    """What the fact points to; in graphs without ontology also a text that is the name of one thing."""
    if fact.object_id:
        return Entity(fact.object_id, fact.object_name)
    if fact.value is None or fact.value.kind is not Kind.TEXT or len(fact.text) > LONGEST_NAME:
        return None
    named = lexicon.by_name(fact.text)
    return Entity(named[0].id, named[0].name) if len(named) == 1 and not named[0].is_class else None


def dated(assumed: Sequence[Assumption], memory: Memory, today: date) -> tuple[Assumption, ...]:
    """What was carried over from another day says from which, so that an old focus is never applied unsaid."""
    then = memory.today
    if then is None or then == today:
        return tuple(assumed)
    return tuple(replace(a, written=then.isoformat()) if a.what is Assumed.CARRIED else a for a in assumed)
