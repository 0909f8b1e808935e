"""Facts bound to calculators: over the demo bank, through the parser, as a customer asks."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from kg.calculating import CALCULATORS
from kg.query import Ask, Query
from nlu.calculations import calculator_words
from tests.support.demo import Bank


def test_every_calculator_has_words_and_every_word_a_calculator() -> None:
    assert set(calculator_words()) == set(CALCULATORS)


@pytest.mark.parametrize(
    ("text", "figures", "facts"),
    [
        ("10万存三年定期利息多少", ["3750.00元", "103750.00元"], [("年利率", "1.25%")]),
        ("20万三年期大额存单利息是多少", ["9300.00元"], [("年利率", "1.55%")]),
        ("活期10万放一年有多少利息", ["50.69元"], [("年利率", "0.05%"), ("计息天数", "360天")]),
        ("七天通知存款存5万30天利息多少", ["12.50元"], [("年利率", "0.30%")]),
        ("零存整取每月存1000存一年利息多少", ["42.25元"], [("年利率", "0.65%")]),
        ("凭证式国债买5万三年能拿多少利息", ["2325.00元"], [("票面利率", "1.55%")]),
        ("5万美元存一年外币存款利息多少", ["1100.00美元"], [("年利率", "2.20%")]),
        ("首套安居贷100万30年等额本息月供多少", ["4324.67元", "556880.71元"], [("年利率", "3.20%")]),
        ("薪易贷10万2年等额本息每月还多少", ["4335.82元"], [("年利率", "3.85%")]),
        (
            "首套安居贷100万30年等额本息，还了5年后提前还20万能省多少利息",
            ["892274.85元", "90807.39元", "193464.95元"],
            [("提前还款违约金", "0%")],
        ),
        ("买10万云麓稳健债券A手续费多少", ["596.42元", "59.96元"], [("申购费率", "0.60%")]),
        ("卖出10万云麓稳健债券A，持有20天，赎回费多少", ["100.00元"], [("赎回费率", "0.10%")]),
        ("信用卡12000分12期手续费多少", ["1008.00元", "15.16%", "16.26%"], [("分期手续费", "0.70%")]),
        ("12000块分12个月还，白金卡总成本多少，年化多少", ["864.00元", "13.03%"], [("分期手续费", "0.60%")]),
        ("信用卡账单8000最低还款多少", ["800.00元"], [("最低还款比例", "10%")]),
        ("最低还款还差500，违约金多少", ["25.00元"], [("违约金", "5%")]),
        ("信用卡透支1万30天利息多少", ["150.00元"], [("透支利率", "0.05%")]),
        ("跨行转账8万手续费多少", ["24.00元"], [("手续费率", "0.03%")]),
    ],
)
def test_the_figure_and_the_facts_it_rests_on(
    bank: Bank, text: str, figures: list[str], facts: list[tuple[str, str]]
) -> None:
    reply = bank.reply(text)
    said = reply.message.plain()
    assert reply.outcome is Outcome.ANSWERED
    assert reply.query is not None and reply.query.ask is Ask.CALCULATE
    assert [f for f in figures if f not in said] == []
    assert [f for f in facts if f not in {(r.predicate, r.text) for r in reply.facts}] == []


def test_the_formula_is_shown_with_bound_facts(bank: Bank) -> None:
    assert "金额10万 × 年利率1.25% × 期限3年" in bank.reply("10万存三年定期利息多少").message.text


def test_a_benchmark_is_no_promise(bank: Bank) -> None:
    message = bank.reply("10万买稳盈1号能赚多少").message
    assert "475.00元-600.00元" in message.text and "不构成收益承诺" in message.text
    assert any("业绩比较基准不代表" in notice for notice in message.notices)


def test_a_kind_without_a_rate_of_its_own_is_a_table_of_its_members(bank: Bank) -> None:
    message = bank.reply("房贷100万30年等额本息月供多少").message
    assert message.table is not None
    rows = {(row[0], row[2], row[3]) for row in message.table.rows}
    assert {("云杉首套安居贷", "3.20%", "4324.67元"), ("云杉二套安居贷", "3.50%", "4490.45元")} <= rows
    assert all(name != "云杉商用房贷" for name, *_ in rows)  # ten years at most


def test_the_customers_own_rate_goes_before_the_graphs(bank: Bank) -> None:
    reply = bank.reply("贷款100万，30年，利率3.5%，等额本息，月供多少")
    assert "4490.45元" in reply.message.text and "利率3.5%" in reply.message.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10万存四年定期利息多少", ["年利率", "3年", "5年"]),
        ("10万块钱存一年半大额存单有多少利息", ["低于起存金额20万元"]),
    ],
)
def test_what_has_no_rate_or_is_too_little_is_said(bank: Bank, text: str, said: list[str]) -> None:
    plain = bank.reply(text).message.plain()
    assert [word for word in said if word not in plain] == []
    assert "利息：" not in plain


@pytest.mark.parametrize(
    "text",
    [
        "大额存单利率多少",
        "存款利息怎么算",
        "月供是什么意思",
        "大额存单20万起存吗",
        "信用卡分期各期数手续费",
        "20万以上的大额存单利率多少",
    ],
)
def test_questions_for_a_fact_stay_so(bank: Bank, text: str) -> None:
    query = bank.reply(text).query
    assert query is None or query.ask is not Ask.CALCULATE


@pytest.mark.parametrize(
    ("turns", "figure"),
    [
        (("10万存三年定期利息多少", "那五年呢"), "6500.00元"),
        (("10万存三年定期利息多少", "20万呢"), "7500.00元"),
        (("10万存三年定期利息多少", "那五年呢", "20万呢"), "13000.00元"),
        (("10万存三年定期利息多少", "能提前支取吗", "那20万呢"), "7500.00元"),
        (("30万存三年定期利息多少", "三年期大额存单呢"), "13950.00元"),
        (("信用卡12000分12期手续费多少", "24期呢"), "1958.40元"),
        (("信用卡12000分12期手续费多少", "白金卡呢"), "864.00元"),
        (("首套安居贷100万30年月供多少", "等额本金呢"), "5444.44元"),
        (("首套安居贷100万30年等额本息月供多少", "20年呢"), "5646.63元"),
        (("买10万云麓稳健债券A手续费多少", "手机银行呢"), "59.96元"),
        (("白金卡年费多少", "12000分12期手续费多少"), "864.00元"),
        (("10万存定期利息多少", "三年"), "3750.00元"),
        (("帮我算一下薪易贷月供", "10万", "2年", "等额本息"), "4335.82元"),
        (("帮我算一下薪易贷月供", "10万", "大额存单起存多少", "2年"), "4335.82元"),
    ],
)
def test_operands_are_carried_changed_and_completed(bank: Bank, turns: tuple[str, ...], figure: str) -> None:
    assert figure in bank.talk(*turns)[-1].message.plain()


def test_one_input_is_asked_for_at_a_time_and_again_after_a_digression(bank: Bank) -> None:
    replies = bank.talk("帮我算一下薪易贷月供", "10万", "大额存单起存多少")
    assert [r.outcome for r in replies] == [Outcome.CLARIFY, Outcome.CLARIFY, Outcome.ANSWERED]
    assert "金额" in replies[0].message.text and "期限" not in replies[0].message.text
    assert "期限" in replies[1].message.text
    assert "20万元" in replies[2].message.text and "请告诉我期限" in replies[2].message.text


def test_a_query_with_inputs_goes_to_json_and_back(bank: Bank) -> None:
    query = bank.reply("10万存三年定期利息多少").query
    assert query is not None and query.inputs
    assert Query.from_json(query.to_json()) == query
