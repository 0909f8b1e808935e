"""What customers say of themselves, and what they answer to a question about it."""

from __future__ import annotations

import pytest

from kg.facts import Qualifier
from kg.values import Kind, Op, Value
from nlu.selves import age_of, answer_to, asks_for_oneself, of_the_speaker, statements, told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我22岁学生", {"职业": "在校学生", "年龄": "22岁"}),
        ("我今年31了还能办吗", {"年龄": "31岁"}),
        ("我妈61能存长辈存不", {"年龄": "61岁"}),
        ("我年收入3万5", {"年收入": "3万5"}),
        ("一年挣5万能批不", {"年收入": "5万"}),
        ("我月薪8000", {"月收入": "8000"}),
        ("资产四十万可以办吗", {"资产": "四十万"}),
        ("我测评结果是C4", {"风险承受能力": "C4"}),
        ("店开了半年", {"营业执照年限": "半年"}),
        ("公积金才缴了四个月", {"公积金缴存时间": "四个月"}),
        ("我是医生36岁年入15万工作8年", {"职业": "医生", "年龄": "36岁", "年收入": "15万", "工作年限": "8年"}),
        ("征信没毛病，收入稳定", {"信用记录": "良好", "收入来源": "稳定"}),
        ("我征信不好", {"信用记录": "不良"}),
        ("没有驾照", {"驾驶证": "没有"}),
        ("稳盈1号起购多少", {}),
        ("我想存三年", {}),
    ],
)
def test_statements(text: str, expected: dict[str, str]) -> None:
    assert {s.name: s.value.text for s in statements(text)} == expected


def test_a_product_name_says_nothing_of_the_customer() -> None:
    assert statements("学生卡年费多少", hidden=[(0, 3)]) == ()


@pytest.mark.parametrize(("text", "asks"), [("22岁能办吗", True), ("52岁买得了吗", True), ("能办什么卡", False)])
def test_asking_for_oneself(text: str, asks: bool) -> None:
    assert asks_for_oneself(text) is asks


GOOD = Qualifier("信用记录", Op.EQ, Value("良好", Kind.TEXT))
OLD = Qualifier("年龄", Op.GE, age_of(18))


@pytest.mark.parametrize(
    ("asked", "text", "op"),
    [(GOOD, "是的", Op.EQ), (GOOD, "良好。", Op.EQ), (GOOD, "不是", Op.NE), (OLD, "符合", Op.GE), (OLD, "不够", Op.LT)],
)
def test_yes_and_no_answer_the_condition_asked_about(asked: Qualifier, text: str, op: Op) -> None:
    answer = answer_to(asked, text)
    assert answer is not None and (answer.name, answer.op) == (asked.name, op)


def test_another_turn_is_no_answer() -> None:
    assert answer_to(GOOD, "年费多少") is None


def test_the_newest_word_counts() -> None:
    known = told([Qualifier("年龄", Op.EQ, age_of(22))], [Qualifier("年龄", Op.EQ, age_of(23))])
    assert [s.value.text for s in known] == ["23岁"]


@pytest.mark.parametrize(("text", "count"), [("我今年25岁，年薪30万", 2), ("25岁能买吗", 0)])
def test_in_passing_only_the_speaker_is_taken(text: str, count: int) -> None:
    assert len(of_the_speaker(text)) == count
