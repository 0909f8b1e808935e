"""answer() on a small bank written here: whose fact speaks, in which case, on which day."""

from __future__ import annotations

from datetime import date

import pytest

from dialogue.rendering import render
from kg.answer import Answer, Assumed, Outcome
from kg.answering.service import answer
from kg.facts import INSTANCE_OF, SALE_STATUS, WITHDRAWN, Fact, Qualifier
from kg.ontology import Ontology, Predicate
from kg.query import Ask, Constraint, Entity, Order, Period, Query
from kg.values import Kind, Op, Value
from kg.withdrawal import withdrawn
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, member, money, on, percent, subclass, term, text
from tests.support.memory import MemorySnapshot

TODAY = date(2026, 11, 20)
CONDITION = Predicate("申请条件", datatype=Kind.CONDITION)
ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            Predicate("年费", datatype=Kind.MONEY, many=False, better_is="low"),
            Predicate("额度", datatype=Kind.MONEY, many=False),
            Predicate("年利率", datatype=Kind.PERCENT, many=False, risk_notice="利率以办理当日为准。"),
            Predicate("期限", datatype=Kind.TERM, many=False),
            CONDITION,
        )
    }
)


def condition(words: str) -> Value:
    return Value(words, Kind.CONDITION)


FACTS = (
    subclass("信用卡", "银行卡"),
    subclass("学生卡", "信用卡"),
    subclass("银行卡", "产品"),
    *(member(name, "信用卡") for name in ("红卡", "蓝卡", "金卡", "黑卡")),
    member("绿卡", "学生卡"),
    fact("红卡", "年费", money(100), source="红卡章程", article="第二条"),
    fact("蓝卡", "年费", money(0)),
    fact("金卡", "年费", money(600)),
    fact("绿卡", "年费", money(0)),
    fact("红卡", "额度", money(50000)),
    fact("金卡", "额度", money(200000)),
    fact("信用卡", "违约金", percent("5"), source="领用合约", article="第九条"),
    fact("金卡", "违约金", percent("3")),
    fact("信用卡", "申请条件", condition("年龄≥18岁"), many=True),
    fact("信用卡", "申请条件", condition("信用记录=良好"), many=True),
    fact("金卡", "申请条件", condition("年收入≥20万元"), many=True),
    fact("金卡", "申请条件", condition("年龄≥25岁"), many=True),
    fact("红卡", "发卡机构", "甲银行"),
    fact("金卡", "发卡机构", "乙银行"),
    fact("红卡", "定义", text("普通的信用卡。")),
    subclass("定期", "存款"),
    fact("定期", "年利率", percent("1.45"), on("期限", term(12)), since=date(2023, 1, 1), until=date(2024, 12, 31)),
    fact("定期", "年利率", percent("0.95"), on("期限", term(12)), since=date(2025, 1, 1)),
    fact("定期", "年利率", percent("1.25"), on("期限", term(36)), since=date(2025, 1, 1)),
    fact("定期", "年利率", percent("1.10"), on("期限", term(36)), since=date(2027, 1, 1)),
    fact("转账", "限额", money(50000), on("渠道", text("手机银行"))),
    fact("转账", "限额", money(1000000), on("渠道", text("柜台"))),
    fact("大单", "利率", percent("1.5"), on("金额", money(200000), Op.GE)),
)


@pytest.fixture(scope="module")
def small() -> Bank:
    return bank_of(MemorySnapshot(FACTS, ONTOLOGY))


def entity(name: str) -> Entity:
    return Entity(name, name)


def asked(bank: Bank, query: Query, today: date = TODAY) -> Answer:
    return answer(query, bank.snapshot, bank.lexicon, today)


def texts(found: Answer) -> list[str]:
    return [f.text for f in found.facts]


def value_of(
    bank: Bank,
    name: str,
    *predicates: str,
    today: date = TODAY,
    qualifiers: tuple[Qualifier, ...] = (),
    period: Period | None = None,
) -> Answer:
    query = Query(Ask.VALUE, (entity(name),), predicates=predicates, qualifiers=qualifiers, period=period)
    return asked(bank, query, today)


def names(found: Answer) -> list[str]:
    return [row.name for row in found.rows]


