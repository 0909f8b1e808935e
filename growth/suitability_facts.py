"""Which product risk suits whom: facts of the graph with their source; suitability.yml says what they are called.

What can't be read whole suits nobody: a rule that is missing or not understood must not let more through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from customer.suitability import AgeRule, SuitabilityRules
from growth.errors import OfferFileError
from growth.yaml_files import Node, Skipped, level, read_yaml, text
from kg.answering.resolve import Spoken, View
from kg.facts import Fact, Qualifier
from kg.values import Op, Value

log = structlog.get_logger(__name__)

DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True, slots=True)
class RuleNames:
    """What the graph calls the thing that the rules are about, their predicates, and a customer's level and age."""

    thing: str
    highest: str
    longest: str
    rated: str
    valid: str
    adult: str
    level: str
    age: str


def read_names(path: Path) -> RuleNames:
    """The names in suitability.yml. Raises OfferFileError."""
    problems: list[str] = []
    node = Node(path.name, read_yaml(path), problems)
    try:
        names = RuleNames(**{n: node.take(n, text, "写图谱里的名称") for n in RuleNames.__slots__})
        node.done()
    except Skipped:
        raise OfferFileError(tuple(problems)) from None
    if problems:
        raise OfferFileError(tuple(problems))
    return names


def suitability_rules(names: RuleNames, view: View) -> SuitabilityRules:
    """The rules in force on the view's day; rules that let nothing through where the graph does not say them whole."""
    things = view.lexicon.by_name(names.thing)
    predicates = (names.highest, names.longest, names.rated, names.valid, names.adult)
    spoken = Spoken(view, [t.id for t in things], predicates)
    facts = {p: [f for t in things for f in spoken.facts(t.id, p)] for p in predicates}
    try:
        return _rules(names, facts)
    except ValueError as error:
        log.warning("growth.no_suitability_rules", thing=names.thing, error=str(error))
        return SuitabilityRules({}, frozenset(), 0, 0, whole=False)


def _rules(names: RuleNames, facts: dict[str, list[Fact]]) -> SuitabilityRules:
    """Where two facts say different things the stricter one counts. ValueError names what is missing or unclear."""
    highest: dict[int, int] = {}
    levels = list(_cases(facts[names.highest], names.level))
    for fact, case in levels:
        of = level("C")(case.value.text)
        highest[of] = min(_risk(fact), highest.get(of, 5))
    risks = [AgeRule(_from(case), risk=_risk(f)) for f, case in _cases(facts[names.highest], names.age)]
    terms = [AgeRule(_from(case), months=_months(f)) for f, case in _cases(facts[names.longest], names.age)]
    if len(levels) + len(risks) != len(facts[names.highest]) or len(terms) != len(facts[names.longest]):
        raise ValueError(f"每条{names.highest}、{names.longest}都要限定{names.level}或{names.age}")
    rated = frozenset(f.object_id for f in facts[names.rated] if f.object_id)
    days = [_days(_value(f)) for f in facts[names.valid]]
    ages = [_years(_value(f)) for f in facts[names.adult]]
    for name, found in ((names.highest, highest), (names.rated, rated), (names.valid, days), (names.adult, ages)):
        if not found:
            raise ValueError(f"没有“{name}”")
    sources = dict.fromkeys(f.source for found in facts.values() for f in found if f.source)
    ordered = tuple(sorted((*risks, *terms), key=lambda a: a.age))
    return SuitabilityRules(highest, rated, min(days), max(ages), ordered, "；".join(sources))


def _cases(facts: Iterable[Fact], name: str) -> Iterator[tuple[Fact, Qualifier]]:
    """The facts of which this qualifier, and no other, says the case."""
    return ((f, f.qualifiers[0]) for f in facts if len(f.qualifiers) == 1 and f.qualifiers[0].name == name)


def _from(case: Qualifier) -> int:
    if case.op is not Op.GE:
        raise ValueError(f"“{case.name}{case.op.value}{case.value.text}”要写成“{case.name}≥”")
    return _years(case.value)


def _risk(fact: Fact) -> int:
    return level("R")(fact.text)


def _months(fact: Fact) -> int:
    value = _value(fact)
    return value.months if value.months is not None else int(_days(value) / DAYS_A_MONTH)


def _days(value: Value) -> int:
    if value.months is not None:  # a term in months counts its days roughly
        return int(value.months * DAYS_A_MONTH)
    if value.number is None or value.unit != "天":
        raise ValueError(f"“{value.text}”不是期限")
    return int(value.number)


def _years(value: Value) -> int:
    if value.number is None:
        raise ValueError(f"“{value.text}”不是年龄")
    return int(value.number)


def _value(fact: Fact) -> Value:
    if fact.value is None:
        raise ValueError(f"{fact.predicate}：“{fact.object_name}”不是数")
    return fact.value
