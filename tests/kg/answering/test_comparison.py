"""What a comparison shows when more is shared than fits: what differs, what has a better side, then the rest."""

from __future__ import annotations

from datetime import date

from kg.answering.comparison import COMPARED
from kg.answering.service import answer
from kg.facts import Fact
from kg.ontology import Ontology, Predicate
from kg.query import Ask, Entity, Query
from kg.values import Kind
from tests.support.demo import bank_of
from tests.support.facts import fact, member, money, percent, text
from tests.support.memory import MemorySnapshot

ALIKE = [f"限额{number:02d}" for number in range(COMPARED)]
ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            *(Predicate(name, datatype=Kind.MONEY, many=False) for name in ALIKE),
            Predicate("代码", datatype=Kind.TEXT, many=False),
            Predicate("起购金额", datatype=Kind.MONEY, many=False, better_is="low"),
            Predicate("管理费率", datatype=Kind.PERCENT, many=False, better_is="low"),
            Predicate("规模", datatype=Kind.MONEY, many=False),
        )
    }
)


def product(name: str, code: str, fee: str, size: int) -> list[Fact]:
    return [
        member(name, "理财产品"),
        *(fact(name, limit, money(100)) for limit in ALIKE),
        fact(name, "代码", text(code)),
        fact(name, "起购金额", money(10000)),
        fact(name, "管理费率", percent(fee)),
        fact(name, "规模", money(size)),
    ]


def test_what_differs_comes_first_and_what_has_a_better_side_is_never_left_out() -> None:
    facts = (*product("甲", "A1", "0.20", 100), *product("乙", "B2", "0.30", 200))
    bank = bank_of(MemorySnapshot(facts, ONTOLOGY))
    query = Query(Ask.COMPARE, (Entity("甲", "甲"), Entity("乙", "乙")))
    found = answer(query, bank.snapshot, bank.lexicon, date(2026, 11, 20))
    assert found.columns[:3] == ("管理费率", "规模", "起购金额")
    assert set(found.columns[3:]) < set(ALIKE)
    assert len(found.columns) == COMPARED
