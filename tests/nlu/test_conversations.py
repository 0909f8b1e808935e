"""Conversations turn by turn: what each turn is taken to ask, all that was left out filled in.

The table stands in conversations.yml; after a change of mind look at the new readings, then
pytest tests/nlu/test_conversations.py --update-goldens.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.answer import Outcome
from kg.query import Constraint, Query
from nlu.memory import LIMIT_BYTES, Memory
from tests.support.demo import TODAY, Bank

FILE = Path(__file__).with_name("conversations.yml")
TALKS: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def form(query: Query | None, outcome: Outcome) -> str:
    """A Query in one line: value 稳盈1号 · 起购金额 · 渠道=手机银行 @2025-01-01–2025-12-31."""
    if query is None:
        return outcome.value
    parts = [query.ask.value, "、".join(e.name for e in query.focus) or (f"<{query.cls.name}>" if query.cls else "")]
    parts += [f"· {'、'.join(query.predicates)}"] if query.predicates else []
    parts += [f"· {_demand(c)}" for c in query.constraints]
    parts += [f"· {q.name}{q.op.value}{q.value.text}" for q in query.qualifiers]
    parts += [f"· {'↓' if query.order.descending else '↑'}{query.order.predicate}"] if query.order else []
    parts += [f"· +{query.offset}"] if query.offset else []
    parts += [f"@{query.period.start}–{query.period.end}"] if query.period else []
    parts += [f"({outcome.value})"] if outcome is not Outcome.ANSWERED else []
    return " ".join(parts)


def _demand(constraint: Constraint) -> str:
    return f"{constraint.predicate}{constraint.op.value}{constraint.value.text if constraint.value else '…'}"


def played(bank: Bank, turns: list[list[str]]) -> Iterator[list[str]]:
    """Each turn with what it was taken to ask; memory goes through its JSON as it does in the slot."""
    memory = Memory()
    for text, _ in turns:
        reply = bank.reply(text, memory)
        memory = Memory.from_json(reply.memory.to_json())
        yield [text, form(reply.query, reply.outcome)]


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: " / ".join(text for text, _ in talk["turns"]))
def test_each_turn_is_taken_for_what_it_leaves_out(bank: Bank, talk: dict[str, Any]) -> None:
    assert list(played(bank, talk["turns"])) == talk["turns"]


def test_the_table_is_written_anew_on_demand(bank: Bank, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-goldens"):
        now = [{**talk, "turns": list(played(bank, talk["turns"]))} for talk in TALKS]
        FILE.write_text(yaml.dump(now, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")
    assert len(TALKS) >= 60
    assert {talk["about"] for talk in TALKS} >= {
        "entity",
        "attribute",
        "class and demands",
        "case",
        "period",
        "place",
        "pronoun",
        "correction",
        "more",
        "return",
        "choice",
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_fiftieth_turn_is_taken_as_the_first_would_be(bank: Bank, seed: int) -> None:
    """Long talks, shuffled from the table: whatever was said before, a conversation goes as it goes alone, and the
    memory stays small."""
    order = random.Random(seed)
    memory, said = Memory(), 0
    while said < 50:
        talk = order.choice([t for t in TALKS if t["about"] not in ("choice", "nothing")])
        for text, wanted in talk["turns"]:
            reply = bank.reply(text, memory)
            data = reply.memory.to_json()
            memory = Memory.from_json(data)
            said += 1
            assert len(json.dumps(data, ensure_ascii=False).encode()) <= LIMIT_BYTES
            assert form(reply.query, reply.outcome) == wanted, f"turn {said}: {text}"


def test_what_is_carried_over_from_another_day_is_said(bank: Bank) -> None:
    yesterday = bank.reply("稳盈1号起购多少", today=date(2026, 11, 19))
    memory = Memory.from_json(yesterday.memory.to_json())
    reply = bank.reply("风险等级呢", memory, TODAY)
    assert reply.message.text.startswith("（接着您2026-11-19问的“稳盈1号”）")
    again = bank.reply("期限呢", Memory.from_json(reply.memory.to_json()), TODAY)
    assert "接着您" not in again.message.text
    named = bank.reply("稳盈2号的风险等级", memory, TODAY)
    assert "接着您" not in named.message.text


@pytest.mark.parametrize(
    ("turns", "focus", "corrections"),
    [
        (("稳盈1号起购多少", "那风险等级呢"), "稳盈1号·风险等级", {}),
        (
            ("稳盈1号起购多少", "稳盈2号起购多少", "那期限呢"),
            "稳盈2号·期限",
            {"稳盈1号": "稳盈1号的期限"},
        ),
        (
            ("R2以下的理财有哪些", "半年以内的呢"),
            "理财产品·风险等级、期限·R2以下、半年以内",
            {"风险等级不限": "风险等级不限"},
        ),
        (
            ("定期存款三年期利率", "去年呢", "五年的呢"),
            "定期存款·年利率·五年·去年",
            {"现在呢": "现在呢"},
        ),
        (("跨行转账手续费", "手机银行呢"), "跨行转账·手续费·手机银行", {}),
        (("定期存款三年期利率", "去年呢"), "定期存款·年利率·三年期·去年", {"期限不限": "期限不限"}),
    ],
)
def test_what_was_carried_over_is_shown_and_put_right_by_one_click(
    bank: Bank, turns: tuple[str, ...], focus: str, corrections: dict[str, str]
) -> None:
    replies = bank.talk(*turns)
    message = replies[-1].message
    assert message.focus == focus
    assert {c.label: c.text for c in message.corrections} == corrections
    for correction in message.corrections:
        put_right = bank.reply(correction.text, replies[-1].memory)
        assert put_right.outcome is Outcome.ANSWERED
        assert put_right.query != replies[-1].query


def test_it_is_asked_back_only_where_the_answers_differ_and_once(bank: Bank) -> None:
    first, second, third = bank.talk("转账限额", "你好", "转账限额")
    assert first.outcome is Outcome.CLARIFY
    assert third.outcome is Outcome.ANSWERED
    assert {c.label for c in first.message.choices} == {e.name for e in third.query.focus} if third.query else False
    assert second.memory.pending == first.memory.pending


ASIDES = ("稳盈1号起购多少", "风险等级呢", "什么是复利", "颐养1号期限")


def test_digressions_leave_what_is_being_asked_standing(bank: Bank) -> None:
    replies = bank.talk("帮我算一下薪易贷月供", *ASIDES, "10万", "3年")
    assert [r.outcome for r in replies] == [Outcome.CLARIFY, *[Outcome.ANSWERED] * 4, Outcome.CLARIFY, Outcome.ANSWERED]
    assert form(replies[2].query, replies[2].outcome) == "value 稳盈1号 · 风险等级"
    assert {e.name for r in replies[5:] if r.query for e in r.query.focus} == {"云杉薪易贷"}


def test_what_was_cancelled_is_not_gone_on_with(bank: Bank) -> None:
    memory = Memory()
    for text, intent in (("帮我算一下薪易贷月供", ""), ("取消", "cancel")):
        memory = bank.reply(text, memory, intent=intent).memory
    assert memory.asked == ""
    assert "薪易贷" not in bank.reply("稳盈1号起购多少", memory).message.text