def test_an_own_fact_speaks_without_assumption(small: Bank) -> None:
    found = value_of(small, "红卡", "年费")
    assert (texts(found), found.assumptions, found.outcome) == (["100元"], (), Outcome.ANSWERED)


def test_a_class_speaks_for_a_member_that_says_nothing(small: Bank) -> None:
    found = value_of(small, "红卡", "违约金")
    assert texts(found) == ["5%"]
    assert found.facts[0].inherited_from == "信用卡"
    assert [(a.what, a.read_as) for a in found.assumptions] == [(Assumed.INHERITED, "信用卡")]


def test_an_own_fact_silences_the_class(small: Bank) -> None:
    assert texts(value_of(small, "金卡", "违约金")) == ["3%"]


def test_a_member_of_a_subclass_inherits_from_above(small: Bank) -> None:
    assert texts(value_of(small, "绿卡", "违约金")) == ["5%"]


def test_conditions_add_up_and_one_is_replaced_on_its_own_attribute_only(small: Bank) -> None:
    assert texts(value_of(small, "金卡", "申请条件")) == ["年收入≥20万元", "年龄≥25岁", "信用记录=良好"]
    assert texts(value_of(small, "红卡", "申请条件")) == ["年龄≥18岁", "信用记录=良好"]


def test_two_classes_that_disagree_are_both_shown() -> None:
    facts = (
        member("双卡", "甲类"),
        member("双卡", "乙类"),
        fact("甲类", "费率", percent("1")),
        fact("乙类", "费率", percent("2")),
    )
    both = bank_of(MemorySnapshot(facts))
    assert sorted(texts(value_of(both, "双卡", "费率"))) == ["1%", "2%"]


@pytest.mark.parametrize(
    ("today", "rates"),
    [
        (date(2024, 6, 1), ["1.45%"]),
        (date(2024, 12, 31), ["1.45%"]),
        (date(2025, 1, 1), ["0.95%", "1.25%"]),
        (date(2022, 1, 1), []),
    ],
)
def test_only_what_holds_on_the_day_is_said(small: Bank, today: date, rates: list[str]) -> None:
    assert texts(value_of(small, "定期", "年利率", today=today)) == rates


def test_a_period_shows_every_figure_that_held_in_it(small: Bank) -> None:
    period = Period(date(2024, 1, 1), date(2025, 12, 31), "这两年")
    found = value_of(small, "定期", "年利率", qualifiers=(on("期限", term(12)),), period=period)
    assert texts(found) == ["1.45%", "0.95%"]
    assert [a.what for a in found.assumptions] == [Assumed.PERIOD]


@pytest.mark.parametrize(("months", "rate"), [(12, "0.95%"), (36, "1.25%")])
def test_a_case_picks_its_row(small: Bank, months: int, rate: str) -> None:
    assert texts(value_of(small, "定期", "年利率", qualifiers=(on("期限", term(months)),))) == [rate]


def test_a_case_in_words_picks_its_row(small: Bank) -> None:
    assert texts(value_of(small, "转账", "限额", qualifiers=(on("渠道", text("手机银行")),))) == ["50000元"]


def test_a_bound_covers_the_amounts_above_it(small: Bank) -> None:
    assert texts(value_of(small, "大单", "利率", qualifiers=(on("金额", money(300000)),))) == ["1.5%"]
    assert value_of(small, "大单", "利率", qualifiers=(on("金额", money(100000)),)).outcome is Outcome.UNANSWERABLE


def test_without_a_case_all_rows_are_given(small: Bank) -> None:
    assert len(value_of(small, "转账", "限额").facts) == 2


def test_what_is_not_known_is_missing_by_name(small: Bank) -> None:
    found = value_of(small, "红卡", "年费", "没有的")
    assert (texts(found), found.missing) == (["100元"], ("没有的",))
    assert value_of(small, "红卡", "没有的").outcome is Outcome.UNANSWERABLE


def test_a_class_without_the_fact_answers_by_its_members(small: Bank) -> None:
    found = value_of(small, "信用卡", "年费")
    assert {row.name: row.cells[0].facts[0].text for row in found.rows} == {
        "红卡": "100元",
        "蓝卡": "0元",
        "金卡": "600元",
        "绿卡": "0元",
    }


