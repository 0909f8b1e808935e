"""Eligibility over the demo bank: verdicts in three values, conditions cited, one question at a time."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from kg.query import Ask
from nlu.memory import Memory
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我22岁学生能办白金卡吗", ["年龄22岁，符合", "年收入不低于20万元：还需确认", "请问您的年收入是多少"]),
        ("17岁可以申请青年卡不", ["不符合云杉青年信用卡的条件：年龄不低于18岁"]),
        ("我今年31了还能办青年信用卡吗", ["不符合云杉青年信用卡的条件：年龄不超过30岁"]),
        ("59岁的老师能贷优职贷么", ["不符合", "职业教师，符合"]),
        ("我年收入3万5 办普卡够格吗", ["年收入3万5，符合", "还需确认"]),
        ("老爸67了还能申请信用卡吗", ["不符合信用卡的条件：年龄不超过65岁"]),
        ("测评是C2 稳盈5号让买吗", ["不符合", "风险承受能力C2，不符合"]),
        ("店开了半年 能办商户快贷吗", ["营业执照年限半年，不符合"]),
        ("我月薪8000，能办金卡吗", ["月收入8000，符合"]),
        ("我月薪3000，能办金卡吗", ["月收入3000，不符合"]),
        ("72岁老人能买禾安长辈医疗险吗", ["不符合"]),
        ("我征信不好能办信用卡吗", ["信用记录不良，不符合"]),
        ("我是医生，36岁，年入15万，工作8年，征信良好，收入稳定，能办优职贷吗", ["符合云杉优职贷的条件"]),
    ],
)
def test_the_verdict_and_its_conditions(bank: Bank, text: str, said: list[str]) -> None:
    reply = bank.reply(text)
    assert reply.outcome is Outcome.ANSWERED
    assert [words for words in said if words not in reply.message.text] == []
    assert reply.message.sources and reply.facts


def test_own_and_inherited_conditions_stand_side_by_side(bank: Bank) -> None:
    facts = bank.reply("我22岁学生能办白金卡吗").facts
    assert {"云杉白金信用卡", "信用卡"} <= {f.subject_name for f in facts}


def test_without_a_word_of_oneself_the_conditions_are_told(bank: Bank) -> None:
    reply = bank.reply("我能办白金卡吗")
    assert {f.text for f in reply.facts} >= {"年收入≥20万元", "年龄≥18岁"}
    assert "请问您的年收入是多少" in reply.message.text


def test_asks_one_thing_at_a_time_until_the_verdict_stands(bank: Bank) -> None:
    replies = bank.talk("我22岁学生能办白金卡吗", "25万", "3年", "是的", "有稳定收入")
    asked = [r.message.text.splitlines()[-1] for r in replies]
    assert ["年收入" in asked[0], "工作年限" in asked[1], "信用记录" in asked[2], "收入来源" in asked[3]] == [True] * 4
    assert replies[-1].message.text.startswith("符合")


def test_no_ends_it(bank: Bank) -> None:
    replies = bank.talk("我22岁学生能办白金卡吗", "25万", "3年", "没有")
    assert replies[-1].message.text.startswith("不符合云杉白金信用卡的条件：信用记录")


def test_a_digression_and_back(bank: Bank) -> None:
    replies = bank.talk("我25岁年薪30万能办白金卡吗", "年费多少", "一年半")
    assert "600元" in replies[1].message.text and "请告诉我工作年限" in replies[1].message.text
    assert replies[2].message.text.startswith("不符合云杉白金信用卡的条件：工作年限")


def test_what_was_said_before_is_remembered(bank: Bank) -> None:
    replies = bank.talk("我今年25岁，年薪30万", "稳盈1号几级风险", "我能办白金卡吗", "那金卡呢")
    assert replies[0].outcome is Outcome.DONE
    assert "年龄25岁，符合" in replies[2].message.text and "年收入30万，符合" in replies[2].message.text
    assert "云杉金卡信用卡" in replies[3].message.text and "年收入30万，符合" in replies[3].message.text


def test_a_later_word_replaces_an_earlier_one(bank: Bank) -> None:
    replies = bank.talk("我17岁能办信用卡吗", "不对，我19岁")
    assert replies[0].message.text.startswith("不符合") and "年龄19岁，符合" in replies[1].message.text


def test_nothing_personal_stands_in_the_record_of_the_query(bank: Bank) -> None:
    reply = bank.reply("我22岁，年薪30万，能办白金卡吗")
    assert reply.query is not None and reply.query.ask is Ask.ELIGIBLE
    assert "22" not in str(reply.query) and "30万" not in str(reply.query)
    assert {i.name for i in reply.query.inputs} == {"年龄", "年收入"}


def test_cancelling_drops_the_question_and_keeps_the_person(bank: Bank) -> None:
    first = bank.reply("我22岁学生能办白金卡吗")
    after = bank.reply("算了", first.memory, intent="cancel").memory
    assert (after.asked, after.wanted) == ("", None)
    assert {s.name for s in Memory.from_json(after.to_json()).profile} == {"年龄", "职业"}


@pytest.mark.parametrize("text", ["申请白金信用卡有什么条件", "什么人能办诚税贷", "5万够买稳盈1号吗", "白金卡年费多少"])
def test_other_questions_stay_what_they_are(bank: Bank, text: str) -> None:
    query = bank.reply(text).query
    assert query is None or query.ask is not Ask.ELIGIBLE
