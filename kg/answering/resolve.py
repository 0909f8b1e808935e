"""Which facts speak for an entity: its own, else those of its nearest classes; conditions of all of them together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kg.answering.comparing import holds_in_case, satisfies
from kg.answering.reader import FactReader
from kg.answering.stated import stated_period
from kg.cells import ValueFault
from kg.conditions import split_comparison
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier, written_at
from kg.lexicon.text import fold
from kg.query import Period
from kg.values import Kind, Op

if TYPE_CHECKING:
    from kg.lexicon.lexicon import Lexicon

_SCALES = frozenset({Kind.TERM, Kind.MONEY, Kind.AGE, Kind.COUNT, Kind.NUMBER, Kind.PERCENT})
STRUCTURE = frozenset({INSTANCE_OF, SUBCLASS_OF})


@dataclass(frozen=True, slots=True)
class View:
    """One revision on one day, or over the period a customer asks about."""

    reader: FactReader
    lexicon: Lexicon
    today: date
    period: Period | None = None

    def in_force(self, fact: Fact) -> bool:
        """Whether the fact holds today, or on any day of the period."""
        if self.period is None:
            return fact.holds_on(self.today)
        stated = stated_period(fact)
        if stated is not None:
            return self.period.touches(stated.start, stated.end)
        return self.period.touches(fact.valid_from or date.min, fact.valid_to or date.max)


class Spoken:
    """Facts of some entities and of all their classes, read at once; asked entity by entity."""

    def __init__(self, view: View, ids: Iterable[str], predicates: Sequence[str] | None) -> None:
        self.view = view
        wanted = tuple(dict.fromkeys(ids))
        levels = {i: view.lexicon.class_levels(i) for i in wanted}
        classes = {c for level in levels.values() for group in level for c in group}
        if predicates is not None:  # the graph scans every fact of a subject that it is asked about
            classes = {c for c in classes if not set(predicates).isdisjoint(view.lexicon.own_predicates(c))}
        facts = view.reader.facts_of(list(dict.fromkeys((*wanted, *sorted(classes)))), predicates)
        facts = sorted(facts, key=written_at)  # the engine's order is another one in a restored graph
        self._levels = levels
        self._facts: dict[str, dict[str, list[Fact]]] = defaultdict(lambda: defaultdict(list))
        for fact in facts:
            if fact.predicate not in STRUCTURE:
                self._facts[fact.subject_id][fact.predicate].append(fact)

    def predicates(self, entity_id: str) -> list[str]:
        """Predicates that speak for an entity, own ones first."""
        groups = [(entity_id,), *self._levels[entity_id]]
        return list(dict.fromkeys(p for group in groups for c in group for p in self._facts.get(c, ())))

    def facts(self, entity_id: str, predicate: str, asked: tuple[Qualifier, ...] = ()) -> list[Fact]:
        """Facts of the day and case, from the nearest level that has any; conditions add up over all levels."""
        own = self._at((entity_id,), predicate, asked)
        if not own and self._scaled_otherwise(entity_id, predicate, asked):
            return []
        levels = [own]
        levels += [[self._inherited(f) for f in self._at(group, predicate, asked)] for group in self._levels[entity_id]]
        if self.view.lexicon.ontology.get(predicate).datatype is Kind.CONDITION:
            return accumulated(levels)
        return next((level for level in levels if level), [])

    def _scaled_otherwise(self, entity_id: str, predicate: str, asked: tuple[Qualifier, ...]) -> bool:
        """Whether a thing says all its figures for cases on a scale, and none for the asked one: what is offered for
        one, two and three years has no rate for five, whatever its class has. Cases in words add to the class's."""
        held = [f for f in self._facts.get(entity_id, {}).get(predicate, ()) if self.view.in_force(f)]
        scales = {q.name for q in asked if q.value.kind in _SCALES}
        return bool(held) and any(all(name in {q.name for q in f.qualifiers} for f in held) for name in scales)

    def other_cases(self, entity_id: str, predicate: str, asked: tuple[Qualifier, ...]) -> list[Qualifier]:
        """The cases of an asked name that the thing has figures for, where it has none for the asked one."""
        held = [f for f in self._facts.get(entity_id, {}).get(predicate, ()) if self.view.in_force(f)]
        names = {q.name for q in asked}
        said = {q.value.text: q for f in held for q in f.qualifiers if q.name in names and q.op is Op.EQ}
        return list(said.values())

    def denies(self, entity_id: str, asked: Qualifier) -> bool:
        """Whether the thing's own facts about the case say another one: its 币种 is 人民币 where 英镑 is asked."""
        said = [fold(f.text).text for f in self.facts(entity_id, asked.name)]
        wanted = fold(asked.value.text).text
        return bool(said) and not any(wanted in text or text in wanted for text in said)

    def any_time(self, entity_id: str, predicate: str) -> list[Fact]:
        """Facts of every period, from the nearest level, for saying when there is one."""
        groups = [(entity_id,), *self._levels[entity_id]]
        found = ([f for c in group for f in self._facts.get(c, {}).get(predicate, ())] for group in groups)
        return next((facts for facts in found if facts), [])

    def _at(self, group: Sequence[str], predicate: str, asked: tuple[Qualifier, ...]) -> list[Fact]:
        held = [f for c in group for f in self._facts.get(c, {}).get(predicate, ()) if self.view.in_force(f)]
        return in_case(held, asked)

    def _inherited(self, fact: Fact) -> Fact:
        return replace(fact, inherited_from=fact.subject_name)


def accumulated(levels: Iterable[Sequence[Fact]]) -> list[Fact]:
    """Conditions of all levels together; one is replaced only by a nearer one on the same attribute. Two classes
    of one level that disagree are both kept."""
    settled: set[str] = set()
    found: list[Fact] = []
    for level in levels:
        kept = [f for f in level if attribute_of(f) not in settled]
        found.extend(kept)
        settled.update(attribute_of(f) for f in kept)
    return found


def attribute_of(fact: Fact) -> str:
    """What a condition is about (年龄 in 年龄≥18岁); a condition in words stands for itself."""
    try:
        return split_comparison(fact.text)[0]
    except ValueFault:
        return fact.text


def in_case(facts: list[Fact], asked: tuple[Qualifier, ...]) -> list[Fact]:
    """The facts of the case asked about. One that names the case beats one that leaves it open."""
    suited = [f for f in facts if holds_in_case(f, asked)]
    names = {q.name for q in asked}
    exact = [f for f in suited if names & {q.name for q in f.qualifiers}]
    exact = exact or suited
    by_exact_term = [f for f in exact if _equal_everywhere(f, asked)]
    return by_exact_term or exact


def _equal_everywhere(fact: Fact, asked: tuple[Qualifier, ...]) -> bool:
    own = {q.name: q for q in fact.qualifiers}
    return bool(asked) and all(
        q.name in own and own[q.name].op is Op.EQ and satisfies(own[q.name].value, Op.EQ, q.value) for q in asked
    )