def demand(predicate: str, op: Op, value: Value) -> Constraint:
    return Constraint(predicate, op, value)


def test_a_list_meets_every_constraint(small: Bank) -> None:
    query = Query(
        Ask.LIST,
        cls=entity("信用卡"),
        constraints=(demand("年费", Op.LE, money(200)), demand("额度", Op.GE, money(10000))),
    )
    found = asked(small, query)
    assert (names(found), found.total) == (["红卡"], 1)


def test_a_constraint_is_met_by_what_is_inherited(small: Bank) -> None:
    query = Query(Ask.LIST, cls=entity("信用卡"), constraints=(demand("违约金", Op.GE, percent("5")),))
    assert sorted(names(asked(small, query))) == ["红卡", "绿卡", "蓝卡", "黑卡"]


def test_a_list_can_leave_out_a_class_and_a_relation(small: Bank) -> None:
    without = Query(Ask.LIST, cls=entity("信用卡"), constraints=(Constraint(INSTANCE_OF, Op.NE, entity_id="学生卡"),))
    assert "绿卡" not in names(asked(small, without))
    by_bank = Query(Ask.LIST, cls=entity("信用卡"), constraints=(Constraint("发卡机构", Op.EQ, entity_id="甲银行"),))
    assert names(asked(small, by_bank)) == ["红卡"]


def test_pages_follow_one_another_without_repeats(small: Bank) -> None:
    first = asked(small, Query(Ask.LIST, cls=entity("信用卡"), limit=3))
    second = asked(small, Query(Ask.LIST, cls=entity("信用卡"), limit=3, offset=3))
    assert (len(first.rows), len(second.rows), first.total, second.total) == (3, 2, 5, 5)
    assert not set(names(first)) & set(names(second))
    past = asked(small, Query(Ask.LIST, cls=entity("信用卡"), limit=3, offset=6))
    assert (past.outcome, past.total) == (Outcome.UNANSWERABLE, 5)


@pytest.mark.parametrize(
    ("descending", "limit", "expected"),
    [(False, 1, {"蓝卡", "绿卡"}), (True, 1, {"金卡"}), (True, 2, {"金卡", "红卡"})],
)
def test_the_best_come_with_their_ties(small: Bank, descending: bool, limit: int, expected: set[str]) -> None:
    query = Query(Ask.BEST, cls=entity("信用卡"), order=Order("年费", descending), limit=limit)
    found = asked(small, query)
    assert set(names(found)) == expected
    assert found.columns[0] == "年费"


