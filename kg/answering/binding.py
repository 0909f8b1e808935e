"""Facts in the case of the customer's inputs: 10万, 三年 → the rate of 期限=3年 and 金额<100万元."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.answering.comparing import holds_in_case
from kg.answering.tiers import on_step
from kg.calculating import Figure
from kg.facts import Fact, Qualifier
from kg.values import Kind, Op, Value

CURRENCY, AMOUNT = "币种", "金额"
HOME_UNIT, HOME_CURRENCY = "元", "人民币"


@dataclass(frozen=True, slots=True)
class Case:
    """One fact of a stepped rate; none where the customer gave the rate himself."""

    fact: Fact | None = None


def input_named(inputs: Sequence[Qualifier], name: str, kind: Kind | None) -> Qualifier | None:
    """The input of this name, of this kind where one is given."""
    return next((i for i in inputs if i.name == name and (kind is None or i.value.kind is kind)), None)


def cases_of(facts: Sequence[Fact], inputs: Sequence[Qualifier], like: Fact | None = None) -> list[Case]:
    """The facts that hold in the customer's case; `like` is a fact whose case they must share.

    An input speaks of a qualifier of its name and of those that end in it (期限: 持有期限).
    """
    kept = list(facts)
    names = dict.fromkeys(q.name for f in facts for q in f.qualifiers)
    for name in names:
        asked = _asked(name, inputs)
        if asked is None and like is not None:
            asked = next((q for q in like.qualifiers if q.name == name and q.op is Op.EQ), None)
        if asked is None:
            continue
        if asked.value.number is not None:
            kept = _exactly(on_step(kept, name, asked.value), name)
        else:
            named = [f for f in kept if any(q.name == name for q in f.qualifiers)]
            suited = [f for f in named if holds_in_case(f, (Qualifier(name, Op.EQ, asked.value),))]
            kept = suited or [f for f in kept if f not in named]
    return [Case(f) for f in kept]


def _exactly(facts: list[Fact], name: str) -> list[Fact]:
    """Where one fact names just this figure (期限=1年), those that leave it open speak of another case."""
    naming = [f for f in facts if any(q.name == name and _single(q) for q in f.qualifiers)]
    return naming or facts


def _single(qualifier: Qualifier) -> bool:
    return qualifier.op is Op.EQ and qualifier.value.number_to is None and qualifier.value.op is Op.EQ


def _asked(name: str, inputs: Sequence[Qualifier]) -> Qualifier | None:
    exact = next((i for i in inputs if i.name == name), None)
    if exact is None and name == CURRENCY:
        return currency_of(inputs)
    near = [i for i in inputs if name.endswith(i.name)]
    return exact or (near[0] if near else None)


def currency_of(inputs: Sequence[Qualifier]) -> Qualifier | None:
    """An amount in 元 is one of 人民币, one in 美元 of 美元."""
    amount = next((i for i in inputs if i.value.kind is Kind.MONEY), None)
    if amount is None:
        return None
    unit = amount.value.unit
    return Qualifier(CURRENCY, Op.EQ, Value(HOME_CURRENCY if unit == HOME_UNIT else unit, Kind.TEXT))


def figure_of(name: str, value: Value) -> Figure:
    """What the customer said as a figure of a formula."""
    number = value.number if value.number is not None else Decimal(0)
    return Figure(name, number, value.text, value.number_to, value.months, value.unit, given=True)


def figure_of_fact(name: str, fact: Fact) -> Figure:
    """What the graph says as a figure of a formula; `name` is its role."""
    value = fact.value
    if value is None or value.number is None:
        raise ValueError(
            f"{fact.subject_name}·{fact.predicate} 的值「{fact.text}」不是数：这个属性不能用来计算，请改计算方式或改值"
        )
    return Figure(fact.predicate, value.number, value.text, value.number_to, value.months, value.unit, fact.id)