def test_of_a_large_class_the_best_are_read_in_the_order_of_the_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of other classes stand before those asked for, so that the graph has to be read on."""
    others = [
        f for i in range(200) for f in (member(f"店{i:03d}", "门店"), fact(f"店{i:03d}", "年费", money(9000 + i)))
    ]
    cards = [f for i in range(60) for f in (member(f"卡{i:03d}", "信用卡"), fact(f"卡{i:03d}", "年费", money(i // 2)))]
    bank = bank_of(MemorySnapshot((*others, *cards), ONTOLOGY))
    for descending, limit, offset in ((True, 1, 0), (True, 3, 0), (True, 2, 2), (False, 1, 0), (False, 5, 4)):
        query = Query(Ask.BEST, cls=entity("信用卡"), order=Order("年费", descending), limit=limit, offset=offset)
        small = asked(bank, query)
        with monkeypatch.context() as patched:
            patched.setattr("kg.answering.sets.SORT_IN_MEMORY", 10)
            patched.setattr("kg.answering.service.SORT_IN_MEMORY", 10)
            large = asked(bank, query)
        assert (names(large), large.total) == (names(small), small.total), query


def test_a_count_is_exact_and_computed(small: Bank) -> None:
    found = asked(small, Query(Ask.COUNT, cls=entity("信用卡"), constraints=(demand("年费", Op.EQ, money(0)),)))
    assert (found.total, found.computed[0].value.text) == (2, "2")


def test_a_comparison_is_on_what_both_have(small: Bank) -> None:
    found = asked(small, Query(Ask.COMPARE, (entity("红卡"), entity("金卡"))))
    assert names(found) == ["红卡", "金卡"]
    assert {"年费", "额度", "违约金"} <= set(found.columns)
    fees = [row.cells[found.columns.index("年费")].facts[0].text for row in found.rows]
    assert fees == ["100元", "600元"]


@pytest.mark.parametrize(
    ("name", "constraint", "verdict"),
    [
        ("红卡", demand("年费", Op.LE, money(200)), True),
        ("金卡", demand("年费", Op.LE, money(200)), False),
        ("红卡", demand("额度", Op.GE, percent("1")), None),
        ("红卡", Constraint(INSTANCE_OF, Op.EQ, entity_id="银行卡"), True),
        ("红卡", Constraint(INSTANCE_OF, Op.EQ, entity_id="学生卡"), False),
        ("红卡", Constraint("发卡机构", Op.EQ, entity_id="甲银行"), True),
        ("金卡", Constraint("发卡机构", Op.EQ, entity_id="甲银行"), False),
    ],
)
def test_a_check_says_yes_no_or_leaves_it_open(
    small: Bank, name: str, constraint: Constraint, verdict: bool | None
) -> None:
    found = asked(small, Query(Ask.CHECK, (entity(name),), constraints=(constraint,)))
    assert (found.outcome, found.verdict) == (Outcome.ANSWERED, verdict)


def test_a_check_of_what_is_not_known_is_unanswerable(small: Bank) -> None:
    query = Query(Ask.CHECK, (entity("蓝卡"),), constraints=(demand("额度", Op.GE, money(1)),))
    assert asked(small, query).outcome is Outcome.UNANSWERABLE


def test_reverse_finds_who_points_to_a_thing(small: Bank) -> None:
    found = asked(small, Query(Ask.REVERSE, (entity("甲银行"),), predicates=("发卡机构",)))
    assert (names(found), found.total) == (["红卡"], 1)


def test_source_gives_facts_with_their_document(small: Bank) -> None:
    found = asked(small, Query(Ask.SOURCE, (entity("红卡"),), predicates=("年费",)))
    assert [(f.source, f.article) for f in found.facts] == [("红卡章程", "第二条")]


def test_a_description_opens_with_the_definition(small: Bank) -> None:
    found = asked(small, Query(Ask.DESCRIBE, (entity("红卡"),)))
    assert found.facts[0].text == "普通的信用卡。"
    assert {"年费", "额度"} <= {f.predicate for f in found.facts}


def test_risk_notices_come_with_their_figures(small: Bank) -> None:
    assert value_of(small, "定期", "年利率").notices == ("利率以办理当日为准。",)
    assert value_of(small, "红卡", "年费").notices == ()


def test_an_answer_lists_each_fact_it_rests_on_once(small: Bank) -> None:
    found = asked(small, Query(Ask.COMPARE, (entity("红卡"), entity("蓝卡")), predicates=("违约金",)))
    read: tuple[Fact, ...] = found.facts_read()
    assert len({f.id for f in read}) == len(read) == 1


@pytest.mark.parametrize(
    ("statuses", "gone"),
    [
        ([], ()),
        ([(WITHDRAWN, date(2026, 11, 1))], ("红卡",)),
        ([(WITHDRAWN, date(2026, 12, 1))], ()),
        ([(WITHDRAWN, date(2026, 1, 1)), ("在售", date(2026, 6, 1))], ()),
    ],
)
def test_what_is_withdrawn_is_answered_and_said_to_be_so(
    statuses: list[tuple[str, date]], gone: tuple[str, ...]
) -> None:
    told = [fact("红卡", SALE_STATUS, text(status), many=True, since=since) for status, since in statuses]
    bank = bank_of(MemorySnapshot((*FACTS, *told), ONTOLOGY))
    found = value_of(bank, "红卡", "年费")
    assert (texts(found), found.withdrawn) == (["100元"], gone)
    listed = asked(bank, Query(Ask.LIST, cls=entity("信用卡")))
    assert listed.withdrawn == gone
    assert ("红卡已停售" in render(found, bank.lexicon).text) is bool(gone)
    assert withdrawn(["红卡", "金卡"], bank.snapshot, TODAY) == set(gone)
